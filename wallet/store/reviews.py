"""What payers were shown, and what became of it, in the wallet's store."""

from __future__ import annotations

import msgspec

from ledger.kit.embedded import EmbeddedStore, SqlValue
from ledger.protocol.errors.checkout import ReviewNotFound, ReviewState
from ledger.protocol.identifiers import PaymentId
from ledger.protocol.instants import Instant
from ledger.protocol.messages import Signed
from wallet import review
from wallet.review import Review, Shown, State


class _Row(msgspec.Struct, frozen=True):
    review_id: str
    wallet: str
    state: State
    shown: bytes
    consent: bytes | None
    refusal: str
    created_at: Instant
    code: str

    def review(self) -> Review:
        return Review(
            review_id=self.review_id,
            wallet=self.wallet,
            state=self.state,
            shown=msgspec.json.decode(self.shown, type=Shown),
            consent=None
            if self.consent is None
            else msgspec.json.decode(self.consent, type=Signed),
            refusal=self.refusal,
            created_at=self.created_at,
            code=self.code,
        )


class Reviews:
    """The table ``review``; callers change it inside of a transaction."""

    def __init__(self, store: EmbeddedStore) -> None:
        self._store = store

    def get(self, wallet: str, review_id: str) -> Review:
        """Find a wallet's review; raises ``ReviewNotFound``."""
        found = self._store.one(
            _Row,
            "SELECT * FROM review WHERE wallet = ? AND review_id = ?",
            (wallet, review_id),
        )
        if found is None:
            raise ReviewNotFound(review_id[:40])
        return found.review()

    def of_wallet(self, wallet: str) -> list[Review]:
        """List a wallet's reviews, oldest first."""
        sql = "SELECT * FROM review WHERE wallet = ? ORDER BY review_id"
        return [row.review() for row in self._store.query(_Row, sql, (wallet,))]

    def of_payment(self, wallet: str, payment_id: PaymentId) -> Review | None:
        """Find a wallet's review of a payment."""
        found = self._store.one(
            _Row,
            "SELECT * FROM review WHERE wallet = ? AND payment_id = ?",
            (wallet, payment_id),
        )
        return None if found is None else found.review()

    def in_doubt(self) -> list[Review]:
        """List what was approved and has no outcome yet, of all wallets, oldest first."""
        rows = self._store.query(
            _Row,
            "SELECT * FROM review WHERE state = ? ORDER BY created_at",
            (State.APPROVED,),
        )
        return [row.review() for row in rows]

    def add(self, added: Review) -> None:
        """Add a review; there is one for a payment in a wallet."""
        self._store.execute(f"INSERT INTO {_INTO}", _values(added))

    def add_if_new(self, added: Review) -> bool:
        """Add a review unless there is one of this payment in this wallet; False if there is."""
        return self._store.execute(f"INSERT OR IGNORE INTO {_INTO}", _values(added)) == 1

    def settle_if_approved(self, settled: Review) -> bool:
        """Keep the state of a review that has ended; False if it is not APPROVED any more."""
        changed = self._store.execute(
            "UPDATE review SET state = ? WHERE review_id = ? AND state = ?",
            (settled.state, settled.review_id, State.APPROVED),
        )
        return changed == 1

    def replace(self, before: Review, after: Review) -> None:
        """Put ``after`` in place of ``before``; ``ReviewState`` if that is no longer kept."""
        changed = self._store.execute(
            "UPDATE review SET state = ?, shown = ?, consent = ?, refusal = ?, code = ?"
            " WHERE review_id = ? AND state = ? AND shown = ?",
            (
                after.state,
                msgspec.json.encode(after.shown),
                _consent(after),
                after.refusal,
                after.code,
                before.review_id,
                before.state,
                msgspec.json.encode(before.shown),
            ),
        )
        if changed != 1:
            raise ReviewState(f"{review.REVIEW.noun} {before.review_id} was changed meanwhile")


_INTO = (
    "review (review_id, wallet, payment_id, state, shown, consent, refusal, created_at, code)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
)


def _values(of: Review) -> tuple[SqlValue, ...]:
    return (
        of.review_id,
        of.wallet,
        of.shown.payment_id,
        of.state,
        msgspec.json.encode(of.shown),
        _consent(of),
        of.refusal,
        of.created_at,
        of.code,
    )


def _consent(of: Review) -> bytes | None:
    return None if of.consent is None else msgspec.json.encode(of.consent)
