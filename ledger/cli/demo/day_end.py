"""The last scenes of the demo: the till closes its day, a night passes, the books are compared.

At the end the provider's statement is spoilt on purpose: a refund is missing from it. The till
finds that out by itself, and says what to do.
"""

from __future__ import annotations

import csv
import io
import time
from decimal import Decimal
from pathlib import Path

from ledger.cli import TimedOut
from ledger.cli.books import looking_at
from ledger.cli.checkout import Document
from ledger.cli.demo.checkouts import Stage
from ledger.cli.demo.story import money
from ledger.core.records.settlement import SettlementTerms
from ledger.core.settlement import csv_statement, statement
from ledger.core.settlement.business_days import calendar_day, closes_at, day_from_text
from ledger.core.settlement.terms import require_terms
from ledger.kit.clock import SharedClock
from ledger.ops.seed import DROGERIE
from ledger.protocol.errors.checkout import BillNotReady
from ledger.protocol.errors.service import InvariantBroken
from ledger.protocol.instants import HOUR, MINUTE

STATEMENT_WITHIN_S = 90.0
OPENS_AT_MS = 9 * HOUR
SPOILT_LINE = "refund"
_SUMMED = ("amount", "fee", "net")
_POLL_S = 0.2


def open_the_shop(stage: Stage, clock: SharedClock, place: str | Path) -> None:
    """Move everybody's clock to the shop's next morning: no demo is played across midnight."""
    terms = _terms(place)
    midnight = closes_at(terms, calendar_day(terms.time_zone, clock.now()))
    clock.advance(midnight + OPENS_AT_MS - clock.now())
    stage.story.tell("clock", f"nine o'clock in {_place(terms)}, for all parties")


def play(stage: Stage, clock: SharedClock, place: str | Path) -> dict[str, object]:
    """Play the end of the day; gives what came of it."""
    report = close_the_till(stage)
    day = str(report["business_day"])
    let_the_night_pass(stage, clock, place, day)
    agreed = compare(stage, day)
    spoilt = find_a_planted_difference(stage, place, day)
    return {
        "z_report": report["z_number"],
        "business_day": day,
        "lines_matched": agreed["matched"],
        "planted_difference_named": spoilt["differences"][0]["kind"],
    }


def close_the_till(stage: Stage) -> Document:
    """Count the day once, in a report that never changes."""
    stage.story.chapter("The day ends")
    report = stage.till.close_day("today")
    total = money(report["total_minor"], report["currency"])
    stage.story.tell("till", f"closes the day, report number {report['z_number']}: {total}")
    return report


def let_the_night_pass(stage: Stage, clock: SharedClock, place: str | Path, day: str) -> None:
    """Move everybody's clock behind the shop's cut-off."""
    terms = _terms(place)
    clock.advance(closes_at(terms, day_from_text(day)) + MINUTE - clock.now())
    stage.story.tell("clock", f"midnight in {_place(terms)}, for all parties")


def compare(stage: Stage, day: str) -> Document:
    """Wait for the provider's statement and compare it with the till's own books."""
    deadline = time.monotonic() + STATEMENT_WITHIN_S
    while True:
        try:
            found = stage.till.reconcile(day)
            break
        except BillNotReady as error:
            if time.monotonic() > deadline:
                raise TimedOut(f"no statement of {day}") from error
            time.sleep(_POLL_S)
    if not found["agrees"]:
        raise InvariantBroken(f"the till's books differ from the statement: {found['differences']}")
    total, fee, net = (
        money(found[name], found["currency"])
        for name in ("statement_total_minor", "fee_minor", "net_minor")
    )
    stage.story.tell("provider", f"settles the day: {total} less {fee} in fees, {net} to pay out")
    stage.story.tell("till", f"compares {found['matched']} lines with its own books: all agree")
    return found


def find_a_planted_difference(stage: Stage, place: str | Path, day: str) -> Document:
    """Take a refund out of the statement; the till must name it."""
    with looking_at(place) as books:
        of_day = statement.statement(
            books, merchant_id=DROGERIE.merchant_id, business_day=day_from_text(day)
        )
        lines = statement.all_lines(books, of_day.batch.batch_id)
        genuine = "".join(csv_statement.rows(of_day.batch, lines))
    found = stage.till.reconcile(day, statement_csv=without_line(genuine, SPOILT_LINE))
    if found["difference_count"] != 1:
        raise InvariantBroken(f"one difference was planted: {found['differences']}")
    named = found["differences"][0]
    stage.story.tell("somebody", "takes a refund out of the statement and mends its sums")
    stage.story.tell("till", f"finds it: {named['kind']}. {named['meaning']}")
    return found


def without_line(statement_csv: str, kind: str) -> str:
    """Take the first line of a kind out of a statement, and make its total fit again."""
    rows = list(csv.DictReader(io.StringIO(statement_csv)))
    taken = next(row for row in rows if row["kind"] == kind)
    total = rows[-1]
    for column in _SUMMED:
        total[column] = str(Decimal(total[column]) - Decimal(taken[column]))
    text = io.StringIO()
    writer = csv.DictWriter(text, fieldnames=list(total), lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(row for row in rows if row is not taken)
    return text.getvalue()


def _terms(place: str | Path) -> SettlementTerms:
    with looking_at(place) as books:
        return require_terms(books, DROGERIE.merchant_id)


def _place(terms: SettlementTerms) -> str:
    return terms.time_zone.partition("/")[2]
