"""Sealed messages: one speaker, one purpose, in time; a receipt also years later, offline."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from ledger.protocol.errors import QrpayError
from ledger.protocol.errors.content import FieldFormat, FieldMissing, MessageFormat, UnknownField
from ledger.protocol.errors.trust import (
    KeyExpired,
    KeyNotAllowedForMerchant,
    KeyNotYetValid,
    KeyRevoked,
    KeyUnknown,
    KidFormat,
    SignatureEncoding,
    SignatureInvalid,
)
from ledger.protocol.instants import DAY, Instant
from ledger.protocol.messages import (
    Message,
    PaymentRequest,
    Signed,
    open_,
    open_receipt,
    seal,
)
from ledger.protocol.signing import (
    LEDGER,
    Algorithm,
    Domain,
    KeyDirectory,
    KeyRecord,
    PrivateKey,
    b64url,
    from_jwks,
    merchant_owner,
    to_jwks,
)
from tests.protocol.example_messages import (
    DIRECTORY,
    KEY,
    MESSAGES,
    NOW,
    OWNER,
    RECEIPT,
    REQUEST,
    TYPES,
    record,
)


def open_now(
    signed: Signed, expected: type[Message], directory: KeyDirectory = DIRECTORY
) -> Message:
    return open_(signed, expected, directory, at=NOW, owner=OWNER)


@pytest.mark.parametrize("message", MESSAGES, ids=lambda m: type(m).__name__)
@pytest.mark.parametrize("algorithm", list(Algorithm))
def test_a_sealed_message_is_opened_by_whoever_has_the_directory(
    message: Message, algorithm: Algorithm
) -> None:
    key = PrivateKey.from_seed(algorithm, bytes(range(32)))
    signed = Signed.from_json(seal(message, key).to_json())
    assert open_now(signed, type(message), KeyDirectory([record(key)])) == message


def _mismatched() -> Iterator[tuple[Message, type[Message]]]:
    return ((message, kind) for message in MESSAGES for kind in TYPES if kind is not type(message))


@pytest.mark.parametrize(("message", "kind"), list(_mismatched()))
def test_a_message_is_not_opened_as_one_of_another_type(
    message: Message, kind: type[Message]
) -> None:
    with pytest.raises(SignatureInvalid):
        open_now(seal(message, KEY), kind)


@given(st.sampled_from(MESSAGES), st.data())
def test_any_changed_character_of_a_sealed_text_is_refused(
    message: Message, data: st.DataObject
) -> None:
    signed = seal(message, KEY)
    index = data.draw(st.integers(min_value=0, max_value=len(signed.text) - 1))
    character = data.draw(st.characters(exclude_categories=["Cs"]))
    assume(signed.text[index] != character)
    changed = signed.text[:index] + character + signed.text[index + 1 :]
    with pytest.raises(SignatureInvalid):
        open_now(replace(signed, text=changed), type(message))


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"signature": ""}, SignatureEncoding),
        ({"signature": "A" * 86}, SignatureInvalid),
        ({"signature": "B" * 85 + "C"}, SignatureEncoding),
        ({"key_id": "k0000000"}, KeyUnknown),
        ({"key_id": "../../x"}, KidFormat),
        ({"text": "\ud800"}, MessageFormat),
        ({"text": ""}, SignatureInvalid),
    ],
)
def test_a_seal_of_another_form_is_refused(
    changes: dict[str, str], error: type[QrpayError]
) -> None:
    with pytest.raises(error):
        open_now(replace(seal(REQUEST, KEY), **changes), PaymentRequest)


@pytest.mark.parametrize(
    ("at", "owner", "error"),
    [
        (NOW, merchant_owner("M2088DEMO000002"), KeyNotAllowedForMerchant),
        (NOW, LEDGER, KeyNotAllowedForMerchant),
        (NOW + DAY, OWNER, KeyExpired),
        (NOW - DAY - 1, OWNER, KeyNotYetValid),
    ],
)
def test_a_seal_by_another_or_at_another_time_is_refused(
    at: int, owner: str, error: type[QrpayError]
) -> None:
    with pytest.raises(error):
        open_(seal(REQUEST, KEY), PaymentRequest, DIRECTORY, at=Instant(at), owner=owner)


def test_a_well_signed_text_that_is_no_message_is_refused() -> None:
    from_elsewhere = "type=request/v1\nhello=world\n"
    signature = KEY.sign(Domain.REQUEST, from_elsewhere.encode())
    signed = replace(seal(REQUEST, KEY), text=from_elsewhere)
    with pytest.raises(SignatureInvalid):
        open_now(signed, PaymentRequest)
    with pytest.raises(MessageFormat):
        open_now(replace(signed, signature=b64url(signature)), PaymentRequest)


@pytest.mark.parametrize(
    ("value", "error"),
    [
        (None, FieldFormat),
        ("text", FieldFormat),
        ([], FieldFormat),
        ({}, FieldMissing),
        ({"text": "", "key_id": ""}, FieldMissing),
        ({"text": "", "key_id": "", "signature": None}, FieldFormat),
        ({"text": "", "key_id": 1, "signature": ""}, FieldFormat),
        ({"text": "", "key_id": "", "signature": "", "alg": "none"}, UnknownField),
    ],
)
def test_what_is_no_signed_message_is_refused(value: object, error: type[QrpayError]) -> None:
    with pytest.raises(error):
        Signed.from_json(value)


# --- Receipts, years later ------------------------------------------------------------------------

LEDGER_KEY = PrivateKey.from_seed(Algorithm.ED25519, b"L" * 32)
PAPER = seal(RECEIPT, LEDGER_KEY)


def test_a_receipt_is_proven_offline_with_nothing_but_the_published_keys() -> None:
    published = to_jwks([record(LEDGER_KEY, LEDGER)])
    assert open_receipt(PAPER, from_jwks(published)) == RECEIPT


def test_a_receipt_holds_after_its_key_was_retired() -> None:
    retired = record(LEDGER_KEY, LEDGER).retired(Instant(NOW + 1))
    assert open_receipt(PAPER, KeyDirectory([retired])) == RECEIPT


@pytest.mark.parametrize(
    ("row", "error"),
    [
        (record(LEDGER_KEY, LEDGER).retired(NOW), KeyExpired),
        (record(LEDGER_KEY, LEDGER).revoked(), KeyRevoked),
        (record(LEDGER_KEY, OWNER), KeyNotAllowedForMerchant),
    ],
)
def test_a_receipt_by_a_key_that_could_not_make_it_proves_nothing(
    row: KeyRecord, error: type[QrpayError]
) -> None:
    with pytest.raises(error):
        open_receipt(PAPER, KeyDirectory([row]))


def test_a_receipt_with_another_time_than_signed_is_refused() -> None:
    earlier = PAPER.text.replace("22:29:40", "22:29:39")
    with pytest.raises(SignatureInvalid):
        open_receipt(replace(PAPER, text=earlier), KeyDirectory([record(LEDGER_KEY, LEDGER)]))
