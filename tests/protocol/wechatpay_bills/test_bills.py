"""Bills of any rows: cells hold, sums fit, nothing is a formula, no rows are no bill."""

from __future__ import annotations

import csv
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.protocol.instants import DAY, Instant, later
from ledger.protocol.money import Money, currency
from ledger.protocol.wechatpay_bill_wire import cells, fund_flow, trade
from ledger.protocol.wechatpay_bill_wire.files import BillFile
from ledger.protocol.wechatpay_bill_wire.fund_flow import FundFlowKind, FundFlowRow
from ledger.protocol.wechatpay_bill_wire.trade import (
    RefundPart,
    TradeBillType,
    TradeRow,
    TradeState,
)
from tests.protocol.wechatpay_bills.reading import Row, table

EUR = currency("EUR")
NOON = Instant(1_795_348_800_000)
AMOUNTS = st.integers(0, 10**9).map(lambda minor: Money(minor, EUR))
TEXTS = st.text(max_size=30)


@st.composite
def trade_rows(draw: st.DrawFn) -> TradeRow:
    price = draw(AMOUNTS)
    sale = TradeRow(
        state=TradeState.SUCCESS,
        paid_at=NOON,
        appid="wx81be3101902f7cb2",
        mchid="1900000109",
        device_id=draw(TEXTS),
        transaction_id="4200000925202101284997714292",
        out_trade_no="S-1",
        openid="o-anna",
        trade_type="MICROPAY",
        price=price,
        settled=price,
        coupon=Money(0, EUR),
        fee=draw(AMOUNTS),
        rate="0.60%",
        description=draw(TEXTS),
        attach=draw(TEXTS),
    )
    if draw(st.booleans()):
        return sale
    state = draw(st.sampled_from([TradeState.REFUND, TradeState.REVOKED]))
    part = RefundPart(
        "50300807172021020106006664916", "R-1", NOON, later(NOON, DAY), draw(AMOUNTS), draw(AMOUNTS)
    )
    return replace(sale, state=state, refund=part, fee=-sale.fee)


def told_by(file: BillFile | None) -> tuple[list[Row], Row]:
    """The rows and the summary of a bill that there is."""
    assert file is not None
    return table(file.plain)


def total(rows: list[dict[str, str]], column: str) -> Decimal:
    return sum((Decimal(row.get(column, "0")) for row in rows), start=Decimal(0))


@given(
    rows=st.lists(trade_rows(), min_size=1, max_size=6), bill_type=st.sampled_from(TradeBillType)
)
def test_the_summary_is_the_sum_of_the_rows(rows: list[TradeRow], bill_type: TradeBillType) -> None:
    file = trade.document(rows, bill_type)
    if file is None:
        assert all((row.refund is None) is (bill_type is TradeBillType.REFUND) for row in rows)
        return
    told, sums = told_by(file)
    assert int(sums["总交易单数"]) == len(told)
    for of_all, of_each in [
        ("应结订单总金额", "应结订单金额"),
        ("退款总金额", "退款金额"),
        ("充值券退款总金额", "充值券退款金额"),
        ("手续费总金额", "手续费"),
        ("订单总金额", "订单金额"),
        ("申请退款总金额", "申请退款金额"),
    ]:
        assert Decimal(sums[of_all]) == total(told, of_each)


@given(text=st.text())
def test_no_text_leaves_its_cell_or_is_run_as_a_formula(text: str) -> None:
    line = cells.row(["a", text, "b"])
    assert len(line.split(",")) == 3
    assert line.splitlines() == [line]
    (read,) = csv.reader([line], quoting=csv.QUOTE_NONE)
    assert [cell[0] for cell in read] == ["`", "`", "`"]


