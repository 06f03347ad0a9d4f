"""Whichever library computes Ed25519, and whatever the signature: the answer is the same.

The signatures here are of the kinds that are known to divide verifiers ("Taming the many EdDSAs",
Chalkias, Garillot, Nikolaenko, 2020; ZIP 215): R and key of small and of mixed order, encodings
that are not canonical, S beyond L. What is right, ``curve.holds`` computes from the rule.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.protocol.errors.trust import SignatureInvalid
from ledger.protocol.signing import edwards
from ledger.protocol.signing.algorithms import Equation, Library, ed25519
from ledger.protocol.signing.algorithms.openssl import OPENSSL
from ledger.protocol.signing.algorithms.sodium import SODIUM
from tests.protocol.signing import curve

LIBRARIES = [pytest.param(OPENSSL, id="OpenSSL"), pytest.param(SODIUM, id="libsodium")]
SEED = bytes(range(32))
SCALAR = curve.scalar_of(SEED)
KEY_POINT = curve.times(SCALAR, curve.BASE_POINT)
KEY = curve.encode(KEY_POINT)
LOG_R = 2**200 + 12345
R = curve.times(LOG_R, curve.BASE_POINT)
R_RAW = curve.encode(R)
MESSAGES = [b"I pay %d.00 EUR" % n for n in range(24)]
IDENTITY, *OTHER_SMALL = curve.small_points()
SMALL_ENCODINGS = sorted(edwards.SMALL_ORDER_ENCODINGS)


@dataclass(frozen=True)
class Case:
    kind: str
    key: bytes
    message: bytes
    signature: bytes

    def passes(self, library: Library) -> bool:
        try:
            ed25519.verifier(self.key, library)(self.signature, self.message)
        except SignatureInvalid:
            return False
        return True


def made(
    kind: str,
    message: bytes = MESSAGES[0],
    *,
    r: bytes = R_RAW,
    log_r: int = LOG_R,
    key: bytes = KEY,
    scalar: int = SCALAR,
) -> Case:
    """Sign with whatever is put in the place of R and of the key; honestly, where nothing is."""
    s = (log_r + curve.challenge(r, key, message) * scalar) % edwards.L
    return Case(kind, key, message, r + s.to_bytes(32, "little"))


def cases() -> Iterator[Case]:
    mixed_rs = [curve.encode(curve.add(R, small)) for small in OTHER_SMALL]
    mixed_keys = [curve.encode(curve.add(KEY_POINT, small)) for small in OTHER_SMALL]
    for message in MESSAGES:
        yield made("good", message)
        yield made("mixed key", message, key=mixed_keys[-1])
        yield made("small key", message, key=SMALL_ENCODINGS[-1], scalar=0)
    for r in mixed_rs:
        yield made("mixed R", r=r)
        yield from (made("mixed key and R", r=r, key=key) for key in mixed_keys)
    for key in mixed_keys:
        yield made("mixed key", key=key)
    for small in SMALL_ENCODINGS:
        yield made("small R", r=small, log_r=0)
        yield made("small key", key=small, scalar=0)
        yield made("small key and R", r=small, log_r=0, key=small, scalar=0)
    s = int.from_bytes(made("good").signature[32:], "little")
    for multiple in range(1, 16):
        beyond = s + multiple * edwards.L
        yield Case("S + L", KEY, MESSAGES[0], R_RAW + beyond.to_bytes(32, "little"))
    for y in range(edwards.P, 2**255):
        raw = y.to_bytes(32, "little")
        yield made("key not reduced", key=raw)
        yield made("R not reduced", r=raw)


CASES = list(cases())
RIGHT = [curve.holds(case.key, case.message, case.signature) for case in CASES]


@pytest.mark.parametrize("library", LIBRARIES)
def test_each_library_answers_as_the_rule_does(library: Library) -> None:
    answers = [case.passes(library) for case in CASES]
    asked = zip(CASES, answers, RIGHT, strict=True)
    assert [case.kind for case, answer, right in asked if answer is not right] == []


def test_of_the_odd_signatures_only_some_by_mixed_keys_hold_and_those_are_not_registered() -> None:
    taken = {case.kind for case, right in zip(CASES, RIGHT, strict=True) if right}
    assert taken == {"good", "mixed key", "mixed key and R"}


def test_good_signatures_all_hold() -> None:
    good = [right for case, right in zip(CASES, RIGHT, strict=True) if case.kind == "good"]
    assert good == [True] * len(MESSAGES)


@given(st.binary(min_size=32, max_size=32), st.binary(max_size=200))
def test_both_make_the_same_key_and_signature(seed: bytes, message: bytes) -> None:
    (public, sign), (other_public, other_sign) = OPENSSL.signer(seed), SODIUM.signer(seed)
    assert public == other_public
    assert sign(message) == other_sign(message)


@given(
    st.sampled_from(CASES),
    st.sampled_from(["key", "message", "signature"]),
    st.integers(min_value=0),
)
def test_both_agree_after_any_change_of_a_bit(case: Case, part: str, bit: int) -> None:
    raw = bytearray(getattr(case, part))
    raw[bit // 8 % len(raw)] ^= 1 << bit % 8
    changed = Case(**{**vars(case), part: bytes(raw)})
    assert changed.passes(OPENSSL) is changed.passes(SODIUM)


@given(*(st.binary(min_size=size, max_size=size) for size in (32, 5, 64)))
def test_both_agree_about_any_bytes(key: bytes, message: bytes, signature: bytes) -> None:
    case = Case("any", key, message, signature)
    assert case.passes(OPENSSL) is case.passes(SODIUM)


def test_the_faster_library_is_taken_where_it_is_installed() -> None:
    assert ed25519.LIBRARY is SODIUM


def test_a_library_that_multiplies_by_the_cofactor_is_not_taken() -> None:
    def cofactored(raw: bytes) -> Equation:
        point = edwards.decode(raw)

        def holds_8_times(signature: bytes, message: bytes) -> bool:
            r, s = signature[:32], int.from_bytes(signature[32:], "little")
            right = curve.add(
                edwards.decode(r), curve.times(curve.challenge(r, raw, message), point)
            )
            left = curve.times(s, curve.BASE_POINT)
            return curve.encode(curve.times(8, left)) == curve.encode(curve.times(8, right))

        return holds_8_times

    assert not ed25519.keeps_the_rule(Library("cofactored", SODIUM.signer, cofactored))


@pytest.mark.parametrize("answer", [True, False])
def test_a_library_that_answers_always_alike_is_not_taken(*, answer: bool) -> None:
    def always(_raw: bytes) -> Equation:
        return lambda _signature, _message: answer

    assert not ed25519.keeps_the_rule(Library("always", SODIUM.signer, always))


def test_without_the_faster_library_everything_works() -> None:
    program = (
        "import sys; sys.modules['nacl'] = None\n"
        "from ledger.protocol.signing import Algorithm, Domain, PrivateKey, verify\n"
        "from ledger.protocol.signing.algorithms import ed25519\n"
        "key = PrivateKey.from_seed(Algorithm.ED25519, bytes(range(32)))\n"
        "verify(key.public, Domain.RECEIPT, b'paid', key.sign(Domain.RECEIPT, b'paid'))\n"
        "print(ed25519.LIBRARY.name)"
    )
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert re.match(r"cryptography \d", done.stdout)
