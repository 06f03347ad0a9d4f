"""Sessions: a random cookie that says which wallet a browser belongs to.

A browser that comes with a cookie nobody gave out is a stranger: a session begins with a name drawn
here, never with one that was brought along (session fixation). Only the SHA-256 of the name is
stored, so who reads the store can't enter a wallet with it.
"""

from __future__ import annotations

import hashlib
from typing import Final

from ledger.kit.entropy import Entropy
from ledger.protocol.errors.guests import SessionMissing
from ledger.protocol.instants import MINUTE, Instant
from ledger.protocol.signing import b64url
from wallet.store import WalletStore
from wallet.store.browsers import Session

TOKEN_BYTES: Final = 32
SEEN_EVERY_MS: Final = MINUTE


class Sessions:
    """The sessions of all browsers; safe to share between threads."""

    def __init__(self, store: WalletStore, entropy: Entropy) -> None:
        self._store = store
        self._entropy = entropy

    def begin(self, wallet: str, *, now: Instant) -> str:
        """Let a browser in to a wallet; the cookie's value, told this once."""
        token = b64url(self._entropy(TOKEN_BYTES))
        with self._store.transaction():
            self._store.browsers.begin(Session(_digest(token), wallet, now, now))
        return token

    def wallet_of(self, token: str | None, *, now: Instant) -> str:
        """Name the wallet of a cookie; raises ``SessionMissing``."""
        session = self._store.browsers.session(_digest(token)) if token else None
        if session is None:
            raise SessionMissing
        if now - session.seen_at >= SEEN_EVERY_MS:
            with self._store.transaction():
                self._store.browsers.saw(session.token_digest, now)
        return session.wallet

    def count(self) -> int:
        """Count the browsers that are let in."""
        return self._store.browsers.count()

    def unseen_since(self, before: Instant, limit: int) -> list[str]:
        """Name the wallets of browsers that were not here since then, longest ago first."""
        return [each.wallet for each in self._store.browsers.unseen_since(before, limit)]


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
