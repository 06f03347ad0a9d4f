"""Signatures against the hostile vectors of C2SP/wycheproof, where they lie beside the checkout.

Our answer must be theirs, with one exception that is meant: of an ECDSA signature and its mirror
image (r, n - s) both verify, and we take the lower s only.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from ledger.protocol.errors.trust import SignatureInvalid
from ledger.protocol.signing import SIGNATURE_BYTES, Algorithm, PublicKey, verify_raw
from ledger.protocol.signing.algorithms import Library, ed25519
from ledger.protocol.signing.algorithms.openssl import OPENSSL
from ledger.protocol.signing.algorithms.sodium import SODIUM

FOLDER = Path(__file__).parents[4] / "shared" / "vectors" / "wycheproof"
P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551

pytestmark = pytest.mark.skipif(
    not FOLDER.is_dir(), reason=f"the Wycheproof vectors are not at {FOLDER}"
)


@dataclass(frozen=True)
class Case:
    number: int
    key: PublicKey
    message: bytes
    signature: bytes
    valid: bool

    def passes(self) -> bool:
        try:
            verify_raw(self.key, self.message, self.signature)
        except SignatureInvalid:
            return False
        return True

    def passes_by(self, library: Library) -> bool:
        try:
            ed25519.verifier(self.key.raw, library)(self.signature, self.message)
        except SignatureInvalid:
            return False
        return True

    def has_high_s(self) -> bool:
        s = int.from_bytes(self.signature[32:], "big")
        return len(self.signature) == 64 and s > P256_ORDER // 2


def cases(name: str, algorithm: Algorithm, key_field: str) -> Iterator[Case]:
    for group in json.loads((FOLDER / name).read_text())["testGroups"]:
        key = PublicKey(algorithm, bytes.fromhex(group["publicKey"][key_field]))
        for test in group["tests"]:
            message, signature = bytes.fromhex(test["msg"]), bytes.fromhex(test["sig"])
            yield Case(test["tcId"], key, message, signature, test["result"] == "valid")


@pytest.mark.parametrize("library", [OPENSSL, SODIUM], ids=lambda library: library.name)
def test_ed25519_answers_as_wycheproof_expects_whichever_library_computes(
    library: Library,
) -> None:
    found = list(cases("ed25519_test.json", Algorithm.ED25519, "pk"))
    assert len(found) == 151
    assert [case.number for case in found if case.passes() is not case.valid] == []
    assert [
        case.number
        for case in found
        if len(case.signature) == SIGNATURE_BYTES and case.passes_by(library) is not case.valid
    ] == []


def test_p256_answers_as_wycheproof_expects_except_for_the_upper_half_of_s() -> None:
    name = "ecdsa_secp256r1_sha256_p1363_test.json"
    found = list(cases(name, Algorithm.P256, "uncompressed"))
    assert len(found) == 262
    refused = {case.number for case in found if case.valid and not case.passes()}
    assert refused == {case.number for case in found if case.valid and case.has_high_s()}
    assert len(refused) == 70
    assert [case.number for case in found if case.passes() and not case.valid] == []
