"""Enrolled wallets in the wallet's store."""

from __future__ import annotations

from dataclasses import dataclass, field

from ledger.kit.embedded import EmbeddedStore
from ledger.protocol.errors.checkout import WalletNotFound
from ledger.protocol.identifiers import DeviceId, PayerId
from ledger.protocol.instants import Instant


@dataclass(frozen=True, slots=True)
class Wallet:
    """A named wallet: one device of one payer. ``currency`` and ``locale`` are the payer's."""

    name: str
    device_id: DeviceId
    key_id: str
    payer_id: PayerId
    display_name: str
    currency: str
    locale: str
    sealed_code_secret: bytes = field(repr=False)
    enrolled_at: Instant


class Wallets:
    """The table ``wallet``."""

    def __init__(self, store: EmbeddedStore) -> None:
        self._store = store

    def find(self, name: str) -> Wallet | None:
        """Find a wallet."""
        return self._store.one(Wallet, "SELECT * FROM wallet WHERE name = ?", (name,))

    def get(self, name: str) -> Wallet:
        """Find a wallet or raise ``WalletNotFound``."""
        found = self.find(name)
        if found is None:
            raise WalletNotFound(name[:40])
        return found

    def list(self) -> list[Wallet]:
        """Give all wallets in the sequence they were enrolled in."""
        return self._store.query(Wallet, "SELECT * FROM wallet ORDER BY enrolled_at, rowid")

    def add(self, wallet: Wallet) -> None:
        """Add a wallet; its name is unique."""
        self._store.execute(
            "INSERT INTO wallet (name, device_id, key_id, payer_id, display_name, currency,"
            " locale, sealed_code_secret, enrolled_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                wallet.name,
                wallet.device_id,
                wallet.key_id,
                wallet.payer_id,
                wallet.display_name,
                wallet.currency,
                wallet.locale,
                wallet.sealed_code_secret,
                wallet.enrolled_at,
            ),
        )
