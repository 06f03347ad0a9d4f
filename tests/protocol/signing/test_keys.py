"""Signatures: valid for one key, one message, one purpose, in one spelling."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.protocol.errors.trust import KeyFormat, SignatureInvalid, WeakKey
from ledger.protocol.signing import (
    Algorithm,
    Domain,
    PrivateKey,
    PublicKey,
    signed_bytes,
    verify,
    verify_raw,
)

P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
SEED = bytes(range(32))
ALGORITHMS = list(Algorithm)
KEYS = {algorithm: PrivateKey.from_seed(algorithm, SEED) for algorithm in ALGORITHMS}

algorithms = st.sampled_from(ALGORITHMS)
domains = st.sampled_from(list(Domain))
messages = st.binary(max_size=300)


def flipped(raw: bytes, bit: int) -> bytes:
    bit %= 8 * len(raw)
    changed = bytearray(raw)
    changed[bit // 8] ^= 1 << bit % 8
    return bytes(changed)


@given(algorithms, domains, messages)
def test_a_signature_holds_for_what_it_was_made_for(
    algorithm: Algorithm, domain: Domain, message: bytes
) -> None:
    key = KEYS[algorithm]
    signature = key.sign(domain, message)
    assert len(signature) == 64
    verify(key.public, domain, message, signature)


@given(algorithms, domains, messages.filter(bool), st.integers(min_value=0))
def test_any_changed_bit_of_the_message_is_refused(
    algorithm: Algorithm, domain: Domain, message: bytes, bit: int
) -> None:
    key = KEYS[algorithm]
    signature = key.sign(domain, message)
    with pytest.raises(SignatureInvalid):
        verify(key.public, domain, flipped(message, bit), signature)


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_any_changed_bit_of_the_signature_is_refused(algorithm: Algorithm) -> None:
    key = KEYS[algorithm]
    signature = key.sign(Domain.RECEIPT, b"paid")
    for bit in range(8 * len(signature)):
        with pytest.raises(SignatureInvalid):
            verify(key.public, Domain.RECEIPT, b"paid", flipped(signature, bit))


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_any_changed_bit_of_the_key_is_refused(algorithm: Algorithm) -> None:
    key = KEYS[algorithm]
    signature = key.sign(Domain.RECEIPT, b"paid")
    for bit in range(8 * len(key.public.raw)):
        with pytest.raises((SignatureInvalid, KeyFormat, WeakKey)):
            verify(
                PublicKey(algorithm, flipped(key.public.raw, bit)),
                Domain.RECEIPT,
                b"paid",
                signature,
            )


@pytest.mark.parametrize("algorithm", ALGORITHMS)
@pytest.mark.parametrize(("made_for", "read_as"), list(itertools.permutations(Domain, 2)))
def test_a_signature_for_one_purpose_is_refused_for_every_other(
    algorithm: Algorithm, made_for: Domain, read_as: Domain
) -> None:
    key = KEYS[algorithm]
    signature = key.sign(made_for, b"the same words")
    with pytest.raises(SignatureInvalid):
        verify(key.public, read_as, b"the same words", signature)


@given(domains, domains, messages, messages)
def test_no_two_purposes_and_messages_share_their_signed_bytes(
    one: Domain, other: Domain, first: bytes, second: bytes
) -> None:
    same = (one, first) == (other, second)
    assert (signed_bytes(one, first) == signed_bytes(other, second)) is same


@pytest.mark.parametrize("length", [0, 1, 63, 65, 72, 128])
@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_a_signature_of_another_length_is_refused(algorithm: Algorithm, length: int) -> None:
    with pytest.raises(SignatureInvalid, match="64 bytes"):
        verify(KEYS[algorithm].public, Domain.RECEIPT, b"paid", bytes(length))


@given(messages)
def test_the_mirror_image_of_a_p256_signature_is_refused(message: bytes) -> None:
    key = KEYS[Algorithm.P256]
    signature = key.sign(Domain.AUTHORISATION, message)
    s = int.from_bytes(signature[32:], "big")
    assert s <= P256_ORDER // 2
    mirrored = signature[:32] + (P256_ORDER - s).to_bytes(32, "big")
    with pytest.raises(SignatureInvalid, match="upper half"):
        verify(key.public, Domain.AUTHORISATION, message, mirrored)


def test_an_ed25519_s_that_is_not_reduced_is_refused() -> None:
    order = 2**252 + 27742317777372353535851937790883648493
    key = KEYS[Algorithm.ED25519]
    signature = key.sign(Domain.RECEIPT, b"paid")
    s = int.from_bytes(signature[32:], "little") + order
    with pytest.raises(SignatureInvalid):
        verify(key.public, Domain.RECEIPT, b"paid", signature[:32] + s.to_bytes(32, "little"))


@given(algorithms, st.binary(min_size=32, max_size=32), messages)
def test_the_same_seed_gives_the_same_key_and_the_same_signatures(
    algorithm: Algorithm, seed: bytes, message: bytes
) -> None:
    one, other = (PrivateKey.from_seed(algorithm, seed) for _ in range(2))
    assert one == other
    assert one.sign(Domain.HEAD, message) == other.sign(Domain.HEAD, message)


@pytest.mark.parametrize("algorithm", ALGORITHMS)
@pytest.mark.parametrize("length", [0, 31, 33, 64])
def test_a_seed_of_another_length_is_refused(algorithm: Algorithm, length: int) -> None:
    with pytest.raises(KeyFormat):
        PrivateKey.from_seed(algorithm, bytes(length))


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_a_private_key_never_shows_itself(algorithm: Algorithm) -> None:
    seed = b"thirty-two bytes nobody may read"
    key = PrivateKey.from_seed(algorithm, seed)
    assert f"{key} {(key,)}" == f"PrivateKey({key.public.key_id}, ***) ({key!r},)"


def test_the_ed25519_key_of_a_seed_is_the_one_of_rfc_8032() -> None:
    seed = bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")
    key = PrivateKey.from_seed(Algorithm.ED25519, seed)
    assert key.public.raw.hex() == (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
    )
    assert key.sign_raw(b"").hex() == (
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bac"
        "c61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"
    )


def test_the_key_id_is_k_and_seven_characters_of_the_fingerprint() -> None:
    # sha256(b"Ed25519" + b"\0" + raw), base32, first seven characters, lower case
    assert KEYS[Algorithm.ED25519].public.key_id == "k6d2alkm"
    ids = {
        PrivateKey.from_seed(algorithm, bytes([n]) * 32).public.key_id
        for algorithm in ALGORITHMS
        for n in range(50)
    }
    assert len(ids) == 100
    assert all(len(key_id) == 8 and key_id.startswith("k") for key_id in ids)


@pytest.mark.parametrize(
    ("algorithm", "raw", "error"),
    [
        (Algorithm.ED25519, bytes(31), KeyFormat),
        (Algorithm.ED25519, bytes(33), KeyFormat),
        (Algorithm.P256, KEYS[Algorithm.ED25519].public.raw, KeyFormat),
        (Algorithm.P256, bytes(65), KeyFormat),
        (Algorithm.P256, b"\x06" + KEYS[Algorithm.P256].public.raw[1:], KeyFormat),
        (Algorithm.P256, b"\x02" + KEYS[Algorithm.P256].public.raw[1:33], KeyFormat),
        (Algorithm.P256, b"\x04" + bytes(64), WeakKey),
        (Algorithm.P256, KEYS[Algorithm.P256].public.raw[:-1] + b"\x00", WeakKey),
    ],
)
def test_bytes_that_are_no_key_are_refused(
    algorithm: Algorithm, raw: bytes, error: type[Exception]
) -> None:
    with pytest.raises(error):
        PublicKey(algorithm, raw)


def test_raw_signatures_have_no_purpose_in_front() -> None:
    key = KEYS[Algorithm.ED25519]
    base = b'"@method": GET'
    verify_raw(key.public, base, key.sign_raw(base))
    with pytest.raises(SignatureInvalid):
        verify_raw(key.public, base, key.sign(Domain.REQUEST, base))
