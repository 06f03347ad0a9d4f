"""What of the money from overseas was paid out, and what is still owed: ``settle/settlements``.

One record for each batch, the days of a merchant by its own cut-off. Days are eight digits, as in
the query. ``refund`` is negative, as the vendor's API v2 has it, so ``net`` is the sum of ``pay``
and ``refund``. What is owed for days that are still open comes last, without a batch.

Source: pay.weixin.qq.com, "Query Fund Settlement Details" (global, API v3).
"""

from __future__ import annotations

from datetime import date
from typing import Final

from ledger.core.parties.register import require_merchant
from ledger.core.ports import Books
from ledger.core.records.parties import Merchant
from ledger.core.settlement import funds
from ledger.core.settlement.funds import Funds
from ledger.faces import Provider
from ledger.faces.wechatpay import parties
from ledger.faces.wechatpay.answering import Outcome
from ledger.faces.wechatpay.calls.call import OFFSET_MOST, Call
from ledger.protocol.errors.content import FieldFormat
from ledger.protocol.wechatpay_v2_wire.values import from_day

PATH: Final = "/v3/global/settle/settlements"
SETTLED, UNSETTLED = "SETTLED", "UNSETTLE"
LISTED_MOST: Final = 30
_SHOWN: Final = 16


def listed(_provider: Provider, books: Books, call: Call) -> Outcome:
    """List settlements, so many from a place on.

    Raises ``FieldMissing``, ``FieldFormat``, ``TimeDigits``, ``SubMerchantUnknown``,
    ``NotOverseas``, ``SettlementTermsMissing``.
    """
    account = parties.of_sub_mchid(books, call, call.raw_query.get("sub_mchid", "")).account
    merchant = require_merchant(books, account.merchant_id)
    offset = call.query_number("offset", OFFSET_MOST)
    limit = call.query_number("limit", LISTED_MOST)
    found = _asked(books, call, merchant)
    told: list[object] = [_record(each) for each in found[offset : offset + limit]]
    return Outcome(
        200, {"data": told, "total_count": len(found), "offset": offset, "limit": len(told)}
    )


def _asked(books: Books, call: Call, merchant: Merchant) -> list[Funds]:
    state = call.query("settle_state")
    if state == UNSETTLED:
        return funds.unsettled(books, merchant=merchant, now=call.now)
    if state != SETTLED:
        raise FieldFormat(f"settle_state: {state[:_SHOWN]!r} is neither {SETTLED} nor {UNSETTLED}")
    since = from_day(call.query("settle_start_date"))
    until = from_day(call.query("settle_end_date"))
    if until < since:
        raise FieldFormat("settle_end_date: before settle_start_date")
    return funds.settled(books, merchant=merchant, since=since, until=until)


def _record(each: Funds) -> dict[str, object]:
    return {
        "batch_id": each.batch_id or "",
        "settlement_date": _digits(each.paid_on) if each.paid_on else "",
        "trade_start_date": _digits(each.first_day),
        "trade_end_date": _digits(each.last_day),
        "amount": {
            "settled": each.settled_minor,
            "unsettle": each.unsettled_minor,
            "currency": each.currency.code,
            "pay": each.sold_minor,
            "refund": each.back_minor,
            "net": each.net_minor,
            "fee": each.fee_minor,
        },
        "wallet_region": "CHINA_MAINLAND",
    }


def _digits(day: date) -> str:
    return f"{day:%Y%m%d}"
