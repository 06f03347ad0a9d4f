"""Read the provider's statement from a CSV file (RFC 4180), strictly, and name every broken line.

The first line names the columns, the last one has the kind ``total`` and the sums. Amounts are
decimals with exactly the currency's decimals. Cells of text that a spreadsheet would run as a
formula (they begin with ``= + - @``, a tab or a carriage return) are written with an apostrophe in
front, which is taken off again; a cell that should have one and has none is refused.

    >>> read_cell("'-T01|7"), read_cell("T01|7")
    ('-T01|7', 'T01|7')
    >>> read_cell("=1+1")
    Traceback (most recent call last):
    ...
    ledger.protocol.errors.content.FieldFormat: begins like a formula: '=1+1'
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence
from datetime import date

from ledger.protocol.errors import CallerError
from ledger.protocol.errors.content import (
    AmountFormat,
    AmountOutOfRange,
    Encoding,
    FieldFormat,
    StatementFormat,
)
from ledger.protocol.identifiers import (
    Kind,
    PaymentId,
    check,
    check_merchant_order_no,
    check_terminal_id,
)
from ledger.protocol.instants import from_text
from ledger.protocol.money import Currency, Money, currency
from ledger.protocol.native_wire import STATEMENT_COLUMNS, MovementKind
from pos.closing.statement import Line, Statement, Totals

TOTAL = "total"
BROKEN_LINES_NAMED = 20
SUM_MINOR_MAX = 10**15
"""No sum of a day's amounts is larger; one that is was made up."""

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_NUMBER = re.compile(r"[1-9][0-9]{0,8}", re.ASCII)
_DECIMAL = re.compile(r"(-?)(0|[1-9][0-9]{0,17})(?:\.([0-9]{1,6}))?", re.ASCII)

Cells = Mapping[str, str]


def is_one(raw: bytes) -> bool:
    """Tell a file in this form, by its first column's name, from one that a vendor gives."""
    return raw.startswith(f"{STATEMENT_COLUMNS[0]},".encode())


def read(raw: bytes, *, day: date, of: Currency) -> Statement:
    """Read the statement of a day in the shop's currency.

    Raises ``Encoding``, ``StatementFormat`` with the number of every line that can't be read, and
    ``StatementInconsistent``.
    """
    rows = _rows(raw)
    if not rows or tuple(rows[0][1]) != STATEMENT_COLUMNS:
        raise StatementFormat(f"line 1: the columns are {','.join(STATEMENT_COLUMNS)}")
    lines: list[Line] = []
    stated: list[Totals] = []
    broken: list[str] = []
    for position, cells in rows[1:]:
        try:
            if stated:
                raise FieldFormat("something follows the total")
            named = _named(cells)
            if named["kind"] == TOTAL:
                stated.append(_totals(named, of))
            else:
                lines.append(_line(named, of))
        except CallerError as error:
            broken.append(f"line {position}: {error}")
    if not stated and not broken:
        broken.append("the last line is not the total, so the file may be cut off")
    if broken:
        raise StatementFormat(_named_lines(broken))
    return Statement(day, of, tuple(lines), stated[0])


def read_cell(cell: str) -> str:
    """Take the apostrophe off a guarded cell; one that lacks it raises ``FieldFormat``."""
    if cell.startswith(_FORMULA):
        raise FieldFormat(f"begins like a formula: {cell[:40]!r}")
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(_FORMULA) else cell


def _rows(raw: bytes) -> list[tuple[int, list[str]]]:
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Encoding(f"byte {error.start} of the file") from error
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    rows, begins = [], 1
    try:
        for cells in reader:
            rows.append((begins, cells))
            begins = reader.line_num + 1
    except csv.Error as error:
        raise StatementFormat(f"line {begins}: {error}") from error
    return rows


def _named(cells: Sequence[str]) -> Cells:
    if len(cells) != len(STATEMENT_COLUMNS):
        raise FieldFormat(f"has {len(cells)} cells, not {len(STATEMENT_COLUMNS)}")
    return dict(zip(STATEMENT_COLUMNS, cells, strict=True))


def _line(cells: Cells, of: Currency) -> Line:
    refund_id = read_cell(cells["refund_id"])
    refund_no = read_cell(cells["merchant_refund_no"])
    kind = _kind(cells["kind"])
    if bool(refund_id) is not (kind is MovementKind.REFUND) or bool(refund_no) is not bool(
        refund_id
    ):
        raise FieldFormat("refund_id and merchant_refund_no are there exactly for a refund")
    return Line(
        number=_number(cells["number"]),
        kind=kind,
        event_at=from_text(cells["event_at"]),
        booked_at=from_text(cells["booked_at"]),
        payment_id=PaymentId(check(Kind.PAYMENT, cells["payment_id"])),
        merchant_order_no=check_merchant_order_no(read_cell(cells["merchant_order_no"])),
        refund_id=check(Kind.REFUND, refund_id) if refund_id else "",
        merchant_refund_no=check_merchant_order_no(refund_no) if refund_no else "",
        terminal_id=check_terminal_id(read_cell(cells["terminal_id"])),
        amount=_amount(cells, "amount", of),
        discount=_amount(cells, "discount", of),
        fee=_amount(cells, "fee", of),
        net=_amount(cells, "net", of),
        payer_amount=_amount(cells, "payer_amount", currency(cells["payer_currency"])),
        rate=cells["rate"],
    )


def _totals(cells: Cells, of: Currency) -> Totals:
    return Totals(
        amount=_amount(cells, "amount", of),
        discount=_amount(cells, "discount", of),
        fee=_amount(cells, "fee", of),
        net=_amount(cells, "net", of),
    )


def _kind(text: str) -> MovementKind:
    if text not in set(MovementKind):
        raise FieldFormat(f"kind is {', '.join(MovementKind)} or {TOTAL}, not {text[:40]!r}")
    return MovementKind(text)


def _number(text: str) -> int:
    if not _NUMBER.fullmatch(text):
        raise FieldFormat(f"number: {text[:40]!r}")
    return int(text)


def _amount(cells: Cells, column: str, of: Currency) -> Money:
    text = cells[column]
    match = _DECIMAL.fullmatch(text)
    if match is None or len(match[3] or "") != of.exponent:
        raise AmountFormat(f"{column}: {text[:40]!r} is no amount of {of.code}")
    minor_units = int(match[2] + (match[3] or ""))
    if minor_units > SUM_MINOR_MAX:
        raise AmountOutOfRange(f"{column}: {text}")
    return Money(-minor_units if match[1] else minor_units, of)


def _named_lines(broken: Sequence[str]) -> str:
    more = len(broken) - BROKEN_LINES_NAMED
    rest = [f"and {more} lines more"] if more > 0 else []
    return "; ".join([*broken[:BROKEN_LINES_NAMED], *rest])
