"""``qrpay fault``: what shall go wrong in the sandbox that is running."""

from __future__ import annotations

from pathlib import Path

import click

from ledger.cli.sandbox.clock import Duration
from ledger.cli.sandbox.steering import Sandbox, Told
from ledger.cli.up import data_option
from ledger.kit.terminal import MANY, json_option, tell
from ledger.sandbox.faults import FaultKind

KINDS = [kind.label for kind in FaultKind]


@click.command("add")
@click.argument("kind", type=click.Choice(KINDS), metavar="KIND")
@click.option("--merchant", default="", help="Of this merchant, or account at a vendor, only.")
@click.option("--order", "order_no", default="", help="Of this number of the merchant's only.")
@click.option("--call", default="", help="Of this call only: alipay.trade.pay, or METHOD PATH.")
@click.option("--payer", default="", help="Of this payer only, like anna.")
@click.option("--event", default="", help="Of this event only, like payment.paid.")
@click.option(
    "--times",
    type=click.IntRange(0, MANY),
    default=0,
    help="The next so many; else until it is cleared.",
)
@click.option("--percent", default=100, show_default=True, help="Of what fits, drawn by the seed.")
@click.option("--delay", type=Duration(), default="0s", help="How late, or how far off: 90s, 10m.")
@click.option("--code", default="", help="Of call.refused: by which, like ACQ.PAYMENT_FAIL.")
@data_option
@json_option
def add(kind: str, delay: int, data: Path, *, as_json: bool, **whom: object) -> None:
    """Let KIND go wrong from now on: answer.lost, call.failed, notification.doubled ...

    `qrpay fault list --kinds` tells all of them.
    """
    added = Sandbox(data).post("faults", kind=kind, delay_ms=delay, **whom)
    tell(added, f"Fault {added['number']}: {_line(added)}", as_json=as_json)


@click.command("list")
@click.option("--kinds", is_flag=True, help="Everything that can go wrong, instead.")
@data_option
@json_option
def list_faults(data: Path, *, kinds: bool, as_json: bool) -> None:
    """List the faults that are set, and how often each happened."""
    if kinds:
        lines = [f"{kind.label:<28} {kind.what}" for kind in FaultKind]
        table = [{"kind": kind.label, "what": kind.what} for kind in FaultKind]
        tell({"kinds": table}, "\n".join(lines), as_json=as_json)
        return
    told = Sandbox(data).get("faults")
    lines = [f"{each['number']:>3} {_line(each)}" for each in told["faults"]]
    tell(told, "\n".join(lines) or "Nothing shall go wrong.", as_json=as_json)


@click.command("clear")
@click.argument("number", type=int, default=0)
@data_option
@json_option
def clear(number: int, data: Path, *, as_json: bool) -> None:
    """Take out the fault NUMBER, or all."""
    told = Sandbox(data).delete(f"faults/{number}" if number else "faults")
    tell(told, f"{len(told['faults'])} left.", as_json=as_json)


def _line(fault: Told) -> str:
    whom = [
        f"{name} {fault[name]}"
        for name in ("merchant", "order_no", "call", "payer", "event")
        if fault[name]
    ]
    often = f"{fault['times']} times" if fault["times"] else "until cleared"
    share = f", {fault['percent']} %" if fault["percent"] != 100 else ""  # noqa: PLR2004 (all)
    by_code = f" by {fault['code']}" if fault["code"] else ""
    return (
        f"{fault['kind']}{by_code}, {', '.join(whom) or 'of anybody'}, {often}{share};"
        f" happened {fault['struck']} times"
    )
