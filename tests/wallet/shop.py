"""A shop for the wallet's tests: a merchant's key, and the codes it would show."""

from __future__ import annotations

from dataclasses import dataclass, field

from ledger.protocol.identifiers import RequestId
from ledger.protocol.instants import DAY, SECOND, Instant, later
from ledger.protocol.merchant_qr import (
    DynamicCode,
    LinkCode,
    StickerCode,
    profile_l,
    profile_s,
    profile_t,
)
from ledger.protocol.money import Money, currency
from ledger.protocol.signing import (
    Algorithm,
    KeyRecord,
    KeyStatus,
    PrivateKey,
    merchant_owner,
)

EUR = currency("EUR")
NOW = Instant(1795302180000)
"""2026-11-21T23:03:00Z, where the tests' clock stands."""


@dataclass(frozen=True)
class Shop:
    """One merchant with one signing key."""

    merchant_id: str = "M2088DEMO000001"
    name: str = "Demo Drogerie"
    mcc: str = "5912"
    seed: int = 1
    algorithm: Algorithm = Algorithm.ED25519
    key: PrivateKey = field(init=False, repr=False)

    def __post_init__(self) -> None:
        key = PrivateKey.from_seed(self.algorithm, bytes([self.seed]) * 32)
        object.__setattr__(self, "key", key)

    def record(self, status: KeyStatus = KeyStatus.ACTIVE) -> KeyRecord:
        """Give the key's row in the provider's directory."""
        return KeyRecord(
            key_id=self.key.public.key_id,
            public_key=self.key.public,
            owner=merchant_owner(self.merchant_id),
            status=status,
            not_before=later(NOW, -DAY),
            not_after=later(NOW, DAY),
        )

    def dynamic(
        self,
        minor: int = 1295,
        *,
        request_id: str = "01KAK9Q3ZV7T2M5X8B4C6D0E",
        issued_at: Instant = NOW,
        life_s: int = 180,
        terminal: str = "T01",
        name: str = "",
    ) -> str:
        """Write a code of profile S; ``name`` is what it says where the shop's own should stand."""
        code = DynamicCode(
            merchant_id=self.merchant_id,
            merchant_name=name or self.name,
            merchant_city="Berlin",
            country="DE",
            mcc=self.mcc,
            terminal_label=terminal,
            key_id=self.key.public.key_id,
            amount=Money(minor, EUR),
            request_id=RequestId(request_id),
            issued_at=issued_at,
            expires_at=later(issued_at, life_s * SECOND),
            nonce=bytes(12),
        )
        return profile_s.encode(code, self.key)

    def link(
        self,
        minor: int = 1295,
        *,
        request_id: str = "01KAK9Q3ZV7T2M5X8B4C6D0E",
        issued_at: Instant = NOW,
    ) -> str:
        """Write a code of profile L."""
        code = LinkCode(
            merchant_id=self.merchant_id,
            amount=Money(minor, EUR),
            request_id=RequestId(request_id),
            expires_at=later(issued_at, 180 * SECOND),
            key_id=self.key.public.key_id,
        )
        return profile_l.url("http://127.0.0.1:8402", profile_l.encode(code, self.key))

    def sticker(self, terminal: str = "T02", name: str = "") -> str:
        """Write a code of profile T."""
        code = StickerCode(
            merchant_id=self.merchant_id,
            merchant_name=name or self.name,
            merchant_city="Berlin",
            country="DE",
            mcc=self.mcc,
            terminal_label=terminal,
            key_id=self.key.public.key_id,
            currency=EUR,
        )
        return profile_t.encode(code, self.key)


DROGERIE = Shop()
KIOSK = Shop("M2088DEMO000002", "Kiosk am Kanal", "5994", seed=2)
