"""Only keys that nobody but their holder can sign with are registered."""

from __future__ import annotations

import hashlib

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.protocol.errors.trust import KeyFormat, SignatureInvalid, WeakKey
from ledger.protocol.signing import (
    Algorithm,
    PrivateKey,
    PublicKey,
    check_registrable,
    edwards,
    verify_raw,
)
from tests.protocol.signing.curve import add, encode, order_divides, scalar_of

IDENTITY = bytes([1]) + bytes(31)
BASE_POINT = bytes.fromhex("58" + "66" * 31)
SMALL_ORDER = sorted(edwards.SMALL_ORDER_ENCODINGS)


@settings(max_examples=20, deadline=None)
@given(st.sampled_from(list(Algorithm)), st.binary(min_size=32, max_size=32))
def test_the_key_of_any_seed_is_registrable(algorithm: Algorithm, seed: bytes) -> None:
    public = PrivateKey.from_seed(algorithm, seed).public
    assert check_registrable(algorithm, public.raw) == public


def test_there_are_fourteen_encodings_of_points_of_small_order() -> None:
    assert len(SMALL_ORDER) == 14
    orders = []
    for raw in SMALL_ORDER:
        try:
            orders.append(_order(edwards.decode(raw)))
        except edwards.NotCanonical:
            continue
    assert sorted(orders) == [1, 2, 4, 4, 8, 8, 8, 8]


def _order(point: edwards.Point) -> int:
    return next(n for n in (1, 2, 4, 8) if order_divides(n, point))


@pytest.mark.parametrize("raw", SMALL_ORDER, ids=bytes.hex)
def test_a_key_of_small_order_is_weak(raw: bytes) -> None:
    with pytest.raises(WeakKey, match="small order"):
        check_registrable(Algorithm.ED25519, raw)


# Made without any private key. R = 1·B and S = 1 satisfy S·B = R + h·A whenever h·A is the
# identity, and with a point A of small order that happens for one h in 8, 4, 2 or 1.
FORGED = BASE_POINT + (1).to_bytes(32, "little")
MESSAGES = [b"I pay %d.00 EUR" % n for n in range(200)]


def _openssl_accepts(raw: bytes, message: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(raw).verify(FORGED, message)
    except InvalidSignature:
        return False
    return True


@pytest.mark.parametrize("raw", SMALL_ORDER, ids=bytes.hex)
def test_a_forged_signature_by_a_key_of_small_order_passes_openssl_but_not_here(raw: bytes) -> None:
    accepted = [message for message in MESSAGES if _openssl_accepts(raw, message)]
    assert len(accepted) > 10
    for message in accepted:
        with pytest.raises(SignatureInvalid, match="small order"):
            verify_raw(PublicKey(Algorithm.ED25519, raw), message, FORGED)


def test_with_the_identity_as_key_one_signature_fits_every_message() -> None:
    assert all(_openssl_accepts(IDENTITY, message) for message in MESSAGES)


def test_a_signature_whose_first_half_has_small_order_is_refused() -> None:
    """S = h·a with R the identity: only the key's holder can make it, but libraries disagree."""
    seed = bytes(range(32))
    scalar = scalar_of(seed)
    public = PrivateKey.from_seed(Algorithm.ED25519, seed).public
    h = int.from_bytes(hashlib.sha512(IDENTITY + public.raw + b"paid").digest(), "little")
    signature = IDENTITY + (h * scalar % edwards.L).to_bytes(32, "little")
    Ed25519PublicKey.from_public_bytes(public.raw).verify(signature, b"paid")
    with pytest.raises(SignatureInvalid, match="small order"):
        verify_raw(public, b"paid", signature)


@settings(max_examples=20, deadline=None)
@given(st.binary(min_size=32, max_size=32), st.sampled_from(SMALL_ORDER))
def test_a_good_key_plus_a_point_of_small_order_is_weak(seed: bytes, small: bytes) -> None:
    good = edwards.decode(PrivateKey.from_seed(Algorithm.ED25519, seed).public.raw)
    try:
        mixed = add(good, edwards.decode(small))
    except edwards.NotCanonical:
        return
    raw = encode(mixed)
    if order_divides(1, edwards.decode(small)):
        assert check_registrable(Algorithm.ED25519, raw).raw == raw
        return
    with pytest.raises(WeakKey, match="mixed order"):
        check_registrable(Algorithm.ED25519, raw)


@given(st.integers(min_value=2, max_value=18), st.booleans())
def test_a_y_that_is_not_reduced_is_no_canonical_key(above: int, sign: bool) -> None:  # noqa: FBT001
    raw = (edwards.P + above | sign << 255).to_bytes(32, "little")
    with pytest.raises(KeyFormat, match="not reduced"):
        check_registrable(Algorithm.ED25519, raw)


def test_a_y_without_a_point_is_weak() -> None:
    with pytest.raises(WeakKey, match="no point of the curve"):
        check_registrable(Algorithm.ED25519, bytes([2]) + bytes(31))


@given(st.binary(min_size=32, max_size=32))
@settings(max_examples=50, deadline=None)
def test_any_32_bytes_are_a_good_key_or_refused_by_name(raw: bytes) -> None:
    try:
        check_registrable(Algorithm.ED25519, raw)
    except (KeyFormat, WeakKey):
        return
    assert edwards.is_in_prime_order_subgroup(edwards.decode(raw))


def test_a_p256_point_off_the_curve_is_weak() -> None:
    good = PrivateKey.from_seed(Algorithm.P256, bytes(32)).public.raw
    off_curve = good[:-1] + bytes([good[-1] ^ 1])
    with pytest.raises(WeakKey, match="not on the curve"):
        check_registrable(Algorithm.P256, off_curve)


@pytest.mark.parametrize("head", [b"\x02", b"\x03"])
def test_a_compressed_p256_point_is_not_the_canonical_form(head: bytes) -> None:
    good = PrivateKey.from_seed(Algorithm.P256, bytes(32)).public.raw
    with pytest.raises(KeyFormat):
        check_registrable(Algorithm.P256, head + good[1:33])
