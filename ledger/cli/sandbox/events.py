"""``qrpay events`` and ``qrpay listen``: what merchants are told, again and elsewhere."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path

import click

from ledger.cli.sandbox.steering import Sandbox, Told
from ledger.cli.up import data_option
from ledger.kit.terminal import HOW_MANY, MANY, json_option, tell
from ledger.protocol.errors.sandbox import NothingCame

_LONG_WAIT_S = 30


@click.command("list")
@click.option("--event", default="", help="Of this event only, like payment.paid.")
@click.option("--order", "order_no", default="", help="About this number of the merchant's only.")
@data_option
@json_option
def list_events(event: str, order_no: str, data: Path, *, as_json: bool) -> None:
    """List the attempts to tell merchants, lost ones too."""
    told = Sandbox(data).get("notifications", event=event, order_no=order_no, lost_too="yes")
    lines = [_line(each) for each in told["notifications"]]
    tell(told, "\n".join(lines) or "Nobody was told anything.", as_json=as_json)


@click.command("show")
@click.argument("number", type=int)
@data_option
@json_option
def show(number: int, data: Path, *, as_json: bool) -> None:
    """Tell the attempt NUMBER with all that was sent: as JSON either way, --json on one line."""
    told = Sandbox(data).get(f"notifications/{number}")
    tell(told, json.dumps(told, indent=1), as_json=as_json)


@click.command("resend")
@click.argument("number", type=int)
@click.option("--times", type=HOW_MANY, default=1, show_default=True, help="How often.")
@data_option
@json_option
def resend(number: int, times: int, data: Path, *, as_json: bool) -> None:
    """Tell again what the attempt NUMBER told, from the start of its schedule."""
    sandbox = Sandbox(data)
    about = sandbox.get(f"notifications/{number}")["about"]
    for _ in range(times):
        for each in about:
            last = sandbox.get("notifications", lost_too="yes")["notifications"][-1]["number"]
            named = each["notification_id"]
            sandbox.post(f"notifications/{named}/resend")
            sandbox.get("wait", notification_id=named, after=last, lost_too="yes", within_s=30)
    named = ", ".join(each["notification_id"] for each in about)
    tell({"resent": named, "times": times}, f"Told again: {named}.", as_json=as_json)


@click.command("listen")
@click.option("--forward-to", "url", required=True, help="An address of this machine.")
@click.option(
    "--count", type=click.IntRange(0, MANY), default=0, help="End after so many; else with Ctrl-C."
)
@data_option
@json_option
def listen(url: str, count: int, data: Path, *, as_json: bool) -> None:
    """Have notifications posted to URL, whatever address was named, and tell of each.

    They are signed as ever, come again on their schedules, and your answers count.
    """
    sandbox = Sandbox(data)
    sandbox.post("forward", url=url)
    if not as_json:
        click.echo(f"Forwarding to {url}. Stop with Ctrl-C.", err=True)
    try:
        with suppress(KeyboardInterrupt):
            _follow(sandbox, count, as_json=as_json)
    finally:
        sandbox.delete("forward")


def _follow(sandbox: Sandbox, count: int, *, as_json: bool) -> None:
    known = [
        each["number"] for each in sandbox.get("notifications", lost_too="yes")["notifications"]
    ]
    seen, after = 0, max(known, default=0)
    while not count or seen < count:
        found = sandbox.get("notifications", after=after, lost_too="yes")["notifications"]
        for each in found:
            tell(each, _line(each), as_json=as_json)
            seen, after = seen + 1, each["number"]
        if not found:
            with suppress(NothingCame):
                sandbox.get("wait", after=after, lost_too="yes", within_s=_LONG_WAIT_S)


def _line(attempt: Told) -> str:
    about = attempt["about"][0]
    answer = f"{attempt['status']} {attempt['answer'][:40]!r}" if attempt["status"] else "no answer"
    more = f" and {len(attempt['about']) - 1} more" if len(attempt["about"]) > 1 else ""
    faults = f"  [{', '.join(attempt['faults'])}]" if attempt["faults"] else ""
    return (
        f"{attempt['number']:>4} {attempt['at']} {about['event']:<17} {about['order_no']}{more}"
        f"  try {about['attempt']}  {attempt['url']}  {answer}{faults}"
    )
