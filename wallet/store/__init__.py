"""What the wallet service remembers, by subject; stored means safe from ``kill -9`` and power loss.

    store = WalletStore(open_store(path, package="wallet.store"))
    with store.transaction():
        row = store.vaults.get("anna")
        store.vaults.put(row.counting_a_try(now))

Reading order: ``migrations/`` (the tables), ``vaults``, ``wallets``, ``reviews``, ``receipts``,
``code_handles``, ``browsers``, ``published``. No rule lives here but those that the tables
themselves guard.
"""

from __future__ import annotations

from contextlib import AbstractContextManager

from ledger.kit.embedded import EmbeddedStore
from wallet.store.browsers import Browsers
from wallet.store.code_handles import CodeHandles
from wallet.store.published import Published
from wallet.store.receipts import Receipts
from wallet.store.reviews import Reviews
from wallet.store.vaults import Vaults
from wallet.store.wallets import Wallets


class WalletStore:
    """All that a wallet service remembers."""

    def __init__(self, store: EmbeddedStore) -> None:
        self._store = store
        self.vaults = Vaults(store)
        self.wallets = Wallets(store)
        self.reviews = Reviews(store)
        self.receipts = Receipts(store)
        self.code_handles = CodeHandles(store)
        self.browsers = Browsers(store)
        self.published = Published(store)

    def transaction(self) -> AbstractContextManager[None]:
        """Store what is done inside, wholly or not at all; others wait."""
        return self._store.transaction()

    def erase(self, wallet: str) -> None:
        """Forget a wallet with its key, reviews, receipts and code handles; in a transaction."""
        self._store.execute("DELETE FROM code_handle WHERE wallet = ?", (wallet,))
        self._store.execute("DELETE FROM receipt WHERE wallet = ?", (wallet,))
        self._store.execute("DELETE FROM review WHERE wallet = ?", (wallet,))
        self.wallets.erase(wallet)
        self.browsers.erase(wallet)
        self._store.execute("DELETE FROM vault WHERE wallet = ?", (wallet,))

    def checkpoint(self) -> None:
        """Leave no copy of what was erased in the log."""
        self._store.checkpoint()

    def facts(self) -> dict[str, str | int]:
        """Tell how it keeps its promises, for ``/health``."""
        return self._store.facts()

    def close(self) -> None:
        """Let go of the file."""
        self._store.close()
