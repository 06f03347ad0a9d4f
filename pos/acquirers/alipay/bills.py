"""The business bill of a day: asked for, downloaded within its thirty seconds, read."""

from __future__ import annotations

from datetime import date

from ledger.protocol.alipay_bill_wire import reading
from ledger.protocol.alipay_bill_wire.reading import BilledRow
from ledger.protocol.errors import ServiceError
from ledger.protocol.errors.checkout import BillNotReady
from ledger.protocol.native_wire import MovementKind
from pos.acquirers import billed
from pos.acquirers.alipay.client import DONE, AlipayClient
from pos.acquirers.billed import Billed
from pos.acquirers.numbers import is_reversal
from pos.closing.statement import Statement
from pos.goods.catalogue import SHOP_CURRENCY

METHOD = "alipay.data.dataservice.bill.downloadurl.query"


def statement(client: AlipayClient, day: date, *, terminal: str) -> Statement:
    """Give a day of Beijing's calendar.

    Raises ``BillNotReady``, and what the file raises.
    """
    return read(download(client, day), day, terminal=terminal)


def read(packed: bytes, day: date, *, terminal: str) -> Statement:
    """Read a business bill from a ZIP; raises what the file raises."""
    rows = reading.read(packed, SHOP_CURRENCY)
    return billed.statement(day, SHOP_CURRENCY, map(_billed, rows), terminal=terminal)


def download(client: AlipayClient, day: date) -> bytes:
    """Give the ZIP of a day; raises ``BillNotReady`` and what the platform refuses."""
    node = client.call(METHOD, {"bill_type": "trade", "bill_date": day.isoformat()})
    if node.refusal == "BILL_NOT_EXIST":
        raise BillNotReady(day.isoformat())
    if node.code != DONE:
        raise ServiceError(f"{node.refusal or node.code}: {node.text('sub_msg')}")
    return client.download(node.text("bill_download_url")).body


def _billed(row: BilledRow) -> Billed:
    # Money that a cancellation gave back is a refund without a number.
    undone = row.is_refund and (not row.refund_no or is_reversal(row.refund_no))
    is_refund = row.is_refund and not undone
    kind = MovementKind.REFUND if is_refund else MovementKind.PAYMENT
    return Billed(
        kind=MovementKind.REVERSAL if undone else kind,
        at=row.at,
        order_no=row.out_trade_no,
        amount=row.price,
        discount=row.discount,
        fee=row.fee,
        refund_id=f"{row.trade_no}/{row.refund_no}" if is_refund else "",
        refund_no=row.refund_no if is_refund else "",
    )
