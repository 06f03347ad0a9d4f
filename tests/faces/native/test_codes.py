"""What was scanned: altered, foreign, expired and guessed codes, and consents to something else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from ledger.core.limits import SANDBOX_POLICY
from ledger.protocol import payment_code
from ledger.protocol.emvco.crc import crc
from ledger.protocol.identifiers import DeviceId, PayerId, PaymentId
from ledger.protocol.instants import MINUTE, SECOND, later
from ledger.protocol.merchant_qr import DynamicCode
from ledger.protocol.messages import Authorisation
from ledger.protocol.money import Money, currency
from tests.faces.native.http_world import HttpWorld
from tests.faces.native.parties import EUR
from tests.faces.native.untouched import untouched


def test_a_code_with_another_amount_under_the_old_signature_is_refused(world: HttpWorld) -> None:
    shop, anna = world.shop, world.wallet("anna")
    payment = shop.ask(1295)
    altered = shop.code(payment).replace("540512.95", "540502.95")[:-4]
    with untouched(world.store):
        answer = anna.scan(payment, altered + crc(altered.encode()))
    assert answer.said == (422, "QR_SIGNATURE_INVALID")


def test_a_misread_code_is_told_from_a_forged_one(world: HttpWorld) -> None:
    shop, anna = world.shop, world.wallet("anna")
    payment = shop.ask(1295)
    misread = shop.code(payment).replace("540512.95", "540502.95")
    with untouched(world.store):
        assert anna.scan(payment, misread).said == (422, "QR_CRC_MISMATCH")


def test_a_code_signed_by_another_merchant_is_refused(world: HttpWorld) -> None:
    shop, kiosk, anna = world.shop, world.kiosk, world.wallet("anna")
    payment = shop.ask(1295)
    forged = replace(kiosk, merchant=shop.merchant).code(payment)
    with untouched(world.store):
        answer = anna.scan(payment, forged)
    assert answer.said == (403, "KEY_NOT_ALLOWED_FOR_MERCHANT")


def test_an_expired_code_is_refused_by_the_ledger_itself(world: HttpWorld) -> None:
    shop, anna = world.shop, world.wallet("anna")
    payment = shop.ask(1295)
    code = shop.code(payment)
    world.clock.advance(2 * MINUTE)
    with untouched(world.store):
        assert anna.scan(payment, code).said == (410, "QR_EXPIRED")


OTHER_CODES: dict[str, Callable[[DynamicCode], DynamicCode]] = {
    "amount": lambda code: replace(code, amount=Money(1, EUR)),
    "name": lambda code: replace(code, merchant_name="Demo Drugs"),
    "city": lambda code: replace(code, merchant_city="Bonn"),
    "category": lambda code: replace(code, mcc="5411"),
    "terminal": lambda code: replace(code, terminal_label="T02"),
}


@pytest.mark.parametrize("field", OTHER_CODES)
def test_a_code_that_says_something_else_than_the_request_is_refused(
    world: HttpWorld, field: str
) -> None:
    shop, anna = world.shop, world.wallet("anna")
    payment = shop.ask(1295)
    code = shop.code(payment, OTHER_CODES[field])
    with untouched(world.store):
        assert anna.scan(payment, code).said == (422, "QR_ORDER_MISMATCH")


def test_a_code_of_another_payment_is_refused(world: HttpWorld) -> None:
    shop, anna = world.shop, world.wallet("anna")
    cheap, dear = shop.ask(100), shop.ask(100)
    with untouched(world.store):
        assert anna.scan(dear, shop.code(cheap)).said == (422, "QR_ORDER_MISMATCH")


OTHER_CONSENTS: dict[str, Callable[[Authorisation], Authorisation]] = {
    "amount": lambda consent: replace(consent, amount=Money(100, EUR)),
    "payer's amount": lambda consent: replace(consent, payer_amount=Money(100, currency("CNY"))),
    "currency": lambda consent: replace(consent, amount=Money(1295, currency("USD"))),
    "payee": lambda consent: replace(consent, payee_name="Kiosk am Kanal"),
    "merchant": lambda consent: replace(consent, merchant_id="M2088DEMO000002"),
    "payer": lambda consent: replace(consent, payer_id=PayerId(_other(consent.payer_id))),
    "device": lambda consent: replace(consent, device_id=DeviceId(_other(consent.device_id))),
    "quote": lambda consent: replace(consent, quote_id=_other(consent.quote_id)),
    "code": lambda consent: replace(consent, code_digest="0" * 64),
}


def _other(identifier: str) -> str:
    return identifier[:-1] + ("0" if identifier[-1] != "0" else "1")


@pytest.mark.parametrize("field", OTHER_CONSENTS)
def test_a_consent_to_anything_else_is_refused(world: HttpWorld, field: str) -> None:
    shop, li_wei = world.shop, world.wallet("li-wei")
    payment = shop.ask(1295)
    code = shop.code(payment)
    consent = li_wei.consent(li_wei.scan(payment, code).json, code)
    with untouched(world.store):
        answer = li_wei.agree(OTHER_CONSENTS[field](consent))
    assert answer.said == (403, "SCA_MISMATCH")


def test_a_consent_to_another_payment_is_refused(world: HttpWorld) -> None:
    shop, anna = world.shop, world.wallet("anna")
    payment, other = shop.ask(100), shop.ask(100)
    code = shop.code(payment)
    consent = anna.consent(anna.scan(payment, code).json, code)
    anna.scan(other, shop.code(other))
    elsewhere = PaymentId(other["payment_id"])
    body = anna.authorise_body(consent)
    with untouched(world.store):
        answer = anna.post(f"/v1/payments/{elsewhere}/authorise", body)
    assert answer.said == (403, "SCA_MISMATCH")


def test_a_consent_after_the_locked_rate_ran_out_is_refused(world: HttpWorld) -> None:
    shop, li_wei = world.shop, world.wallet("li-wei")
    payment = shop.ask(1295)
    code = shop.code(payment)
    offer = li_wei.scan(payment, code).json
    world.clock.advance(SANDBOX_POLICY.claim_ms + SECOND)
    with untouched(world.store):
        answer = li_wei.agree(li_wei.consent(offer, code))
    assert answer.said == (409, "QUOTE_EXPIRED")


BAD_FORMS = ["", "9900010212345678901234", "9" * 17, "99" + "1" * 15, "99000102A2345678901234567",
             "９９" + "1" * 16, "99" + "1" * 16 + "\n", "98" + "1" * 16]  # fmt: skip


@pytest.mark.parametrize("shown", BAD_FORMS)
def test_a_payment_code_of_another_form_is_named_as_such(world: HttpWorld, shown: str) -> None:
    assert world.shop
    with untouched(world.store):
        assert world.shop.collect(100, shown).said == (400, "AUTH_CODE_FORMAT")


def test_unknown_used_and_outdated_payment_codes_get_the_same_answer(world: HttpWorld) -> None:
    shop, anna = world.shop, world.wallet("anna")
    shown = anna.shown_code()
    unknown = payment_code.make("0000000000", anna.code_secret, world.clock.now()).text
    forged = payment_code.make(payment_code.parse(shown).handle, bytes(32), world.clock.now()).text
    assert shop.collect(100, shown).status == 201
    fresh = anna.shown_code()
    world.clock.advance(5 * MINUTE)
    with untouched(world.store):
        refusals = [shop.collect(100, code) for code in (unknown, forged, shown, fresh)]
    assert {answer.said for answer in refusals} == {(403, "PAYMENT_AUTH_CODE_INVALID")}
    assert len({answer.json["detail"] for answer in refusals}) == 1


def test_the_21st_wrong_payment_code_in_a_minute_is_one_too_many(world: HttpWorld) -> None:
    shop, anna = world.shop, world.wallet("anna")
    wrong = payment_code.make("0000000000", bytes(32), world.clock.now()).text
    for _ in range(SANDBOX_POLICY.misses_per_minute):
        assert shop.collect(100, wrong).said == (403, "PAYMENT_AUTH_CODE_INVALID")
    right = anna.shown_code()
    with untouched(world.store):
        refused = shop.collect(100, right)
    assert refused.said == (429, "TOO_MANY_ATTEMPTS")
    assert refused.headers["retry-after"] == "60"
    assert world.kiosk.collect(100, right).status == 201
    world.clock.advance(MINUTE + 1)
    assert shop.collect(100, anna.shown_code()).status == 201


def test_a_sticker_of_somebody_else_is_not_made_by_a_wallet(world: HttpWorld) -> None:
    anna = world.wallet("anna")
    body = {
        "code": replace(world.kiosk, merchant=world.shop.merchant).sticker(),
        "amount_minor": 100,
        "currency": "EUR",
        "request_id": world.line.ids.body(world.clock.now()),
    }
    with untouched(world.store):
        answer = anna.post("/v1/stickers/claim", body)
    assert answer.said == (403, "KEY_NOT_ALLOWED_FOR_MERCHANT")


def test_a_consent_signed_by_another_phone_is_refused(world: HttpWorld) -> None:
    shop, anna, yuki = world.shop, world.wallet("anna"), world.wallet("yuki")
    payment = shop.ask(100)
    code = shop.code(payment)
    consent = anna.consent(anna.scan(payment, code).json, code)
    address = f"/v1/payments/{payment['payment_id']}/authorise"
    with untouched(world.store):
        answer = anna.post(address, yuki.authorise_body(consent))
    assert answer.said == (403, "KEY_NOT_ALLOWED_FOR_MERCHANT")


def test_a_consent_of_yesterday_is_refused(world: HttpWorld) -> None:
    shop, anna = world.shop, world.wallet("anna")
    payment = shop.ask(100)
    code = shop.code(payment)
    consent = anna.consent(anna.scan(payment, code).json, code)
    old = replace(consent, authorised_at=later(consent.authorised_at, -301 * SECOND))
    with untouched(world.store):
        assert anna.agree(old).said == (401, "TIMESTAMP_SKEW")
