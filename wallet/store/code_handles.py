"""The pool of handles that payment codes are made from, in the wallet's store."""

from __future__ import annotations

from collections.abc import Sequence

from ledger.kit.embedded import EmbeddedStore
from ledger.protocol.instants import Instant
from ledger.protocol.records import record


@record(frozen=True, slots=True)
class PooledHandle:
    """A handle, the how-manyth it was to be shown, and since when; 0 and 0 for never."""

    handle: str
    turn: int
    shown_at: Instant


class CodeHandles:
    """The table ``code_handle``."""

    def __init__(self, store: EmbeddedStore) -> None:
        self._store = store

    def pool(self, wallet: str) -> list[PooledHandle]:
        """List a wallet's handles: never shown ones first, then those shown longest ago."""
        return self._store.query(
            PooledHandle,
            "SELECT handle, turn, shown_at FROM code_handle WHERE wallet = ?"
            " ORDER BY turn, position",
            (wallet,),
        )

    def last_shown_at(self, wallet: str) -> Instant:
        """Tell when one of a wallet's handles was shown last, 0 for never."""
        return self._store.value(
            Instant,
            "SELECT coalesce(max(shown_at), 0) FROM code_handle WHERE wallet = ?",
            (wallet,),
        )

    def show(self, wallet: str, handle: str, now: Instant) -> None:
        """Note that a handle is shown from now on, after all others."""
        self._store.execute(
            "UPDATE code_handle SET shown_at = ?,"
            " turn = 1 + (SELECT max(turn) FROM code_handle WHERE wallet = ?)"
            " WHERE wallet = ? AND handle = ?",
            (now, wallet, wallet, handle),
        )

    def fill(self, wallet: str, handles: Sequence[str]) -> None:
        """Make the pool what the provider says it is; known handles keep their turn."""
        known = {pooled.handle: (pooled.turn, pooled.shown_at) for pooled in self.pool(wallet)}
        self._store.execute("DELETE FROM code_handle WHERE wallet = ?", (wallet,))
        self._store.executemany(
            "INSERT INTO code_handle (wallet, handle, position, turn, shown_at)"
            " VALUES (?, ?, ?, ?, ?)",
            (
                (wallet, handle, position, *known.get(handle, (0, 0)))
                for position, handle in enumerate(handles)
            ),
        )
