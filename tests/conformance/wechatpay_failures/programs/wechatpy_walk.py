"""A shop written with PyPI's wechatpy, unmodified, walks a table of failures.

Run under the SDK's own interpreter, and led here by its class attribute ``API_BASE_URL``. What to
do comes as JSON on its standard input; what the SDK gave or raised for each call goes to its
standard output, with what its own check says of the sign.
"""

from __future__ import annotations

import json
import operator
import sys
import urllib.request
from functools import cache
from typing import Any

import xmltodict
from wechatpy.exceptions import WeChatPayException
from wechatpy.pay import WeChatPay

Json = dict[str, Any]

TOLD: Json = json.load(sys.stdin)


class LocalPay(WeChatPay):  # type: ignore[misc]
    """The SDK's client at another base address."""

    API_BASE_URL = TOLD["base_url"]


@cache
def shop(client: str) -> WeChatPay:
    """Build the SDK's client."""
    return LocalPay(**TOLD["clients"][client])


def call(pay: WeChatPay, name: str, said: Json) -> Json:
    """Call by the SDK's own names; what it gives, or what it raised as an answer."""
    if isinstance(said.get("data"), str):
        said = {**said, "data": said["data"].encode(errors="surrogateescape")}
    url = [said.pop("url")] if "url" in said else []
    try:
        given: Json = operator.attrgetter(name)(pay)(*url, **said)
    except WeChatPayException as error:
        return read(pay, error)
    return given


def read(pay: WeChatPay, error: WeChatPayException) -> Json:
    """Tell what was raised; bills have the code in a field of their own."""
    answered = xmltodict.parse(error.response.content)["xml"]
    return {
        "code": error.errcode or answered["error_code"],
        "message": error.errmsg or error.return_msg,
        "is_communication": error.return_code == "FAIL",
        "sign_holds": "sign" in answered and pay.check_signature(answered),
    }


def ask(step: Json, last: Json) -> Json:
    """Have something happen beside the shop; what it gives."""
    body = json.dumps({**step, "last": last}).encode()
    request = urllib.request.Request(TOLD["shop"] + "/do", body)  # noqa: S310 - the test's own
    request.add_header("Content-Type", "application/json")
    with urllib.request.urlopen(request) as answer:  # noqa: S310
        given: Json = json.load(answer)
    return given


def filled(said: Json, last: Json) -> Json:
    """Put what was answered before in its place (``<digits>``)."""
    places = {name: value[1:-1] for name, value in said.items() if str(value)[:1] == "<"}
    return {**said, **{name: last[place] for name, place in places.items() if place in last}}


def walked(failure: Json) -> Json:
    """Do what comes before, call, undo; give what the SDK gave."""
    last: Json = {}
    for step in failure["before"]:
        if step["is_call"]:
            last = call(shop(""), step["name"], filled(step["said"], last))
        else:
            last = ask(step, last)
    step = failure["call"]
    told = call(shop(failure["client"]), step["name"], filled(step["said"], last))
    for name in failure["after"]:
        ask({"name": name, "said": {}}, {})
    return told


json.dump([walked(failure) for failure in TOLD["failures"]], sys.stdout)
