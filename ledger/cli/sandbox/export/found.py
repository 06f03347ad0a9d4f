"""What the record has about one payment: who asked what, who was told what, in its order.

A payment is meant by the merchant's number or by its own. Tokens, PINs and what a browser keeps are
taken out; what is signed stays as it is, since a signature is no secret.

    >>> clean_body('{"pin": "280601", "a": 1}')
    '{"pin": "…", "a": 1}'
    >>> clean_headers({"authorization": "Bearer abc", "cookie": "x", "accept": "*/*", "host": "h"})
    {'authorization': 'Bearer …', 'accept': '*/*'}
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from ledger.protocol.errors.sandbox import NotRemembered
from ledger.protocol.instants import Instant, from_text
from ledger.scenarios.control_api import ControlApi

_SECRET: Final = re.compile(r'("(?:pin|token|code_secret|secret)"\s*:\s*")[^"]*"')
_BEARER: Final = re.compile(r"^(Bearer|Basic) .*")
_OF_THE_LINE: Final = ("host", "connection", "content-length", "accept-encoding", "cookie")
_BY_A_WALLET: Final = re.compile(r"/(claim|offer|authorise|decline|release)$|^/v1/me\b|/stickers/")


@dataclass(frozen=True)
class Exchange:
    """A request and its answer: to the provider, or from it (``tells``), with what went wrong."""

    at: Instant
    number: int
    name: str
    face: str
    method: str
    url: str
    target: str
    headers: Mapping[str, str]
    body: str
    status: int
    answer_headers: Mapping[str, str]
    answer: str
    faults: tuple[str, ...]
    tells: bool = False

    @property
    def is_wallets(self) -> bool:
        """Whether a wallet asked, not a till."""
        path = self.target.partition("?")[0]
        return self.face == "native" and bool(_BY_A_WALLET.search(path))


def about(sandbox: ControlApi, number: str) -> list[Exchange]:
    """Give what the record has about a payment; raises ``NotRemembered`` where that is nothing."""
    told = sandbox.get("notifications", lost_too="yes")["notifications"]
    names = {number}
    for each in told:
        for item in each["about"]:
            if number in (item["order_no"], item["payment_id"]):
                names |= {item["order_no"], item["payment_id"]} - {""}
    asked = {
        each["number"]
        for name in names
        for query in ({"order_no": name}, {"text": name})
        for each in sandbox.get("requests", **query)["requests"]
    }
    calls = [_call(sandbox.url, sandbox.get(f"requests/{each}")) for each in sorted(asked)]
    posts = [
        _post(sandbox.get(f"notifications/{each['number']}"))
        for each in told
        if names & {item["order_no"] for item in each["about"]}
    ]
    if not calls and not posts:
        raise NotRemembered(f"the record has nothing about {number[:40]!r}")
    return sorted([*calls, *posts], key=lambda each: each.number)


def clean_headers(headers: Mapping[str, str]) -> dict[str, str]:
    """Leave out what belongs to the connection or to nobody else."""
    return {
        name: _BEARER.sub(r"\1 …", text)
        for name, text in headers.items()
        if name.lower() not in _OF_THE_LINE
    }


def clean_body(body: str) -> str:
    """Leave out what is secret."""
    return _SECRET.sub(r'\1…"', body)


def _call(url: str, told: Mapping[str, Any]) -> Exchange:
    return Exchange(
        at=from_text(told["at"]),
        number=told["number"],
        name=told["name"],
        face=told["face"],
        method=told["method"],
        url=f"{url}{told['target']}",
        target=told["target"],
        headers=clean_headers(told["headers"]),
        body=clean_body(told["body"]),
        status=told["status"],
        answer_headers=clean_headers(told["answer_headers"]),
        answer=clean_body(told["answer"]),
        faults=tuple(told["faults"]),
    )


def _post(told: Mapping[str, Any]) -> Exchange:
    first = told["about"][0]
    return Exchange(
        at=from_text(told["at"]),
        number=told["number"],
        name=first["event"],
        face=first["face"],
        method="POST",
        url=told["url"],
        target=told["url"],
        headers=clean_headers(told["headers"]),
        body=clean_body(told["body"]),
        status=told["status"],
        answer_headers={},
        answer=told["answer"],
        faults=tuple(told["faults"]),
        tells=True,
    )
