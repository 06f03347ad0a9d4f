"""Whatever a merchant signs and sends, it is answered by a result, and never by a failure of ours.

pytest tests/faces/antom/test_campaign.py --campaign 2000    ten thousand calls
pytest tests/faces/antom/test_campaign.py --seed 7           other ones
"""

from __future__ import annotations

import copy
import random

import pytest

from tests.faces.antom.antom_shop import BASE, AntomShop
from tests.faces.mutations import mutated

CALLS_EACH = 5


def test_no_signed_call_makes_the_ledger_fail(
    shop: AntomShop, request: pytest.FixtureRequest
) -> None:
    seed = request.config.getoption("--seed")
    draw = random.Random(20261122 if seed is None else seed)  # noqa: S311 - the same calls
    bought = shop.bought(no="P0")
    bodies = {
        "pay": [shop.asked(), shop.by_code("281006020000000000125733")],
        "inquiryPayment": [{"paymentRequestId": "P0"}, {"paymentId": bought["paymentId"]}],
        "cancel": [{"paymentRequestId": "P9"}],
        "refund": [shop.refund_of(bought, 1, "R1", refundReason="x", refundNotifyUrl="y")],
        "inquiryRefund": [{"refundRequestId": "R1"}],
    }
    for number in range(CALLS_EACH * int(request.config.getoption("--campaign"))):
        name = draw.choice([*bodies])
        body = copy.deepcopy(draw.choice(bodies[name]))
        if "paymentRequestId" in body and name == "pay":
            body["paymentRequestId"] = f"F{number}"
        raw = mutated(body, draw)
        result = shop.read(BASE + name, shop.post(BASE + name, raw))["result"]
        assert result["resultCode"] != "UNKNOWN_EXCEPTION", (name, raw)
        assert result["resultStatus"] in "SFU"
