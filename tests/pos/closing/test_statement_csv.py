"""A statement's file is read exactly, or refused with the number of every line that is broken."""

from __future__ import annotations

import csv
import io
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.protocol.errors.content import Encoding, StatementFormat, StatementInconsistent
from ledger.protocol.instants import to_text
from ledger.protocol.money import currency, to_decimal
from ledger.protocol.native_wire import STATEMENT_COLUMNS, MovementKind
from pos.closing import statement_csv
from pos.closing.statement import Line, Statement, totals
from tests.pos.closing.books import DAY, EUR, line_of, movement, statement

FORMULA = ("=", "+", "-", "@", "\t", "\r")
BAHRAIN = currency("BHD")


def guarded(text: str) -> str:
    return f"'{text}" if text.startswith(FORMULA) else text


def row(line: Line) -> list[str]:
    return [
        str(line.number),
        line.kind,
        to_text(line.event_at),
        to_text(line.booked_at),
        line.payment_id,
        guarded(line.merchant_order_no),
        line.refund_id,
        guarded(line.merchant_refund_no),
        guarded(line.terminal_id),
        *(to_decimal(money) for money in (line.amount, line.discount, line.fee, line.net)),
        to_decimal(line.payer_amount),
        line.payer_amount.currency.code,
        line.rate,
    ]


def total_row(of: Statement) -> list[str]:
    stated = of.stated
    sums = map(to_decimal, (stated.amount, stated.discount, stated.fee, stated.net))
    return ["", "total", *[""] * 7, *sums, "", "", ""]


def rows_of(of: Statement) -> list[list[str]]:
    return [list(STATEMENT_COLUMNS), *(row(line) for line in of.lines), total_row(of)]


def written(rows: list[list[str]]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()


def read(raw: bytes) -> Statement:
    return statement_csv.read(raw, day=DAY, of=EUR)


THREE = statement(
    [
        line_of(movement(1, abroad=True)),
        line_of(movement(2, 3_00, kind=MovementKind.REFUND)),
        line_of(movement(3, 5, kind=MovementKind.REVERSAL)),
    ]
)


def test_what_was_written_is_read() -> None:
    assert read(written(rows_of(THREE))) == THREE
    assert read(b"\xef\xbb\xbf" + written(rows_of(THREE))) == THREE
    assert read(written(rows_of(THREE)).replace(b"\r\n", b"\n")) == THREE


@given(st.text("-|*_AZaz09", min_size=1, max_size=32))
def test_a_number_that_looks_like_a_formula_comes_back_as_it_was(number: str) -> None:
    line = replace(THREE.lines[0], merchant_order_no=number)
    only = statement([line])
    raw = written(rows_of(only))
    assert read(raw).lines[0].merchant_order_no == number
    cells = [cell for cells in csv.reader(io.StringIO(raw.decode())) for cell in cells]
    assert number.startswith("-") is (f"'{number}" in cells)


@pytest.mark.parametrize("column", ["merchant_order_no", "merchant_refund_no", "terminal_id"])
@pytest.mark.parametrize("cell", ["=HYPERLINK(1)", "+1", "-1", "@A1", "\t1", "\r1", "'=1+1"])
def test_a_formula_in_a_cell_is_refused_with_its_line(column: str, cell: str) -> None:
    rows = rows_of(THREE)
    rows[2][STATEMENT_COLUMNS.index(column)] = cell
    with pytest.raises(StatementFormat, match=r"line 3"):
        read(written(rows))


BROKEN = [
    ("number", "0"),
    ("number", "1.0"),
    ("kind", "fee"),
    ("kind", ""),
    ("event_at", "2026-11-21 12:00"),
    ("booked_at", "2026-11-31T12:00:00.000Z"),
    ("payment_id", "rfd_000000000000000000000001"),
    ("payment_id", ""),
    ("merchant_order_no", "a b"),
    ("refund_id", "rfd_000000000000000000000001"),
    ("merchant_refund_no", "R1"),
    ("terminal_id", ""),
    ("amount", "12,95"),
    ("amount", "12.9"),
    ("amount", "12"),
    ("amount", "1e3"),
    ("amount", "１２.95"),
    ("amount", "'12.95"),
    ("amount", "9999999999999999.00"),
    ("fee", "+0.08"),
    ("net", " 12.87"),
    ("payer_amount", "101.180"),
    ("payer_currency", "XXX"),
    ("rate", "7.8125"),
    ("rate", "1/0"),
]


@pytest.mark.parametrize(("column", "cell"), BROKEN)
def test_a_broken_cell_is_refused_with_its_line(column: str, cell: str) -> None:
    rows = rows_of(THREE)
    rows[1][STATEMENT_COLUMNS.index(column)] = cell
    with pytest.raises(StatementFormat, match=r"^line 2: "):
        read(written(rows))


def test_every_broken_line_is_named_up_to_twenty() -> None:
    rows = rows_of(statement([line_of(movement(number)) for number in range(30)]))
    for cells in rows[2:27]:
        cells[STATEMENT_COLUMNS.index("amount")] = "?"
    with pytest.raises(StatementFormat) as refused:
        read(written(rows))
    parts = refused.value.detail.split("; ")
    assert [part.partition(":")[0] for part in parts[:20]] == [f"line {n}" for n in range(3, 23)]
    assert parts[20:] == ["and 5 lines more"]


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\n",
        b"number;kind\n",
        written(rows_of(THREE)[1:]),
        written([[*STATEMENT_COLUMNS, "extra"], *rows_of(THREE)[1:]]),
        written(rows_of(THREE)[:-1]),
        written([*rows_of(THREE), rows_of(THREE)[1]]),
        written([*rows_of(THREE)[:2], ["1"], *rows_of(THREE)[2:]]),
        written([*rows_of(THREE)[:2], [], *rows_of(THREE)[2:]]),
        written(rows_of(THREE)) + b'"',
        written(rows_of(THREE))[:-60] + b'"a"b,',
        written([["x" * 200_000]]),
    ],
)
def test_a_file_of_another_form_is_refused(raw: bytes) -> None:
    with pytest.raises(StatementFormat):
        read(raw)


def test_bytes_that_are_no_text_are_refused() -> None:
    with pytest.raises(Encoding):
        read(written(rows_of(THREE)) + b"\xff")


@pytest.mark.parametrize("column", ["amount", "discount", "fee", "net"])
def test_totals_that_are_not_the_sums_are_refused(column: str) -> None:
    rows = rows_of(THREE)
    rows[-1][STATEMENT_COLUMNS.index(column)] = "0.01"
    with pytest.raises(StatementInconsistent):
        read(written(rows))


def test_a_line_whose_net_is_not_amount_less_coupon_and_fee_is_refused() -> None:
    rows = rows_of(THREE)
    rows[1][STATEMENT_COLUMNS.index("net")] = "12.95"
    with pytest.raises(StatementInconsistent, match="line 1"):
        read(written(rows))


@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused_by_name(raw: bytes) -> None:
    with pytest.raises((StatementFormat, Encoding)):
        read(raw)


@given(st.data())
def test_a_damaged_file_is_refused_or_still_adds_up(data: st.DataObject) -> None:
    raw = bytearray(written(rows_of(THREE)))
    for _ in range(data.draw(st.integers(1, 4))):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    try:
        found = read(bytes(raw))
    except (StatementFormat, StatementInconsistent, Encoding):
        return
    assert found.stated == totals(found.lines, EUR)
