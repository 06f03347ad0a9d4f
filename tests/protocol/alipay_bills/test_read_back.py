"""A business bill read back says what was written, and half of one is refused."""

from __future__ import annotations

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.protocol.alipay_bill_wire import reading, trade
from ledger.protocol.alipay_bill_wire.archive import archive
from ledger.protocol.alipay_bill_wire.trade import TradeRow
from ledger.protocol.errors.content import StatementFormat, StatementInconsistent
from tests.protocol.alipay_bills.test_bills import EUR, PERIOD, ZERO, trade_rows

MADE = datetime(2026, 11, 22, 5, 46, 48)  # noqa: DTZ001 (an archive knows no zone)


def packed(details: bytes, *, name: str = trade.DETAILS) -> bytes:
    return archive([("x_业务明细(汇总).csv", b""), (f"x_{name}.csv", details)], made=MADE)


@given(st.lists(trade_rows(), max_size=6))
def test_what_was_written_is_read(rows: list[TradeRow]) -> None:
    found = reading.read(packed(trade.details(PERIOD, rows, ZERO)), EUR)
    assert [(each.is_refund, each.price, each.discount, each.fee) for each in found] == [
        (row.is_refund, row.price, row.discount, -row.fee) for row in rows
    ]
    assert {(each.out_trade_no, each.at) for each in found} <= {("S-1", PERIOD.since)}


@given(st.lists(trade_rows(), min_size=1, max_size=3))
def test_a_bill_with_a_row_taken_out_is_refused(rows: list[TradeRow]) -> None:
    lines = trade.details(PERIOD, rows, ZERO).splitlines(keepends=True)
    with pytest.raises(StatementInconsistent):
        reading.read(packed(b"".join(lines[:5] + lines[6:])), EUR)


@pytest.mark.parametrize("raw", [b"", b"<html>", b"PK\x03\x04", packed(b""), packed(b"", name="x")])
def test_what_is_no_bill_is_refused(raw: bytes) -> None:
    with pytest.raises(StatementFormat):
        reading.read(raw, EUR)


def test_a_bill_that_was_cut_off_is_refused() -> None:
    whole = trade.details(PERIOD, [], ZERO)
    with pytest.raises(StatementFormat):
        reading.read(packed(whole[: whole.index("#交易合计".encode("gbk"))]), EUR)
