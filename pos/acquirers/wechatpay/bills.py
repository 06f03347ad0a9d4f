"""The trade bill of a day: asked for, downloaded, held against its hash, read as a statement."""

from __future__ import annotations

import hashlib
import zlib
from datetime import date
from typing import Final

from ledger.protocol.errors import ServiceError
from ledger.protocol.errors.checkout import BillNotReady
from ledger.protocol.errors.content import StatementFormat
from ledger.protocol.errors.trust import AnswerDiffers
from ledger.protocol.native_wire import MovementKind
from ledger.protocol.wechatpay_bill_wire import reading
from ledger.protocol.wechatpay_bill_wire.reading import BilledRow
from ledger.protocol.wechatpay_bill_wire.trade import TradeState
from pos.acquirers import billed
from pos.acquirers.billed import Billed
from pos.acquirers.numbers import is_reversal
from pos.acquirers.wechatpay.client import WeChatPayClient
from pos.closing.statement import Statement
from pos.goods.catalogue import SHOP_CURRENCY

_GZIP: Final = b"\x1f\x8b"
_AS_GZIP: Final = 16
_MOST_BYTES: Final = 64 * 1024 * 1024


def statement(client: WeChatPayClient, day: date, *, terminal: str) -> Statement:
    """Give a day of China's calendar; a day without movements has no lines.

    Raises ``BillNotReady``, ``AnswerDiffers`` (a file of another hash), what the file raises.
    """
    raw = download(client, day)
    if not raw:
        return billed.statement(day, SHOP_CURRENCY, (), terminal=terminal)
    return read(raw, day, terminal=terminal)


def read(raw: bytes, day: date, *, terminal: str) -> Statement:
    """Read a trade bill (``ALL``) from a file, compressed or not; raises what the file raises."""
    rows = reading.read(_unpacked(raw), SHOP_CURRENCY)
    return billed.statement(day, SHOP_CURRENCY, map(_billed, rows), terminal=terminal)


def _unpacked(raw: bytes) -> bytes:
    if not raw.startswith(_GZIP):
        return raw
    try:
        return zlib.decompressobj(wbits=zlib.MAX_WBITS | _AS_GZIP).decompress(raw, _MOST_BYTES)
    except zlib.error as error:
        raise StatementFormat("no whole gzip stream") from error


def download(client: WeChatPayClient, day: date) -> bytes:
    """Give the file of a day, empty where nothing moved; raises as ``statement`` does."""
    offered = client.get(f"/v3/bill/tradebill?bill_date={day.isoformat()}&bill_type=ALL")
    if offered.code == "NO_STATEMENT_EXIST":
        return b""
    if offered.code == "STATEMENT_CREATING":
        raise BillNotReady(day.isoformat())
    if offered.is_refusal:
        raise ServiceError(f"{offered.code}: {offered.body.get('message', '')}")
    file = client.download(str(offered.body.get("download_url", "")))
    found = hashlib.sha1(file.body, usedforsecurity=False).hexdigest()
    if found != offered.body.get("hash_value"):
        raise AnswerDiffers("the bill has another hash than the one that was told")
    return file.body


def _billed(row: BilledRow) -> Billed:
    if row.state is TradeState.SUCCESS:
        return Billed(
            kind=MovementKind.PAYMENT,
            at=row.at,
            order_no=row.out_trade_no,
            amount=row.price,
            discount=row.price - row.settled,
            fee=row.fee,
        )
    undone = row.state is TradeState.REVOKED or is_reversal(row.out_refund_no)
    return Billed(
        kind=MovementKind.REVERSAL if undone else MovementKind.REFUND,
        at=row.at,
        order_no=row.out_trade_no,
        amount=-row.asked,
        discount=-(row.asked - row.given),
        fee=row.fee,
        refund_id="" if undone else row.refund_id,
        refund_no="" if undone else row.out_refund_no,
    )
