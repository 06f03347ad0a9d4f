"""Whatever a merchant signs and sends, it is answered by a result, and never by a failure of ours.

A run makes some hundreds of calls; ten thousand were made once, with the same result.
"""

from __future__ import annotations

import copy
import random

from tests.faces.antom.antom_shop import BASE, AntomShop
from tests.faces.mutations import mutated

CALLS = 300


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
