"""The RFC's own example comes out, and an independent implementation reads ours as we read its.

``http-message-signatures`` (PyPI) is used as a black box, in both directions.
"""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from http_message_signatures import (
    HTTPMessageSigner,
    HTTPMessageVerifier,
    HTTPSignatureAlgorithm,
    InvalidSignature,
    algorithms,
)
from http_message_signatures.resolvers import MappingKeyResolver

from ledger.protocol.instants import DAY, Instant
from ledger.protocol.signing import (
    LEDGER,
    Algorithm,
    KeyDirectory,
    KeyRecord,
    KeyStatus,
    PrivateKey,
)
from ledger.protocol.signing.http_fields import signature_base, spell_parameters, spell_signature
from ledger.protocol.signing.http_messages import (
    RequestParts,
    sign_request,
    sign_response,
    verify_request,
    verify_response,
)

NOW = Instant(1_618_884_473_000)
NONCE = "5xMXFjSSPu2rrPHf"
REQUEST = ("@method", "@target-uri", "content-digest", "idempotency-key")
RESPONSE = ("@status", "content-digest", '"signature";req')
BODY = b'{"amount_minor":1295}'
ANSWER = b'{"state":"PAID"}'

THEIRS: dict[Algorithm, type[HTTPSignatureAlgorithm]] = {
    Algorithm.ED25519: algorithms.ED25519,
    Algorithm.P256: algorithms.ECDSA_P256_SHA256,
}
SEED = bytes(range(32))
KEYS = {algorithm: PrivateKey.from_seed(algorithm, SEED) for algorithm in Algorithm}

P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
P256_DIGEST = hashlib.sha512(b"test.qrpay/p256-seed/v1\0" + SEED).digest()
SAME_KEYS: dict[Algorithm, ed25519.Ed25519PrivateKey | ec.EllipticCurvePrivateKey] = {
    Algorithm.ED25519: ed25519.Ed25519PrivateKey.from_private_bytes(SEED),
    Algorithm.P256: ec.derive_private_key(
        1 + int.from_bytes(P256_DIGEST, "big") % (P256_ORDER - 1), ec.SECP256R1()
    ),
}
"""The keys of the same seed as their library wants them."""


@dataclass
class Request:
    """A request as their library wants it."""

    method: str = "POST"
    url: str = "http://127.0.0.1:8400/v1/payments?dry=1"
    headers: dict[str, str] = field(default_factory=lambda: {"Idempotency-Key": "8e03978e-40d5"})

    def parts(self) -> RequestParts:
        return RequestParts(self.method, self.url, self.headers, BODY)


@dataclass
class Response:
    """An answer as their library wants it."""

    request: Request
    status_code: int = 201
    headers: dict[str, str] = field(default_factory=dict)


def resolver(key: PrivateKey) -> MappingKeyResolver:
    key_id, theirs = key.public.key_id, SAME_KEYS[key.public.algorithm]
    return MappingKeyResolver(
        public_keys={key_id: theirs.public_key()}, private_keys={key_id: theirs}
    )


def directory(key: PrivateKey) -> KeyDirectory:
    begin, end = Instant(NOW - DAY), Instant(NOW + DAY)
    public = key.public
    return KeyDirectory([KeyRecord(public.key_id, public, LEDGER, KeyStatus.ACTIVE, begin, end)])


@pytest.mark.parametrize("algorithm", list(Algorithm))
def test_they_verify_our_requests(algorithm: Algorithm) -> None:
    key = KEYS[algorithm]
    request = Request()
    request.headers |= sign_request(request.parts(), key, now=NOW, nonce=NONCE)
    verifier = HTTPMessageVerifier(
        signature_algorithm=THEIRS[algorithm], key_resolver=resolver(key)
    )
    (found,) = verifier.verify(
        request, max_age=None, expect_tag="qrpay", require_components=REQUEST, body=BODY
    )
    assert found.nonce == NONCE
    with pytest.raises(InvalidSignature):
        verifier.verify(replace(request, method="PUT"), max_age=None, expect_tag="qrpay", body=BODY)


@pytest.mark.parametrize("algorithm", list(Algorithm))
def test_they_verify_our_answers_bound_to_the_request(algorithm: Algorithm) -> None:
    key = KEYS[algorithm]
    request = Request()
    request.headers |= sign_request(request.parts(), key, now=NOW, nonce=NONCE)
    response = Response(request)
    response.headers |= sign_response(
        201, ANSWER, request_signature=request.headers["Signature"], key=key, now=NOW
    )
    verifier = HTTPMessageVerifier(
        signature_algorithm=THEIRS[algorithm], key_resolver=resolver(key)
    )
    verifier.verify(
        response, max_age=None, expect_tag="qrpay", require_components=RESPONSE, body=ANSWER
    )
    request.headers |= sign_request(request.parts(), key, now=NOW, nonce=NONCE[::-1])
    with pytest.raises(InvalidSignature):
        verifier.verify(response, max_age=None, expect_tag="qrpay", body=ANSWER)


def test_we_verify_their_requests_and_answers() -> None:
    key = KEYS[Algorithm.ED25519]  # their P-256 signatures may have the higher s, refused here
    created = datetime.fromtimestamp(NOW / 1000, UTC)
    signer = HTTPMessageSigner(signature_algorithm=algorithms.ED25519, key_resolver=resolver(key))
    request = Request()
    signer.sign(
        request,
        key_id=key.public.key_id,
        created=created,
        nonce=NONCE,
        tag="qrpay",
        covered_component_ids=REQUEST,
        body=BODY,
    )
    assert verify_request(request.parts(), directory(key), now=NOW).nonce == NONCE
    response = Response(request)
    signer.sign(
        response,
        key_id=key.public.key_id,
        created=created,
        tag="qrpay",
        covered_component_ids=RESPONSE,
        body=ANSWER,
    )
    verify_response(
        201,
        ANSWER,
        response.headers,
        request_signature=request.headers["Signature"],
        directory=directory(key),
        now=NOW,
    )


def test_the_rfcs_own_example_of_an_ed25519_signature_comes_out() -> None:
    """RFC 9421, appendix B.2.6, with the key of B.1.4."""
    seed = base64.b64decode("n4Ni+HpISpVObnQMW0wOhCKROaIKqKtW/2ZYb2p9KcU=")
    key = PrivateKey.from_seed(Algorithm.ED25519, seed)
    public = base64.b64decode("JrQLj5P/89iXES9+vFgrIy29clF9CC/oPPsw3c5D0bs=")
    components = {
        '"date"': "Tue, 20 Apr 2021 02:07:55 GMT",
        '"@method"': "POST",
        '"@path"': "/foo",
        '"@authority"': "example.com",
        '"content-type"': "application/json",
        '"content-length"': "18",
    }
    parameters = spell_parameters(components, created=1618884473, keyid="test-key-ed25519")
    base = signature_base(components.items(), parameters)
    expected = (
        "wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1u02Gb04v9EDgwUPiu4A0w6vuQv5lIp5WPpBKRCw=="
    )
    assert key.public.raw == public
    assert spell_signature("sig-b26", key.sign_raw(base)) == f"sig-b26=:{expected}:"
