"""The business bill read back: what a merchant's books are compared with.

The ZIP is opened as a reader that was told GBK does; of its files the details are read, by the
names of their columns. The last lines add the rows up, and a file that does not add up is refused,
so nobody compares with half of one.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from ledger.protocol.alipay_bill_wire.cells import ENCODING
from ledger.protocol.alipay_bill_wire.trade import COLUMNS, DETAILS, REFUND, SALE
from ledger.protocol.alipay_wire.spelling import from_beijing
from ledger.protocol.errors.content import StatementFormat, StatementInconsistent
from ledger.protocol.instants import Instant
from ledger.protocol.money import Currency, Money, signed_decimal

_FOOT: Final = re.compile(
    r"#(交易|退款)合计：(\d+)笔，商家实收(?:退款)?共(-?[\d.]+)元，.*", re.ASCII
)
_MOST_BYTES: Final = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class BilledRow:
    """A sale, or what went back of it with amounts below zero; ``fee`` is above zero for a sale.

    ``refund_no`` is empty for a cancellation.
    """

    is_refund: bool
    at: Instant
    trade_no: str
    out_trade_no: str
    refund_no: str
    price: Money
    discount: Money
    fee: Money


def read(packed: bytes, of: Currency) -> list[BilledRow]:
    """Read a bill in a currency.

    Raises ``StatementFormat``, ``AmountFormat``, ``FieldFormat``, ``StatementInconsistent``.
    """
    lines = _details(packed).splitlines()
    table = [line for line in lines if not line.startswith("#")]
    if not table or table[0] != COLUMNS:
        raise StatementFormat("no business bill")
    rows = [_row(line, of) for line in table[1:]]
    _require_sums(rows, [match for line in lines if (match := _FOOT.fullmatch(line))], of)
    return [row for row, _ in rows]


def _details(packed: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(packed), metadata_encoding=ENCODING) as archive:
            wanted = [
                each for each in archive.infolist() if each.filename.endswith(f"{DETAILS}.csv")
            ]
            if len(wanted) != 1 or wanted[0].file_size > _MOST_BYTES:
                raise StatementFormat("there is no one file of details in the archive")
            return archive.read(wanted[0]).decode(ENCODING)
    except (zipfile.BadZipFile, zlib.error, UnicodeDecodeError, RuntimeError) as error:
        raise StatementFormat(f"not an archive of a bill: {error}") from error


def _row(line: str, of: Currency) -> tuple[BilledRow, Money]:
    """Read a row; beside it what the merchant receives of it."""
    names, cells = COLUMNS.split(","), [cell.strip("\t") for cell in line.split(",")]
    if len(cells) != len(names):
        raise StatementFormat(f"a row has {len(cells)} cells, not {len(names)}: {line[:40]!r}")
    named = dict(zip(names, cells, strict=True))
    if named["业务类型"] not in (SALE, REFUND):
        raise StatementFormat(f"neither a sale nor a refund: {named['业务类型'][:12]!r}")
    row = BilledRow(
        is_refund=named["业务类型"] == REFUND,
        at=from_beijing(named["完成时间"]),
        trade_no=named["支付宝交易号"],
        out_trade_no=named["商户订单号"],
        refund_no=named["退款批次号/请求号"],
        price=signed_decimal(named["订单金额（元）"], of),
        discount=signed_decimal(named["商家优惠（元）"], of),
        fee=-signed_decimal(named["服务费（元）"], of),
    )
    return row, signed_decimal(named["商家实收（元）"], of)


def _require_sums(
    rows: Sequence[tuple[BilledRow, Money]], feet: Sequence[re.Match[str]], of: Currency
) -> None:
    if {foot[1] for foot in feet} != {SALE, REFUND}:
        raise StatementFormat("the last lines are missing, so the file may be cut off")
    for foot in feet:
        received = [money for row, money in rows if row.is_refund is (foot[1] == REFUND)]
        added = sum(received, start=Money(0, of))
        if (str(len(received)), added) != (foot[2], signed_decimal(foot[3], of)):
            raise StatementInconsistent(f"{foot[1]}: {len(received)} rows of {added}; {foot[0]}")
