"""The business bill (``trade``): one row a sale, one a refund, and a summary by store.

A refund repeats the sale's number and time of creation, is done at its own time, and has its
amounts with a minus; so has the fee of a sale, which a refund gives back. Money that a cancellation
gave back is a refund without a number. What a merchant *receives* is the price less its own
discount, before the fee.

Source: opendocs.alipay.com on the business bill, and published bills of shops; the sums of a
store's row in the summary, of which only the columns are published, are those of the details.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from ledger.protocol.alipay_bill_wire import cells
from ledger.protocol.alipay_bill_wire.cells import Period, plain, text, total
from ledger.protocol.alipay_wire.spelling import to_beijing
from ledger.protocol.instants import Instant
from ledger.protocol.money import Money, to_decimal

DETAILS, SUMMARY = "业务明细", "业务明细(汇总)"
"""The ends of the files' names."""

COLUMNS: Final = (
    "支付宝交易号,商户订单号,业务类型,商品名称,创建时间,完成时间,门店编号,门店名称,操作员,终端号,"
    "对方账户,订单金额（元）,商家实收（元）,支付宝红包（元）,集分宝（元）,支付宝优惠（元）,"
    "商家优惠（元）,券核销金额（元）,券名称,商家红包消费金额（元）,卡消费金额（元）,"
    "退款批次号/请求号,服务费（元）,分润（元）,备注"
)
STORE_COLUMNS: Final = (
    "门店编号,门店名称,交易订单总笔数,退款订单总笔数,订单金额（元）,商家实收（元）,支付宝优惠（元）,"
    "商家优惠（元）,卡消费金额（元）,服务费（元）,分润（元）,实收净额（元）"
)
SALE, REFUND = "交易", "退款"


@dataclass(frozen=True, slots=True)
class Store:
    """Where it was sold, by the merchant's own names."""

    store_id: str = ""
    name: str = ""
    operator: str = ""
    terminal: str = ""


@dataclass(frozen=True, slots=True)
class TradeRow:
    """A sale or, with ``is_refund``, what went back of it; a refund's amounts are below zero.

    ``coupon`` and ``points`` are what the platform's own discounts paid of the price, ``discount``
    what the merchant's did. ``shared`` is what went on to others, with a minus, or with a refund
    what came back of it. ``refund_no`` is the number the merchant asked for a refund under.
    """

    trade_no: str
    out_trade_no: str
    subject: str
    created_at: Instant
    done_at: Instant
    store: Store
    counterparty: str
    price: Money
    coupon: Money
    points: Money
    discount: Money
    fee: Money
    shared: Money
    is_refund: bool = False
    refund_no: str = ""
    remark: str = ""

    @property
    def received(self) -> Money:
        """What the merchant gets of it, before the fee."""
        return self.price - self.discount


def details(period: Period, rows: Sequence[TradeRow], zero: Money) -> bytes:
    """Write the details; ``zero`` says in which currency no rows are nothing."""
    sold = [row for row in rows if not row.is_refund]
    back = [row for row in rows if row.is_refund]
    return cells.file_of(
        [
            *period.lines("业务明细"),
            cells.dashes("业务明细列表", before=41, behind=40),
            COLUMNS,
            *map(_line, rows),
            cells.dashes("业务明细列表结束", before=41, behind=36),
            _foot("交易合计", "", sold, zero),
            _foot("退款合计", "退款", back, zero),
            period.exported,
        ]
    )


def _foot(head: str, way: str, rows: Sequence[TradeRow], zero: Money) -> str:
    received = f"商家实收{way}共{_received(rows, zero)}元"
    return f"#{head}：{len(rows)}笔，{received}，商家优惠{way}共{_discount(rows, zero)}元"


def _received(rows: Sequence[TradeRow], zero: Money) -> str:
    return total((row.received for row in rows), zero)


def _discount(rows: Sequence[TradeRow], zero: Money) -> str:
    return total((row.discount for row in rows), zero)


def _line(row: TradeRow) -> str:
    nothing = to_decimal(Money(0, row.price.currency))
    return ",".join(
        [
            text(row.trade_no),
            text(row.out_trade_no),
            text(REFUND if row.is_refund else SALE),
            plain(row.subject),
            to_beijing(row.created_at),
            to_beijing(row.done_at),
            text(row.store.store_id),
            text(row.store.name),
            text(row.store.operator),
            text(row.store.terminal),
            text(row.counterparty),
            to_decimal(row.price),
            to_decimal(row.received),
            nothing,
            to_decimal(row.points),
            to_decimal(row.coupon),
            to_decimal(row.discount),
            nothing,
            "",
            f"{nothing}\t",
            nothing,
            plain(row.refund_no) or "\t",
            to_decimal(row.fee),
            to_decimal(row.shared),
            plain(row.remark),
        ]
    )


def summary(period: Period, rows: Sequence[TradeRow], zero: Money) -> bytes:
    """Write the summary: a row for each store, and one for all."""
    stores = list(dict.fromkeys((row.store.store_id, row.store.name) for row in rows))
    sums = [
        _sum([text(store_id), text(name)], _of_store(rows, store_id, name), zero)
        for store_id, name in stores
    ]
    return cells.file_of(
        [
            *period.lines("业务汇总"),
            cells.dashes("业务汇总列表", before=41, behind=40),
            STORE_COLUMNS,
            *sums,
            _sum(["合计", ""], rows, zero),
            cells.dashes("业务汇总列表结束", before=40, behind=37),
            period.exported,
        ]
    )


def _of_store(rows: Sequence[TradeRow], store_id: str, name: str) -> list[TradeRow]:
    return [row for row in rows if (row.store.store_id, row.store.name) == (store_id, name)]


def _sum(head: list[str], rows: Sequence[TradeRow], zero: Money) -> str:
    back = sum(row.is_refund for row in rows)
    return ",".join(
        [
            *head,
            str(len(rows) - back),
            str(back),
            total((row.price for row in rows), zero),
            _received(rows, zero),
            total((row.coupon + row.points for row in rows), zero),
            _discount(rows, zero),
            total((), zero),
            total((row.fee for row in rows), zero),
            total((row.shared for row in rows), zero),
            total((row.received + row.fee + row.shared for row in rows), zero),
        ]
    )
