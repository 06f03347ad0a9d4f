"""A payer scans the shop's code: who gets in, what is offered, and which codes are believed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from ledger.core.checkout import claims
from ledger.core.parties import keys, register
from ledger.core.records.parties import PartyStatus
from ledger.core.records.payments import Payment
from ledger.protocol.errors import QrpayError
from ledger.protocol.errors.checkout import (
    MerchantBlocked,
    OrderAlreadyPaid,
    OrderClaimed,
    OrderNotFound,
    OrderState,
    PayerBlocked,
)
from ledger.protocol.errors.codes import (
    QrExpired,
    QrOrderMismatch,
    QrSignatureInvalid,
)
from ledger.protocol.errors.trust import AlgMismatch, KeyNotAllowedForMerchant, KeyRevoked
from ledger.protocol.identifiers import PaymentId, RequestId, body_of, payment_id_of
from ledger.protocol.instants import MINUTE, SECOND, Instant, later
from ledger.protocol.lifecycle import PaymentEvent, PaymentState
from ledger.protocol.merchant_qr import DynamicCode, LinkCode, profile_l, profile_s
from ledger.protocol.money import Money, currency
from ledger.protocol.signing import Algorithm, KeyDirectory
from tests.core.demo_world import KIOSK, SHOP, World, seeded_key
from tests.core.scanning import shown
from tests.core.state import refused, state_of


def link(world: World, payment: Payment, change: Callable[[LinkCode], LinkCode]) -> str:
    till_key = world.till_keys[payment.merchant_id]
    code = LinkCode(
        merchant_id=payment.merchant_id,
        amount=payment.amount,
        request_id=RequestId(body_of(payment.payment_id)),
        expires_at=payment.expires_at,
        key_id=till_key.public.key_id,
    )
    return profile_l.url("http://wallet.test:8402", profile_l.encode(change(code), till_key))


def test_the_offer_names_the_registered_payee_and_the_cost_in_the_payers_currency(
    world: World,
) -> None:
    offer = world.claim(world.request(1295), "li-wei")
    assert offer.merchant.names.zh == "示范药妆店"
    assert offer.payment.amount == Money(1295, currency("EUR"))
    assert offer.payer_amount == Money(10_118, currency("CNY"))
    assert offer.payment.state is PaymentState.AUTHORISING
    assert offer.claimed_until == later(world.now, 2 * MINUTE)


def test_a_payer_with_the_shops_currency_needs_no_exchange(world: World) -> None:
    offer = world.claim(world.request(1295), "anna")
    assert offer.quote is None
    assert offer.payer_amount == Money(1295, currency("EUR"))


def test_a_link_is_as_good_as_a_code(world: World) -> None:
    payment = world.request(1295)
    world.claim(payment, "li-wei", link(world, payment, lambda code: code))
    assert world.authorise(payment, "li-wei").payment.state is PaymentState.PAID


def test_scanning_again_gives_the_same_offer_and_changes_nothing(world: World) -> None:
    payment = world.request(1295)
    code = world.code(payment)
    offer = world.claim(payment, "li-wei", code)
    before = state_of(world.store)
    assert world.claim(payment, "li-wei", code) == offer
    assert state_of(world.store) == before


def test_while_one_payer_decides_nobody_else_gets_in(world: World) -> None:
    payment = world.request(1295)
    world.claim(payment, "li-wei")
    world.wait(2 * MINUTE - 1)
    with refused(world, OrderClaimed):
        world.claim(payment, "anna")


def test_when_a_claim_has_run_out_the_next_payer_takes_over(world: World) -> None:
    payment = world.request(1295)
    world.claim(payment, "li-wei")
    world.wait(2 * MINUTE)
    assert world.claim(payment, "anna").payment.payer_id == world.payer_id("anna")
    with world.store.reading() as books:
        events = [step.event for step in books.payments.history(payment.payment_id)]
    assert events == [None, PaymentEvent.SCAN, PaymentEvent.RELEASE, PaymentEvent.SCAN]


def test_a_claim_never_outlives_its_payment(world: World) -> None:
    payment = world.request(1295)
    code = world.code(payment)
    world.wait(2 * MINUTE)
    assert world.claim(payment, "li-wei", code).claimed_until == payment.expires_at


def test_a_shop_can_not_make_a_code_for_what_it_asked_by_payment_code(world: World) -> None:
    asked = world.collect(9_000, "anna").payment
    with refused(world, QrOrderMismatch):
        world.claim(asked, "anna", world.code(asked))


def test_a_payer_who_steps_back_lets_the_next_one_in(world: World) -> None:
    payment = world.request(1295)
    world.claim(payment, "li-wei")
    released = world.release(payment, "li-wei")
    assert (released.state, released.payer_id) == (PaymentState.AWAITING_PAYER, None)
    with world.store.reading() as books:
        assert books.payments.claim(payment.payment_id) is None
    assert world.claim(payment, "anna").payment.state is PaymentState.AUTHORISING


def test_a_payment_meant_for_one_payer_alone_can_not_be_released(world: World) -> None:
    offer = world.claim_sticker("anna", 300)
    with refused(world, OrderState):
        world.release(offer.payment, "anna")


def test_only_the_payer_who_scanned_can_see_or_release_the_offer(world: World) -> None:
    payment = world.request(1295)
    world.claim(payment, "li-wei")
    with refused(world, OrderNotFound):
        world.release(payment, "anna")
    with refused(world, OrderNotFound), world.store.reading() as books:
        claims.offer(
            books,
            payer_id=world.payer_id("anna"),
            payment_id=payment.payment_id,
            policy=world.policy,
            now=world.now,
        )


def test_a_second_payer_of_a_paid_code_is_told_so(world: World) -> None:
    payment = world.request(1295)
    code = world.code(payment)
    world.claim(payment, "li-wei", code)
    world.authorise(payment, "li-wei")
    with refused(world, OrderAlreadyPaid):
        world.claim(payment, "anna", code)


def test_the_ledgers_clock_decides_when_a_code_is_over(world: World) -> None:
    payment = world.request(1295)
    code = world.code(payment)
    world.wait(3 * MINUTE - 1)
    world.claim(payment, "li-wei", code)
    world.release(payment, "li-wei")
    world.wait(1)
    with refused(world, QrExpired):
        world.claim(payment, "li-wei", code)


def test_a_code_with_another_amount_and_the_old_signature_is_refused(world: World) -> None:
    payment = world.request(10_000)
    code = world.code(payment).replace("5406100.00", "5406001.00")
    code = code[:-4] + _crc(code)
    with refused(world, QrSignatureInvalid):
        world.claim(payment, "li-wei", code)


def _crc(code: str) -> str:
    value = 0xFFFF
    for byte in code[:-4].encode():
        value ^= byte << 8
        for _ in range(8):
            value = (value << 1) ^ 0x1021 if value & 0x8000 else value << 1
        value &= 0xFFFF
    return f"{value:04X}"


def test_a_code_signed_again_with_another_merchants_key_is_refused(world: World) -> None:
    payment = world.request(1295)
    other_key = world.till_keys[KIOSK]
    stolen = profile_s.verify(world.code(payment), _directory(world), now=world.now)
    forged = profile_s.encode(replace(stolen, key_id=other_key.public.key_id), other_key)
    with refused(world, KeyNotAllowedForMerchant):
        world.claim(payment, "li-wei", forged)


def test_a_code_that_claims_another_algorithm_than_its_key_has_is_refused(world: World) -> None:
    payment = world.request(1295)
    mine = profile_s.verify(world.code(payment), _directory(world), now=world.now)
    forged = profile_s.encode(mine, seeded_key("till one", Algorithm.P256))
    with refused(world, AlgMismatch):
        world.claim(payment, "li-wei", forged)


def _directory(world: World) -> KeyDirectory:
    with world.store.reading() as books:
        return KeyDirectory(books.directory.published_keys())


def test_the_sticker_of_another_shop_over_the_code_pays_nothing_here(world: World) -> None:
    payment = world.request(1295)
    with refused(world, QrOrderMismatch):
        world.claim(payment, "li-wei", world.sticker(KIOSK))
    assert world.payment(payment).state is PaymentState.AWAITING_PAYER


def test_the_code_of_another_payment_is_refused(world: World) -> None:
    payment, other = world.request(1295), world.request(1295)
    with refused(world, QrOrderMismatch):
        world.claim(payment, "li-wei", world.code(other))


OTHER_THAN_THE_PAYMENT: dict[str, Callable[[DynamicCode], DynamicCode]] = {
    "amount": lambda code: replace(code, amount=Money(1294, code.amount.currency)),
    "currency": lambda code: replace(code, amount=Money(1295, currency("CNY"))),
    "currency without decimals": lambda code: replace(code, amount=Money(1295, currency("JPY"))),
    "request id": lambda code: replace(code, request_id=RequestId("01KAK9Q3ZV7T2M5X8B4C6D0E")),
    "name": lambda code: replace(code, merchant_name="Demo Apotheke"),
    "city": lambda code: replace(code, merchant_city="Hamburg"),
    "country": lambda code: replace(code, country="AT"),
    "line of business": lambda code: replace(code, mcc="5411"),
    "postal code": lambda code: replace(code, postal_code="20095"),
    "terminal": lambda code: replace(code, terminal_label="T02"),
    "store": lambda code: replace(code, store_label="Altona"),
    "bill number": lambda code: replace(code, bill_no="K3-000001"),
    "local name": lambda code: replace(code, language="ZH", local_name="别的店"),
    "longer life": lambda code: replace(code, expires_at=later(code.expires_at, SECOND)),
}


@pytest.mark.parametrize(
    "change", OTHER_THAN_THE_PAYMENT.values(), ids=list(OTHER_THAN_THE_PAYMENT)
)
def test_a_well_signed_code_that_says_anything_else_than_the_payment_is_refused(
    world: World, change: Callable[[DynamicCode], DynamicCode]
) -> None:
    payment = world.request(1295)
    with refused(world, QrOrderMismatch):
        world.claim(payment, "li-wei", world.code(payment, change))


def test_a_code_that_says_all_it_can_say_and_says_it_right_is_believed(world: World) -> None:
    payment = world.request(1295, order_no="K3-000417")
    full = world.code(
        payment,
        lambda code: replace(
            code,
            postal_code="10115",
            store_label="Mitte",
            bill_no="K3-000417",
            language="ZH",
            local_name="示范药妆店",
        ),
    )
    assert world.claim(payment, "li-wei", full).payment.state is PaymentState.AUTHORISING


def test_a_code_may_round_its_expiry_up_to_the_second(world: World) -> None:
    request = replace(world.new_request(1295), expires_at=later(world.now, 60_001))
    payment = world.send(request)
    code = world.code(payment, lambda code: replace(code, expires_at=Instant(world.now + 61_000)))
    assert world.claim(payment, "li-wei", code).payment.state is PaymentState.AUTHORISING


@pytest.mark.parametrize(
    "change",
    [
        lambda code: replace(code, amount=Money(1294, code.amount.currency)),
        lambda code: replace(code, amount=Money(1295, currency("CNY"))),
        lambda code: replace(code, request_id=RequestId("01KAK9Q3ZV7T2M5X8B4C6D0E")),
        lambda code: replace(code, expires_at=later(code.expires_at, SECOND)),
    ],
    ids=["amount", "currency", "request id", "longer life"],
)
def test_a_well_signed_link_that_says_anything_else_is_refused(
    world: World, change: Callable[[LinkCode], LinkCode]
) -> None:
    payment = world.request(1295)
    with refused(world, QrOrderMismatch):
        world.claim(payment, "li-wei", link(world, payment, change))


def _block(world: World, *, payer: str = "", merchant: str = "") -> None:
    with world.store.transaction() as books:
        if payer:
            register.set_payer_status(
                books, payer_id=world.payer_id(payer), status=PartyStatus.BLOCKED
            )
        if merchant:
            register.set_merchant_status(books, merchant_id=merchant, status=PartyStatus.BLOCKED)


def _revoke_the_tills_key(world: World) -> None:
    with world.store.transaction() as books:
        keys.revoke(books, key_id=world.till_keys[SHOP].public.key_id)


@pytest.mark.parametrize(
    ("rule", "meanwhile"),
    [
        (PayerBlocked, lambda world: _block(world, payer="li-wei")),
        (MerchantBlocked, lambda world: _block(world, merchant=SHOP)),
        (KeyRevoked, _revoke_the_tills_key),
    ],
    ids=["payer blocked", "merchant blocked", "till's key revoked"],
)
def test_what_happened_since_the_code_was_made_counts(
    world: World, rule: type[QrpayError], meanwhile: Callable[[World], None]
) -> None:
    payment = world.request(1295)
    code = world.code(payment)
    meanwhile(world)
    with refused(world, rule):
        world.claim(payment, "li-wei", code)


def test_a_payment_that_does_not_exist_can_not_be_claimed(world: World) -> None:
    payment = world.request(1295)
    unknown = replace(payment, payment_id=PaymentId("pay_01KAK9Q3ZV7T2M5X8B4C6D0E"))
    with refused(world, OrderNotFound):
        world.claim(unknown, "li-wei", world.code(payment))


def test_a_link_says_too_little_to_open_a_payment(world: World) -> None:
    payment = world.request(1295)
    never_asked = replace(payment, payment_id=payment_id_of(RequestId(world.ids.body(world.now))))
    with refused(world, OrderNotFound):
        world.claim(never_asked, "li-wei", link(world, never_asked, lambda code: code))


def test_a_code_that_says_all_of_its_payment_opens_it_for_whoever_claims_it(world: World) -> None:
    code = shown(world, 1295)
    payment = replace(world.request(1295), payment_id=payment_id_of(code.request_id))
    offer = world.claim(payment, "li-wei", code.text)
    assert offer.payment.is_opened_by_code
    assert offer.payer_amount.currency == currency("CNY")
    assert world.authorise(offer.payment, "li-wei").payment.state is PaymentState.PAID
