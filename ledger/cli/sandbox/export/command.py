"""``qrpay export``: one payment's story in a form that others read."""

from __future__ import annotations

import json
from importlib.metadata import version
from pathlib import Path
from typing import Final

import click

from ledger.cli.sandbox.export import curl, har, mermaid, pytest_file
from ledger.cli.sandbox.export.found import Exchange, about
from ledger.cli.sandbox.steering import Sandbox
from ledger.cli.up import data_option
from ledger.kit.terminal import json_option

FORMS: Final = ("curl", "pytest", "har", "mermaid")


@click.command()
@click.argument("number")
@click.option("--as", "form", type=click.Choice(FORMS), default="mermaid", show_default=True)
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Write it there.")
@data_option
@json_option
def export(number: str, form: str, out: Path | None, data: Path, *, as_json: bool) -> None:
    """Write what happened to the payment NUMBER (yours, or pay_…) as curl, pytest, HAR or Mermaid.

    Tokens, PINs and cookies are left out.
    """
    text = written(about(Sandbox(data), number), form, number)
    if out:
        out.write_text(text, encoding="utf-8")
    if as_json:
        click.echo(json.dumps({"form": form, "text": text}))
    elif not out:
        click.echo(text, nl=False)


def written(exchanges: list[Exchange], form: str, number: str) -> str:
    """Write it in one of the forms; raises ``NotToBeAskedAgain`` for what no test can ask."""
    if form == "curl":
        return curl.script(exchanges)
    if form == "har":
        return har.archive(exchanges, version("qrpay"))
    if form == "pytest":
        return pytest_file.written(exchanges, number)
    return mermaid.diagram(exchanges)
