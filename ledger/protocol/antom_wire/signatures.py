r"""The string to sign and the header that carries a signature.

    POST <path>\n<client-id>.<time>.<body>

signed by SHA-256 with RSA (PKCS #1 v1.5), in base64, which is then spelled for URLs, since ``+``
would be read as a blank. Calls, answers and notifications are signed alike: ``time`` is the header
``request-time`` of a call or a notification and ``response-time`` of an answer, taken as it stands,
for some SDKs write ISO 8601 and some milliseconds. The header is

    signature: algorithm=RSA256,keyVersion=1,signature=<base64 spelled for URLs>

with or without blanks behind the commas.

    >>> content("/ams/api/v1/payments/pay", "CLIENT", "2026-11-21T22:57:13Z", b'{"a":1}')
    b'POST /ams/api/v1/payments/pay\nCLIENT.2026-11-21T22:57:13Z.{"a":1}'
    >>> parse("algorithm=RSA256, keyVersion=1, signature=a%2Bb%3D")
    Signature(key_version='1', value='a+b=')
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from urllib.parse import quote_plus, unquote_plus

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey

from ledger.protocol.alipay_wire import keys
from ledger.protocol.errors.trust import AlgMismatch, SignatureEncoding, SignatureMissing

ALGORITHM: Final = "RSA256"
KEY_VERSION: Final = "1"


@dataclass(frozen=True, slots=True)
class Signature:
    """What the header says: which of the signer's keys, and the signature in base64."""

    key_version: str
    value: str


def content(path: str, client_id: str, time: str, body: bytes) -> bytes:
    """Give the bytes that are signed; all of Antom's calls are POSTs."""
    return f"POST {path}\n{client_id}.{time}.".encode() + body


def header(key: RSAPrivateKey, signed: bytes) -> str:
    """Sign and spell the header."""
    value = quote_plus(keys.sign(key, signed))
    return f"algorithm={ALGORITHM},keyVersion={KEY_VERSION},signature={value}"


def parse(text: str) -> Signature:
    """Read the header; raises ``SignatureMissing``, ``SignatureEncoding``, ``AlgMismatch``."""
    if not text.strip():
        raise SignatureMissing
    pairs = dict(_pair(part) for part in text.split(","))
    if "signature" not in pairs:
        raise SignatureMissing("the header has no signature=")
    if pairs.get("algorithm", ALGORITHM).upper() != ALGORITHM:
        raise AlgMismatch(f"algorithm is {ALGORITHM}")
    return Signature(pairs.get("keyVersion", KEY_VERSION), unquote_plus(pairs["signature"]))


def _pair(part: str) -> tuple[str, str]:
    name, separator, value = part.strip().partition("=")
    if not separator:
        raise SignatureEncoding("the header is name=value pairs with commas between them")
    return name, value


def verify(key: RSAPublicKey, signed: bytes, signature: Signature) -> None:
    """Check a signature; raises ``SignatureEncoding`` or ``SignatureInvalid``."""
    keys.verify(key, signed, signature.value)
