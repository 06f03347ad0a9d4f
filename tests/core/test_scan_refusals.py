"""A code and its payer's consent in one message: what is refused, and by which rule."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from ledger.core.checkout.capture import Captured
from ledger.core.checkout.scans.consents import ScannedConsent
from ledger.core.parties import keys, register
from ledger.core.records.parties import PartyStatus
from ledger.protocol.errors import QrpayError
from ledger.protocol.errors.checkout import (
    DailyLimit,
    MerchantBlocked,
    PayerBlocked,
    ScaMismatch,
    TerminalNotFound,
)
from ledger.protocol.errors.codes import (
    OfferNeeded,
    QrCrcMismatch,
    QrExpired,
    QrNotPayable,
    QrOrderMismatch,
)
from ledger.protocol.errors.content import CurrencyMismatch
from ledger.protocol.errors.trust import (
    KeyNotAllowedForMerchant,
    KeyRevoked,
    KeyUnknown,
    SignatureInvalid,
    TimestampSkew,
)
from ledger.protocol.identifiers import RequestId, payment_id_of
from ledger.protocol.instants import MINUTE, SECOND, later
from ledger.protocol.merchant_qr import DynamicCode
from ledger.protocol.messages import Authorisation, Intent
from ledger.protocol.money import Money, currency
from tests.core.demo_world import EUR, KIOSK, SHOP, World, seeded_key
from tests.core.scanning import bring, bring_one, consent_to, opened, scanned, shown
from tests.core.state import refused

OTHER_CODES: dict[str, tuple[Callable[[DynamicCode], DynamicCode], type[QrpayError]]] = {
    "name": (lambda code: replace(code, merchant_name="Demo Drugs"), QrOrderMismatch),
    "city": (lambda code: replace(code, merchant_city="Bonn"), QrOrderMismatch),
    "category": (lambda code: replace(code, mcc="5411"), QrOrderMismatch),
    "postal code": (lambda code: replace(code, postal_code="10999"), QrOrderMismatch),
    "store": (lambda code: replace(code, store_label="Kreuzberg"), QrOrderMismatch),
    "terminal": (lambda code: replace(code, terminal_label="T99"), TerminalNotFound),
    "currency": (
        lambda code: replace(code, amount=Money(1295, currency("USD"))),
        CurrencyMismatch,
    ),
}


@pytest.mark.parametrize("field", OTHER_CODES)
def test_a_signed_code_that_does_not_fit_its_merchants_rows_opens_nothing(
    world: World, field: str
) -> None:
    change, rule = OTHER_CODES[field]
    item = scanned(world, shown(world, 1295, change=change), "anna")
    with refused(world, rule):
        bring_one(world, item)


OTHER_CONSENTS: dict[str, Callable[[Authorisation], Authorisation]] = {
    "payment": lambda consent: replace(
        consent, payment_id=payment_id_of(RequestId("01M803NG4V00000000000000"))
    ),
    "payee": lambda consent: replace(consent, payee_name="Kiosk am Kanal"),
    "merchant": lambda consent: replace(consent, merchant_id=KIOSK),
    "amount": lambda consent: replace(consent, amount=Money(1296, EUR)),
    "payer's amount": lambda consent: replace(consent, payer_amount=Money(1, EUR)),
    "code": lambda consent: replace(consent, code_digest="0" * 64),
    "intent": lambda consent: replace(consent, intent=Intent.DEPOSIT),
}


@pytest.mark.parametrize("field", OTHER_CONSENTS)
def test_a_consent_to_something_else_than_the_code_moves_nothing(world: World, field: str) -> None:
    code = shown(world, 1295)
    item = opened(world, code.text, consent_to(world, code, "anna", OTHER_CONSENTS[field]))
    with refused(world, ScaMismatch):
        bring_one(world, item)


def given_ago(world: World, milliseconds: int) -> ScannedConsent:
    """A consent that was given a while ago to a code of just now."""
    code, given_at = shown(world, 1295), later(world.now, -milliseconds)
    signed = consent_to(
        world, code, "anna", lambda consent: replace(consent, authorised_at=given_at)
    )
    return opened(world, code.text, signed)


def test_a_consent_of_a_minute_ago_is_taken(world: World) -> None:
    assert isinstance(bring_one(world, given_ago(world, MINUTE)), Captured)


def test_a_consent_of_six_minutes_ago_is_not_taken(world: World) -> None:
    item = given_ago(world, 6 * MINUTE)
    with refused(world, TimestampSkew):
        bring_one(world, item)


def test_a_code_that_is_over_is_refused(world: World) -> None:
    code = shown(world, 1295)
    world.wait(3 * MINUTE)
    item = scanned(world, code, "anna")
    with refused(world, QrExpired):
        bring_one(world, item)


def test_a_code_that_ran_out_on_its_way_is_refused(world: World) -> None:
    item = scanned(world, shown(world, 1295), "anna")
    world.wait(3 * MINUTE)
    with refused(world, QrExpired):
        bring_one(world, item)


def test_a_misread_code_and_a_sticker_are_refused(world: World) -> None:
    code = shown(world, 1295)
    signed = consent_to(world, code, "anna")
    misread = opened(world, code.text.replace("540512.95", "540502.95"), signed)
    with refused(world, QrCrcMismatch):
        bring_one(world, misread)
    sticker = opened(world, world.sticker(), signed)
    with refused(world, QrNotPayable):
        bring_one(world, sticker)


def test_a_consent_must_be_signed_by_the_payers_own_device(world: World) -> None:
    code = shown(world, 1295)
    signed = consent_to(world, code, "anna")
    for forged, rule in (
        (replace(signed, key_id="k2222222"), KeyUnknown),
        (replace(signed, key_id=world.till_keys[SHOP].public.key_id), KeyNotAllowedForMerchant),
        (replace(signed, key_id=world.wallets["omar"].key.public.key_id), SignatureInvalid),
        (replace(signed, text=signed.text.replace("1295", "0001")), SignatureInvalid),
    ):
        with refused(world, rule):
            opened(world, code.text, forged)


def test_a_phone_can_not_agree_for_another_payer(world: World) -> None:
    code = shown(world, 1295)
    signed = consent_to(
        world, code, "omar", lambda consent: replace(consent, payer_id=world.payer_id("anna"))
    )
    with refused(world, OfferNeeded):
        bring_one(world, opened(world, code.text, signed))
    world.wallets["ben"] = world.add_payer("ben", "EUR", 5_000)
    signed = consent_to(
        world, code, "ben", lambda consent: replace(consent, payer_id=world.payer_id("anna"))
    )
    item = opened(world, code.text, signed)
    with refused(world, ScaMismatch):
        bring_one(world, item)


def _revoke(world: World, key_id: str) -> None:
    with world.store.transaction() as books:
        keys.revoke(books, key_id=key_id)


def test_keys_that_are_revoked_while_a_message_is_on_its_way_pay_nothing(world: World) -> None:
    by_device: ScannedConsent = scanned(world, shown(world, 1295), "anna")
    _revoke(world, world.wallets["anna"].key.public.key_id)
    with refused(world, KeyRevoked):
        bring_one(world, by_device)
    world.wallets["ben"] = world.add_payer("ben", "EUR", 5_000)
    by_till = scanned(world, shown(world, 1295), "ben")
    _revoke(world, world.till_keys[SHOP].public.key_id)
    with refused(world, KeyRevoked):
        bring_one(world, by_till)


def test_blocked_merchants_and_payers_are_refused(world: World) -> None:
    item = scanned(world, shown(world, 1295), "anna")
    with world.store.transaction() as books:
        register.set_merchant_status(books, merchant_id=SHOP, status=PartyStatus.BLOCKED)
    with refused(world, MerchantBlocked):
        bring_one(world, item)
    with world.store.transaction() as books:
        register.set_merchant_status(books, merchant_id=SHOP, status=PartyStatus.ACTIVE)
        register.set_payer_status(
            books, payer_id=world.payer_id("anna"), status=PartyStatus.BLOCKED
        )
    with refused(world, PayerBlocked):
        bring_one(world, item)


def test_the_limits_of_a_payer_hold_within_one_message(world: World) -> None:
    world.wallets["rich"] = world.add_payer("rich", "EUR", 10_000_000)
    limit = world.policy.daily["EUR"]
    items = [scanned(world, shown(world, limit // 2), "rich") for _ in range(3)]
    results = bring(world, *items)
    assert [type(result) for result in results] == [Captured, Captured, DailyLimit]


def test_a_code_of_a_key_without_a_shop_is_not_believed(world: World) -> None:
    stranger = seeded_key("stranger")
    code = shown(world, 1295)
    signed = consent_to(world, code, "anna")
    forged = code.text.replace(code.key_id, stranger.public.key_id)
    item = opened(world, forged, signed)
    with pytest.raises(QrpayError):
        bring_one(world, item)
    assert world.balance("anna") == 20_000


def test_a_code_from_a_clock_that_is_a_little_ahead_opens_its_payment(world: World) -> None:
    ahead = shown(
        world,
        1295,
        change=lambda code: replace(code, issued_at=later(code.issued_at, 20 * SECOND)),
    )
    assert isinstance(bring_one(world, scanned(world, ahead, "anna")), Captured)
