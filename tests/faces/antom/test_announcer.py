"""``notifyPayment``: signed over the merchant's own path, until the merchant acknowledges."""

from __future__ import annotations

import json

import pytest

from ledger.core.records.notices import DeliveryState
from ledger.faces.antom.announcer import RETRY_AFTER_MS
from ledger.kit.transport import Response
from ledger.protocol.instants import HOUR, MINUTE, later
from tests.faces.antom.antom_shop import CLIENT, NOTIFY, AntomShop, Json, check

TAKEN = Response(
    200,
    {},
    b'{"result":{"resultCode":"SUCCESS","resultStatus":"S","resultMessage":"success"}}',
)


def told(shop: AntomShop) -> list[Json]:
    """What the merchant is told from now on, each with its signature checked."""
    shop.listener.posts.clear()
    shop.notifier.deliver_due()
    for url, headers, body in shop.listener.posts:
        path = "/" + url.split("/", 3)[3].split("?")[0]
        check(path, CLIENT, headers["request-time"], body, headers["signature"])
        assert headers["client-id"] == CLIENT
    return [json.loads(body) for _, _, body in shop.listener.posts]


def test_a_paid_payment_is_told_signed_with_what_was_paid(shop: AntomShop) -> None:
    shop.listener.answer = TAKEN
    paid = shop.bought(name="li-wei")
    (message,) = told(shop)
    assert shop.listener.posts[0][0] == NOTIFY
    assert (message["notifyType"], message["result"]["resultStatus"]) == ("PAYMENT_RESULT", "S")
    for name in ("paymentId", "paymentRequestId", "paymentAmount", "actualPaymentAmount"):
        assert message[name] == paid[name]
    assert told(shop) == []


def test_a_failed_payment_is_told_with_its_result(shop: AntomShop) -> None:
    shop.call("pay", shop.by_code("281234567890123456"))
    (message,) = told(shop)
    assert message["result"]["resultCode"] == "INVALID_PAYMENT_CODE"
    assert message["paymentRequestId"] == "P1"


def test_a_refund_is_told_at_its_own_address_or_not_at_all(shop: AntomShop) -> None:
    shop.listener.answer = TAKEN
    paid = shop.bought()
    told(shop)
    shop.call("refund", shop.refund_of(paid, 100, "R1"))
    assert told(shop) == []
    address = "http://127.0.0.1:9/refunds"
    shop.call("refund", shop.refund_of(paid, 200, "R2", refundNotifyUrl=address))
    (message,) = told(shop)
    assert shop.listener.posts[0][0] == address
    assert (message["notifyType"], message["refundRequestId"]) == ("REFUND_RESULT", "R2")
    assert message["refundAmount"]["value"] == "200"


def test_a_cancellation_is_not_told(shop: AntomShop) -> None:
    shop.call("pay", shop.asked())
    shop.call("cancel", {"paymentRequestId": "P1"})
    assert told(shop) == []


@pytest.mark.parametrize(
    "answer",
    [
        Response(200, {}, b"success"),
        Response(200, {}, b'{"result":{"resultStatus":"F"}}'),
        Response(200, {}, b"{}"),
        Response(200, {}, b"\xff"),
        Response(500, {}, TAKEN.body),
    ],
)
def test_anything_but_an_acknowledgement_is_tried_again(shop: AntomShop, answer: Response) -> None:
    shop.listener.answer = answer
    shop.bought()
    assert len(told(shop)) == 1
    shop.now = later(shop.now, 2 * MINUTE - 1)
    assert told(shop) == []
    shop.now = later(shop.now, 1)
    assert len(told(shop)) == 1


def test_after_eight_times_within_a_day_it_is_over(shop: AntomShop) -> None:
    assert len(RETRY_AFTER_MS) == 7
    assert sum(RETRY_AFTER_MS) == 24 * HOUR + 22 * MINUTE
    shop.listener.answer = Response(500, {}, b"")
    shop.bought()
    assert len(told(shop)) == 1
    for wait in RETRY_AFTER_MS:
        shop.now = later(shop.now, wait)
        assert len(told(shop)) == 1
    with shop.store.reading() as books:
        assert books.outbox.waiting() == 0
        (payment,) = books.payments.page("", 10)
        (row,) = books.outbox.of_payment(payment.payment_id)
    assert row.state is DeliveryState.DEAD
