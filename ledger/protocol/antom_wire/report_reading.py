"""Antom's reports read back: what a merchant's books are compared with.

Both kinds of items are read by the names of their columns, so more columns do no harm. Transaction
items have no fee; of settlement items a row must add up: what is settled is the amount less coupon
and fee. ``<END>`` in the last line says that the file is whole.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from ledger.protocol.antom_wire import values
from ledger.protocol.antom_wire.reports import END, TYPES
from ledger.protocol.errors.content import StatementFormat, StatementInconsistent
from ledger.protocol.instants import Instant
from ledger.protocol.money import Currency, Money

PAYMENT, REFUND, CANCEL = TYPES
_NEEDED: Final = frozenset(
    {
        *("transactionType", "transactionId", "transactionRequestId", "referenceTransactionId"),
        *("paymentTime", "transactionAmountValue", "transactionCurrency"),
    }
)
_SETTLED: Final = "settlementAmountValue"
_WHOLE: Final = re.compile(r"-?[0-9]{1,16}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Item:
    """What happened to a payment; what went back is below zero, with its coupon and its fee.

    ``number`` and ``request_no`` are Antom's and the shop's numbers of it, ``order_no`` is the
    shop's for the payment.
    """

    kind: str
    at: Instant
    number: str
    request_no: str
    order_no: str
    amount: Money
    discount: Money
    fee: Money


def read(raw: bytes, of: Currency) -> list[Item]:
    """Read items in a currency.

    Raises ``StatementFormat`` with the line, ``StatementInconsistent``, ``FieldFormat``.
    """
    try:
        lines = raw.decode("utf-8-sig").splitlines()
    except UnicodeDecodeError as error:
        raise StatementFormat(f"byte {error.start} is no UTF-8") from error
    if not lines or lines[-1] != END:
        raise StatementFormat(f"the last line is not {END}, so the file may be cut off")
    table = csv.DictReader(io.StringIO("\n".join(lines[:-1])), strict=True)
    if not set(table.fieldnames or ()) >= _NEEDED:
        raise StatementFormat("no transaction items and no settlement items")
    try:
        return [_item(number, row, of) for number, row in enumerate(table, start=2)]
    except csv.Error as error:
        raise StatementFormat(str(error)) from error


def _item(line: int, row: Mapping[str | None, str | None], of: Currency) -> Item:
    if None in row or None in row.values():
        raise StatementFormat(f"line {line} has not as many cells as there are names")
    cells = {name: value or "" for name, value in row.items() if name is not None}
    kind = cells["transactionType"]
    if kind not in TYPES:
        raise StatementFormat(f"line {line}: {kind[:20]!r} is none of {', '.join(TYPES)}")
    if cells["transactionCurrency"] != of.code:
        raise StatementFormat(f"line {line} is not in {of.code}")
    item = Item(
        kind=kind,
        at=values.time_of(cells["paymentTime"]),
        number=cells["transactionId"],
        request_no=cells["transactionRequestId"],
        order_no=cells["referenceTransactionId"] or cells["transactionRequestId"],
        amount=_money(line, cells["transactionAmountValue"], of),
        discount=-_money(line, cells.get("nonGuaranteeCouponValue", ""), of),
        fee=-_money(line, cells.get("feeAmountValue", ""), of),
    )
    if item.amount.minor_units and (item.amount.minor_units > 0) is not (kind == PAYMENT):
        raise StatementFormat(f"line {line}: a {kind} of {item.amount}")
    if _SETTLED in cells:
        _require_sum(line, item, _money(line, cells[_SETTLED], of))
    return item


def _money(line: int, text: str, of: Currency) -> Money:
    """Read whole minor units; an empty cell is nothing."""
    if text and not _WHOLE.fullmatch(text):
        raise StatementFormat(f"line {line}: {text[:20]!r} is no amount in minor units")
    return Money(int(text or "0"), of)


def _require_sum(line: int, item: Item, settled: Money) -> None:
    if item.amount - item.discount - item.fee != settled:
        off = f"{item.amount} less {item.discount} and {item.fee}"
        raise StatementInconsistent(f"line {line}: {off} is not {settled}")
