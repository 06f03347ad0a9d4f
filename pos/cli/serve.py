"""``python -m pos serve``: run the till."""

from __future__ import annotations

import click

from pos.cli.settings import settings


@click.group()
def program() -> None:
    """Run the till; its settings are the variables QRPAY_POS_*."""


@program.command()
def serve() -> None:
    """Answer until told to stop."""
    # The server and the whole of the till take a while to load, which --help need not wait for.
    from ledger.kit.serving.program import run  # noqa: PLC0415

    run("pos", settings())
