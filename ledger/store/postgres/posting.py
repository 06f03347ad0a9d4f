"""Entries written in one statement: with postings, balances, and what waits for a link.

The tables have no foreign key from a posting to its account and its entry, nor from an entry to its
payment: the server checks such keys row by row, which was a third of its work (``docs/decisions``,
0017). What they guard, this statement guards for a list at once: a posting is written only with its
entry, and only to an account whose balance the same statement moves; an entry only of a payment
that is there. What is left over is told (``InvariantBroken``), and the unit of work is undone.

Values travel as arrays, one a column.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from ledger.core.records.journal import JournalEntry
from ledger.protocol.errors.service import InvariantBroken
from ledger.store.tables.rows import Move

# IN inside of IS TRUE is looked up in a hash. As a join it would be compared pair by pair, and the
# payments be read from end to end, since the server keeps the plan and can't know how long arrays
# are. A payment that is not there is written as none, which the last line counts.
POST: Final = b"""
WITH moved AS (
    UPDATE account SET balance_minor = move.balance_after
    FROM unnest($1::text[], $2::bigint[], $3::bigint[])
        AS move (account_id, balance_before, balance_after)
    WHERE account.account_id = move.account_id AND balance_minor = move.balance_before
    RETURNING account.account_id, account.currency
), written AS (
    INSERT INTO entry (entry_id, kind, event_at, booked_at, payment_id, refund_id, note)
    SELECT entry_id, kind, event_at, booked_at,
           (SELECT payment_id FROM payment WHERE payment.payment_id = added.payment_id),
           nullif(refund_id, ''), note
    FROM unnest($4::text[], $5::text[], $6::bigint[], $7::bigint[], $8::text[], $9::text[],
                $10::text[])
        AS added (entry_id, kind, event_at, booked_at, payment_id, refund_id, note)
    RETURNING entry_id, payment_id
), waiting AS (
    INSERT INTO unlinked (entry_id) SELECT entry_id FROM written
), posted AS (
    INSERT INTO posting
        (entry_id, line, account_id, amount_minor, currency, balance_before, balance_after)
    SELECT * FROM unnest($11::text[], $12::bigint[], $13::text[], $14::bigint[], $15::text[],
                         $16::bigint[], $17::bigint[])
        AS added (entry_id, line, account_id, amount_minor, currency, balance_before, balance_after)
    WHERE ((account_id, currency) IN (SELECT account_id, currency FROM moved)) IS TRUE
        AND (entry_id IN (SELECT entry_id FROM written)) IS TRUE
    RETURNING line
)
SELECT (SELECT count(*) FROM moved), (SELECT count(payment_id) FROM written),
    (SELECT count(*) FROM posted)
"""


def values(entries: Sequence[JournalEntry], moves: Sequence[Move]) -> tuple[str, ...]:
    """Spell what ``POST`` writes, one array a column."""
    lines = [(entry.entry_id, posting) for entry in entries for posting in entry.postings]
    postings = [posting for _, posting in lines]
    return (
        texts([account_id for account_id, _, _ in moves]),
        numbers([before for _, before, _ in moves]),
        numbers([after for _, _, after in moves]),
        texts([entry.entry_id for entry in entries]),
        texts([entry.kind for entry in entries]),
        numbers([entry.event_at for entry in entries]),
        numbers([entry.booked_at for entry in entries]),
        texts([entry.payment_id or "" for entry in entries]),
        texts([entry.refund_id or "" for entry in entries]),
        texts([entry.note for entry in entries]),
        texts([entry_id for entry_id, _ in lines]),
        numbers([line for entry in entries for line in range(1, len(entry.postings) + 1)]),
        texts([posting.account_id for posting in postings]),
        numbers([posting.amount.minor_units for posting in postings]),
        texts([posting.amount.currency.code for posting in postings]),
        numbers([posting.balance_before for posting in postings]),
        numbers([posting.balance_after for posting in postings]),
    )


def require_whole(
    written: Sequence[int] | None, entries: Sequence[JournalEntry], moves: Sequence[Move]
) -> None:
    """Check that ``POST`` left nothing over; ``written`` is what it answered."""
    moved, of_payments, posted = written or (0, 0, 0)
    if moved != len(moves):
        raise InvariantBroken("an account is not where its first posting found it")
    if of_payments != sum(entry.payment_id is not None for entry in entries):
        raise InvariantBroken("an entry is of a payment that is not there")
    if posted != sum(len(entry.postings) for entry in entries):
        raise InvariantBroken("a posting is of no entry, or of no account in its currency")


def numbers(values: Iterable[int]) -> str:
    """Spell an array of numbers (PostgreSQL manual, section 8.15.2 "Array Value Input").

    >>> numbers([1, -2])
    '{1,-2}'
    """
    return "{" + ",".join(map(str, values)) + "}"


def texts(values: Sequence[str]) -> str:
    r"""Spell an array of texts.

    >>> print(texts(["a", "b,c", ""]), texts(['"', "\\"]), texts([]))
    {"a","b,c",""} {"\"","\\"} {}
    """
    if not values:
        return "{}"
    spelled = '","'.join(values)
    if "\\" in spelled or spelled.count('"') != 2 * (len(values) - 1):
        spelled = '","'.join(each.replace("\\", r"\\").replace('"', r"\"") for each in values)
    return '{"' + spelled + '"}'
