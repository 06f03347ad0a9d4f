"""The platform's keys as they are kept: one for ever, and certificates that follow each other.

A platform certificate holds for five years, and its successor begins thirty days before its end, as
the real platform's do. When that is follows from the calendar alone, so nothing has to be noted
down; a change before its time can be asked for (``rotate``). Keys are drawn when they are first
needed.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache
from typing import Protocol

from ledger.core.vendors.wechatpay import Platform, PlatformKey
from ledger.kit import vendor_certificates
from ledger.kit.clock import Clock
from ledger.kit.entropy import Entropy
from ledger.kit.secrets import SecretFolder, rsa_keys
from ledger.kit.vendor_certificates import Subject
from ledger.protocol import rsa
from ledger.protocol.instants import DAY, Instant
from ledger.protocol.wechatpay_wire import certificates

LIFE_DAYS = 5 * 365
OVERLAP_DAYS = 30
ORGANISATION = "QRPay sandbox"
PUBLIC_KEY = "wechatpay-public-key"
_CERTIFICATE = "wechatpay-certificate-{}"
_EARLY = "early-{}"
_ID_DIGITS = 34
_SERIAL_BYTES = 20


class Keeper(Protocol):
    """What keys are kept and drawn with; a ``Provider`` is one."""

    @property
    def vendor_keys(self) -> SecretFolder:
        """Where they are kept."""

    @property
    def clock(self) -> Clock:
        """By which time they begin and end."""

    @property
    def entropy(self) -> Entropy:
        """What their numbers are drawn from."""


class KeptKeys:
    """The keys of a provider, by the time of its clock."""

    def __init__(self, provider: Keeper) -> None:
        self._provider = provider

    def __call__(self) -> Platform:
        """Give the keys of this moment."""
        provider = self._provider
        now = provider.clock.now()
        number = now // (LIFE_DAYS * DAY)
        by_calendar = [number, number + 1] if now >= _begins(number + 1) else [number]
        certified = [
            _certified(provider.vendor_keys, provider.entropy, f"{each}", _begins(each))
            for each in by_calendar
        ]
        certified += _drawn_early(provider.vendor_keys, provider.entropy, now)
        public = provider.vendor_keys.keep(PUBLIC_KEY, lambda: rsa.spell_private(rsa_keys.draw()))
        return Platform(tuple(certified), _named(public))


@lru_cache(8)
def _named(pem: str) -> PlatformKey:
    key = rsa_keys.read(pem)
    return PlatformKey(public_key_id(rsa.spell_public(key.public_key())), key)


def rotate(secrets: SecretFolder, entropy: Entropy, now: Instant) -> PlatformKey:
    """Draw a certificate before its time, that the platform signs by from now on."""
    count = len(_drawn_early(secrets, entropy, now))
    return _certified(secrets, entropy, _EARLY.format(count + 1), now)


def _drawn_early(secrets: SecretFolder, entropy: Entropy, now: Instant) -> list[PlatformKey]:
    found: list[PlatformKey] = []
    while secrets.holds(_CERTIFICATE.format(_EARLY.format(len(found) + 1))):
        found.append(_certified(secrets, entropy, _EARLY.format(len(found) + 1), now))
    return found


def _certified(secrets: SecretFolder, entropy: Entropy, which: str, begins: Instant) -> PlatformKey:
    name = _CERTIFICATE.format(which)
    key = rsa_keys.keep(secrets, f"{name}-key")
    pem = secrets.keep(
        name,
        lambda: vendor_certificates.issue(
            Subject(ORGANISATION, "WeChat Pay platform certificate", key.public_key()),
            issuer="WeChat Pay sandbox authority",
            key=key,
            serial=certificates.serial_number(entropy(_SERIAL_BYTES)),
            begins=begins,
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
