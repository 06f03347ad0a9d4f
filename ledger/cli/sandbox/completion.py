"""``qrpay completion``: let the shell complete commands and options."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

from ledger.cli import main

SHELLS = ("bash", "zsh", "fish")


@click.command()
@click.argument("shell", type=click.Choice(SHELLS))
def completion(shell: str) -> None:
    """Print what SHELL needs to complete qrpay's commands; source it in its start-up file.

    bash: eval "$(qrpay completion bash)"
    """
    chosen = get_completion_class(shell)
    if chosen is None:
        raise click.UsageError(f"click knows no completion for {shell}")
    click.echo(chosen(main, {}, "qrpay", "_QRPAY_COMPLETE").source())
