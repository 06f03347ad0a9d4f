"""The wallet in a terminal: run its service, and read, verify and explain codes without any.

``python -m wallet serve`` runs the service. ``qrpay qr decode``, ``verify`` and ``explain`` (module
``codes``), ``qrpay wallet export`` and ``erase`` (``personal``) are announced in ``pyproject.toml``
(entry points ``qrpay.commands``).
"""

from __future__ import annotations

import click

from ledger.kit.settings import SettingInvalid
from wallet import config
from wallet.cli.codes import decode, explain, verify
from wallet.cli.personal import erase, export
from wallet.config import Settings

__all__ = ["decode", "erase", "explain", "export", "program", "verify"]


@click.group()
def program() -> None:
    """Run the wallet service; its settings are the variables QRPAY_WALLET_*."""


@program.command()
def serve() -> None:
    """Answer until told to stop."""
    # The server and the whole of the wallet take a while to load, which --help need not wait for.
    from ledger.kit import ports, serving  # noqa: PLC0415

    settings = _settings()
    port = settings.port or ports.free_port()
    click.echo(f"wallet: {settings.listening.scheme}://{settings.host}:{port}")
    with serving.named_refusals():
        serving.serve(
            "wallet.app:from_environment",
            host=settings.host,
            port=port,
            listening=settings.listening,
        )


def _settings() -> Settings:
    try:
        return config.from_environment()
    except SettingInvalid as error:
        raise click.UsageError(str(error)) from error
