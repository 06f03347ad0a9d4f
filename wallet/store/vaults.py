"""Sealed device keys and the tries to open them, in the wallet's store."""

from __future__ import annotations

from dataclasses import field

from ledger.kit.embedded import EmbeddedStore
from ledger.protocol.instants import Instant
from ledger.protocol.records import record

NEVER = Instant(0)


@record(frozen=True, slots=True)
class SealedKey:
    """A device key at rest. ``failures`` counts tries since the last right PIN."""

    wallet: str
    pin_salt: bytes = field(repr=False)
    sealed_key: bytes = field(repr=False)
    failures: int = 0
    blocked_until: Instant = NEVER


class Vaults:
    """The table ``vault``."""

    def __init__(self, store: EmbeddedStore) -> None:
        self._store = store

    def find(self, wallet: str) -> SealedKey | None:
        """Find the key of a wallet."""
        return self._store.one(SealedKey, "SELECT * FROM vault WHERE wallet = ?", (wallet,))

    def put(self, key: SealedKey) -> None:
        """Keep a key and its tries, in place of what was kept for that wallet."""
        self._store.execute(
            "INSERT INTO vault (wallet, pin_salt, sealed_key, failures, blocked_until)"
            " VALUES (?, ?, ?, ?, ?)"
            " ON CONFLICT (wallet) DO UPDATE SET pin_salt = excluded.pin_salt,"
            " sealed_key = excluded.sealed_key, failures = excluded.failures,"
            " blocked_until = excluded.blocked_until",
            (key.wallet, key.pin_salt, key.sealed_key, key.failures, key.blocked_until),
        )
