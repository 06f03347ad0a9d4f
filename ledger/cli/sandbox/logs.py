"""``qrpay logs tail``: what the provider is asked, as it comes."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import click

from ledger.cli.sandbox.steering import Sandbox, Told
from ledger.cli.up import data_option
from ledger.kit.terminal import json_option, tell
from ledger.protocol.errors.sandbox import NothingCame

_LONG_WAIT_S = 30


@click.command("tail")
@click.option("--call", default="", help="Of this call only: alipay.trade.pay, or METHOD PATH.")
@click.option("--order", "order_no", default="", help="About this number of the merchant's only.")
@click.option("--face", default="", help="By this face only: alipay, antom, wechatpay, native ...")
@click.option("--status", default=0, help="With this status only.")
@click.option("--no-follow", is_flag=True, help="What is remembered, and no more.")
@click.option("--whole", is_flag=True, help="With headers and bodies; as JSON.")
@data_option
@json_option
def tail(data: Path, *, no_follow: bool, whole: bool, as_json: bool, **asked: object) -> None:
    """Tell each request to the provider with its answer, until Ctrl-C."""
    sandbox, after = Sandbox(data), 0
    with suppress(KeyboardInterrupt):
        while True:
            found = sandbox.get("requests", after=after, **asked)["requests"]
            for each in found:
                after = each["number"]
                told = sandbox.get(f"requests/{after}") if whole else each
                tell(told, _line(each), as_json=as_json or whole)
            if no_follow:
                return
            if not found:
                with suppress(NothingCame):
                    query = {"for": "request", "after": after, "within_s": _LONG_WAIT_S, **asked}
                    sandbox.get("wait", **query)


def _line(asked: Told) -> str:
    faults = f"  [{', '.join(asked['faults'])}]" if asked["faults"] else ""
    status = asked["status"] or "---"
    return (
        f"{asked['number']:>4} {asked['at']} {status} {asked['face']:<12} {asked['name']}"
        f"  {asked['order_no']}{faults}"
    )
