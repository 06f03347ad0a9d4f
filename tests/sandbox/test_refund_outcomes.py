"""WeChat Pay's refunds that do not arrive, for programs that can't send a header of their own."""

from __future__ import annotations

import pytest

from ledger.kit.transport import HttpTransport
from ledger.scenarios.tills import Tills
from ledger.testing.play import Play
from tests.sandbox.merchant import wechat_order

REFUNDS = "/v3/refund/domestic/refunds"


def refunded(play: Play, order_no: str, fen: int) -> str:
    """Give a part of a paid order back, and tell what a query says of it then."""
    till = Tills(play.ledger_url, HttpTransport(), "")
    body: dict[str, object] = {
        "out_trade_no": order_no,
        "out_refund_no": f"{order_no}-{fen}",
        "amount": {"refund": fen, "total": 5_000, "currency": "CNY"},
    }
    now = play.clock.now()
    assert till.call(f"POST {REFUNDS}", body, {}, now)["status"] == "PROCESSING"
    return str(till.call(f"GET {REFUNDS}/{order_no}-{fen}", {}, {}, now)["status"])


@pytest.mark.parametrize(
    ("kind", "magic_fen", "status"),
    [("refund.abnormal", 721, "ABNORMAL"), ("refund.closed", 722, "CLOSED")],
)
def test_a_refund_misses_its_payer_by_a_fault_and_by_its_amount(
    qrpay: Play, kind: str, magic_fen: int, status: str
) -> None:
    qrpay.wallet().pay(wechat_order(qrpay, "W-refund", "http://127.0.0.1:9/notify", 5_000))
    qrpay.faults.add(kind, order_no="W-refund", times=1)
    assert refunded(qrpay, "W-refund", 100) == status
    assert refunded(qrpay, "W-refund", 200) == "SUCCESS"
    assert refunded(qrpay, "W-refund", magic_fen) == status
    qrpay.assert_books_balanced()
