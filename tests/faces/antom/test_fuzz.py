"""Whatever a merchant signs and sends, it is answered by a result, and never by a failure of ours.

A run makes some hundreds of calls; ten thousand were made once, with the same result.
"""

from __future__ import annotations

import copy
import json
import random

from tests.faces.antom.antom_shop import BASE, AntomShop, Json

CALLS = 300
ODD: tuple[Json, ...] = (
    *(None, True, 0, -1, 10**19, 10**40, 1.5, 1e308, float("nan")),
    *("", " ", "0", "-1", "1e3", "EUR", "\x00", "\ud83d", "𝟏𝟐", "x" * 70, "ä" * 300, "\u202eevil"),
    *([], {}, [[]], {"a": {"b": {"c": {"d": {"e": {"f": {"g": {"h": {}}}}}}}}}),
    *("2026-02-30T00:00:00+00:00", "9999-12-31T23:59:59+14:00", "0001-01-01T00:00:00-14:00"),
    *("http://[::1", "281006020000000000125733", "28" + "9" * 16),
)


def places(body: Json, path: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    """Every place in a body, as the names that lead there."""
    found = []
    for name, value in body.items():
        found.append((*path, name))
        if isinstance(value, dict):
            found += places(value, (*path, name))
    return found


def mutated(body: Json, draw: random.Random) -> bytes:
    """A body with one to three things changed, or a byte of it."""
    body = copy.deepcopy(body)
    for _ in range(draw.randint(1, 3)):
        *way, last = draw.choice(places(body) or [("x",)])
        inside = body
        for name in way:
            inside = inside[name]
        if draw.random() < 0.2:
            inside.pop(last, None)
        else:
            inside[last] = copy.deepcopy(draw.choice(ODD))
    raw = bytearray(json.dumps(body).encode())
    if draw.random() < 0.1:
        raw[draw.randrange(len(raw))] = draw.randrange(256)
    return bytes(raw)


def test_no_signed_call_makes_the_ledger_fail(shop: AntomShop) -> None:
    draw = random.Random(20261122)  # noqa: S311 - the same calls each time
    bought = shop.bought(no="P0")
    bodies = {
        "pay": [shop.asked(), shop.by_code("281006020000000000125733")],
        "inquiryPayment": [{"paymentRequestId": "P0"}, {"paymentId": bought["paymentId"]}],
        "cancel": [{"paymentRequestId": "P9"}],
        "refund": [shop.refund_of(bought, 1, "R1", refundReason="x", refundNotifyUrl="y")],
        "inquiryRefund": [{"refundRequestId": "R1"}],
    }
    for number in range(CALLS):
        name = draw.choice([*bodies])
        body = copy.deepcopy(draw.choice(bodies[name]))
        if "paymentRequestId" in body and name == "pay":
            body["paymentRequestId"] = f"F{number}"
        raw = mutated(body, draw)
        result = shop.read(BASE + name, shop.post(BASE + name, raw))["result"]
        assert result["resultCode"] != "UNKNOWN_EXCEPTION", (name, raw)
        assert result["resultStatus"] in "SFU"
