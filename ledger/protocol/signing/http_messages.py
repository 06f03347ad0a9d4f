r"""Signed requests and answers: who calls, what exactly, once; and an answer to this very call.

A request covers ``@method``, ``@target-uri``, ``content-digest`` and, where there is one,
``idempotency-key``; a POST must have one. Its signature carries ``created``, ``nonce``, ``keyid``
and ``tag="qrpay"``, optionally ``expires`` and ``alg``. The verifier asks for exactly this set: a
signature over less is not a weaker signature but none (RFC 9421, section 7.2.1). ``alg`` is never
believed: the algorithm is the registered key's.

``created`` may be 300 seconds off. Within that time a request could be sent twice, so whoever
verifies must also remember pairs of key and nonce for ten minutes and refuse a second one; that
takes a store and is the caller's part.

An answer covers ``@status``, ``content-digest`` and ``"signature";req``, the signature of the
request it answers: an answer to another request, replayed, does not fit. No signature, or one that
does not hold, leaves the outcome unknown, which is its own kind of error.

    >>> from ledger.protocol.signing import Algorithm, PrivateKey
    >>> key = PrivateKey.from_seed(Algorithm.ED25519, bytes(range(32)))
    >>> parts = RequestParts("GET", "http://127.0.0.1:8400/v1/me", {}, b"")
    >>> added = sign_request(parts, key, now=Instant(1795300180123), nonce="5xMXFjSSPu2rrPHf")
    >>> print(added["Signature-Input"].replace(";", "\n  ;"))
    qrpay=("@method" "@target-uri" "content-digest")
      ;created=1795300180
      ;nonce="5xMXFjSSPu2rrPHf"
      ;keyid="k6d2alkm"
      ;tag="qrpay"
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from ledger.protocol import instants
from ledger.protocol.errors import QrpayError
from ledger.protocol.errors.checkout import IdempotencyKeyMissing
from ledger.protocol.errors.content import FieldFormat
from ledger.protocol.errors.trust import (
    AlgMismatch,
    DigestMismatch,
    ResponseSignatureInvalid,
    ResponseSignatureMissing,
    SignatureEncoding,
    SignatureMissing,
    TimestampSkew,
)
from ledger.protocol.instants import Instant
from ledger.protocol.records import record
from ledger.protocol.signing.directory import LEDGER, KeyDirectory, KeyRecord
from ledger.protocol.signing.http_fields import (
    SignatureInput,
    by_lower_name,
    content_digest,
    read_signature,
    read_signature_input,
    signature_base,
    spell_parameters,
    spell_signature,
)
from ledger.protocol.signing.keys import Algorithm, PrivateKey, verify_raw

TAG = "qrpay"
LABEL = "qrpay"
MOST_SKEW_S = 300

_NONCE = re.compile(r"[A-Za-z0-9_-]{16,64}", re.ASCII)
_ALG = {Algorithm.ED25519: "ed25519", Algorithm.P256: "ecdsa-p256-sha256"}
_REQUEST_SIGNATURE = '"signature";req'


@dataclass(frozen=True, slots=True)
class RequestParts:
    """What of a request is signed: method, whole target URI, header fields, body."""

    method: str
    target_uri: str
    headers: Mapping[str, str]
    body: bytes
    fields: Mapping[str, str] = field(init=False, repr=False, compare=False)
    """The header fields by their names in lower case."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "fields", by_lower_name(self.headers))

    def components(self) -> dict[str, str]:
        """Give identifiers and values of all that a signature must cover.

        A POST without ``Idempotency-Key`` raises ``IdempotencyKeyMissing``.
        """
        components = {
            '"@method"': self.method,
            '"@target-uri"': self.target_uri,
            '"content-digest"': content_digest(self.body),
        }
        idempotency_key = self.fields.get("idempotency-key")
        if idempotency_key is not None:
            components['"idempotency-key"'] = idempotency_key
        elif self.method == "POST":
            raise IdempotencyKeyMissing
        return components


@record(frozen=True, slots=True)
class VerifiedRequest:
    """Whose request it is, its nonce, when it was made, and the signature an answer binds to."""

    key: KeyRecord
    nonce: str
    created: Instant
    signature: str


def sign_request(
    parts: RequestParts, key: PrivateKey, *, now: Instant, nonce: str
) -> dict[str, str]:
    """Give the header fields to add to a request; ``nonce`` is 16 to 64 random ``A-Za-z0-9_-``."""
    if not _NONCE.fullmatch(nonce):
        raise FieldFormat("a nonce has 16 to 64 of A-Z a-z 0-9 _ -")
    return _sign(parts.components(), key, created=instants.to_seconds(now), nonce=nonce)


def sign_response(
    status: int, body: bytes, *, request_signature: str, key: PrivateKey, now: Instant
) -> dict[str, str]:
    """Give the header fields to add to the answer to a request with this ``Signature`` field."""
    components = _response_components(status, body, request_signature)
    return _sign(components, key, created=instants.to_seconds(now))


