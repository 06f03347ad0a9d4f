"""The provider's key directory, remembered with the time it was fetched."""

from __future__ import annotations

from ledger.kit.embedded import EmbeddedStore
from ledger.protocol.instants import Instant
from ledger.protocol.records import record


@record(frozen=True, slots=True)
class KeySetPage:
    """The JSON Web Key Set as it was fetched."""

    body: bytes
    fetched_at: Instant


class Published:
    """The table ``key_set``."""

    def __init__(self, store: EmbeddedStore) -> None:
        self._store = store
        self._found: KeySetPage | None = None

    def key_set(self) -> KeySetPage | None:
        """Find the key directory; it is read once, for each code is checked by it."""
        found = self._found
        if found is None:
            found = self._store.one(KeySetPage, "SELECT body, fetched_at FROM key_set")
            self._found = found
        return found

    def keep_key_set(self, page: KeySetPage) -> None:
        """Keep the key directory in place of an older one."""
        self._store.execute(
            "INSERT OR REPLACE INTO key_set (only_row, body, fetched_at) VALUES (1, ?, ?)",
            (page.body, page.fetched_at),
        )
        self._found = page
