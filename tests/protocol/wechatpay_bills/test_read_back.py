"""A trade bill read back says what was written, and half of one is refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.protocol.errors.content import Encoding, StatementFormat, StatementInconsistent
from ledger.protocol.money import currency
from ledger.protocol.wechatpay_bill_wire import reading, trade
from ledger.protocol.wechatpay_bill_wire.trade import TradeBillType, TradeRow
from tests.protocol.wechatpay_bills.test_bills import trade_rows

EUR = currency("EUR")


def written(rows: list[TradeRow]) -> bytes:
    file = trade.document(rows, TradeBillType.ALL)
    assert file is not None
    return file.plain


@given(st.lists(trade_rows(), min_size=1, max_size=6))
def test_what_was_written_is_read(rows: list[TradeRow]) -> None:
    found = reading.read(written(rows), rows[0].price.currency)
    assert [(each.state, each.out_trade_no, each.fee) for each in found] == [
        (row.state, row.out_trade_no, row.fee) for row in rows
    ]
    nothing = rows[0].price - rows[0].price
    assert [(each.price, each.asked) for each in found] == [
        (nothing, row.refund.asked) if row.refund else (row.price, nothing) for row in rows
    ]


@given(st.lists(trade_rows(), min_size=1, max_size=3))
def test_a_bill_with_a_row_taken_out_is_refused(rows: list[TradeRow]) -> None:
    lines = written(rows).splitlines(keepends=True)
    with pytest.raises(StatementInconsistent):
        reading.read(b"".join(lines[:1] + lines[2:]), rows[0].price.currency)


@pytest.mark.parametrize(
    ("raw", "error"), [(b"", StatementFormat), (b"<html>", StatementFormat), (b"\xff", Encoding)]
)
def test_what_is_no_bill_is_refused(raw: bytes, error: type[Exception]) -> None:
    with pytest.raises(error):
        reading.read(raw, EUR)
