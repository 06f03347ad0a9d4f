"""The fund-flow bill: every movement of the merchant's account, with the balance after it.

A sale comes in whole, and its fee goes out in a row of its own; a refund goes out whole, and what
comes back of the fee comes in. Amounts are never negative: a column says which way they went.

Source: pay.weixin.qq.com, "fund-flow bill", and published bills of shops.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from typing import Final

from ledger.protocol.instants import Instant
from ledger.protocol.money import Money, to_decimal
from ledger.protocol.wechatpay_bill_wire import cells
from ledger.protocol.wechatpay_bill_wire.files import BillFile, file_of

HEADER: Final = (
    "记账时间,微信支付业务单号,资金流水单号,业务名称,业务类型,收支类型,收支金额(元),账户结余(元),"
    "资金变更提交申请人,备注,业务凭证号"
)
SUMMARY: Final = "资金流水总笔数,收入笔数,收入金额,支出笔数,支出金额"

_IN, _OUT = "收入", "支出"


class FundFlowKind(Enum):
    """Why the account changed: the business, the kind of movement, the way the money went."""

    SALE = ("交易", "交易", _IN)
    FEE = ("交易", "扣除交易手续费", _OUT)
    REFUND = ("退款", "退款", _OUT)
    FEE_RETURNED = ("退款", "退还交易手续费", _IN)

    def __init__(self, business: str, movement: str, way: str) -> None:
        self.business = business
        self.movement = movement
        self.way = way

    @property
    def comes_in(self) -> bool:
        """Whether it raises the balance."""
        return self.way == _IN


@dataclass(frozen=True, slots=True)
class FundFlowRow:
    """A movement. ``applicant`` asked for it: ``system``, or the merchant's number and ``API``.

    ``business_no`` is the payment's or the refund's number, ``flow_no`` the payment's,
    ``voucher_no`` the merchant's own.
    """

    kind: FundFlowKind
    at: Instant
    business_no: str
    flow_no: str
    amount: Money
    balance: Money
    applicant: str
    remark: str
    voucher_no: str


def remark(kind: FundFlowKind, *, total: Money, fee: Money) -> str:
    """Say what a movement is part of.

    >>> from ledger.protocol.money import currency
    >>> cent = Money(1, currency("CNY"))
    >>> remark(FundFlowKind.REFUND, total=cent, fee=cent - cent)
    '退款总金额0.01元;含手续费0.00元'
    """
    what = "结算" if kind in {FundFlowKind.SALE, FundFlowKind.FEE} else "退款"
    return f"{what}总金额{to_decimal(total)}元;含手续费{to_decimal(fee)}元"


def document(rows: Iterable[FundFlowRow]) -> BillFile | None:
    """Write a bill of the rows in their sequence; None where there are none."""
    chosen = list(rows)
    if not chosen:
        return None
    lines = [_line(row) for row in chosen]
    gone_in = [row.amount for row in chosen if row.kind.comes_in]
    gone_out = [row.amount for row in chosen if not row.kind.comes_in]
    zero = Money(0, chosen[0].amount.currency)
    summary = cells.row(
        [
            str(len(chosen)),
            str(len(gone_in)),
            to_decimal(sum(gone_in, start=zero)),
            str(len(gone_out)),
            to_decimal(sum(gone_out, start=zero)),
        ]
    )
    return file_of([HEADER, *lines, SUMMARY, summary])


def _line(row: FundFlowRow) -> str:
    return cells.row(
        [
            cells.time(row.at),
            row.business_no,
            row.flow_no,
            row.kind.business,
            row.kind.movement,
            row.kind.way,
            to_decimal(row.amount),
            to_decimal(row.balance),
            row.applicant,
            row.remark,
            row.voucher_no,
        ]
    )