def _sign(
    components: Mapping[str, str], key: PrivateKey, **parameters: str | int
) -> dict[str, str]:
    text = spell_parameters(components, **parameters, keyid=key.public.key_id, tag=TAG)
    signature = key.sign_raw(signature_base(components.items(), text))
    return {
        "Content-Digest": components['"content-digest"'],
        "Signature-Input": f"{LABEL}={text}",
        "Signature": spell_signature(LABEL, signature),
    }


def _response_components(status: int, body: bytes, request_signature: str) -> dict[str, str]:
    return {
        '"@status"': str(status),
        '"content-digest"': content_digest(body),
        _REQUEST_SIGNATURE: request_signature,
    }


def signature_to_answer(headers: Mapping[str, str]) -> str | None:
    """Give a request's ``Signature`` field when an answer can be bound to it, valid or not."""
    signature = by_lower_name(headers).get("signature")
    if signature is None:
        return None
    try:
        read_signature(signature, signature.partition("=")[0])
    except SignatureEncoding:
        return None
    return signature


def verify_request(
    parts: RequestParts, directory: KeyDirectory, *, now: Instant
) -> VerifiedRequest:
    """Check who made a request and that it is whole; the caller refuses nonces seen before.

    Raises ``SignatureMissing``, ``SignatureEncoding``, ``IdempotencyKeyMissing``,
    ``TimestampSkew``, what ``KeyDirectory.require`` raises, ``AlgMismatch``, ``DigestMismatch`` and
    ``SignatureInvalid``.
    """
    found, signature = _signature_of(parts.fields)
    components = parts.components()
    nonce, key_id, created = _request_parameters(found, components)
    _check_time(found, created, now)
    key = directory.require(key_id, at=now)
    _check_signature(found, signature, components, parts.fields, key)
    return VerifiedRequest(key, nonce, instants.from_seconds(created), signature)


def verify_response(
    status: int,
    body: bytes,
    headers: Mapping[str, str],
    *,
    request_signature: str,
    directory: KeyDirectory,
    now: Instant,
) -> None:
    """Check that the provider answered this very request with exactly this.

    Raises ``ResponseSignatureMissing`` or ``ResponseSignatureInvalid``.
    """
    try:
        fields = by_lower_name(headers)
        found, signature = _signature_of(fields)
        components = _response_components(status, body, request_signature)
        _check_coverage(found, components)
        key = directory.require(found.string("keyid") or "", at=now, owner=LEDGER)
        _check_signature(found, signature, components, fields, key)
    except SignatureMissing as error:
        raise ResponseSignatureMissing(str(error)) from error
    except QrpayError as error:
        raise ResponseSignatureInvalid(f"{error.code}: {error}") from error


def _signature_of(fields: Mapping[str, str]) -> tuple[SignatureInput, str]:
    signature_input, signature = fields.get("signature-input"), fields.get("signature")
    if signature_input is None or signature is None:
        raise SignatureMissing("there must be a Signature-Input and a Signature field")
    return read_signature_input(signature_input), signature


def _check_coverage(found: SignatureInput, components: Mapping[str, str]) -> None:
    if len(found.covered) != len(components) or set(found.covered) != set(components):
        raise SignatureMissing(f"it must cover exactly {' '.join(components)}")
    if found.string("tag") != TAG:
        raise SignatureMissing(f'it must carry tag="{TAG}"')


def _request_parameters(
    found: SignatureInput, components: Mapping[str, str]
) -> tuple[str, str, int]:
    _check_coverage(found, components)
    nonce, key_id, created = found.string("nonce"), found.string("keyid"), found.integer("created")
    if nonce is None or key_id is None or created is None:
        raise SignatureMissing("it must carry created, nonce and keyid")
    if not _NONCE.fullmatch(nonce):
        raise SignatureEncoding("a nonce has 16 to 64 of A-Z a-z 0-9 _ -")
    return nonce, key_id, created


def _check_time(found: SignatureInput, created: int, now: Instant) -> None:
    now_s = instants.to_seconds(now)
    if abs(now_s - created) > MOST_SKEW_S:
        raise TimestampSkew(f"signed {now_s - created} s ago")
    expires = found.integer("expires")
    if expires is not None and now_s >= expires:
        raise TimestampSkew(f"expired {now_s - expires} s ago")


def _check_signature(
    found: SignatureInput,
    signature: str,
    components: Mapping[str, str],
    fields: Mapping[str, str],
    key: KeyRecord,
) -> None:
    algorithm = key.public_key.algorithm
    if found.parameters.get("alg", _ALG[algorithm]) != _ALG[algorithm]:
        raise AlgMismatch(f"{key.key_id} is a key for {algorithm}")
    if fields.get("content-digest") != components['"content-digest"']:
        raise DigestMismatch
    in_their_order = [(identifier, components[identifier]) for identifier in found.covered]
    base = signature_base(in_their_order, found.text)
    verify_raw(key.public_key, base, read_signature(signature, found.label))
