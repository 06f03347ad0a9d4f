r"""Why a request's signature does not hold: both texts, and where they first differ.

The platform only ever says that a signature is wrong. But an RSA signature contains the hash of
what was signed, so with the caller's certificate we can see *whether* their key signed, and then
try the texts that people sign by mistake until the hash fits: the last line feed forgotten, the
JSON spelled anew, the query left out. Whoever reads the explanation learns nothing that they could
not have reckoned themselves from what they sent.

    >>> difference(b"GET\n/v3/certificates\n", b"GET\n/v3/certificate\n")
    Difference(byte=19, line=2, expected='s\n', signed='\n')
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import unquote

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256

from ledger.protocol import rsa
from ledger.protocol.errors.trust import SignatureEncoding
from ledger.protocol.wechatpay_wire.authorization import Authorization
from ledger.protocol.wechatpay_wire.signed_texts import request_text

_SHOWN = 24


@dataclass(frozen=True, slots=True)
class Sent:
    """A request as it arrived: ``target`` is path and query, undecoded."""

    method: str
    target: str
    body: bytes
    host: str = ""

    def text(self, authorization: Authorization) -> bytes:
        """Spell what should have been signed."""
        return request_text(
            self.method, self.target, authorization.timestamp, authorization.nonce, self.body
        )


@dataclass(frozen=True, slots=True)
class Difference:
    """Where two texts part: the byte (from 0), its line (from 1), and a little of both."""

    byte: int
    line: int
    expected: str
    signed: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """What should have been signed, what was (None if we can't tell), and one sentence."""

    sentence: str
    expected: bytes
    signed: bytes | None = None

    @property
    def difference(self) -> Difference | None:
        """Where the two part; None when only one is known."""
        return None if self.signed is None else difference(self.expected, self.signed)


def explain(key: RSAPublicKey, authorization: Authorization, sent: Sent) -> Explanation:
    """Say what is wrong with a signature that does not hold."""
    expected = sent.text(authorization)
    try:
        signature = rsa.decode(authorization.signature)
    except SignatureEncoding:
        return Explanation("The signature is not base64.", expected)
    try:
        digest = key.recover_data_from_signature(signature, PKCS1v15(), SHA256())
    except InvalidSignature:
        return Explanation(
            f"The signature was not made by the private key of certificate "
            f"{authorization.serial_no}, or not by SHA-256 with RSA and PKCS #1 v1.5.",
            expected,
        )
    for sentence, text in _mistakes(authorization, sent):
        if hashlib.sha256(text).digest() == digest:
            return Explanation(sentence, expected, text)
    return Explanation(
        "Your key signed another text than the one expected, whose SHA-256 is "
        f"{digest.hex()}; ours is {hashlib.sha256(expected).hexdigest()}.",
        expected,
    )


def difference(expected: bytes, signed: bytes) -> Difference:
    """Find the first byte in which two texts differ."""
    pairs = zip(expected, signed, strict=False)
    shared = min(len(expected), len(signed))
    byte = next((place for place, (one, other) in enumerate(pairs) if one != other), shared)
    return Difference(
        byte=byte,
        line=expected[:byte].count(b"\n") + 1,
        expected=expected[byte : byte + _SHOWN].decode(errors="replace"),
        signed=signed[byte : byte + _SHOWN].decode(errors="replace"),
    )


def _mistakes(authorization: Authorization, sent: Sent) -> Iterator[tuple[str, bytes]]:
    """Name what people sign instead, likeliest first."""
    expected, body = sent.text(authorization), sent.body
    yield "The last line feed is missing.", expected[:-1]
    if not body:
        yield "The empty line of the empty body is missing.", expected[:-1].rstrip(b"\n") + b"\n"
    for sentence, spelled in _bodies(body):
        yield sentence, _with(authorization, sent, body=spelled)
    path, _, query = sent.target.partition("?")
    if query:
        yield "The query is missing.", _with(authorization, sent, target=path)
    yield (
        "Path and query were signed decoded; sign them as they are sent.",
        _with(authorization, sent, target=unquote(sent.target)),
    )
    for scheme in ("https", "http"):
        yield (
            "The whole address was signed; sign path and query alone.",
            _with(authorization, sent, target=f"{scheme}://{sent.host}{sent.target}"),
        )
    yield "The method must be in capitals.", _with(authorization, sent, method=sent.method.lower())
    for method in {"GET", "POST"} - {sent.method}:
        yield f"{method} was signed.", _with(authorization, sent, method=method)
    yield "Lines end with a line feed alone.", expected.replace(b"\n", b"\r\n")
    yield (
        "Lines end with a line feed, not with a backslash and an n.",
        expected.replace(b"\n", b"\\n"),
    )
    yield (
        "The nonce stands before the timestamp; it is the other way round.",
        request_text(sent.method, sent.target, authorization.nonce, authorization.timestamp, body),
    )


def _bodies(body: bytes) -> Iterator[tuple[str, bytes]]:
    if not body:
        for spelled in (b"{}", b"null", b'""', b"undefined"):
            yield "Nothing was sent, so the body's line is empty.", spelled
        return
    yield "The body is missing.", b""
    yield "The body was signed without the white space around it.", body.strip()
    yield "The body was signed with a line feed of its own.", body + b"\n"
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        return
    for as_ascii in (False, True):
        for separators in ((",", ":"), (", ", ": ")):
            for is_sorted in (False, True):
                yield (
                    "The JSON was spelled anew; sign the very bytes that are sent.",
                    json.dumps(
                        value, ensure_ascii=as_ascii, separators=separators, sort_keys=is_sorted
                    ).encode(errors="replace"),
                )


def _with(
    authorization: Authorization,
    sent: Sent,
    *,
    method: str | None = None,
    target: str | None = None,
    body: bytes | None = None,
) -> bytes:
    return request_text(
        sent.method if method is None else method,
        sent.target if target is None else target,
        authorization.timestamp,
        authorization.nonce,
        sent.body if body is None else body,
    )
