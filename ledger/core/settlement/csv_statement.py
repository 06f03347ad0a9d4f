"""A statement as a table: one row a line, a total at the end, safe to open as a spreadsheet.

RFC 4180: commas, CRLF, quotes where they are needed; UTF-8. The columns are those of the wire's
``StatementLine``, amounts as decimals of their currency. A text that a spreadsheet would run as a
formula (it begins with ``= + - @``, TAB or CR) is given an apostrophe in front (OWASP, "CSV
Injection"); an order number may begin with a minus. Numbers stay numbers.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence

from ledger.core.records.settlement import Batch, BatchLine
from ledger.core.settlement.statement import KINDS
from ledger.protocol.instants import to_text
from ledger.protocol.money import Currency, Money, currency, to_decimal
from ledger.protocol.native_wire import STATEMENT_COLUMNS

_RUN_AS_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class _LastRow:
    """A file that keeps what was written last, so that rows can be given one by one."""

    text = ""

    def write(self, text: str) -> int:
        self.text = text
        return len(text)


def rows(batch: Batch, lines: Iterable[BatchLine]) -> Iterator[str]:
    """Spell a statement row by row, each with its line end."""
    last = _LastRow()
    writer = csv.writer(last, lineterminator="\r\n")
    for cells in _cells(batch, lines):
        writer.writerow(cells)
        yield last.text


def safe(text: str) -> str:
    """Keep a spreadsheet from running a text as a formula.

    >>> safe("-2+3|cmd"), safe("K17")
    ("'-2+3|cmd", 'K17')
    """
    return f"'{text}" if text.startswith(_RUN_AS_FORMULA) else text


def _cells(batch: Batch, lines: Iterable[BatchLine]) -> Iterator[Sequence[str]]:
    yield STATEMENT_COLUMNS
    for line in lines:
        yield _row(batch, line)
    sums = (batch.amount_minor, batch.discount_minor, batch.fee_minor, batch.net_minor)
    blank = [""] * (len(STATEMENT_COLUMNS) - 2 - len(sums) - 3)
    yield ["", "total", *blank, *(_decimal(minor, batch.currency) for minor in sums), "", "", ""]


def _row(batch: Batch, line: BatchLine) -> Sequence[str]:
    return (
        str(line.number),
        KINDS[line.kind],
        to_text(line.event_at),
        to_text(line.booked_at),
        line.payment_id,
        safe(line.merchant_order_no),
        line.refund_id,
        safe(line.merchant_refund_no),
        safe(line.terminal_id),
        _decimal(line.amount_minor, batch.currency),
        _decimal(line.discount_minor, batch.currency),
        _decimal(line.fee_minor, batch.currency),
        _decimal(line.net_minor, batch.currency),
        _decimal(line.payer_amount_minor, currency(line.payer_currency)),
        line.payer_currency,
        line.rate,
    )


def _decimal(minor_units: int, of: Currency) -> str:
    return to_decimal(Money(minor_units, of))
