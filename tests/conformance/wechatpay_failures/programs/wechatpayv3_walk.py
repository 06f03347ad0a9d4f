"""A shop written with PyPI's wechatpayv3, unmodified, walks a table of failures.

Run under the SDK's own interpreter. What to do comes as JSON on its standard input: for each
failure what is done before, the call, and what is done after; what the SDK gave for each call goes
to its standard output.
"""

from __future__ import annotations

import json
import sys
import urllib.request
from functools import cache
from typing import Any

from wechatpayv3 import WeChatPay, WeChatPayType

Json = dict[str, Any]

TOLD: Json = json.load(sys.stdin)


@cache
def shop(client: str) -> WeChatPay:
    """Build the SDK's client; a stranger's could not fetch certificates."""
    who = TOLD["clients"][client]
    by_public_key = TOLD["public_key_mode"] or client == "stranger"
    keys = {"public_key": who["public_key"], "public_key_id": who["public_key_id"]}
    return WeChatPay(
        wechatpay_type=WeChatPayType.NATIVE,
        mchid=who["mchid"],
        private_key=who["private_key"],
        cert_serial_no=who["serial_no"],
        apiv3_key=who["apiv3_key"],
        appid=who["appid"],
        **(keys if by_public_key else {}),
    )


def call(client: WeChatPay, name: str, said: Json) -> tuple[int, Json]:
    """Call by the SDK's own names, and read what it gives once it has verified it."""
    kind = getattr(WeChatPayType, name.upper(), None)
    if kind is not None:
        status, message = client.pay(pay_type=kind, **said)
    else:
        status, message = getattr(client, METHODS[name])(**said)
    is_told = bool(message) and message[:1] in ("{", b"{")
    return status, json.loads(message) if is_told else {}


METHODS = {
    "query": "query",
    "query_by_id": "query",
    "close": "close",
    "reverse": "codepay_reverse",
    "refund": "refund",
    "query_refund": "query_refund",
    "abnormal_refund": "abnormal_refund",
    "trade_bill": "trade_bill",
    "fund_flow_bill": "fundflow_bill",
    "download": "download_bill",
}


def ask(step: Json, last: Json) -> Json:
    """Have something happen beside the shop; what it gives."""
    body = json.dumps({**step, "last": last}).encode()
    request = urllib.request.Request(TOLD["shop"] + "/do", body)  # noqa: S310 - the test's own
    request.add_header("Content-Type", "application/json")
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request) as answer:
        given: Json = json.load(answer)
    return given


def filled(said: Any, last: Json) -> Any:
    """Put what was answered before in its place (``<code_url>``)."""
    if isinstance(said, dict):
        return {name: filled(each, last) for name, each in said.items()}
    is_place = isinstance(said, str) and said.startswith("<")
    return last[said[1:-1]] if is_place else said


def walked(failure: Json) -> Json:
    """Do what comes before, call, undo; give what the SDK gave."""
    last: Json = {}
    for step in failure["before"]:
        if step["is_call"]:
            _, last = call(shop(""), step["name"], filled(step["said"], last))
        else:
            last = ask(step, last)
    step = failure["call"]
    status, told = call(shop(failure["client"]), step["name"], filled(step["said"], last))
    for name in failure["after"]:
        ask({"name": name, "said": {}}, {})
    return {"status": status, "code": told.get("code"), "message": told.get("message")}


json.dump([walked(failure) for failure in TOLD["failures"]], sys.stdout)
