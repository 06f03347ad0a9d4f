"""Every published vector of WeChat Pay's wire comes out as published."""

from __future__ import annotations

import hashlib
from collections import Counter

import pytest

from ledger.protocol.errors import QrpayError
from ledger.protocol.errors.trust import KeyUnknown
from ledger.protocol.instants import from_text
from ledger.protocol.wechatpay_wire import authorization, explain, page_orders, seals, signatures
from ledger.protocol.wechatpay_wire.explain import Explanation, Sent
from ledger.protocol.wechatpay_wire.signed_texts import answer_text
from tests.protocol.code_vectors import FOLDER
from tests.protocol.wechatpay import vectors
from tests.protocol.wechatpay.vectors import (
    MERCHANT,
    MERCHANT_KEY,
    PLATFORM,
    PLATFORM_KEY,
    PLATFORM_PUBLIC_KEY,
    Vector,
)

FIELD_KEYS = {"platform": PLATFORM_KEY, "platform_public": PLATFORM_PUBLIC_KEY}


def _named(vector: Vector) -> str:
    return vector.id


def _sent(vector: Vector) -> Sent:
    given = vector.input
    return Sent(given["method"], given["target"], given["body"].encode())


def _check_request(vector: Vector) -> str:
    """Check in the platform's sequence; give the text that was signed."""
    given = authorization.parse(vector.input["authorization"])
    if given.serial_no != MERCHANT.serial_no:
        raise KeyUnknown(given.serial_no)
    now = from_text(vector.input["at"])
    MERCHANT.require_valid(now)
    authorization.require_fresh(given, now)
    text = _sent(vector).text(given)
    signatures.verify(MERCHANT.public_key, text, given.signature)
    return text.decode()


@pytest.mark.parametrize("vector", vectors.of("request"), ids=_named)
def test_a_request_is_accepted_or_refused_as_published(vector: Vector) -> None:
    try:
        text = _check_request(vector)
    except QrpayError as refusal:
        assert refusal.code == vector.result  # noqa: PT017
    else:
        assert vector.result == "valid"
        assert text == vector.values.get("text", text)


EXPLAINED = [vector for vector in vectors.of("request") if "explanation" in vector.values]


def _explanation(vector: Vector) -> Explanation:
    given = authorization.parse(vector.input["authorization"])
    return explain.explain(MERCHANT.public_key, given, _sent(vector))


@pytest.mark.parametrize("vector", EXPLAINED, ids=_named)
def test_a_wrong_signature_is_explained_as_published(vector: Vector) -> None:
    explained = _explanation(vector)
    assert explained.sentence == vector.values["explanation"]
    assert (explained.signed or b"").decode() == vector.values.get("signed", "")


def test_an_explanation_shows_where_the_two_texts_part() -> None:
    vector = next(v for v in EXPLAINED if v.id == "request-json-spelled-anew")
    difference = _explanation(vector).difference
    assert difference is not None
    assert difference.line == 5
    assert difference.expected.startswith(' "1900000001"')
    assert difference.signed.startswith('"1900000001"')


def test_a_text_that_nobody_guesses_is_told_by_its_hash() -> None:
    vector = next(v for v in vectors.of("request") if v.id == "request-altered-body")
    explained = _explanation(vector)
    assert hashlib.sha256(explained.expected).hexdigest() in explained.sentence
    assert (explained.signed, explained.difference) == (None, None)


@pytest.mark.parametrize("vector", vectors.of("answer"), ids=_named)
def test_an_answer_holds_or_not_as_published(vector: Vector) -> None:
    given = vector.input
    text = answer_text(given["timestamp"], given["nonce"], given["body"].encode())
    try:
        signatures.verify(PLATFORM.public_key, text, given["signature"])
    except QrpayError as refusal:
        assert refusal.code == vector.result  # noqa: PT017
    else:
        assert vector.result == "valid"
        assert signatures.sign(PLATFORM_KEY, text) == given["signature"]


@pytest.mark.parametrize("vector", vectors.of("resource"), ids=_named)
def test_a_resource_opens_or_not_as_published(vector: Vector) -> None:
    given = vector.input
    box = {"nonce": given["nonce"], "data": given["associated_data"]}
    try:
        plain = seals.unseal(given["ciphertext"], given["api_v3_key"], **box)
    except QrpayError as refusal:
        assert refusal.code == vector.result  # noqa: PT017
    else:
        assert (vector.result, plain.decode()) == ("valid", vector.values["plain"])
        assert seals.seal(plain, given["api_v3_key"], **box) == given["ciphertext"]


@pytest.mark.parametrize("vector", vectors.of("field"), ids=_named)
def test_a_sensitive_field_opens_or_not_as_published(vector: Vector) -> None:
    try:
        plain = seals.reveal(vector.input["ciphertext"], FIELD_KEYS[vector.input["key"]])
    except QrpayError as refusal:
        assert refusal.code == vector.result  # noqa: PT017
    else:
        assert (vector.result, plain) == ("valid", vector.values["plain"])


@pytest.mark.parametrize("kind", ["page", "app"])
def test_what_a_page_or_an_app_signs_is_as_published(kind: str) -> None:
    [vector] = vectors.of(f"pay_sign_{kind}")
    given = {name: value for name, value in vector.input.items() if name != "check"}
    text = {"page": page_orders.page_text, "app": page_orders.app_text}[kind](**given)
    assert text.decode() == vector.values["text"]
    assert signatures.sign(MERCHANT_KEY, text) == vector.values["signature"]


def test_every_vector_has_an_id_of_its_own_and_is_checked_here() -> None:
    everything = vectors.load().vectors
    assert [name for name, n in Counter(v.id for v in everything).items() if n > 1] == []
    checked = {"request", "answer", "resource", "field", "pay_sign_page", "pay_sign_app"}
    assert {vector.input["check"] for vector in everything} == checked


def test_the_readme_of_the_vectors_names_the_file() -> None:
    assert "`wechatpay.json`" in (FOLDER / "README.md").read_text("utf-8")
