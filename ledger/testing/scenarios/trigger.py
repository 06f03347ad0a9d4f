"""``qrpay trigger EVENT``: have an event happen now, with all that leads to it."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import click

from ledger.cli.sandbox.steering import Sandbox
from ledger.cli.up import data_option
from ledger.kit.terminal import json_option, tell
from ledger.protocol.errors.sandbox import EventUnknown
from ledger.scenarios import script
from ledger.scenarios.playing import play_all
from ledger.testing.scenarios.command import show, vendor_keys_of

FACES: Final = ("alipay", "wechatpay", "antom", "native")


def events() -> list[str]:
    """Name the events that can be had."""
    return sorted({name.partition("@")[0] for name in script.names(script.EVENTS)})


def _story_of(event: str, face: str | None) -> str:
    """Name the story that leads to an event; raises ``EventUnknown``."""
    tellers = [each for each in FACES if f"{event}@{each}" in script.names(script.EVENTS)]
    if not tellers:
        raise EventUnknown(f"{event[:60]!r} is none of {', '.join(events())}")
    if face and face not in tellers:
        raise EventUnknown(f"{face} does not tell {event}, but {', '.join(tellers)} can")
    return f"{event}@{face or tellers[0]}"


def _told(name: str) -> dict[str, str]:
    event, _, face = name.partition("@")
    story = script.load(name, script.EVENTS)
    return {"event": event, "face": face, "title": story.title, "why": story.why}


def _complete(ctx: click.Context, param: click.Parameter, begun: str) -> list[str]:
    """Complete an event's name in the shell."""
    del ctx, param
    return [name for name in events() if name.startswith(begun)]


@click.command()
@click.argument("event", required=False, shell_complete=_complete)
@click.option("--face", type=click.Choice(FACES), help="Who tells.  [default: who first can]")
@click.option("--notify-url", default="", help="Where the shop is told, at this machine.")
@click.option("--list", "only_list", is_flag=True, help="Say what can be had, and end.")
@data_option
@json_option
def trigger(
    *,
    event: str | None,
    face: str | None,
    notify_url: str,
    only_list: bool,
    data: Path,
    as_json: bool,
) -> None:
    """Make EVENT happen: a real order of a demo shop's, paid, refunded or what it takes.

    The shop is told at --notify-url, or wherever `qrpay listen` forwards to. Telling again what was
    told before is `qrpay events resend`.
    """
    known = script.names(script.EVENTS)
    if only_list or not event:
        told = [_told(name) for name in known]
        lines = [f"{each['event']:18} {each['face']:10} {each['title']}" for each in told]
        tell({"events": told}, "\n".join(lines), as_json=as_json)
        return
    story = _story_of(event, face)
    played = play_all(
        Sandbox(data),
        vendor_keys_of(data),
        [story],
        shelf=script.EVENTS,
        notify_url=notify_url,
    )
    show(played, as_json=as_json)
