"""The published vectors of signatures, keys, messages, requests and payment codes hold here."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from ledger.protocol import instants, payment_code
from ledger.protocol.errors import QrpayError
from ledger.protocol.messages import (
    Authorisation,
    Message,
    Notification,
    PaymentRequest,
    Receipt,
    Signed,
    encode,
    open_,
    seal,
)
from ledger.protocol.signing import (
    SIGNATURE_BYTES,
    Algorithm,
    Domain,
    PrivateKey,
    PublicKey,
    b64url,
    b64url_decode,
    check_registrable,
    from_jwks,
    verify,
)
from ledger.protocol.signing.http_fields import read_signature_input, signature_base
from ledger.protocol.signing.http_messages import RequestParts, verify_request

Vector = Mapping[str, Any]
FOLDER = Path(__file__).parents[1] / "vectors"
FILES = ["signatures", "public_keys", "messages", "http_requests", "payment_codes"]
TYPES: dict[str, type[Message]] = {
    kind.DOMAIN: kind for kind in (PaymentRequest, Authorisation, Receipt, Notification)
}


def load(name: str) -> Vector:
    content: Vector = json.loads((FOLDER / f"{name}.json").read_text("utf-8"))
    return content


def vectors(name: str) -> list[Any]:
    return [pytest.param(vector, id=vector["id"]) for vector in load(name)["vectors"]]


def result_of(step: Callable[[], object]) -> str:
    try:
        step()
    except QrpayError as error:
        return error.code
    return "valid"


@pytest.mark.parametrize("name", FILES)
def test_every_vector_has_an_id_of_its_own_says_why_and_is_told_apart(name: str) -> None:
    found = load(name)["vectors"]
    assert len({vector["id"] for vector in found}) == len(found)
    assert len({json.dumps(vector["input"]) for vector in found}) == len(found)
    assert all(vector["note"] for vector in found)


def _codes(of: type[QrpayError]) -> Iterator[str]:
    yield of.code
    for below in of.__subclasses__():
        yield from _codes(below)


@pytest.mark.parametrize("name", FILES)
def test_every_result_is_valid_or_the_code_of_an_error_and_both_occur(name: str) -> None:
    results = {vector["result"] for vector in load(name)["vectors"]}
    assert results - {"valid"} <= {code for c in QrpayError.__subclasses__() for code in _codes(c)}
    assert "valid" in results
    assert len(results) > 1


@pytest.mark.parametrize("vector", vectors("signatures"))
def test_signatures(vector: Vector) -> None:
    found = vector["input"]
    algorithm, domain = Algorithm(found["algorithm"]), Domain(found["domain"])
    message = bytes.fromhex(found["message"])

    def check() -> None:
        key = PublicKey(algorithm, b64url_decode(found["public_key"]))
        verify(key, domain, message, b64url_decode(found["signature"], SIGNATURE_BYTES))

    assert result_of(check) == vector["result"]
    if "seed" in vector:
        key = PrivateKey.from_seed(algorithm, bytes.fromhex(vector["seed"]))
        assert b64url(key.public.raw) == found["public_key"]
        assert b64url(key.sign(domain, message)) == found["signature"]


@pytest.mark.parametrize("vector", vectors("public_keys"))
def test_public_keys(vector: Vector) -> None:
    algorithm = Algorithm(vector["input"]["algorithm"])
    raw = b64url_decode(vector["input"]["public_key"])
    assert result_of(lambda: check_registrable(algorithm, raw)) == vector["result"]
    if vector["result"] == "valid":
        assert PublicKey(algorithm, raw).key_id == vector["values"]["key_id"]


@pytest.mark.parametrize("vector", vectors("messages"))
def test_messages(vector: Vector) -> None:
    found = dict(vector["input"])
    kind, owner, at = found.pop("type"), found.pop("owner"), instants.from_text(found.pop("at"))
    signed = Signed.from_json(found)
    directory = from_jwks(load("messages"))

    def open_it() -> Message:
        return open_(signed, TYPES[kind], directory, at=at, owner=owner)

    assert result_of(open_it) == vector["result"]
    if vector["result"] == "valid":
        assert encode(open_it()) == signed.text


@pytest.mark.parametrize("vector", vectors("http_requests"))
def test_http_requests(vector: Vector) -> None:
    found = vector["input"]
    body = found["body"].encode()
    parts = RequestParts(found["method"], found["target_uri"], found["headers"], body)
    directory, now = from_jwks(load("http_requests")), instants.from_text(found["at"])
    assert result_of(lambda: verify_request(parts, directory, now=now)) == vector["result"]
    if "values" in vector:
        parameters = read_signature_input(parts.headers["Signature-Input"]).text
        base = signature_base(parts.components().items(), parameters)
        assert base.decode() == vector["values"]["signature_base"]


@pytest.mark.parametrize("vector", vectors("payment_codes"))
def test_payment_codes(vector: Vector) -> None:
    text, secret = vector["input"]["text"], bytes.fromhex(vector["input"]["secret"])
    at = instants.from_text(vector["input"]["at"])

    def check() -> None:
        payment_code.check(payment_code.parse(text), secret, at)

    assert result_of(check) == vector["result"]
    if "made" in vector:
        made, values = vector["made"], vector["values"]
        now = instants.from_text(made["at"])
        code = payment_code.make(made["handle"], secret, now, made["prefix"])
        parts = payment_code.parse(text)
        assert (code.text, instants.to_text(code.valid_until)) == (text, values["valid_until"])
        assert (parts.prefix, parts.handle, parts.proof) == (
            values["prefix"],
            values["handle"],
            values["proof"],
        )


def test_the_receipt_comes_out_again_from_its_keys_seed() -> None:
    key = PrivateKey.from_seed(Algorithm.ED25519, b"L" * 32)
    found = next(vector for vector in load("messages")["vectors"] if vector["id"] == "receipt")
    signed = Signed.from_json({k: found["input"][k] for k in ("text", "key_id", "signature")})
    at = instants.from_text(found["input"]["at"])
    receipt = open_(signed, Receipt, from_jwks(load("messages")), at=at, owner="ledger")
    assert seal(receipt, key) == signed