def sale_and_refund() -> list[TradeRow]:
    price = Money(1_295, EUR)
    sale = TradeRow(
        state=TradeState.SUCCESS,
        paid_at=NOON,
        appid="wx81be3101902f7cb2",
        mchid="1900000109",
        device_id="T01",
        transaction_id="4200000925202101284997714292",
        out_trade_no="S-1",
        openid="o-anna",
        trade_type="MICROPAY",
        price=price,
        settled=Money(1_195, EUR),
        coupon=Money(50, EUR),
        fee=Money(8, EUR),
        rate="0.60%",
    )
    part = RefundPart("503", "R-1", later(NOON, DAY), later(NOON, DAY), price, Money(1_195, EUR))
    return [sale, replace(sale, state=TradeState.REFUND, refund=part, fee=Money(-8, EUR))]


def test_a_sale_shows_nothing_of_refunds_and_a_refund_nothing_of_the_sale() -> None:
    (sale, refund), sums = told_by(trade.document(sale_and_refund(), TradeBillType.ALL))
    assert (sale["应结订单金额"], sale["代金券金额"], sale["订单金额"]) == (
        "11.95",
        "0.50",
        "12.95",
    )
    assert (sale["微信退款单号"], sale["退款金额"], sale["申请退款金额"]) == ("0", "0.00", "0.00")
    assert (refund["应结订单金额"], refund["代金券金额"], refund["订单金额"]) == (
        "0.00",
        "0.00",
        "0.00",
    )
    assert (refund["退款金额"], refund["申请退款金额"], refund["手续费"]) == (
        "11.95",
        "12.95",
        "-0.08000",
    )
    assert sums["手续费总金额"] == "0.00000"


def test_a_refund_is_told_by_its_own_time_but_in_a_bill_of_refunds_by_the_sales() -> None:
    (_, refund), _ = told_by(trade.document(sale_and_refund(), TradeBillType.ALL))
    assert refund["交易时间"] == "2026-11-23 20:00:00"
    (refund,), _ = told_by(trade.document(sale_and_refund(), TradeBillType.REFUND))
    assert refund["交易时间"] == "2026-11-22 20:00:00"
    assert refund["退款成功时间"] == "2026-11-23 20:00:00"


@pytest.mark.parametrize("bill_type", TradeBillType)
def test_a_day_without_rows_has_no_bill(bill_type: TradeBillType) -> None:
    assert trade.document([], bill_type) is None
    assert fund_flow.document([]) is None


def test_only_the_rows_that_are_asked_for_are_in_the_bill() -> None:
    rows = sale_and_refund()
    for bill_type, states in [
        (TradeBillType.ALL, ["SUCCESS", "REFUND"]),
        (TradeBillType.SUCCESS, ["SUCCESS"]),
        (TradeBillType.REFUND, ["REFUND"]),
    ]:
        told, _ = told_by(trade.document(rows, bill_type))
        assert [row["交易状态"] for row in told] == states


@given(
    flows=st.lists(
        st.tuples(st.sampled_from(FundFlowKind), st.integers(1, 10**6)), min_size=1, max_size=6
    )
)
def test_what_came_in_and_went_out_is_counted_apart(flows: list[tuple[FundFlowKind, int]]) -> None:
    rows = [
        FundFlowRow(kind, NOON, "4", "4", Money(minor, EUR), Money(0, EUR), "system", "", "S-1")
        for kind, minor in flows
    ]
    told, sums = told_by(fund_flow.document(rows))
    came_in = [row for row in told if row["收支类型"] == "收入"]
    went_out = [row for row in told if row["收支类型"] == "支出"]
    assert int(sums["资金流水总笔数"]) == len(came_in) + len(went_out) == len(flows)
    assert (int(sums["收入笔数"]), int(sums["支出笔数"])) == (len(came_in), len(went_out))
    assert Decimal(sums["收入金额"]) == total(came_in, "收支金额(元)")
    assert Decimal(sums["支出金额"]) == total(went_out, "收支金额(元)")


def test_a_compressed_bill_is_the_same_whenever_it_is_made() -> None:
    file = trade.document(sale_and_refund(), TradeBillType.ALL)
    assert file is not None
    assert file.compressed[4:8] == b"\0\0\0\0"  # RFC 1952: no time of making
