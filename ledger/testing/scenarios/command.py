"""``qrpay scenario list`` and ``run``: stories at the sandbox that is running."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

import click

from ledger.cli import Exit
from ledger.cli.sandbox.steering import Sandbox
from ledger.cli.up import data_option
from ledger.config import Settings
from ledger.kit.home import Home
from ledger.kit.secrets import SecretFolder
from ledger.kit.terminal import json_option, tell
from ledger.scenarios import script
from ledger.scenarios.playing import Played, play_all


@click.command("list")
@json_option
def list_scenarios(*, as_json: bool) -> None:
    """List the stories that come with qrpay, and what each is good for."""
    stories = {name: script.load(name) for name in script.names()}
    told = [each.told(name) for name, each in stories.items()]
    lines = [f"{name:26} {each.title}; {each.why}" for name, each in stories.items()]
    tell({"scenarios": told}, "\n".join(lines), as_json=as_json)


def _complete(ctx: click.Context, param: click.Parameter, begun: str) -> list[str]:
    """Complete a story's name in the shell."""
    del ctx, param
    return [name for name in script.names() if name.startswith(begun)]


@click.command("run")
@click.argument("names", nargs=-1, metavar="NAME...", shell_complete=_complete)
@click.option("--all", "everything", is_flag=True, help="All that come with qrpay.")
@data_option
@json_option
def run(names: tuple[str, ...], data: Path, *, everything: bool, as_json: bool) -> None:
    """Play the stories NAME, or files of your own, at the sandbox of `qrpay up`.

    Shops, payers, faults and time are the sandbox's, so a story about time moves its clock.
    """
    wanted = script.names() if everything else list(names)
    if not wanted:
        raise click.UsageError("name a story: `qrpay scenario list` tells all")
    sandbox = Sandbox(data)
    show(play_all(sandbox, vendor_keys_of(data), wanted), as_json=as_json)


def vendor_keys_of(data: Path) -> SecretFolder:
    """Give the keys towards vendors' integrations of the ledger on a data folder."""
    return SecretFolder(Settings(Home(data).folder / "ledger").vendor_keys_path)


def show(stories: Iterable[Played], *, as_json: bool) -> None:
    """Tell how each went, as it ends; exit code 1 where one broke."""
    broken = False
    for played in stories:
        broken = broken or bool(played.broken)
        if as_json:
            click.echo(json.dumps(played.as_json()))
        else:
            click.echo(f"{played.name}, order {played.order_no}")
            for number, sentence in enumerate(played.steps, 1):
                click.echo(f"  {number:>2} {sentence}")
            if played.broken:
                click.echo(f"  broken: {played.broken}")
    if broken:
        raise click.exceptions.Exit(Exit.FAILED)
