"""Looking up: one's own and nothing else; somebody else's is told like nothing at all."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from ledger.core import queries
from ledger.core.ports import Books
from ledger.core.records.payments import Payment
from ledger.protocol.errors.checkout import OrderNotFound, PayerNotFound
from ledger.protocol.identifiers import PayerId, PaymentId
from ledger.protocol.lifecycle import PaymentState
from ledger.protocol.money import Money, currency
from tests.core.demo_world import KIOSK, SHOP, World
from tests.core.state import refused

UNKNOWN = PaymentId("pay_01KAK9Q3ZV7T2M5X8B4C6D0E")

Lookup = Callable[[Books, str, PaymentId], object]

BY_MERCHANT: dict[str, Lookup] = {
    "payment": lambda books, merchant_id, payment_id: queries.payment_of_merchant(
        books, merchant_id=merchant_id, payment_id=payment_id
    ),
    "refunds": lambda books, merchant_id, payment_id: queries.refunds_of_payment(
        books, merchant_id=merchant_id, payment_id=payment_id
    ),
    "receipts": lambda books, merchant_id, payment_id: queries.receipts_of_payment(
        books, merchant_id=merchant_id, payment_id=payment_id
    ),
}


@pytest.mark.parametrize("look_up", BY_MERCHANT.values(), ids=list(BY_MERCHANT))
def test_another_merchants_payment_can_not_be_told_from_none(world: World, look_up: Lookup) -> None:
    payment = world.paid(1295)
    answers = []
    for merchant_id, payment_id in ((KIOSK, payment.payment_id), (KIOSK, UNKNOWN)):
        with pytest.raises(OrderNotFound) as raised, world.store.reading() as books:
            look_up(books, merchant_id, payment_id)
        answers.append(str(raised.value).replace(payment_id, ""))
    assert answers[0] == answers[1]


def test_a_merchant_finds_its_payment_by_its_own_number(world: World) -> None:
    payment = world.request(1295, order_no="K-1")
    world.request(200, order_no="K-1", merchant_id=KIOSK)
    with world.store.reading() as books:
        found = queries.payment_by_order_no(books, merchant_id=SHOP, merchant_order_no="K-1")
    assert found == payment
    with refused(world, OrderNotFound), world.store.reading() as books:
        queries.payment_by_order_no(books, merchant_id=SHOP, merchant_order_no="K-2")


def test_a_merchant_sees_its_refunds_and_receipts_oldest_first(world: World) -> None:
    payment = world.paid(1295)
    numbers = ["R1", "R2"]
    for number in numbers:
        world.refund(payment, 100, number)
    with world.store.reading() as books:
        found = queries.refunds_of_payment(books, merchant_id=SHOP, payment_id=payment.payment_id)
        receipts = queries.receipts_of_payment(
            books, merchant_id=SHOP, payment_id=payment.payment_id
        )
    assert [refund.merchant_refund_no for refund in found] == numbers
    assert [receipt.kind for receipt in receipts] == ["payment", "refund", "refund"]


def test_a_payer_sees_only_payments_they_are_attached_to(world: World) -> None:
    mine, other = world.paid(100, "anna"), world.paid(100, "yuki")
    waiting = world.claim(world.request(100), "anna").payment
    anna = world.payer_id("anna")

    def of_anna(state: PaymentState | None) -> list[Payment]:
        with world.store.reading() as books:
            return queries.payments_of_payer(books, payer_id=anna, state=state, limit=10)

    assert [payment.payment_id for payment in of_anna(None)] == [
        waiting.payment_id,
        mine.payment_id,
    ]
    assert of_anna(PaymentState.AUTHORISING) == [waiting]
    with refused(world, OrderNotFound), world.store.reading() as books:
        queries.payment_of_payer(books, payer_id=anna, payment_id=other.payment_id)
    with world.store.reading() as books:
        found = queries.payment_of_payer(books, payer_id=anna, payment_id=mine.payment_id)
        receipts = queries.receipts_of_payer(books, payer_id=anna, limit=10)
    assert found == mine
    assert [receipt.payment_id for receipt in receipts] == [mine.payment_id]


def test_a_balance_is_in_the_payers_currency(world: World) -> None:
    with world.store.reading() as books:
        assert queries.balance(books, payer_id=world.payer_id("omar")) == Money(
            50_000, currency("BHD")
        )
    with refused(world, PayerNotFound), world.store.reading() as books:
        queries.balance(books, payer_id=PayerId("pyr_01KAK9Q3ZV7T2M5X8B4C6D0E"))


def test_a_merchant_lists_its_newest_payments(world: World) -> None:
    payments = [world.request(100) for _ in range(3)]
    world.request(100, merchant_id=KIOSK)
    with world.store.reading() as books:
        found = books.payments.of_merchant(SHOP, 2)
    assert found == [payments[2], payments[1]]


def test_whoever_never_left_a_deposit_has_nothing_held(world: World) -> None:
    with world.store.reading() as books:
        assert queries.held(books, payer_id=world.payer_id("yuki")) == Money(0, currency("JPY"))
