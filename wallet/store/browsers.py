"""Browsers in the wallet's store: who is let in, wallets with a key of their own, passkeys."""

from __future__ import annotations

from dataclasses import field

from ledger.kit.embedded import EmbeddedStore
from ledger.protocol.identifiers import DeviceId
from ledger.protocol.instants import Instant
from ledger.protocol.records import record


@record(frozen=True, slots=True)
class Session:
    """A browser that was let in to one wallet; of its cookie only the SHA-256 is kept."""

    token_digest: str
    wallet: str
    began_at: Instant
    seen_at: Instant


@record(frozen=True, slots=True)
class BrowserWallet:
    """A wallet whose device key lives in a browser."""

    name: str
    device_id: DeviceId
    key_id: str
    currency: str
    enrolled_at: Instant


@record(frozen=True, slots=True)
class Passkey:
    """A WebAuthn credential; ``credential`` is its attested data: id and public key."""

    credential_id: str
    wallet: str
    credential: bytes = field(repr=False)
    sign_count: int
    added_at: Instant


class Browsers:
    """The tables ``session``, ``browser_wallet`` and ``passkey``; changed in transactions."""

    def __init__(self, store: EmbeddedStore) -> None:
        self._store = store

    def session(self, token_digest: str) -> Session | None:
        """Find a session by the SHA-256 of its cookie."""
        sql = "SELECT * FROM session WHERE token_digest = ?"
        return self._store.one(Session, sql, (token_digest,))

    def begin(self, session: Session) -> None:
        """Let a browser in."""
        self._store.execute(
            "INSERT INTO session (token_digest, wallet, began_at, seen_at) VALUES (?, ?, ?, ?)",
            (session.token_digest, session.wallet, session.began_at, session.seen_at),
        )

    def saw(self, token_digest: str, now: Instant) -> None:
        """Note that a browser was here."""
        sql = "UPDATE session SET seen_at = ? WHERE token_digest = ?"
        self._store.execute(sql, (now, token_digest))

    def end(self, wallet: str) -> None:
        """Let nobody in to this wallet any more."""
        self._store.execute("DELETE FROM session WHERE wallet = ?", (wallet,))

    def unseen_since(self, before: Instant, limit: int) -> list[Session]:
        """List sessions that nobody has used since then, longest ago first."""
        sql = "SELECT * FROM session WHERE seen_at < ? ORDER BY seen_at LIMIT ?"
        return self._store.query(Session, sql, (before, limit))

    def count(self) -> int:
        """Count the browsers that are let in."""
        return self._store.value(int, "SELECT count(*) FROM session")

    def wallet(self, name: str) -> BrowserWallet | None:
        """Find a wallet whose key lives in a browser."""
        sql = "SELECT * FROM browser_wallet WHERE name = ?"
        return self._store.one(BrowserWallet, sql, (name,))

    def add_wallet(self, wallet: BrowserWallet) -> None:
        """Add a wallet whose key lives in a browser."""
        self._store.execute(
            "INSERT INTO browser_wallet (name, device_id, key_id, currency, enrolled_at)"
            " VALUES (?, ?, ?, ?, ?)",
            (wallet.name, wallet.device_id, wallet.key_id, wallet.currency, wallet.enrolled_at),
        )

    def passkeys(self, wallet: str) -> list[Passkey]:
        """List the passkeys of a wallet, oldest first."""
        sql = "SELECT * FROM passkey WHERE wallet = ? ORDER BY added_at, credential_id"
        return self._store.query(Passkey, sql, (wallet,))

    def add_passkey(self, passkey: Passkey) -> None:
        """Add a passkey."""
        self._store.execute(
            "INSERT INTO passkey (credential_id, wallet, credential, sign_count, added_at)"
            " VALUES (?, ?, ?, ?, ?)",
            (
                passkey.credential_id,
                passkey.wallet,
                passkey.credential,
                passkey.sign_count,
                passkey.added_at,
            ),
        )

    def used_passkey(self, credential_id: str, sign_count: int) -> None:
        """Note how often a passkey says it was used."""
        sql = "UPDATE passkey SET sign_count = ? WHERE credential_id = ?"
        self._store.execute(sql, (sign_count, credential_id))

    def erase(self, wallet: str) -> None:
        """Forget all that hangs on a wallet's name here."""
        self.end(wallet)
        self._store.execute("DELETE FROM passkey WHERE wallet = ?", (wallet,))
        self._store.execute("DELETE FROM browser_wallet WHERE name = ?", (wallet,))
