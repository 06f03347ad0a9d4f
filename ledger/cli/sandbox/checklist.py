"""``qrpay checklist``: what a merchant's program was seen to do right and wrong so far."""

from __future__ import annotations

import json
from pathlib import Path

import click

from ledger.cli import Exit
from ledger.cli.sandbox.steering import Sandbox, Told
from ledger.cli.up import data_option
from ledger.kit.terminal import json_option
from ledger.sandbox.checklist.judging import Verdict

NOBODY = "Nobody of whom that is asked has called yet: let your program sell something first."
_MARKS = {Verdict.TICKED: "[x]", Verdict.NOT_SEEN: "[ ]", Verdict.VIOLATED: "[!]"}


@click.command()
@click.option("--merchant", default="", help="Of this merchant only, like M2088DEMO000001.")
@click.option("--face", default="", help="By this face only: alipay, antom, wechatpay, native ...")
@data_option
@json_option
def checklist(merchant: str, face: str, data: Path, *, as_json: bool) -> None:
    """Tell what was seen to be right, and what was not, in the calls of each merchant's program.

    Each point is ticked, violated or not seen yet; then the line says how to make it show. Ends
    with 1 if any is violated.
    """
    told = Sandbox(data).get("checklist", merchant=merchant, face=face)
    found = told["checklists"]
    if as_json:
        click.echo(json.dumps(told))
    else:
        click.echo("\n\n".join(map(_page, found)) or NOBODY)
    if any(point["verdict"] == Verdict.VIOLATED for each in found for point in each["points"]):
        raise click.exceptions.Exit(Exit.FAILED)


def _page(told: Told) -> str:
    return "\n".join([f"{told['merchant']} by {told['face']}", *map(_line, told["points"])])


def _line(point: Told) -> str:
    mark = _MARKS[Verdict(point["verdict"])]
    seen = f"{point['evidence']}: {point['what']}" if point["evidence"] else point["provoke"]
    return f"{mark} {point['right']}\n      {seen}"
