r"""A trade bill read back: what a merchant's books are compared with.

The layout ``ALL`` is read, by the names of its columns: lines that begin with a backtick are rows,
the one behind the summary's head adds them up. A row's amounts stay texts with decimals until they
are asked for in a currency. What does not add up is refused (``StatementInconsistent``), so nobody
compares with half a file.

    >>> read_cells("`2021-01-28 17:07:11,`,`tea\\ milk")
    ['2021-01-28 17:07:11', '', 'tea,milk']
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from ledger.protocol.errors.content import (
    Encoding,
    StatementFormat,
    StatementInconsistent,
)
from ledger.protocol.instants import Instant
from ledger.protocol.money import Currency, Money, signed_decimal
from ledger.protocol.wechatpay_bill_wire.trade import LAYOUTS, SUMMARY, TradeBillType, TradeState
from ledger.protocol.wechatpay_wire.times import CHINA

_COLUMNS: Final = tuple(LAYOUTS[TradeBillType.ALL].split(","))
_TOTALS: Final = tuple(SUMMARY.split(","))
_MARK: Final = "`"
_FEE_DECIMALS: Final = 5


@dataclass(frozen=True, slots=True)
class BilledRow:
    """A sale or what went back of it; what went back has the price it was asked for in ``asked``.

    ``price``, ``settled`` (less the shop's own coupon) are the sale's and nothing of a refund;
    ``asked`` and ``given`` are the refund's; ``fee`` has a sign.
    """

    state: TradeState
    at: Instant
    transaction_id: str
    out_trade_no: str
    refund_id: str
    out_refund_no: str
    price: Money
    settled: Money
    asked: Money
    given: Money
    fee: Money


def read(raw: bytes, of: Currency) -> list[BilledRow]:
    """Read a bill of sales in a currency.

    Raises ``Encoding``, ``StatementFormat``, ``AmountFormat``, ``StatementInconsistent``.
    """
    try:
        lines = raw.decode("utf-8-sig").splitlines()
    except UnicodeDecodeError as error:
        raise Encoding(f"byte {error.start} of the bill") from error
    if SUMMARY not in lines or not lines or tuple(lines[0].split(",")) != _COLUMNS:
        raise StatementFormat("no trade bill of the layout ALL")
    end = lines.index(SUMMARY)
    rows = [_row(_named(_COLUMNS, line), of) for line in lines[1:end]]
    _require_sums(rows, _named(_TOTALS, "".join(lines[end + 1 : end + 2])), of)
    return rows


def read_cells(line: str) -> list[str]:
    """Take the cells of a line apart: each begins with a backtick, a comma in it is escaped."""
    if not line.startswith(_MARK):
        raise StatementFormat(f"a row begins with a backtick: {line[:40]!r}")
    return [cell.replace("\\ ", ",") for cell in line[1:].split("," + _MARK)]


def _named(names: Sequence[str], line: str) -> dict[str, str]:
    cells = read_cells(line)
    if len(cells) != len(names):
        raise StatementFormat(f"a row has {len(cells)} cells, not {len(names)}: {line[:40]!r}")
    return dict(zip(names, cells, strict=True))


def _row(cells: dict[str, str], of: Currency) -> BilledRow:
    if cells["交易状态"] not in set(TradeState):
        raise StatementFormat(f"no state of a sale: {cells['交易状态'][:24]!r}")
    if cells["货币种类"] != of.code:
        raise StatementInconsistent(f"a sale in {cells['货币种类'][:8]}, not {of.code}")
    return BilledRow(
        state=TradeState(cells["交易状态"]),
        at=_time(cells["交易时间"]),
        transaction_id=cells["微信订单号"],
        out_trade_no=cells["商户订单号"],
        refund_id=cells["微信退款单号"],
        out_refund_no=cells["商户退款单号"],
        price=signed_decimal(cells["订单金额"], of),
        settled=signed_decimal(cells["应结订单金额"], of),
        asked=signed_decimal(cells["申请退款金额"], of),
        given=signed_decimal(cells["退款金额"], of),
        fee=signed_decimal(cells["手续费"], of, decimals=_FEE_DECIMALS),
    )


def _time(text: str) -> Instant:
    try:
        moment = datetime.strptime(text, "%Y-%m-%d %H:%M:%S").replace(tzinfo=CHINA)
    except ValueError as error:
        raise StatementFormat(f"no time: {text[:24]!r}") from error
    return Instant(int(moment.timestamp()) * 1000)


def _require_sums(rows: Sequence[BilledRow], stated: dict[str, str], of: Currency) -> None:
    zero = Money(0, of)
    if stated["总交易单数"] != str(len(rows)):
        raise StatementInconsistent(f"{len(rows)} rows, the summary counts {stated['总交易单数']}")
    sums = {
        "应结订单总金额": sum((row.settled for row in rows), start=zero),
        "退款总金额": sum((row.given for row in rows), start=zero),
        "订单总金额": sum((row.price for row in rows), start=zero),
        "申请退款总金额": sum((row.asked for row in rows), start=zero),
    }
    for name, added in sums.items():
        if signed_decimal(stated[name], of) != added:
            raise StatementInconsistent(f"{name}: the rows add up to {added}, not {stated[name]}")
    fees = sum((row.fee for row in rows), start=zero)
    if signed_decimal(stated["手续费总金额"], of, decimals=_FEE_DECIMALS) != fees:
        raise StatementInconsistent(f"手续费总金额: the rows add up to {fees}")
