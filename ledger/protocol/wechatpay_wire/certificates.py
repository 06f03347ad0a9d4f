"""Certificates and key ids: by which name a key of a merchant or of the platform is known.

A certificate is known by its serial number in upper-case hexadecimal; callers may write it in
either case. The platform answers with a certificate's key or, for merchants since 2024, with a bare
*platform public key* known as ``PUB_KEY_ID_`` and digits, which never expires. One look at the name
tells which it is. Source: pay.weixin.qq.com, "platform certificate" and "WeChat Pay public key".
Files in X.509's own form are read and made by ``ledger.kit.vendor_certificates``.

    >>> names_public_key("PUB_KEY_ID_0000000000000024101100397200000006")
    True
    >>> names_public_key("5157F09EFDC096DE15EBE81A47057A7232F1B8E1")
    False
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from ledger.protocol.errors.trust import KeyExpired, KeyNotYetValid
from ledger.protocol.instants import Instant, to_text

PUBLIC_KEY_ID_PREFIX = "PUB_KEY_ID_"
SERIAL_DIGITS = 40

_PUBLIC_KEY_ID = re.compile(PUBLIC_KEY_ID_PREFIX + "[0-9]{1,50}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Certificate:
    """A certificate as far as API v3 looks into it; times are when it begins and ends to hold."""

    pem: str
    serial_no: str
    public_key: RSAPublicKey
    not_before: Instant
    not_after: Instant

    def require_valid(self, now: Instant) -> None:
        """Refuse one whose time has not come or is over (``KeyNotYetValid``, ``KeyExpired``)."""
        if now < self.not_before:
            raise KeyNotYetValid(f"{self.serial_no} holds from {to_text(self.not_before)}")
        if now >= self.not_after:
            raise KeyExpired(f"{self.serial_no} held until {to_text(self.not_after)}")


def names_public_key(name: str) -> bool:
    """Tell whether a name of a key is that of a platform public key, not a serial number."""
    return _PUBLIC_KEY_ID.fullmatch(name) is not None


def serial_number(random_bytes: bytes) -> int:
    """Make a certificate's number of 40 hexadecimal digits from 20 random bytes.

    Some SDKs compare it as a number and some as text, so it must not begin with a zero; and X.509
    allows 159 bits (RFC 5280, section 4.1.2.2), so the first digit is 4 to 7.
    """
    return int.from_bytes(random_bytes[:20]) % (1 << 158) | (1 << 158)
