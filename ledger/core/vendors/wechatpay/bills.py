"""The bills of a merchant number: a day's sales and refunds, and what changed its account.

A bill is made when its day is over in China, or before, as far as the day has come, for a merchant
who is to have it; the platform makes it in the morning after. It holds
what came through this number, by either version of the API; the balance in a fund-flow bill is that
of the merchant's account here, which sales by other ways move too.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from ledger.core.parties import fee_terms
from ledger.core.ports import Books
from ledger.core.records.journal import EntryKind
from ledger.core.records.vendors import Vendor, VendorAccount
from ledger.core.vendors import aliases
from ledger.core.vendors.bills.account_day import (
    Happened,
    bounds,
    happened_on,
    paid_by,
    steps,
)
from ledger.core.vendors.wechatpay.registration import registration
from ledger.protocol.errors.wechatpay_v2 import BillEmpty, BillNotMade
from ledger.protocol.instants import Instant
from ledger.protocol.messages import FundingSource
from ledger.protocol.money import Money
from ledger.protocol.wechatpay_bill_wire import fund_flow, trade
from ledger.protocol.wechatpay_bill_wire.files import BillFile
from ledger.protocol.wechatpay_bill_wire.fund_flow import FundFlowKind, FundFlowRow
from ledger.protocol.wechatpay_bill_wire.trade import (
    RefundPart,
    TradeBillType,
    TradeRow,
    TradeState,
)
from ledger.protocol.wechatpay_wire import numbers

_STATES = {
    EntryKind.CAPTURE: TradeState.SUCCESS,
    EntryKind.REFUND: TradeState.REFUND,
    EntryKind.REVERSAL: TradeState.REVOKED,
}
_SYSTEM = "system"


def trade_bill(
    books: Books, *, account: VendorAccount, day: date, bill_type: TradeBillType, now: Instant
) -> BillFile:
    """Make the trade bill of a day; raises ``BillNotMade`` or ``BillEmpty``."""
    happened = reversed(_happened(books, account, day, now))
    file = trade.document((_trade_row(books, account, each) for each in happened), bill_type)
    if file is None:
        raise BillEmpty(f"{day}")
    return file


def fund_flow_bill(books: Books, *, account: VendorAccount, day: date, now: Instant) -> BillFile:
    """Make the fund-flow bill of a day; raises ``BillNotMade`` or ``BillEmpty``."""
    happened = _happened(books, account, day, now)
    file = fund_flow.document(row for each in happened for row in _flows(account, each))
    if file is None:
        raise BillEmpty(f"{day}")
    return file


def _happened(books: Books, account: VendorAccount, day: date, now: Instant) -> list[Happened]:
    _, over_at = bounds(day)
    if now < over_at and not registration(account).bills_today:
        raise BillNotMade(f"{day} is not over in China")
    return happened_on(books, account=account, day=day)


def _trade_row(books: Books, account: VendorAccount, happened: Happened) -> TradeRow:
    order, payment = happened.opened.order, happened.opened.payment
    price, paid_at = happened.price, payment.paid_at or happened.entry.event_at
    sp_mchid = order.facts.get("sp_mchid", "")
    terms = fee_terms.terms_at(books, payment.merchant_id, paid_at)
    return TradeRow(
        state=_STATES[happened.entry.kind],
        paid_at=paid_at,
        appid=order.facts.get("appid", ""),
        mchid=sp_mchid or account.account_id,
        sub_mchid=account.account_id if sp_mchid else "",
        device_id=order.facts.get("device_info", ""),
        transaction_id=order.vendor_no,
        out_trade_no=order.out_no,
        openid=aliases.called(
            books, payment.payer_id, vendor=Vendor.WECHATPAY, merchant_id=payment.merchant_id
        ),
        trade_type=order.facts.get("trade_type", ""),
        price=price,
        settled=price - payment.discount,
        coupon=paid_by(books, happened, FundingSource.COUPON),
        fee=_fee(happened),
        rate=f"{terms.bps // 100}.{terms.bps % 100:02d}%",
        description=order.facts.get("description", ""),
        attach=order.facts.get("attach", ""),
        refund=_refund_part(happened),
    )


def _fee(happened: Happened) -> Money:
    """Give the fee of a sale, or with a minus what of it came back."""
    return -happened.fee if happened.gives_back else happened.fee


def _refund_part(happened: Happened) -> RefundPart | None:
    at, payment = happened.entry.event_at, happened.opened.payment
    if not happened.gives_back:
        return None
    given = happened.asked - happened.discount
    if happened.refunded is not None:
        kept = happened.refunded.vendor_refund
        return RefundPart(kept.vendor_no, kept.out_no, at, at, happened.asked, given)
    # A reversal has no number of its own: ours is derived, the shop's is that of the sale.
    number = numbers.refund_id(f"reversal {payment.payment_id}", at)
    return RefundPart(number, happened.opened.order.out_no, at, at, happened.asked, given)


_KINDS = {
    (False, False): FundFlowKind.SALE,
    (False, True): FundFlowKind.FEE,
    (True, False): FundFlowKind.REFUND,
    (True, True): FundFlowKind.FEE_RETURNED,
}
"""By whether money goes back, and whether it is the fee's part."""


def _flows(account: VendorAccount, happened: Happened) -> Iterator[FundFlowRow]:
    """Tell an entry as the platform does: whole, and then its fee the other way."""
    order, part = happened.opened.order, _refund_part(happened)
    whole = happened.asked - happened.discount
    of_whole = _KINDS[happened.gives_back, False]
    for step in steps(happened):
        yield FundFlowRow(
            kind=_KINDS[happened.gives_back, step.is_fee],
            at=happened.entry.event_at,
            business_no=part.refund_id if part else order.vendor_no,
            flow_no=order.vendor_no,
            amount=step.amount,
            balance=step.balance,
            applicant=f"{account.account_id}API" if part else _SYSTEM,
            remark=fund_flow.remark(of_whole, total=whole, fee=happened.fee),
            voucher_no=part.out_refund_no if part else order.out_no,
        )
