"""The wallet in a terminal: run its service, and read, verify and explain codes without any.

``python -m wallet serve`` runs the service. ``qrpay qr decode``, ``verify`` and ``explain`` (module
``codes``), ``qrpay wallet export`` and ``erase`` (``personal``) are announced in ``pyproject.toml``
(entry points ``qrpay.commands``).
"""

from __future__ import annotations

import click

from ledger.kit.terminal import understood
from wallet import config
from wallet.cli.codes import decode, explain, verify
from wallet.cli.personal import erase, export

__all__ = ["decode", "erase", "explain", "export", "program", "verify"]


@click.group()
def program() -> None:
    """Run the wallet service; its settings are the variables QRPAY_WALLET_*."""


@program.command()
def serve() -> None:
    """Answer until told to stop."""
    # The server and the whole of the wallet take a while to load, which --help need not wait for.
    from ledger.kit.serving.program import run  # noqa: PLC0415

    run("wallet", understood(config.from_environment))
