"""News of refunds, and of payments nobody rang up: the stickers' own."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ledger.protocol import messages
from ledger.protocol.errors.checkout import (
    NotificationReceiptMissing,
    ReceiptDiffers,
    StickerNotFound,
)
from ledger.protocol.identifiers import Kind, PaymentId
from ledger.protocol.lifecycle import PaymentState
from ledger.protocol.messages import (
    Notification,
    NotificationEvent,
    Presented,
    ReceiptKind,
    Signed,
)
from ledger.protocol.money import Money
from pos.counter import refunds
from pos.till import SaleState
from tests.pos.provider import Payment
from tests.pos.scene import PAID, Scene, other_receipts
from tests.pos.shop import EUR


def refund_told(scene: Scene, amount: Money, refund_id: str) -> tuple[Notification, Signed]:
    payment = scene.provider.payments[scene.payment_id]
    receipt = scene.provider.seal_receipt(payment, ReceiptKind.REFUND, amount, refund_id)
    opened = messages.open_receipt(receipt, scene.desk.provider_keys())
    told = scene.provider.notification(payment, NotificationEvent.REFUND_SUCCEEDED, opened)
    return told, receipt


def test_news_of_the_tills_own_refund_raises_no_alarm(scene: Scene) -> None:
    scene.receive(*scene.pay())
    refund = refunds.give_back(scene.desk, scene.sale.sale_id, Money(200, EUR))
    scene.receive(*refund_told(scene, Money(200, EUR), refund.refund_id))
    assert scene.alarms == []


def test_money_that_went_back_without_the_till_raises_an_alarm(scene: Scene) -> None:
    scene.receive(*scene.pay())
    elsewhere = scene.provider.ids.new(Kind.REFUND, scene.clock.now())
    told, receipt = refund_told(scene, Money(200, EUR), elsewhere)
    scene.receive(told, receipt)
    scene.receive(told, receipt)
    assert scene.alarms == ["REFUND_ELSEWHERE"]
    assert scene.state is SaleState.PAID
    assert receipt in scene.desk.store.evidence.receipts(scene.sale.sale_id)


def test_a_refund_and_its_receipt_state_the_same_amount(scene: Scene) -> None:
    scene.receive(*scene.pay())
    refund_id = scene.provider.ids.new(Kind.REFUND, scene.clock.now())
    told, receipt = refund_told(scene, Money(200, EUR), refund_id)
    with pytest.raises(ReceiptDiffers):
        scene.receive(replace(told, refund_amount=Money(201, EUR)), receipt)
    other = scene.provider.ids.new(Kind.REFUND, scene.clock.now())
    with pytest.raises(ReceiptDiffers):
        scene.receive(replace(told, refund_id=other), receipt)


def sticker_payment(scene: Scene, terminal_id: str) -> Payment:
    payment = Payment(
        payment_id=PaymentId(scene.provider.ids.new(Kind.PAYMENT, scene.clock.now())),
        merchant_order_no="S-4711",
        terminal_id=terminal_id,
        amount=Money(500, EUR),
        presented=Presented.STICKER,
        state=PaymentState.PAID,
    )
    scene.provider.payments[payment.payment_id] = payment
    return payment


def test_a_payment_by_a_sticker_is_a_sale_of_its_own(scene: Scene) -> None:
    payment = sticker_payment(scene, "T02")
    receipt = scene.provider.seal_receipt(payment, ReceiptKind.PAYMENT)
    told = scene.provider.notification(payment, PAID)
    for _ in range(3):
        scene.receive(told, receipt)
    sale, ours = scene.desk.store.sales.latest(10)
    assert (sale.state, sale.total, sale.sticker_id) == (SaleState.PAID, Money(500, EUR), "T02")
    assert (ours.sale_id, ours.state) == (scene.sale.sale_id, SaleState.COLLECTING)
    refund = refunds.give_back(scene.desk, sale.sale_id, None)
    assert scene.desk.store.sales.get(sale.sale_id).state is SaleState.REFUNDED
    assert refund.amount == Money(500, EUR)


def test_a_payment_by_a_strangers_sticker_is_refused(scene: Scene) -> None:
    payment = sticker_payment(scene, "T77")
    receipt = scene.provider.seal_receipt(payment, ReceiptKind.PAYMENT)
    with pytest.raises(StickerNotFound):
        scene.receive(scene.provider.notification(payment, PAID), receipt)
    assert len(scene.desk.store.sales.latest(10)) == 1


def test_a_stickers_payment_without_a_good_receipt_leaves_no_sale_behind(scene: Scene) -> None:
    payment = sticker_payment(scene, "T02")
    told = scene.provider.notification(payment, PAID)
    with pytest.raises(NotificationReceiptMissing):
        scene.receive(told, None)
    with pytest.raises(ReceiptDiffers):
        scene.receive(told, other_receipts(scene)[0])
    assert len(scene.desk.store.sales.latest(10)) == 1


@pytest.mark.parametrize(
    ("state", "event"),
    [
        (PaymentState.DECLINED, NotificationEvent.PAYMENT_DECLINED),
        (PaymentState.CLOSED, NotificationEvent.PAYMENT_CLOSED),
    ],
)
def test_a_sticker_that_was_scanned_and_not_paid_is_no_sale(
    scene: Scene, state: PaymentState, event: NotificationEvent
) -> None:
    payment = replace(sticker_payment(scene, "T02"), state=state)
    scene.receive(scene.provider.notification(payment, event), None)
    assert len(scene.desk.store.sales.latest(10)) == 1
