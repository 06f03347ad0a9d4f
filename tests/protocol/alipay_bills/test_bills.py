"""Bills of any rows: cells hold, sums fit, and any unpacker reads the archive."""

from __future__ import annotations

import csv
from datetime import datetime
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from ledger.protocol.alipay_bill_wire import account, cells, trade
from ledger.protocol.alipay_bill_wire.account import MovementKind, MovementRow
from ledger.protocol.alipay_bill_wire.archive import archive
from ledger.protocol.alipay_bill_wire.cells import Period
from ledger.protocol.alipay_bill_wire.trade import Store, TradeRow
from ledger.protocol.instants import DAY, Instant, later
from ledger.protocol.money import Money, currency
from tests.protocol.alipay_bills.reading import files, foot, table

EUR = currency("EUR")
ZERO = Money(0, EUR)
NOON = Instant(1_795_348_800_000)
PERIOD = Period("20880625077904720156", NOON, later(NOON, DAY))
AMOUNTS = st.integers(0, 10**9).map(lambda minor: Money(minor, EUR))
TEXTS = st.text(max_size=30)


@st.composite
def trade_rows(draw: st.DrawFn) -> TradeRow:
    back = draw(st.booleans())
    price, discount, fee = draw(AMOUNTS), draw(AMOUNTS), draw(AMOUNTS)
    return TradeRow(
        trade_no="2026112222001412345678901234",
        out_trade_no="S-1",
        subject=draw(TEXTS),
        created_at=NOON,
        done_at=NOON,
        store=Store(draw(st.sampled_from(["", "S1", "S2"])), "", draw(TEXTS), draw(TEXTS)),
        counterparty="123***@sandbox.test",
        price=-price if back else price,
        coupon=ZERO if back else draw(AMOUNTS),
        points=ZERO,
        discount=-discount if back else discount,
        fee=fee if back else -fee,
        shared=draw(AMOUNTS) if back else -draw(AMOUNTS),
        is_refund=back,
        refund_no=draw(TEXTS) if back else "",
        remark=draw(TEXTS),
    )


@st.composite
def movements(draw: st.DrawFn) -> MovementRow:
    return MovementRow(
        kind=draw(st.sampled_from(MovementKind)),
        flow_no="1234567890123456",
        trade_no="2026112222001412345678901234",
        out_trade_no="S-1",
        subject=draw(TEXTS),
        at=NOON,
        counterparty="",
        amount=draw(AMOUNTS),
        balance=draw(AMOUNTS),
        remark=draw(TEXTS),
    )


@given(st.lists(trade_rows(), max_size=8))
def test_no_text_leaves_its_cell_and_the_business_bill_adds_up(rows: list[TradeRow]) -> None:
    details = trade.details(PERIOD, rows, ZERO).decode("gbk")
    summary = trade.summary(PERIOD, rows, ZERO).decode("gbk")
    read, *_ = table(details), csv.reader(details.split("\n"))
    assert len(read) == len(rows)
    assert all(len(line) == 25 for line in csv.reader(details.split("\n")[5 : 5 + len(rows)]))
    *stores, total = table(summary)
    for column in ("订单金额（元）", "服务费（元）", "分润（元）"):
        in_all = sum((Decimal(row[column]) for row in read), Decimal(0))
        assert Decimal(total[column]) == in_all
        assert sum((Decimal(store[column]) for store in stores), Decimal(0)) == in_all
    net = sum((row.received + row.fee + row.shared for row in rows), start=ZERO)
    assert Decimal(total["实收净额（元）"]) == Decimal(net.minor_units) / 100
    assert int(total["退款订单总笔数"]) == sum(row.is_refund for row in rows)


@given(st.lists(movements(), max_size=8))
def test_the_account_bill_adds_up(rows: list[MovementRow]) -> None:
    details = account.details(PERIOD, rows, ZERO).decode("gbk")
    read = table(details)
    out = sum((Decimal(row["支出金额（-元）"]) for row in read), Decimal(0))
    come = sum((Decimal(row["收入金额（+元）"]) for row in read), Decimal(0))
    gone = sum(not row.kind.comes_in for row in rows)
    assert foot(details)[:2] == [
        f"#支出合计：{gone}笔，共{out or Decimal('0.00')}元",
        f"#收入合计：{len(rows) - gone}笔，共{come or Decimal('0.00')}元",
    ]
    *kinds, total = table(account.summary(PERIOD, rows, ZERO).decode("gbk"))
    assert Decimal(total["总金额（元）"]) == come + out
    assert sum(int(kind["支出笔数"]) for kind in kinds) == gone


@given(st.dictionaries(st.text("ab业务()", min_size=1, max_size=12), st.binary(), max_size=4))
def test_any_unpacker_reads_the_archive_and_gbk_is_not_flagged(members: dict[str, bytes]) -> None:
    named = {f"{name}.csv": content for name, content in members.items()}
    made = datetime(2026, 11, 23)  # noqa: DTZ001 - an archive knows no zone
    packed = archive(list(named.items()), made=made)
    assert list(files(archive([(name, b"") for name in named], made=made))) == list(named)
    assert packed == archive(list(named.items()), made=made)
    assert packed.count(b"PK\x01\x02") >= len(named)


def test_what_gbk_can_not_write_is_a_question_mark() -> None:
    assert cells.file_of(["tea 🍵 ä"]) == b"tea ? ?\n"
