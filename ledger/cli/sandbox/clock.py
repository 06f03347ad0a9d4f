"""``qrpay clock``: the one clock that till, wallet and provider of a sandbox go by."""

from __future__ import annotations

import json
from pathlib import Path

import click

from ledger.cli import NotRunning
from ledger.cli.home import Home
from ledger.cli.sandbox.steering import Sandbox
from ledger.cli.up import data_option, json_option
from ledger.kit.clock import SharedClock
from ledger.protocol.errors.content import FieldFormat
from ledger.protocol.instants import HOUR, to_text
from ledger.sandbox.durations import milliseconds


class Duration(click.ParamType[int]):
    """A time like ``90s``, ``10m``, ``2h`` or ``1d``, in milliseconds."""

    name = "duration"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> int:
        """Read it, or say how it is written."""
        try:
            return milliseconds(str(value))
        except FieldFormat as error:
            self.fail(error.detail, param, ctx)


@click.command()
@click.option("--advance", type=Duration(), default="0s", help="Let this much time pass: 90s, 1d.")
@data_option
@json_option
def clock(advance: int, data: Path, *, as_json: bool) -> None:
    """Tell the sandbox's time, or let time pass for all three parties at once.

    Codes expire, days end and are settled, notifications are tried again, each at its moment, as if
    you had waited. Time does not pass backwards.
    """
    shared = SharedClock(Home(data).clock)
    if advance:
        _advance(data, shared, advance)
    now = to_text(shared.now())
    if as_json:
        click.echo(json.dumps({"now": now, "ahead_ms": shared.ahead_ms()}))
    else:
        click.echo(f"{now}, {shared.ahead_ms() / HOUR:,.1f} hours ahead of this machine")


def _advance(data: Path, shared: SharedClock, milliseconds: int) -> None:
    """Have the running sandbox let time pass, which works on the way; else move the clock alone."""
    try:
        running = Sandbox(data)
    except NotRunning:
        shared.advance(milliseconds)
    else:
        running.post("clock", advance_ms=milliseconds)
