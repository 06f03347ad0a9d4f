"""The trade bill: one row a sale, one a refund, and a summary; amounts in decimals.

Three layouts are asked for by ``bill_type``: ``ALL`` has every row, ``SUCCESS`` sales without the
refunds' columns, ``REFUND`` refunds with the times at which they were asked for and done. The time
of a row is that of its event, except in the layout ``REFUND``, where it is that of the sale. A sale
has zeros in the refunds' columns and a refund in those of the sale, its fee with a minus. Money
that a reversal gave back is told like a refund, but as ``REVOKED``. Unpaid orders are not in a
bill, and the sequence of its rows means nothing.

Source: pay.weixin.qq.com, "trade bill", and published bills of shops.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from ledger.protocol.errors.wechatpay_v2 import BillTypeUnknown
from ledger.protocol.instants import Instant
from ledger.protocol.money import Money, to_decimal
from ledger.protocol.wechatpay_bill_wire import cells
from ledger.protocol.wechatpay_bill_wire.files import BillFile, file_of


class TradeBillType(StrEnum):
    """Which rows and columns are asked for."""

    ALL = "ALL"
    SUCCESS = "SUCCESS"
    REFUND = "REFUND"


def bill_type_of(text: str) -> TradeBillType:
    """Read what is asked for, everything if nothing is said; raises ``BillTypeUnknown``."""
    try:
        return TradeBillType(text or TradeBillType.ALL)
    except ValueError as error:
        raise BillTypeUnknown(f"bill_type: {text[:24]!r}") from error


class TradeState(StrEnum):
    """What a row tells."""

    SUCCESS = "SUCCESS"
    REFUND = "REFUND"
    REVOKED = "REVOKED"


@dataclass(frozen=True, slots=True)
class RefundPart:
    """What a row tells of a refund: ``asked`` of the price, less the discount ``given``."""

    refund_id: str
    out_refund_no: str
    requested_at: Instant
    succeeded_at: Instant
    asked: Money
    given: Money


@dataclass(frozen=True, slots=True)
class TradeRow:
    """A sale, or with ``refund`` what went back of it.

    ``paid_at`` is when it was sold. ``price`` is what was asked for, ``settled`` the price less the
    merchant's own discount, ``coupon`` what of it the platform's coupons paid; ``fee`` is signed
    and ``rate`` its percentage. The prices are the sale's; a refund's row shows zeros for them.
    """

    state: TradeState
    paid_at: Instant
    appid: str
    mchid: str
    device_id: str
    transaction_id: str
    out_trade_no: str
    openid: str
    trade_type: str
    price: Money
    settled: Money
    coupon: Money
    fee: Money
    rate: str
    description: str = ""
    attach: str = ""
    sub_mchid: str = ""
    bank_type: str = "OTHERS"
    refund: RefundPart | None = None

    @property
    def at(self) -> Instant:
        """When what the row tells happened."""
        return self.refund.succeeded_at if self.refund else self.paid_at


_NONE = "0"
_HEADS = (
    "交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,"
    "付款银行,货币种类,应结订单金额,代金券金额"
)
_REFUNDS = "微信退款单号,商户退款单号,退款金额,充值券退款金额,退款类型,退款状态"
_GOODS = "商品名称,商户数据包,手续费,费率,订单金额"
LAYOUTS: Final[Mapping[TradeBillType, str]] = {
    TradeBillType.ALL: f"{_HEADS},{_REFUNDS},{_GOODS},申请退款金额,费率备注",
    TradeBillType.SUCCESS: f"{_HEADS},{_GOODS},费率备注",
    TradeBillType.REFUND: (
        f"{_HEADS},退款申请时间,退款成功时间,{_REFUNDS},{_GOODS},申请退款金额,费率备注"
    ),
}
"""The first line of each layout."""

SUMMARY: Final = (
    "总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额"
)


def _of_sale(amount: Callable[[TradeRow], Money]) -> Callable[[TradeRow], Money]:
    return lambda row: _zero(row) if row.refund else amount(row)


def _of_refund(amount: Callable[[RefundPart], Money]) -> Callable[[TradeRow], Money]:
    return lambda row: amount(row.refund) if row.refund else _zero(row)


def _zero(row: TradeRow) -> Money:
    return Money(0, row.price.currency)


_settled = _of_sale(lambda row: row.settled)
_price = _of_sale(lambda row: row.price)
_given = _of_refund(lambda refund: refund.given)
_asked = _of_refund(lambda refund: refund.asked)

_CELLS: Final[Mapping[str, Callable[[TradeRow], str]]] = {
    "交易时间": lambda row: cells.time(row.at),
    "公众账号ID": lambda row: row.appid,
    "商户号": lambda row: row.mchid,
    "特约商户号": lambda row: row.sub_mchid or _NONE,
    "设备号": lambda row: row.device_id,
    "微信订单号": lambda row: row.transaction_id,
    "商户订单号": lambda row: row.out_trade_no,
    "用户标识": lambda row: row.openid,
    "交易类型": lambda row: row.trade_type,
    "交易状态": lambda row: row.state,
    "付款银行": lambda row: row.bank_type,
    "货币种类": lambda row: row.price.currency.code,
    "应结订单金额": lambda row: to_decimal(_settled(row)),
    "代金券金额": lambda row: to_decimal(_of_sale(lambda sale: sale.coupon)(row)),
    "退款申请时间": lambda row: cells.time(row.refund.requested_at) if row.refund else "",
    "退款成功时间": lambda row: cells.time(row.refund.succeeded_at) if row.refund else "",
    "微信退款单号": lambda row: row.refund.refund_id if row.refund else _NONE,
    "商户退款单号": lambda row: row.refund.out_refund_no if row.refund else _NONE,
    "退款金额": lambda row: to_decimal(_given(row)),
    "充值券退款金额": lambda row: to_decimal(_zero(row)),
    "退款类型": lambda row: "ORIGINAL" if row.refund else "",
    "退款状态": lambda row: "SUCCESS" if row.refund else "",
    "商品名称": lambda row: row.description,
    "商户数据包": lambda row: row.attach,
    "手续费": lambda row: cells.fee(row.fee),
    "费率": lambda row: row.rate,
    "订单金额": lambda row: to_decimal(_price(row)),
    "申请退款金额": lambda row: to_decimal(_asked(row)),
    "费率备注": lambda _row: "",
}
_IN_REFUNDS = {**_CELLS, "交易时间": lambda row: cells.time(row.paid_at)}

_BELONGS: Final[Mapping[TradeBillType, Callable[[TradeRow], bool]]] = {
    TradeBillType.ALL: lambda _row: True,
    TradeBillType.SUCCESS: lambda row: row.refund is None,
    TradeBillType.REFUND: lambda row: row.refund is not None,
}


def document(rows: Iterable[TradeRow], bill_type: TradeBillType) -> BillFile | None:
    """Write a bill of the rows that belong in it, in their sequence; None where none does."""
    chosen = [row for row in rows if _BELONGS[bill_type](row)]
    if not chosen:
        return None
    header = LAYOUTS[bill_type]
    spell = _IN_REFUNDS if bill_type is TradeBillType.REFUND else _CELLS
    columns = [spell[name] for name in header.split(",")]
    lines = [cells.row(cell(row) for cell in columns) for row in chosen]
    return file_of([header, *lines, SUMMARY, _summary(chosen)])


def _summary(rows: Sequence[TradeRow]) -> str:
    def total(amount: Callable[[TradeRow], Money]) -> Money:
        return sum((amount(row) for row in rows), start=_zero(rows[0]))

    return cells.row(
        [
            str(len(rows)),
            to_decimal(total(_settled)),
            to_decimal(total(_given)),
            to_decimal(total(_zero)),
            cells.fee(total(lambda row: row.fee)),
            to_decimal(total(_price)),
            to_decimal(total(_asked)),
        ]
    )
