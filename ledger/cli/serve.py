"""``python -m ledger``: run the provider's service, or show the key that others pin."""

from __future__ import annotations

import click

from ledger import config
from ledger.kit.terminal import understood


@click.group()
def program() -> None:
    """Run the ledger; its settings are the variables QRPAY_LEDGER_*."""


@program.command()
def serve() -> None:
    """Answer until told to stop."""
    # The server and the whole of the ledger take a while to load, which --help need not wait for.
    from ledger.kit.serving.program import run  # noqa: PLC0415

    run("ledger", understood(config.from_environment))


@program.command()
def door() -> None:
    """Stand between a local network and the services, as `qrpay up --lan` says."""
    from ledger.cli.lan.door import read_settings  # noqa: PLC0415 (as above)
    from ledger.kit import serving  # noqa: PLC0415

    chosen = read_settings()
    with serving.named_refusals():
        serving.serve(
            "ledger.cli.lan.door:from_environment",
            host=chosen.host,
            port=chosen.port,
            listening=chosen.listening,
        )


@program.command()
def key() -> None:
    """Show the ledger's public key as tills and wallets pin it, made if there is none yet."""
    from ledger.kit.entropy import SystemEntropy  # noqa: PLC0415 (as above)
    from ledger.ops import keys  # noqa: PLC0415

    settings = understood(config.from_environment)
    made = keys.signing_key(settings.signing_key_path, SystemEntropy())
    click.echo(keys.pinned(made.public))
