"""Attempts to collect, with the state of their collection."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from ledger.kit.embedded import EmbeddedStore
from ledger.protocol.identifiers import PaymentId
from ledger.protocol.instants import Instant
from ledger.protocol.messages import Signed
from ledger.protocol.money import Money, currency
from pos.acquirers.intents import Attempt, Profile
from pos.collect import Collection, Event, Mode, Phase


class _Row(msgspec.Struct, frozen=True):
    payment_id: PaymentId
    sale_id: str
    merchant_order_no: str
    amount_minor: int
    currency: str
    request_text: str
    request_key_id: str
    request_signature: str
    profile: Profile
    code: str
    created_at: Instant
    expires_at: Instant
    mode: Mode
    phase: Phase
    due_at: Instant
    give_up_at: Instant
    calls: int
    told: Event | None
    reason: str

    def attempt(self) -> Attempt:
        signed = Signed(self.request_text, self.request_key_id, self.request_signature)
        return Attempt(
            payment_id=self.payment_id,
            sale_id=self.sale_id,
            merchant_order_no=self.merchant_order_no,
            amount=Money(self.amount_minor, currency(self.currency)),
            request=signed if self.request_text else None,
            profile=self.profile,
            code=self.code,
            created_at=self.created_at,
            expires_at=self.expires_at,
            collection=Collection(
                mode=self.mode,
                phase=self.phase,
                due_at=self.due_at,
                give_up_at=self.give_up_at,
                calls=self.calls,
                told=self.told,
                reason=self.reason,
            ),
        )


class Attempts:
    """The table ``attempt``."""

    def __init__(self, store: EmbeddedStore) -> None:
        self._store = store

    def find(self, payment_id: str) -> Attempt | None:
        """Find an attempt by its payment."""
        row = self._store.one(_Row, "SELECT * FROM attempt WHERE payment_id = ?", (payment_id,))
        return row.attempt() if row else None

    def found(self, payment_ids: Sequence[str]) -> list[Attempt]:
        """Find attempts by their payments, in any order; each once."""
        sql = "SELECT * FROM attempt WHERE payment_id IN (SELECT value FROM json_each(?))"
        names = msgspec.json.encode(payment_ids).decode()
        return [row.attempt() for row in self._store.query(_Row, sql, (names,))]

    def of_sale(self, sale_id: str) -> list[Attempt]:
        """List the attempts to collect a sale, the latest first."""
        sql = "SELECT * FROM attempt WHERE sale_id = ? ORDER BY created_at DESC, payment_id DESC"
        return [row.attempt() for row in self._store.query(_Row, sql, (sale_id,))]

    def due(self, now: Instant, most: int) -> list[Attempt]:
        """List running attempts that have something to do, the longest overdue first."""
        sql = "SELECT * FROM running_attempt WHERE due_at <= ? ORDER BY due_at LIMIT ?"
        return [row.attempt() for row in self._store.query(_Row, sql, (now, most))]

    def running(self) -> list[Attempt]:
        """List all attempts that have not ended."""
        rows = self._store.query(_Row, "SELECT * FROM running_attempt")
        return [row.attempt() for row in rows]

    def uncounted(self) -> list[Attempt]:
        """List paid attempts that no closed day has counted, oldest first."""
        sql = (
            "SELECT * FROM attempt WHERE phase = 'PAID' AND payment_id NOT IN"
            " (SELECT payment_id FROM counted_payment) ORDER BY created_at, payment_id"
        )
        return [row.attempt() for row in self._store.query(_Row, sql)]

    def uncounted_reversals(self) -> list[Attempt]:
        """List attempts counted as paid and reversed since, which no closed day has taken off."""
        sql = (
            "SELECT * FROM attempt JOIN counted_payment USING (payment_id) WHERE phase = 'REVERSED'"
            " AND payment_id NOT IN (SELECT payment_id FROM counted_reversal) ORDER BY payment_id"
        )
        return [row.attempt() for row in self._store.query(_Row, sql)]

    def ended_between(self, first: Instant, before: Instant) -> list[Attempt]:
        """List attempts of a time that have ended."""
        sql = (
            "SELECT * FROM attempt WHERE created_at >= ? AND created_at < ?"
            " AND phase IN ('PAID', 'HELD', 'NOT_PAID', 'REVERSED')"
        )
        return [row.attempt() for row in self._store.query(_Row, sql, (first, before))]

    def add(self, attempt: Attempt) -> None:
        """Store a new attempt, before anything of it goes out."""
        request = attempt.request or Signed("", "", "")
        self._store.execute(
            "INSERT INTO attempt VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                attempt.payment_id,
                attempt.sale_id,
                attempt.merchant_order_no,
                attempt.amount.minor_units,
                attempt.amount.currency.code,
                request.text,
                request.key_id,
                request.signature,
                attempt.profile,
                attempt.code,
                attempt.created_at,
                attempt.expires_at,
                *_values(attempt.collection),
            ),
        )

    def show(self, payment_id: str, code: str) -> None:
        """Store the code that the acquirer has issued for an attempt."""
        sql = "UPDATE attempt SET code = ? WHERE payment_id = ?"
        self._store.execute(sql, (code, payment_id))

    def update(self, payment_id: str, collection: Collection) -> None:
        """Store how far the collection of an attempt is."""
        self._store.execute(
            "UPDATE attempt SET mode = ?, phase = ?, due_at = ?, give_up_at = ?, calls = ?,"
            " told = ?, reason = ? WHERE payment_id = ?",
            (*_values(collection), payment_id),
        )


def _values(collection: Collection) -> tuple[str | int | None, ...]:
    return (
        collection.mode,
        collection.phase,
        collection.due_at,
        collection.give_up_at,
        collection.calls,
        collection.told,
        collection.reason,
    )
