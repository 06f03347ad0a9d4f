"""The merchant asks to be paid: once, for what it may sell, where it may sell it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from ledger.core.parties import keys, register
from ledger.core.records.parties import PartyStatus
from ledger.protocol import messages
from ledger.protocol.errors import QrpayError
from ledger.protocol.errors.checkout import (
    MerchantBlocked,
    OrderNumberReused,
    RequestTimes,
    TerminalNotFound,
)
from ledger.protocol.errors.content import (
    AmountOutOfRange,
    CurrencyMismatch,
    FieldFormat,
    TextCharacter,
)
from ledger.protocol.errors.trust import (
    KeyExpired,
    KeyNotAllowedForMerchant,
    KeyRevoked,
    SignatureInvalid,
)
from ledger.protocol.identifiers import RequestId, payment_id_of
from ledger.protocol.instants import MINUTE, later
from ledger.protocol.lifecycle import PaymentState
from ledger.protocol.messages import PaymentRequest, Presented, Signed
from ledger.protocol.money import Money, currency
from tests.core.demo_world import KIOSK, NOON, SHOP, World
from tests.core.state import refused, state_of


def test_a_request_opens_a_payment_under_the_name_the_till_has_chosen(world: World) -> None:
    request = world.new_request(1295, order_no="K3-000417")
    payment = world.send(request)
    assert payment.payment_id == payment_id_of(request.request_id)
    assert payment.state is PaymentState.AWAITING_PAYER
    assert payment.merchant_order_no == "K3-000417"
    assert (payment.created_at, payment.expires_at) == (NOON, later(NOON, 3 * MINUTE))


def test_the_same_request_again_is_the_same_payment(world: World) -> None:
    request = world.new_request(1295)
    payment = world.send(request)
    before = state_of(world.store)
    assert world.send(request) == payment
    assert state_of(world.store) == before


def test_the_same_request_is_answered_even_when_it_is_out_of_date(world: World) -> None:
    request = world.new_request(1295)
    payment = world.send(request)
    world.wait(60 * MINUTE)
    assert world.send(request) == payment


OTHER_CONTENT: dict[str, Callable[[PaymentRequest], PaymentRequest]] = {
    "amount": lambda request: replace(request, amount=Money(1, request.amount.currency)),
    "terminal": lambda request: replace(request, terminal_id="T02"),
    "subject": lambda request: replace(request, subject="Another"),
    "basket": lambda request: replace(request, basket_hash="ab" * 32),
    "expiry": lambda request: replace(request, expires_at=later(request.expires_at, 1)),
    "request id": lambda request: replace(
        request, request_id=RequestId("01KAK9Q3ZV7T2M5X8B4C6D0E")
    ),
    "order number": lambda request: replace(request, merchant_order_no="K-other"),
}


@pytest.mark.parametrize("change", OTHER_CONTENT.values(), ids=OTHER_CONTENT)
def test_a_number_once_used_can_not_stand_for_anything_else(
    world: World, change: Callable[[PaymentRequest], PaymentRequest]
) -> None:
    request = world.new_request(1295)
    world.send(request)
    with refused(world, OrderNumberReused):
        world.send(change(request))


def test_two_merchants_may_use_the_same_order_number(world: World) -> None:
    first = world.request(100, order_no="1", merchant_id=SHOP)
    second = world.request(200, order_no="1", merchant_id=KIOSK)
    assert first.payment_id != second.payment_id


REFUSED_REQUESTS: dict[str, tuple[type[QrpayError], Callable[[PaymentRequest], PaymentRequest]]] = {
    "another merchant's terminal": (
        TerminalNotFound,
        lambda request: replace(request, terminal_id="T99"),
    ),
    "another currency": (
        CurrencyMismatch,
        lambda request: replace(request, amount=Money(100, currency("CNY"))),
    ),
    "made too long ago": (
        RequestTimes,
        lambda request: replace(request, created_at=later(NOON, -5 * MINUTE - 1)),
    ),
    "made in the future": (
        RequestTimes,
        lambda request: replace(
            request,
            created_at=later(NOON, 5 * MINUTE + 1),
            expires_at=later(NOON, 7 * MINUTE),
        ),
    ),
    "over already": (
        RequestTimes,
        lambda request: replace(request, created_at=later(NOON, -1), expires_at=NOON),
    ),
    "living too long": (
        RequestTimes,
        lambda request: replace(request, expires_at=later(NOON, 30 * MINUTE + 1)),
    ),
    "for a payment code": (
        FieldFormat,
        lambda request: replace(request, presented=Presented.CONSUMER),
    ),
}


@pytest.mark.parametrize(("rule", "change"), REFUSED_REQUESTS.values(), ids=list(REFUSED_REQUESTS))
def test_a_request_that_breaks_a_rule_opens_nothing(
    world: World,
    rule: type[QrpayError],
    change: Callable[[PaymentRequest], PaymentRequest],
) -> None:
    with refused(world, rule):
        world.send(change(world.new_request(1295)))


@pytest.mark.parametrize("minor_units", [-1, 0, 10**11 + 1, 2**63])
def test_an_amount_out_of_range_can_not_even_be_asked_for(world: World, minor_units: int) -> None:
    with refused(world, AmountOutOfRange):
        world.new_request(minor_units)


def test_a_subject_that_turns_text_around_can_not_even_be_asked_for(world: World) -> None:
    with refused(world, TextCharacter):
        replace(world.new_request(100), subject="gnp.\u202efdp")


def test_a_blocked_merchant_can_not_ask_to_be_paid(world: World) -> None:
    with world.store.transaction() as books:
        register.set_merchant_status(books, merchant_id=SHOP, status=PartyStatus.BLOCKED)
    with refused(world, MerchantBlocked):
        world.request(100)
    with world.store.transaction() as books:
        register.set_merchant_status(books, merchant_id=SHOP, status=PartyStatus.ACTIVE)
    assert world.request(100).state is PaymentState.AWAITING_PAYER


def test_a_request_sealed_with_another_merchants_key_is_refused(world: World) -> None:
    signed = messages.seal(world.new_request(100), world.till_keys[KIOSK])
    with refused(world, KeyNotAllowedForMerchant):
        world.send_signed(signed, SHOP)


def test_a_merchant_can_not_ask_in_another_ones_name(world: World) -> None:
    signed = messages.seal(world.new_request(100, merchant_id=SHOP), world.till_keys[KIOSK])
    with refused(world, KeyNotAllowedForMerchant):
        world.send_signed(signed, KIOSK)


def test_an_altered_request_is_refused(world: World) -> None:
    signed = messages.seal(world.new_request(1295), world.till_keys[SHOP])
    altered = Signed(signed.text.replace("1295", "1294"), signed.key_id, signed.signature)
    with refused(world, SignatureInvalid):
        world.send_signed(altered, SHOP)


def test_a_key_that_was_ended_asks_for_nothing_more(world: World) -> None:
    key_id = world.till_keys[SHOP].public.key_id
    with world.store.transaction() as books:
        keys.retire(books, key_id=key_id, now=world.now)
    with refused(world, KeyExpired):
        world.request(100)
    with world.store.transaction() as books:
        keys.revoke(books, key_id=key_id)
    with refused(world, KeyRevoked):
        world.request(100)
