"""Every published signed code, good and attacked, gets exactly the published answer."""

from __future__ import annotations

import pytest

from ledger.protocol.instants import Instant, from_text
from ledger.protocol.merchant_qr import (
    DynamicCode,
    LinkCode,
    SignedCode,
    StickerCode,
    profile_l,
    profile_s,
    profile_t,
    verify,
)
from ledger.protocol.signing import from_jwks, to_jwks
from tests.protocol import code_vectors
from tests.protocol.code_vectors import CodeVector
from tests.protocol.merchant_qr import world

FILE = code_vectors.load("signed_codes")
DIRECTORY = from_jwks(FILE.keys)
VALID = [vector for vector in FILE.vectors if vector.result == "valid"]
KINDS = {"s": DynamicCode, "t": StickerCode, "l": LinkCode}


def _id(vector: CodeVector) -> str:
    return vector.id


def _moment(vector: CodeVector) -> Instant:
    return from_text(vector.now or FILE.now)


def _verify(vector: CodeVector) -> SignedCode:
    return verify(vector.input, DIRECTORY, now=_moment(vector))


@pytest.mark.parametrize("vector", FILE.vectors, ids=_id)
def test_a_verifier_answers_what_the_vector_publishes(vector: CodeVector) -> None:
    def read(text: str) -> SignedCode:
        return verify(text, DIRECTORY, now=_moment(vector))

    assert code_vectors.outcome(read, vector.input) == vector.result


@pytest.mark.parametrize("vector", VALID, ids=_id)
def test_a_good_code_is_of_the_kind_its_name_says(vector: CodeVector) -> None:
    assert type(_verify(vector)) is KINDS[vector.id[0]]


def _fields(code: SignedCode) -> dict[str, str]:
    if isinstance(code, LinkCode):
        return {
            "request_id": code.request_id,
            "amount_minor": str(code.amount.minor_units),
            "currency": code.amount.currency.code,
            "key_id": code.key_id,
            "expires_at": str(code.expires_at // 1000),
        }
    by_path = {
        "26.01": code.merchant_id,
        "52": code.mcc,
        "58": code.country,
        "59": code.merchant_name,
        "60": code.merchant_city,
        "61": code.postal_code,
        "62.03": code.store_label,
        "62.07": code.terminal_label,
        "64.00": code.language,
        "64.01": code.local_name,
        "64.02": code.local_city,
        "80.02": code.key_id,
    }
    if isinstance(code, DynamicCode):
        by_path["62.01"] = code.bill_no
        by_path["62.05"] = code.request_id
        by_path["80.03"] = str(code.issued_at // 1000)
        by_path["80.04"] = str(code.expires_at // 1000)
    return {path: value for path, value in by_path.items() if value}


@pytest.mark.parametrize("vector", [v for v in VALID if v.values], ids=_id)
def test_a_good_code_says_what_the_vector_publishes(vector: CodeVector) -> None:
    assert _fields(_verify(vector)).items() <= vector.values.items()


def test_the_reference_code_is_read_as_the_request_it_was_made_from() -> None:
    assert verify(FILE.vectors[0].input, DIRECTORY, now=world.NOW) == world.DYNAMIC


def test_the_reference_code_is_written_to_the_last_character() -> None:
    text = profile_s.encode(world.DYNAMIC, world.KEY)
    assert text == FILE.vectors[0].input
    assert len(text) == 372


def test_the_reference_sticker_and_link_are_written_to_the_last_character() -> None:
    by_id = {vector.id: vector for vector in VALID}
    sticker = verify(by_id["t-reference"].input, DIRECTORY, now=world.NOW)
    assert isinstance(sticker, StickerCode)
    assert profile_t.encode(sticker, world.KEY) == sticker.text
    assert profile_l.encode(world.LINK, world.KEY) == by_id["l-reference"].input


def test_the_published_keys_are_those_of_the_published_seeds() -> None:
    assert FILE.keys == to_jwks(world.RECORDS)


def test_a_code_keeps_its_text_exactly_as_scanned() -> None:
    for vector in VALID:
        assert _verify(vector).text == vector.input
