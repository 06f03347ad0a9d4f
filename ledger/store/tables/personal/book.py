"""Personal data in tables: found by payer, forgotten by age, erased on request."""

from __future__ import annotations

from heapq import merge
from operator import attrgetter

from ledger.core.records.notices import KeyedReply
from ledger.core.records.parties import Device
from ledger.core.records.personal import Movement
from ledger.protocol.identifiers import PayerId, PaymentId
from ledger.protocol.instants import Instant
from ledger.protocol.records import record
from ledger.store.tables.directory import DeviceRow
from ledger.store.tables.rows import SqlValue, Tables

_MOVEMENT = """
SELECT entry.entry_id, kind, booked_at, entry.payment_id, note, posting.account_id,
       posting.amount_minor, posting.currency, balance_after
"""
_MOVEMENTS_OF_PAYMENTS = f"""
{_MOVEMENT}
FROM payment
JOIN entry ON entry.payment_id = payment.payment_id
JOIN posting ON posting.entry_id = entry.entry_id
WHERE payer_id = ? AND (account_id LIKE ? OR account_id LIKE ?)
ORDER BY entry.entry_id, line
"""
_OTHER_MOVEMENTS = f"""
{_MOVEMENT}
FROM entry JOIN posting ON posting.entry_id = entry.entry_id
WHERE entry.payment_id IS NULL AND (account_id LIKE ? OR account_id LIKE ?)
ORDER BY entry.entry_id, line
"""

_UNTOLD = """
SELECT count(*) FROM outbox JOIN payment ON payment.payment_id = outbox.payment_id
WHERE payment.payer_id = ? AND outbox.state = 'PENDING'
"""

_USED_CODES = """
DELETE FROM code_handle WHERE handle IN (
    SELECT handle FROM code_handle JOIN payment ON payment.payment_id = code_handle.payment_id
    WHERE code_handle.state <> 'ISSUED' AND payment.created_at < ? LIMIT ?)
"""

_TOLD_LONG_AGO = """
    SELECT notification_id FROM outbox
    WHERE text <> '' AND state <> 'PENDING' AND due_at < ?
    ORDER BY due_at, notification_id LIMIT ?
"""
# Both are put together of this module's own words.
_ATTEMPTS = f"DELETE FROM attempt WHERE notification_id IN ({_TOLD_LONG_AGO})"  # noqa: S608
_NOTIFICATIONS = f"""
UPDATE outbox SET text = '', key_id = '', signature = '', answer = ''
WHERE notification_id IN ({_TOLD_LONG_AGO})
"""  # noqa: S608

_INVITATIONS = """
DELETE FROM invitation WHERE token_digest IN (
    SELECT token_digest FROM invitation WHERE key_id IS NOT NULL AND created_at < ? LIMIT ?)
"""

_UNPAID = """
SELECT payment_id FROM payment
WHERE paid_at IS NULL AND payer_id IS NOT NULL AND created_at < ?
    AND state IN ('DECLINED', 'CLOSED', 'REVERSED')
    AND NOT EXISTS (SELECT 1 FROM entry WHERE entry.payment_id = payment.payment_id)
ORDER BY created_at, payment_id LIMIT ?
"""

_DETACH = (
    "DELETE FROM funding WHERE payment_id = ?",
    "DELETE FROM claim WHERE payment_id = ?",
    "DELETE FROM quote WHERE payment_id = ?",
    "UPDATE payment SET payer_id = NULL WHERE payment_id = ?",
)

_REASONS = """
UPDATE refund SET reason = '' WHERE refund_id IN (
    SELECT refund_id FROM refund WHERE reason <> '' AND created_at < ? ORDER BY created_at LIMIT ?)
"""

_CONSENTS = """
UPDATE authorisation SET text = '', key_id = '', signature = '' WHERE payment_id IN (
    SELECT payment_id FROM authorisation WHERE text <> '' AND kept_at < ? ORDER BY kept_at LIMIT ?)
"""

_VENDOR_FACTS = (
    (
        "UPDATE vendor_order SET facts = '{}', payer_alias = '' WHERE payment_id IN (SELECT"
        " payment_id FROM vendor_order WHERE (facts <> '{}' OR payer_alias <> '')"
        " AND created_at < ? ORDER BY created_at LIMIT ?)"
    ),
    (
        "UPDATE vendor_refund SET facts = '{}' WHERE refund_id IN (SELECT refund_id FROM"
        " vendor_refund WHERE facts <> '{}' AND created_at < ? ORDER BY created_at LIMIT ?)"
    ),
)

