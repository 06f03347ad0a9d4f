"""Every published vector of Alipay's wire comes out as published."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import msgspec
import pytest

from ledger.protocol import rsa, strict_json
from ledger.protocol.alipay_wire import (
    charsets,
    envelopes,
    keys,
    nodes,
    parameters,
    rest,
    spelling,
)
from ledger.protocol.alipay_wire.certificates import Named
from ledger.protocol.errors import QrpayError
from ledger.protocol.errors.trust import SignatureInvalid
from ledger.protocol.money import currency
from tests.protocol.alipay.vectors import KEY, PUBLIC_KEY, Vector, load


def _call(vector: Vector) -> None:
    given, charset = vector.input["parameters"], charsets.codec(vector.input["charset"])
    assert parameters.call_texts(given)[0] == vector.values["text"]
    kind = keys.sign_type(given["sign_type"])
    for text in parameters.call_texts(given):
        try:
            keys.verify(PUBLIC_KEY, text.encode(charset), given["sign"], kind)
        except SignatureInvalid:
            continue
        return
    raise SignatureInvalid


def _notice(vector: Vector) -> None:
    text = parameters.notice_text(vector.input["parameters"])
    keys.verify(PUBLIC_KEY, text.encode(), vector.input["parameters"]["sign"])
    assert text == vector.values["text"]


def _answer(vector: Vector) -> None:
    given = vector.input
    node = nodes.node(given["fields"], charsets.codec(given["charset"]))
    assert node.hex() == vector.values["node"]
    signature = keys.sign(KEY, node)
    sent = nodes.envelope(given["method"], node, signature, cert_sn=given["cert_sn"])
    assert sent.hex() == vector.values["envelope"]


def _rest_call(vector: Vector) -> None:
    given = vector.input
    credentials = rest.authorization(given["authorization"])
    text = rest.call_text(
        credentials,
        given["method"],
        given["target"],
        given["body"].encode(),
        given["app_auth_token"],
    )
    keys.verify(PUBLIC_KEY, text, credentials.signature)


def _rest_answer(vector: Vector) -> None:
    given = vector.input
    text = rest.answer_text(given["timestamp"], given["nonce"], given["body"].encode())
    assert keys.sign(KEY, text) == vector.values["signature"]


def _aes(vector: Vector) -> None:
    key = envelopes.encrypt_key(vector.input["key"])
    assert envelopes.encrypt(key, vector.input["content"].encode()) == vector.values["cipher_text"]
    assert envelopes.decrypt(key, vector.values["cipher_text"]).decode() == vector.input["content"]


def _aes_open(vector: Vector) -> None:
    envelopes.decrypt(envelopes.encrypt_key(vector.input["key"]), vector.input["cipher_text"])


def _sn(vector: Vector) -> None:
    issuer = tuple((name, value) for name, value in vector.input["issuer"])
    assert Named(issuer, vector.input["serial"], "").sn == vector.values["sn"]


def _amount(vector: Vector) -> None:
    # As the gateway reads it: from JSON in which a number keeps its spelling.
    read = strict_json.load_object(msgspec.json.encode(vector.input))["amount"]
    assert spelling.amount(read, currency("CNY")).minor_units == vector.values["minor_units"]


def _limit(vector: Vector) -> None:
    now = spelling.from_beijing(vector.input["now"])
    assert (spelling.until(vector.input["limit"], now=now) - now) // 1000 == vector.values[
        "seconds"
    ]


CHECKS: dict[str, Callable[[Vector], None]] = {
    "call": _call,
    "notice": _notice,
    "answer": _answer,
    "rest-call": _rest_call,
    "rest-answer": _rest_answer,
    "aes": _aes,
    "aes-open": _aes_open,
    "sn": _sn,
    "amount": _amount,
    "limit": _limit,
}


@pytest.mark.parametrize("vector", load().vectors, ids=lambda vector: vector.id)
def test_it_comes_out_as_published(vector: Vector) -> None:
    try:
        CHECKS[vector.check](vector)
    except QrpayError as refusal:
        assert refusal.code == vector.result  # noqa: PT017
    else:
        assert vector.result == "valid"


def test_each_vector_has_a_name_and_each_check_a_vector() -> None:
    names = Counter(vector.id for vector in load().vectors)
    assert set(names.values()) == {1}
    assert {vector.check for vector in load().vectors} == CHECKS.keys()


def test_one_key_is_read_in_every_form() -> None:
    published = load().keys
    pkcs1, pkcs8 = (rsa.private_key(published[f"app_private_pkcs{form}"]) for form in (1, 8))
    assert rsa.forms(pkcs1) == rsa.forms(pkcs8)
    assert rsa.forms(KEY)["pkcs1-line"] == published["app_private_pkcs1"]
    assert rsa.forms(KEY)["pkcs8-line"] == published["app_private_pkcs8"]
    for form in rsa.forms(KEY).values():
        assert rsa.forms(rsa.private_key(form)) == rsa.forms(KEY)
    assert rsa.one_line(rsa.spell_public(KEY.public_key())) == published["app_public"]
