"""Compare what the till knows of a day with the provider's statement of it.

The statement comes from the provider, with its neighbours if it tells them, or from a file. Before
the comparison, receipts are fetched that the till should have and has not: an answer that says
"paid" may have come without its receipt, and only a receipt proves when and at which rate.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from ledger.protocol.errors import QrpayError
from ledger.protocol.instants import DAY, later
from ledger.protocol.messages import Receipt, ReceiptKind, open_receipt
from pos.acquirers.intents import Attempt
from pos.closing.business_day import bounds
from pos.closing.movements import Movement, movements_of
from pos.closing.reconciliation import Reconciliation, reconcile
from pos.closing.statement import Statement
from pos.collect import Phase
from pos.counter import collecting
from pos.counter.desk import Desk

_ONE_DAY = timedelta(days=1)

RECEIPTS_OF: Mapping[Phase, frozenset[ReceiptKind]] = {
    Phase.PAID: frozenset({ReceiptKind.PAYMENT}),
    Phase.HELD: frozenset({ReceiptKind.PAYMENT}),
    Phase.NOT_PAID: frozenset({ReceiptKind.PAYMENT, ReceiptKind.REVERSAL}),
    Phase.REVERSED: frozenset({ReceiptKind.PAYMENT, ReceiptKind.REVERSAL}),
}
"""The receipts there must be of a payment that a statement has."""


def reconcile_with_provider(desk: Desk, day: date) -> Reconciliation:
    """Ask the provider for the statement of a day and compare.

    Raises what the provider answers instead of a statement, such as ``BillNotReady``.
    """
    found = desk.acquirer.statement(day)
    if isinstance(found, QrpayError):
        raise found
    statements = {day: found}
    for neighbour in (day - _ONE_DAY, day + _ONE_DAY):
        beside = desk.acquirer.statement(neighbour)
        if isinstance(beside, Statement):
            statements[neighbour] = beside
    if desk.acquirer.manner.gives_receipts:
        _fetch_receipts(desk, statements)
    return _compare(desk, day, statements)


def reconcile_with_file(desk: Desk, day: date, raw: bytes) -> Reconciliation:
    """Compare with the statement of a day in a file of the acquirer's, without asking anybody.

    Raises what is wrong with the file.
    """
    return _compare(desk, day, {day: desk.acquirer.read_file(raw, day)})


def _compare(desk: Desk, day: date, statements: Mapping[date, Statement]) -> Reconciliation:
    return reconcile(
        _movements(desk, day, statements),
        statements,
        day=day,
        zone=_zone(desk),
        terminals={desk.identity.terminal.terminal_id, *desk.sticker_ids},
    )


def _zone(desk: Desk) -> ZoneInfo:
    """Tell where the days begin by which is compared."""
    return desk.acquirer.manner.days_in or desk.time_zone


def _movements(desk: Desk, day: date, statements: Mapping[date, Statement]) -> list[Movement]:
    """List what moved around a day, and whatever else the statements mention."""
    store = desk.store
    with store.snapshot():
        begins, ends = bounds(day, _zone(desk))
        # A payment may have been asked for a day before it was paid; nothing waits longer.
        around = later(begins, -2 * DAY), later(ends, DAY)
        payment_ids = {
            *(each.payment_id for each in store.attempts.ended_between(*around)),
            *(each.payment_id for each in store.refunds.made_between(*around)),
        }
        mentioned = _mentioned(statements)
        attempts = [store.attempts.find(each) for each in sorted(payment_ids | mentioned)]
        return [
            movement
            for attempt in attempts
            if attempt
            for movement in _moved_by(desk, attempt, is_stated=attempt.payment_id in mentioned)
        ]


def _moved_by(desk: Desk, attempt: Attempt, *, is_stated: bool) -> list[Movement]:
    return movements_of(
        attempt,
        desk.store.refunds.of_sale(attempt.sale_id),
        _receipts(desk, attempt),
        fee_bps=desk.fee_bps,
        took_and_returned=is_stated and not desk.acquirer.manner.gives_receipts,
    )


def _fetch_receipts(desk: Desk, statements: Mapping[date, Statement]) -> None:
    for payment_id in _mentioned(statements):
        attempt = desk.store.attempts.find(payment_id)
        if attempt is None:
            continue
        wanted = RECEIPTS_OF.get(attempt.collection.phase, frozenset())
        if wanted <= {each.kind for each in _receipts(desk, attempt)}:
            continue
        found = desk.acquirer.receipts(attempt.payment_id)
        with desk.store.transaction():
            collecting.keep_receipts(desk, attempt, found)


def _receipts(desk: Desk, attempt: Attempt) -> list[Receipt]:
    signed = desk.store.evidence.receipts(attempt.sale_id)
    opened = (open_receipt(each, desk.provider_keys()) for each in signed)
    return [each for each in opened if each.payment_id == attempt.payment_id]


def _mentioned(statements: Mapping[date, Statement]) -> set[str]:
    return {line.payment_id for each in statements.values() for line in each.lines}
