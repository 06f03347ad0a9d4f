"""``qrpay clock``: the one clock that till, wallet and provider of a sandbox go by."""

from __future__ import annotations

import json
from pathlib import Path

import click
from click.core import ParameterSource

from ledger.cli import NotRunning
from ledger.cli.sandbox.steering import Sandbox
from ledger.cli.up import data_option
from ledger.kit.clock import SharedClock
from ledger.kit.course import SPEED_MOST
from ledger.kit.home import Home
from ledger.kit.terminal import json_option
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


@click.group(invoke_without_command=True)
@click.option("--advance", type=Duration(), default="0s", help="Let this much time pass: 90s, 1d.")
@data_option
@json_option
@click.pass_context
def clock(ctx: click.Context, advance: int, data: Path, *, as_json: bool) -> None:
    """Tell the sandbox's time, or lead it for all three parties at once.

    Codes expire, days end and are settled, notifications are tried again, each at its moment, as if
    you had waited. Time does not pass backwards.
    """
    if ctx.invoked_subcommand is not None:
        if any(
            ctx.get_parameter_source(each) is ParameterSource.COMMANDLINE for each in ctx.params
        ):
            raise click.UsageError(f"options go behind {ctx.invoked_subcommand!r}")
        return
    if advance:
        _lead(data, advance_ms=advance)
    _tell(data, as_json=as_json)


@clock.command()
@data_option
@json_option
def freeze(data: Path, *, as_json: bool) -> None:
    """Let time stand still, for all three parties."""
    _lead(data, speed=0)
    _tell(data, as_json=as_json)


@clock.command()
@data_option
@json_option
def unfreeze(data: Path, *, as_json: bool) -> None:
    """Let time go on from where it is, as fast as this machine's."""
    _lead(data, speed=1)
    _tell(data, as_json=as_json)


@clock.command()
@click.argument("speed", metavar="N", type=click.IntRange(0, SPEED_MOST))
@data_option
@json_option
def speed(speed: int, data: Path, *, as_json: bool) -> None:
    """Let N seconds pass in each second of this machine's, from where time is: 60, at most 300."""
    _lead(data, speed=speed)
    _tell(data, as_json=as_json)


def _lead(data: Path, *, advance_ms: int = 0, speed: int | None = None) -> None:
    """Have the running sandbox lead time, which works on the way; else move the clock alone."""
    try:
        running = Sandbox(data)
    except NotRunning:
        shared = SharedClock(Home(data).clock)
        shared.advance(advance_ms)
        if speed is not None:
            shared.go(speed)
    else:
        running.post("clock", advance_ms=advance_ms, speed=speed)


def _tell(data: Path, *, as_json: bool) -> None:
    shared = SharedClock(Home(data).clock)
    now, ahead_ms, speed = to_text(shared.now()), shared.ahead_ms(), shared.speed
    if as_json:
        click.echo(json.dumps({"now": now, "ahead_ms": ahead_ms, "speed": speed}))
        return
    ahead = f"{now}, {ahead_ms / HOUR:,.1f} hours ahead of this machine"
    how = {0: ", standing still", 1: ""}.get(speed, f", going {speed} times as fast")
    click.echo(f"{ahead}{how}")
