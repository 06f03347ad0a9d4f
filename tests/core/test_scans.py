"""A code and its payer's consent in one message: the code may open its payment."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from ledger.core.checkout import authorisations, capture
from ledger.core.checkout.capture import Captured
from ledger.core.checkout.deposits.holds import Held
from ledger.core.gathering import GatheredBooks
from ledger.core.ports import Books
from ledger.core.queries import receipts_of_payment
from ledger.core.records.parties import payer_audience
from ledger.core.records.payments import Payment
from ledger.protocol import messages
from ledger.protocol.errors.checkout import (
    NotEnoughFunds,
    OrderAlreadyPaid,
    OrderClaimed,
    OrderNumberReused,
    OrderState,
)
from ledger.protocol.errors.codes import (
    OfferNeeded,
)
from ledger.protocol.errors.service import InvariantBroken
from ledger.protocol.identifiers import PaymentId, payment_id_of
from ledger.protocol.instants import MINUTE
from ledger.protocol.lifecycle import PaymentState
from ledger.protocol.merchant_qr import DynamicCode
from ledger.protocol.messages import Intent, PaymentRequest, Presented
from ledger.protocol.money import Money, currency
from ledger.protocol.signing import merchant_owner
from tests.core.demo_world import EUR, KIOSK, SHOP, World
from tests.core.scanning import (
    bring,
    bring_one,
    consent_to,
    opened,
    scanned,
    shown,
    shown_for,
)
from tests.core.state import refused, state_of


def request_for(code: DynamicCode) -> PaymentRequest:
    """What the till of a code asks for once its line is up again."""
    return PaymentRequest(
        request_id=code.request_id,
        merchant_id=code.merchant_id,
        terminal_id=code.terminal_label,
        merchant_order_no=code.request_id,
        amount=code.amount,
        subject=f"Order {code.request_id}",
        basket_hash="ab" * 32,
        created_at=code.issued_at,
        expires_at=code.expires_at,
        presented=Presented.MERCHANT,
    )


def test_a_code_that_the_ledger_never_heard_of_opens_its_payment_and_is_paid(world: World) -> None:
    code = shown(world, 1295)
    agreed = bring_one(world, scanned(world, code, "anna"))
    assert isinstance(agreed, Captured)
    payment = agreed.payment
    assert (payment.state, payment.captured) == (PaymentState.PAID, Money(1295, EUR))
    assert payment.payment_id == payment_id_of(code.request_id)
    assert (payment.merchant_order_no, payment.subject) == (code.request_id, "")
    assert (payment.terminal_id, payment.basket_hash) == ("T01", "")
    assert payment.expires_at == code.expires_at
    assert world.balance("anna") == 20_000 - 1_295


def test_the_code_is_kept_as_what_the_merchant_signed(world: World) -> None:
    code = shown(world, 1295)
    agreed = bring_one(world, scanned(world, code, "anna"))
    assert agreed.payment.request_text == code.text
    assert agreed.payment.is_opened_by_code


def test_a_bill_number_in_the_code_is_the_order_number(world: World) -> None:
    code = shown(world, 1295, change=lambda code: replace(code, bill_no="K3-000417"))
    assert bring_one(world, scanned(world, code, "anna")).payment.merchant_order_no == "K3-000417"


def test_its_history_is_the_one_of_any_payment(world: World) -> None:
    payment = bring_one(world, scanned(world, shown(world, 1295), "anna")).payment
    with world.store.reading() as books:
        steps = [step.state_after for step in books.payments.history(payment.payment_id)]
    assert steps == ["AWAITING_PAYER", "AUTHORISING", "PAID"]


def test_shop_and_payer_are_told_of_the_end_alone(world: World) -> None:
    bring_one(world, scanned(world, shown(world, 1295), "anna"))
    assert told(world, merchant_owner(SHOP)) == ["payment.paid"]
    assert told(world, payer_audience(world.payer_id("anna"))) == ["payment.paid"]


def test_whose_claim_has_run_out_hears_that_somebody_else_pays(world: World) -> None:
    world.wallets["ben"] = world.add_payer("ben", "EUR", 2_000)
    request = world.new_request(1295)
    world.claim(world.send(request), "anna")
    world.wait(2 * MINUTE)
    bring_one(world, scanned(world, shown_for(world, request), "ben"))
    anna = told(world, payer_audience(world.payer_id("anna")))
    assert anna == ["payment.authorising", "payment.awaiting_payer"]
    assert told(world, merchant_owner(SHOP))[-1] == "payment.paid"


def told(world: World, audience: str) -> list[str]:
    with world.store.reading() as books:
        return [event.name for event in books.events.after(audience, 0, 100)]


def test_a_payment_that_the_till_has_asked_for_is_paid_in_the_same_way(world: World) -> None:
    request = world.new_request(1295)
    world.send(request)
    code = shown_for(world, request)
    payment = bring_one(world, scanned(world, code, "anna")).payment
    assert (payment.state, payment.subject) == (PaymentState.PAID, request.subject)
    assert not payment.is_opened_by_code


def test_a_deposit_that_the_till_has_asked_for_is_held(world: World) -> None:
    request = world.new_deposit(3000)
    world.send(request)
    code = shown_for(world, request)
    signed = consent_to(
        world, code, "anna", lambda consent: replace(consent, intent=Intent.DEPOSIT)
    )
    held = bring_one(world, opened(world, code.text, signed))
    assert isinstance(held, Held)
    assert held.payment.state is PaymentState.HELD


# --- Once ---------------------------------------------------------------------------------------


def test_the_same_consent_again_is_the_same_receipt_and_moves_nothing(world: World) -> None:
    item = scanned(world, shown(world, 1295), "anna")
    first = bring_one(world, item)
    before = state_of(world.store)
    assert bring_one(world, item) == first
    assert state_of(world.store) == before


def test_the_same_consent_is_still_answered_when_its_code_is_over(world: World) -> None:
    code = shown(world, 1295)
    signed = consent_to(world, code, "anna")
    first = bring_one(world, opened(world, code.text, signed))
    world.wait(10 * MINUTE)
    assert bring_one(world, opened(world, code.text, signed)) == first


def test_the_same_consent_twice_in_one_message_pays_once(world: World) -> None:
    item = scanned(world, shown(world, 1295), "anna")
    first, second = bring(world, item, item)
    assert isinstance(first, Captured)
    assert first == second
    assert world.balance("anna") == 20_000 - 1_295


def test_of_two_payers_who_scan_the_same_code_one_pays(world: World) -> None:
    world.wallets["ben"] = world.add_payer("ben", "EUR", 5_000)
    code = shown(world, 1295)
    first, second = bring(world, scanned(world, code, "anna"), scanned(world, code, "ben"))
    assert isinstance(first, Captured)
    assert type(second) is OrderAlreadyPaid
    assert world.balance("ben") == 5_000


def test_a_bad_one_does_not_fail_its_neighbours(world: World) -> None:
    good, dear, after = (shown(world, amount) for amount in (1_000, 30_000, 2_000))
    results = bring(world, *(scanned(world, code, "anna") for code in (good, dear, after)))
    assert [type(result) for result in results] == [Captured, NotEnoughFunds, Captured]
    assert world.balance("anna") == 20_000 - 3_000


# --- The till's own request ---------------------------------------------------------------------


def test_the_tills_request_that_follows_is_the_payment_its_code_opened(world: World) -> None:
    code = shown(world, 1295)
    paid = bring_one(world, scanned(world, code, "anna")).payment
    assert world.send(request_for(code)) == paid


OTHER_REQUESTS: dict[str, Callable[[PaymentRequest], PaymentRequest]] = {
    "amount": lambda request: replace(request, amount=Money(1296, EUR)),
    "currency": lambda request: replace(request, amount=Money(1295, currency("USD"))),
    "terminal": lambda request: replace(request, terminal_id="T02"),
    "order number": lambda request: replace(request, merchant_order_no="K-1"),
    "presented": lambda request: replace(request, presented=Presented.CONSUMER),
    "intent": lambda request: replace(request, intent=Intent.DEPOSIT),
}


@pytest.mark.parametrize("field", OTHER_REQUESTS)
def test_a_request_that_says_something_else_than_the_code_is_refused(
    world: World, field: str
) -> None:
    code = shown(world, 1295)
    bring_one(world, scanned(world, code, "anna"))
    with refused(world, OrderNumberReused):
        world.send(OTHER_REQUESTS[field](request_for(code)))


def test_another_merchants_request_is_not_the_payment_a_code_opened(world: World) -> None:
    code = shown(world, 1295)
    bring_one(world, scanned(world, code, "anna"))
    with refused(world, OrderNumberReused):
        world.send(replace(request_for(code), merchant_id=KIOSK))


def test_a_code_whose_order_number_stands_for_another_payment_opens_nothing(world: World) -> None:
    world.request(500, order_no="K3-000417")
    code = shown(world, 1295, change=lambda code: replace(code, bill_no="K3-000417"))
    item = scanned(world, code, "anna")
    with refused(world, OrderNumberReused):
        bring_one(world, item)


def test_what_was_reversed_before_its_code_was_paid_stays_so(world: World) -> None:
    code = shown(world, 1295)
    item = scanned(world, code, "anna")
    world.reverse(PaymentId(payment_id_of(code.request_id)), code.request_id)
    with refused(world, OrderState):
        bring_one(world, item)


def test_what_the_till_has_closed_is_not_paid(world: World) -> None:
    request = world.new_request(1295)
    payment = world.send(request)
    code = shown_for(world, request)
    item = scanned(world, code, "anna")
    world.close_payment(payment)
    with refused(world, OrderState):
        bring_one(world, item)


def test_a_payment_that_a_code_opened_is_refunded_like_any_other(world: World) -> None:
    paid = bring_one(world, scanned(world, shown(world, 1295), "anna")).payment
    world.refund(paid, 1295, "R-1")
    assert world.balance("anna") == 20_000
    with world.store.reading() as books:
        kept = receipts_of_payment(books, merchant_id=SHOP, payment_id=paid.payment_id)
    assert len(kept) == 2


# --- An offer is needed -------------------------------------------------------------------------


def test_a_payer_with_another_currency_has_to_see_the_rate_first(world: World) -> None:
    item = scanned(world, shown(world, 1295), "li-wei")
    with refused(world, OfferNeeded):
        bring_one(world, item)


def test_a_payer_with_a_coupon_has_to_see_what_it_pays_first(world: World) -> None:
    world.grant("anna", 500)
    item = scanned(world, shown(world, 1295), "anna")
    with refused(world, OfferNeeded):
        bring_one(world, item)


def test_a_coupon_of_another_shop_does_not_matter(world: World) -> None:
    world.grant("anna", 500, merchant_id=KIOSK)
    assert isinstance(bring_one(world, scanned(world, shown(world, 1295), "anna")), Captured)


def test_an_offer_that_was_seen_is_agreed_to_in_the_same_way(world: World) -> None:
    request = world.new_request(1295)
    payment = world.send(request)
    code = shown_for(world, request)
    world.claim(payment, "li-wei", code.text)
    signed = messages.seal(world.authorisation(payment, "li-wei"), world.wallets["li-wei"].key)
    assert isinstance(bring_one(world, opened(world, code.text, signed)), Captured)
    assert world.balance("li-wei") == 500_000 - 10_118


def test_a_code_that_another_payer_is_looking_at_is_theirs(world: World) -> None:
    request = world.new_request(1295)
    payment = world.send(request)
    code = shown_for(world, request)
    world.claim(payment, "li-wei", code.text)
    item = scanned(world, code, "anna")
    with refused(world, OrderClaimed):
        bring_one(world, item)


# --- When the tables refuse ---------------------------------------------------------------------


def test_where_the_tables_do_not_take_what_many_came_to_each_is_decided_by_itself(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_books: GatheredBooks) -> None:
        raise InvariantBroken("another ledger was quicker")

    items = [scanned(world, shown(world, amount), "anna") for amount in (100, 90_000, 200)]
    monkeypatch.setattr(GatheredBooks, "write", refuse)
    results = bring(world, *items)
    assert [type(result) for result in results] == [Captured, NotEnoughFunds, Captured]
    assert world.balance("anna") == 20_000 - 300


def test_what_went_wrong_with_one_alone_is_told_of_it_alone(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = capture.capture

    def fail_at_200(books: Books, *, payment: Payment, **given: Any) -> Captured:  # noqa: ANN401
        if payment.amount.minor_units == 200:
            raise InvariantBroken("a fault of ours")
        return real(books, payment=payment, **given)

    monkeypatch.setattr(authorisations, "capture", fail_at_200)
    items = [scanned(world, shown(world, amount), "anna") for amount in (100, 200, 300)]
    results = bring(world, *items)
    assert [type(result) for result in results] == [Captured, InvariantBroken, Captured]
    assert world.balance("anna") == 20_000 - 400
