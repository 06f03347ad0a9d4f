"""Who signed a call: API v3's Authorization header, written by callers and read by the platform.

It is read in the order in which the platform checks it. Five values in quotation marks follow the
scheme; every SDK names them in another order. First the form is checked (``AuthorizationFormat``),
then the scheme (``AuthorizationScheme``); the caller looks up certificate and key, and then
``require_fresh`` checks the time (``TimestampSkew``), before the signature itself. Source:
pay.weixin.qq.com, API v3 interface rules, "signature generation".

    >>> header = spell(Authorization("1900009191", "593BEC0C", "1554208460", "1DDE55AD", "uOVR=="))
    >>> header
    'WECHATPAY2-SHA256-RSA2048 mchid="1900009191",nonce_str="593BEC0C",signature="uOVR==",\
timestamp="1554208460",serial_no="1DDE55AD"'
    >>> parse(header).mchid
    '1900009191'
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from ledger.protocol import rsa
from ledger.protocol.errors.trust import TimestampSkew
from ledger.protocol.errors.wechatpay import AuthorizationFormat, AuthorizationScheme
from ledger.protocol.instants import SECOND, Instant, to_seconds
from ledger.protocol.wechatpay_wire.signed_texts import request_text

SCHEME = "WECHATPAY2-SHA256-RSA2048"
MOST_SKEW_S = 300

_PAIR = re.compile(r'\s*(\w+)="([^"]*)"\s*', re.ASCII)
_NAMES = frozenset({"mchid", "nonce_str", "signature", "timestamp", "serial_no"})
_TIMESTAMP = re.compile(r"[0-9]{1,12}", re.ASCII)
_MOST_CHARACTERS = 4096


@dataclass(frozen=True, slots=True)
class Authorization:
    """The five values. ``serial_no`` is upper-case hexadecimal, whatever the caller's case."""

    mchid: str
    nonce: str
    timestamp: str
    serial_no: str
    signature: str


def parse(header: str | None) -> Authorization:
    """Read the header; raises ``AuthorizationFormat`` or ``AuthorizationScheme``."""
    scheme, _, rest = (header or "").strip().partition(" ")
    if not rest or len(rest) > _MOST_CHARACTERS:
        raise AuthorizationFormat("there is no Authorization header of a scheme and its values")
    values = _pairs(rest)
    if not _TIMESTAMP.fullmatch(values["timestamp"]):
        raise AuthorizationFormat("timestamp is seconds since 1970 as digits")
    if scheme != SCHEME:
        raise AuthorizationScheme(f"the scheme is {scheme[:40]!r}")
    return Authorization(
        mchid=values["mchid"],
        nonce=values["nonce_str"],
        timestamp=values["timestamp"],
        serial_no=values["serial_no"].upper(),
        signature=values["signature"],
    )


def _pairs(text: str) -> dict[str, str]:
    pairs = [_PAIR.fullmatch(part) for part in text.split(",")]
    values = {pair[1]: pair[2] for pair in pairs if pair is not None}
    if None in pairs or len(values) < len(pairs):
        raise AuthorizationFormat('values are written name="value", each once')
    missing = [name for name in sorted(_NAMES) if not values.get(name)]
    if missing or values.keys() - _NAMES:
        raise AuthorizationFormat(f"there is no {missing[0]}" if missing else "a value too many")
    return values


def spell(authorization: Authorization) -> str:
    """Write the header in the sequence of the public documentation."""
    pairs = {
        "mchid": authorization.mchid,
        "nonce_str": authorization.nonce,
        "signature": authorization.signature,
        "timestamp": authorization.timestamp,
        "serial_no": authorization.serial_no,
    }
    return f"{SCHEME} " + ",".join(f'{name}="{value}"' for name, value in pairs.items())


def sign(
    method: str,
    target: str,
    body: bytes = b"",
    *,
    mchid: str,
    serial_no: str,
    key: RSAPrivateKey,
    nonce: str,
    now: Instant,
) -> str:
    """Write the header of a call as its merchant signs it.

    ``target`` is path and query as they are sent, ``serial_no`` that of the certificate of ``key``.
    """
    timestamp = str(to_seconds(now))
    signature = rsa.sign(key, request_text(method, target, timestamp, nonce, body))
    return spell(Authorization(mchid, nonce, timestamp, serial_no, signature))


def require_fresh(authorization: Authorization, now: Instant) -> None:
    """Refuse what was signed more than 300 seconds ago or ahead (``TimestampSkew``)."""
    skew_s = abs(int(authorization.timestamp) - now // SECOND)
    if skew_s > MOST_SKEW_S:
        raise TimestampSkew(f"timestamp is {skew_s} s from the provider's clock")
