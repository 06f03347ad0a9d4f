"""The published vectors of API v2: the vendor's examples, mistakes with their reasons, attacks."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ledger.protocol.errors import QrpayError
from ledger.protocol.wechatpay_v2_wire import documents, refund_seal, signatures
from ledger.protocol.wechatpay_v2_wire.explain import UNKNOWN, explain
from tests.protocol.code_vectors import FOLDER

FILE = json.loads((FOLDER / "wechatpay_v2.json").read_text("utf-8"))
VECTORS = [pytest.param(vector, id=vector["id"]) for vector in FILE["vectors"]]
WRONG = [
    pytest.param(vector, id=vector["id"])
    for vector in FILE["vectors"]
    if vector["result"] == "SIGNATURE_INVALID"
]


def outcome(given: dict[str, Any]) -> tuple[str, object]:
    try:
        match given["check"]:
            case "sign":
                key, md5_allowed = given["key"], given["md5_allowed"]
                return "valid", signatures.verify(given["fields"], key, md5_allowed=md5_allowed)
            case "document":
                return "valid", documents.read(given["xml"].encode())
            case "seal":
                plain = refund_seal.unseal(given["sealed"], given["key"])
                return "valid", {"plain": plain.decode()}
    except QrpayError as error:
        return error.code, None
    raise AssertionError(given["check"])


@pytest.mark.parametrize("vector", VECTORS)
def test_a_vector_has_the_published_result(vector: dict[str, Any]) -> None:
    result, values = outcome(vector["input"])
    assert result == vector["result"]
    if result == "valid" and "values" in vector:
        assert values == vector["values"]


@pytest.mark.parametrize("vector", WRONG)
def test_a_wrong_sign_is_explained_and_the_key_not_told(vector: dict[str, Any]) -> None:
    key = vector["input"]["key"]
    why = explain(vector["input"]["fields"], {"API v2 key": key})
    assert why.reason == vector.get("values", {}).get("reason", UNKNOWN)
    assert key not in repr(why)


def test_every_vector_has_an_id_of_its_own_and_says_why_it_is_there() -> None:
    ids = [vector["id"] for vector in FILE["vectors"]]
    assert len(set(ids)) == len(ids)
    assert all(vector["note"] for vector in FILE["vectors"])


def test_what_a_vector_seals_is_sealed_again_the_same() -> None:
    (sealed,) = [vector for vector in FILE["vectors"] if vector["id"] == "seal-refund"]
    plain = sealed["values"]["plain"].encode()
    assert refund_seal.seal(plain, sealed["input"]["key"]) == sealed["input"]["sealed"]
