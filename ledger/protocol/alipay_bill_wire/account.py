"""The account bill (``signcustomer``): every movement of the account, with the balance after it.

A sale comes in whole and its fee goes out in a row of its own; a refund goes out whole and what
comes back of the fee comes in. What is shared goes out, to each receiver in a row of its own. What
goes out has a minus.

Source: published bills of shops, and programs that read them. Of the summary's columns all but the
last are confirmed by such programs; what a kind of business is called in it is ours,
and so are the words for shares.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Final

from ledger.protocol.alipay_bill_wire import cells
from ledger.protocol.alipay_bill_wire.cells import Period, plain, text, total
from ledger.protocol.alipay_wire.spelling import to_beijing
from ledger.protocol.instants import Instant
from ledger.protocol.money import Money, to_decimal

DETAILS, SUMMARY = "账务明细", "账务明细(汇总)"
"""The ends of the files' names."""

COLUMNS: Final = (
    "账务流水号,业务流水号,商户订单号,商品名称,发生时间,对方账号,收入金额（+元）,支出金额（-元）,"
    "账户余额（元）,交易渠道,业务类型,备注"
)
KIND_COLUMNS: Final = "类型,收入笔数,收入金额（+元）,支出笔数,支出金额（-元）,总金额（元）"
FLOW_NO_DIGITS: Final = 16
CHANNEL: Final = "支付宝"


class MovementKind(Enum):
    """Why the account changed: what it is called, and whether it raises the balance."""

    SALE = ("在线支付", True)
    FEE = ("收费", False)
    REFUND = ("交易退款", False)
    FEE_RETURNED = ("退费", True)
    SHARED = ("分账", False)
    SHARE_RECEIVED = ("分账收入", True)
    SHARE_RETURNED = ("退分账", True)
    SHARE_GIVEN_BACK = ("退分账支出", False)

    def __init__(self, word: str, comes_in: bool) -> None:  # noqa: FBT001 - a row of the table
        self.word = word
        self.comes_in = comes_in


@dataclass(frozen=True, slots=True)
class MovementRow:
    """A movement; ``amount`` is never below zero, its kind says which way it went."""

    kind: MovementKind
    flow_no: str
    trade_no: str
    out_trade_no: str
    subject: str
    at: Instant
    counterparty: str
    amount: Money
    balance: Money
    remark: str = ""


def flow_no(entry_id: str, number: int) -> str:
    """Derive the number of a movement, which is digits on the platform, from its entry's id."""
    digest = hashlib.sha256(f"{entry_id} {number}".encode()).digest()
    return f"{int.from_bytes(digest, 'big') % 10**FLOW_NO_DIGITS:0{FLOW_NO_DIGITS}d}"


def details(period: Period, rows: Sequence[MovementRow], zero: Money) -> bytes:
    """Write the details; ``zero`` says in which currency no rows are nothing."""
    gone_out = [row for row in rows if not row.kind.comes_in]
    come_in = [row for row in rows if row.kind.comes_in]
    return cells.file_of(
        [
            *period.lines("账务明细"),
            cells.dashes("账务明细列表", before=41, behind=40),
            COLUMNS,
            *(_line(row, zero) for row in rows),
            cells.dashes("账务明细列表结束", before=41, behind=36),
            f"#支出合计：{len(gone_out)}笔，共{_out(gone_out, zero)}元",
            f"#收入合计：{len(come_in)}笔，共{_in(come_in, zero)}元",
            period.exported,
        ]
    )


def _out(rows: Sequence[MovementRow], zero: Money) -> str:
    return total((-row.amount for row in rows if not row.kind.comes_in), zero)


def _in(rows: Sequence[MovementRow], zero: Money) -> str:
    return total((row.amount for row in rows if row.kind.comes_in), zero)


def _line(row: MovementRow, zero: Money) -> str:
    return ",".join(
        [
            text(row.flow_no),
            text(row.trade_no),
            text(row.out_trade_no),
            text(row.subject),
            to_beijing(row.at),
            text(row.counterparty),
            _in([row], zero),
            _out([row], zero),
            to_decimal(row.balance),
            CHANNEL,
            row.kind.word,
            plain(row.remark),
        ]
    )


def summary(period: Period, rows: Sequence[MovementRow], zero: Money) -> bytes:
    """Write the summary: a row for each kind of business, and one for all."""
    kinds = [kind for kind in MovementKind if any(row.kind is kind for row in rows)]
    sums = [_sum(kind.word, [row for row in rows if row.kind is kind], zero) for kind in kinds]
    return cells.file_of(
        [
            *period.lines("账务汇总"),
            cells.dashes("账务汇总列表", before=41, behind=40),
            KIND_COLUMNS,
            *sums,
            _sum("合计", rows, zero),
            cells.dashes("账务汇总列表结束", before=40, behind=37),
            period.exported,
        ]
    )


def _sum(word: str, rows: Sequence[MovementRow], zero: Money) -> str:
    come_in = sum(row.kind.comes_in for row in rows)
    signed = (row.amount if row.kind.comes_in else -row.amount for row in rows)
    return ",".join(
        [
            word,
            str(come_in),
            _in(rows, zero),
            str(len(rows) - come_in),
            _out(rows, zero),
            total(signed, zero),
        ]
    )
