"""SHA-256 with RSA: the one signature of API v3, what carries it, and probes that must not hold.

The platform signs timestamp, nonce and body of all that it says (``signed_texts.answer_text``) by a
key that ``Wechatpay-Serial`` names: the ``Stamp``. Whoever is told looks that key up, then checks
time and signature. Keys and the signatures themselves are those of ``ledger.protocol.rsa``.

    >>> stamp = read_stamp({"wechatpay-timestamp": "1722850421", "wechatpay-nonce": "d824",
    ...                     "wechatpay-signature": "c2ln", "wechatpay-serial": "5157F0"})
    >>> stamp.serial
    '5157F0'
    >>> read_stamp({})
    Traceback (most recent call last):
    ...
    ledger.protocol.errors.trust.SignatureMissing: there is no wechatpay-timestamp
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from ledger.protocol.errors.trust import SignatureMissing, TimestampSkew
from ledger.protocol.instants import SECOND, Instant
from ledger.protocol.rsa import sign, verify
from ledger.protocol.wechatpay_wire.authorization import MOST_SKEW_S
from ledger.protocol.wechatpay_wire.signed_texts import answer_text

__all__ = ["PROBE_PREFIX", "Stamp", "check_stamp", "probe", "read_stamp", "sign", "verify"]

PROBE_PREFIX = "WECHATPAY/SIGNTEST/"
_TIMESTAMP = re.compile(r"[0-9]{1,12}", re.ASCII)
_NAMES = ("timestamp", "nonce", "signature", "serial")


@dataclass(frozen=True, slots=True)
class Stamp:
    """The four values, as they came."""

    timestamp: str
    nonce: str
    signature: str
    serial: str


def read_stamp(headers: Mapping[str, str]) -> Stamp:
    """Find the stamp among headers named in lower case; raises ``SignatureMissing``."""
    values = {name: headers.get(f"wechatpay-{name}", "") for name in _NAMES}
    for name, value in values.items():
        if not value:
            raise SignatureMissing(f"there is no wechatpay-{name}")
    return Stamp(**values)


def check_stamp(stamp: Stamp, body: bytes, key: RSAPublicKey, now: Instant) -> None:
    """Check that a body was stamped by this key within 300 seconds.

    Raises ``TimestampSkew``, ``SignatureEncoding`` or ``SignatureInvalid``.
    """
    if not _TIMESTAMP.fullmatch(stamp.timestamp):
        raise TimestampSkew("the timestamp is no number of seconds")
    skew_s = abs(int(stamp.timestamp) - now // SECOND)
    if skew_s > MOST_SKEW_S:
        raise TimestampSkew(f"timestamp is {skew_s} s from this clock")
    text = answer_text(stamp.timestamp, stamp.nonce, body)
    verify(key, text, stamp.signature)


def probe(signature: str) -> str:
    """Make a signature that cannot hold, as the platform sends now and then to try a merchant.

    It keeps its length and begins with ``PROBE_PREFIX`` (pay.weixin.qq.com, 4016241880); the exact
    bytes behind the prefix are not documented, so those of the true signature stay.
    """
    return PROBE_PREFIX + signature[len(PROBE_PREFIX) :]
