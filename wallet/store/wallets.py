"""Enrolled wallets in the wallet's store."""

from __future__ import annotations

from dataclasses import field

from ledger.kit.embedded import EmbeddedStore
from ledger.protocol.errors.checkout import WalletNotFound
from ledger.protocol.identifiers import DeviceId, PayerId
from ledger.protocol.instants import Instant
from ledger.protocol.records import record


@record(frozen=True, slots=True)
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
        self._erased = 0
        self._found: dict[tuple[int, str], Wallet] = {}

    def find(self, name: str) -> Wallet | None:
        """Find a wallet; one that was found is remembered, since nothing of it ever changes."""
        # What was read before an erasure and is kept after it stands under a count of the past.
        place = (self._erased, name)
        found = self._found.get(place)
        if found is None:
            found = self._store.one(Wallet, "SELECT * FROM wallet WHERE name = ?", (name,))
            if found is not None:
                self._found[place] = found
        return found

    def get(self, name: str) -> Wallet:
        """Find a wallet or raise ``WalletNotFound``."""
        found = self.find(name)
        if found is None:
            raise WalletNotFound(name[:40])
        return found

    def list(self) -> list[Wallet]:
        """Give all wallets in the sequence they were enrolled in."""
        return self._store.query(Wallet, "SELECT * FROM wallet ORDER BY enrolled_at, rowid")

    def erase(self, name: str) -> None:
        """Forget a wallet."""
        self._store.execute("DELETE FROM wallet WHERE name = ?", (name,))
        self._erased += 1
        self._found.clear()

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