_ERASE = (
    (
        "UPDATE payer SET display_name = '', locale = '', pairwise_secret = '', status = 'ERASED'"
        " WHERE payer_id = ?"
    ),
    "DELETE FROM nonce WHERE key_id IN (SELECT key_id FROM device WHERE payer_id = ?)",
    "UPDATE device SET code_secret = '' WHERE payer_id = ?",
    "DELETE FROM code_handle WHERE payer_id = ?",
    "DELETE FROM invitation WHERE payer_id = ?",
    "UPDATE receipt SET text = '', key_id = '', signature = '' WHERE payer_id = ?",
    "UPDATE authorisation SET text = '', key_id = '', signature = '' WHERE payer_id = ?",
    (
        "UPDATE refund SET reason = '' WHERE payment_id IN"
        " (SELECT payment_id FROM payment WHERE payer_id = ?)"
    ),
    (
        "UPDATE vendor_order SET facts = '{}', payer_alias = '' WHERE payment_id IN"
        " (SELECT payment_id FROM payment WHERE payer_id = ?)"
    ),
    (
        "UPDATE vendor_refund SET facts = '{}' WHERE payment_id IN"
        " (SELECT payment_id FROM payment WHERE payer_id = ?)"
    ),
    "DELETE FROM live_event WHERE audience = 'payer:' || ?",
)


@record(frozen=True, slots=True)
class _Named:
    payment_id: PaymentId


class Personal:
    """``ledger.core.ports.personal.PersonalBook`` on tables."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    def devices(self, payer_id: PayerId) -> list[Device]:
        """List a payer's devices by id."""
        sql = "SELECT * FROM device WHERE payer_id = ? ORDER BY device_id"
        return [row.record() for row in self._tables.rows(DeviceRow, sql, payer_id)]

    def movements(self, payer_id: PayerId) -> list[Movement]:
        """List what was ever posted to a payer's accounts, oldest first."""
        own, held = f"payer:{payer_id}:%", f"hold:{payer_id}:%"
        paid = self._tables.rows(Movement, _MOVEMENTS_OF_PAYMENTS, payer_id, own, held)
        others = self._tables.rows(Movement, _OTHER_MOVEMENTS, own, held)
        return list(merge(paid, others, key=attrgetter("entry_id")))

    def untold(self, payer_id: PayerId) -> int:
        """Count the notifications about a payer's payments that no merchant has taken yet."""
        return self._tables.number(_UNTOLD, payer_id)

    def forget_used_codes(self, before: Instant, limit: int) -> int:
        """Delete handles that paid for a payment opened before then."""
        return self._tables.write(_USED_CODES, before, limit)

    def forget_notifications(self, before: Instant, limit: int) -> int:
        """Empty notifications that were taken, or given up, before then; delete their attempts."""
        self._tables.write(_ATTEMPTS, before, limit)
        return self._tables.write(_NOTIFICATIONS, before, limit)

    def forget_invitations(self, before: Instant, limit: int) -> int:
        """Delete invitations of before then that were used."""
        return self._tables.write(_INVITATIONS, before, limit)

    def forget_unpaid(self, before: Instant, limit: int) -> int:
        """Detach the payer from payments of before then that ended with nothing ever booked."""
        found = [row.payment_id for row in self._tables.rows(_Named, _UNPAID, before, limit)]
        for payment_id in found:
            self._each(_DETACH, payment_id)
        return len(found)

    def forget_reasons(self, before: Instant, limit: int) -> int:
        """Empty the free text of refunds made before then."""
        return self._tables.write(_REASONS, before, limit)

    def forget_consents(self, before: Instant, limit: int) -> int:
        """Empty the signed text of consents kept since before then."""
        return self._tables.write(_CONSENTS, before, limit)

    def forget_vendor_facts(self, before: Instant, limit: int) -> int:
        """Empty what only vendors' faces need of orders and refunds made before then."""
        return sum(self._tables.write(sql, before, limit) for sql in _VENDOR_FACTS)

    def replies_that_name(self, text: str) -> list[KeyedReply]:
        """List the kept replies whose body contains a text."""
        sql = "SELECT * FROM reply WHERE body LIKE '%' || ? || '%' ORDER BY scope, key"
        return self._tables.rows(KeyedReply, sql, text)

    def erase(self, payer_id: PayerId, now: Instant) -> None:
        """Empty everything that tells who a payer is; their payments and entries stay."""
        for device in self.devices(payer_id):
            sql = "DELETE FROM reply WHERE scope LIKE ?"
            self._tables.write(sql, f"device:{device.device_id} %")
        self._each(_ERASE, payer_id)
        sql = "INSERT INTO erasure (payer_id, erased_at, scrubbed) VALUES (?, ?, 0)"
        self._tables.write(sql, payer_id, now)

    def erased_since_scrub(self) -> int:
        """Count the payers who were erased since the store was last scrubbed."""
        return self._tables.number("SELECT count(*) FROM erasure WHERE scrubbed = 0")

    def scrubbed(self) -> None:
        """Note that the store keeps no copy any more of what was erased so far."""
        self._tables.write("UPDATE erasure SET scrubbed = 1 WHERE scrubbed = 0")

    def _each(self, statements: tuple[str, ...], param: SqlValue) -> None:
        for sql in statements:
            self._tables.write(sql, param)
