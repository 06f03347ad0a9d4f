"""The platform's keys as they are kept: one for ever, and certificates that follow each other.

A platform certificate holds for five years, and its successor begins thirty days before its end, as
the real platform's do. When that is follows from the calendar alone, so nothing has to be noted
down, and on a sandbox's clock the change can be played. Keys are drawn when they are first needed.
"""

from __future__ import annotations

import hashlib

from ledger.core.vendors.wechatpay import Platform, PlatformKey
from ledger.faces import Provider
from ledger.kit import vendor_certificates
from ledger.kit.secrets import rsa_keys
from ledger.kit.vendor_certificates import Subject
from ledger.protocol import rsa
from ledger.protocol.instants import DAY, Instant
from ledger.protocol.wechatpay_wire import certificates

LIFE_DAYS = 5 * 365
OVERLAP_DAYS = 30
ORGANISATION = "QRPay sandbox"
PUBLIC_KEY = "wechatpay-public-key"
_CERTIFICATE = "wechatpay-certificate-{}"
_ID_DIGITS = 34
_SERIAL_BYTES = 20


class KeptKeys:
    """The keys of a provider, by the time of its clock."""

    def __init__(self, provider: Provider) -> None:
        self._provider = provider

    def __call__(self) -> Platform:
        """Give the keys of this moment."""
        now = self._provider.clock.now()
        number = now // (LIFE_DAYS * DAY)
        numbers = [number, number + 1] if now >= _begins(number + 1) else [number]
        return Platform(tuple(self._certified(each) for each in numbers), self._public_key())

    def _public_key(self) -> PlatformKey:
        key = rsa_keys.keep(self._provider.vendor_keys, PUBLIC_KEY)
        return PlatformKey(public_key_id(rsa.spell_public(key.public_key())), key)

    def _certified(self, number: int) -> PlatformKey:
        name = _CERTIFICATE.format(number)
        key = rsa_keys.keep(self._provider.vendor_keys, f"{name}-key")
        pem = self._provider.vendor_keys.keep(
            name,
            lambda: vendor_certificates.issue(
                Subject(ORGANISATION, "WeChat Pay platform certificate", key.public_key()),
                issuer="WeChat Pay sandbox authority",
                key=key,
                serial=certificates.serial_number(self._provider.entropy(_SERIAL_BYTES)),
                begins=_begins(number),
                days=LIFE_DAYS + OVERLAP_DAYS,
            ),
        )
        certificate = vendor_certificates.read(pem)
        return PlatformKey(certificate.serial_no, key, certificate)


def public_key_id(pem: str) -> str:
    """Name a platform public key: the prefix and 34 digits that follow from the key."""
    number = int.from_bytes(hashlib.sha256(pem.encode()).digest()) % 10**_ID_DIGITS
    return f"{certificates.PUBLIC_KEY_ID_PREFIX}{number:0{_ID_DIGITS}d}"


def _begins(number: int) -> Instant:
    return Instant((number * LIFE_DAYS - OVERLAP_DAYS) * DAY)
