"""The bills of a merchant number: a day's sales and refunds, and what changed its account.

A bill is made when its day is over in China; the platform makes it in the morning after. It holds
what came through this number, by either version of the API; the balance in a fund-flow bill is that
of the merchant's account here, which sales by other ways move too.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from ledger.core.books.accounts import merchant_account
from ledger.core.parties import fee_terms
from ledger.core.ports import Books
from ledger.core.records.journal import EntryKind
from ledger.core.records.payments import Payment
from ledger.core.records.vendors import Vendor, VendorAccount
from ledger.core.vendors import aliases
from ledger.core.vendors.wechatpay.account_day import Happened, bounds, happened_on
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
    if now < over_at:
        raise BillNotMade(f"{day} is not over in China")
    return happened_on(books, account=account, day=day)


def _trade_row(books: Books, account: VendorAccount, happened: Happened) -> TradeRow:
    order, payment = happened.opened.order, happened.opened.payment
    price, paid_at = _price(payment), payment.paid_at or happened.entry.event_at
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
        coupon=_coupon(books, payment),
        fee=_fee(happened),
        rate=f"{terms.bps // 100}.{terms.bps % 100:02d}%",
        description=order.facts.get("description", ""),
        attach=order.facts.get("attach", ""),
        refund=_refund_part(happened),
    )


def _price(payment: Payment) -> Money:
    return payment.captured or payment.amount


def _coupon(books: Books, payment: Payment) -> Money:
    """Count what the platform's own coupons paid, which the merchant gets all the same."""
    lines = books.funding.lines(payment.payment_id)
    paid = (line.amount_minor for line in lines if line.source is FundingSource.COUPON)
    return Money(sum(paid), payment.amount.currency)


def _fee(happened: Happened) -> Money:
    """Give the fee of a sale, or with a minus what of it came back."""
    if happened.refunded is not None:
        return -happened.refunded.refund.fee
    fee = happened.opened.payment.fee
    return -fee if happened.entry.kind is EntryKind.REVERSAL else fee


def _refund_part(happened: Happened) -> RefundPart | None:
    at, payment = happened.entry.event_at, happened.opened.payment
    if happened.refunded is not None:
        kept, given = happened.refunded.vendor_refund, happened.refunded.refund
        discount = Money(given.discount_minor, given.amount.currency)
        return RefundPart(
            kept.vendor_no, kept.out_no, at, at, given.amount, given.amount - discount
        )
    if happened.entry.kind is EntryKind.CAPTURE:
        return None
    # A reversal has no number of its own: ours is derived, the shop's is that of the sale.
    number = numbers.refund_id(f"reversal {payment.payment_id}", at)
    price = _price(payment)
    return RefundPart(number, happened.opened.order.out_no, at, at, price, price - payment.discount)


def _flows(account: VendorAccount, happened: Happened) -> Iterator[FundFlowRow]:
    """Tell an entry as the platform does: whole, and then its fee the other way."""
    entry, order, payment = happened.entry, happened.opened.order, happened.opened.payment
    own = merchant_account(payment.merchant_id, payment.amount.currency).account_id
    posting = next((each for each in entry.postings if each.account_id == own), None)
    if posting is None:
        return
    part, fee = _refund_part(happened), _fee(happened)
    fee_moved = -fee if part else fee
    whole = part.given if part else _price(payment) - payment.discount
    before, after = (
        Money(minor, payment.amount.currency)
        for minor in (posting.balance_before, posting.balance_after)
    )
    of_whole, of_fee = (
        (FundFlowKind.REFUND, FundFlowKind.FEE_RETURNED)
        if part
        else (FundFlowKind.SALE, FundFlowKind.FEE)
    )
    steps = [(of_whole, whole, before - whole if part else before + whole)]
    if fee_moved.minor_units:
        steps.append((of_fee, fee_moved, after))
    for kind, amount, balance in steps:
        yield FundFlowRow(
            kind=kind,
            at=entry.event_at,
            business_no=part.refund_id if part else order.vendor_no,
            flow_no=order.vendor_no,
            amount=amount,
            balance=balance,
            applicant=f"{account.account_id}API" if part else _SYSTEM,
            remark=fund_flow.remark(of_whole, total=whole, fee=fee_moved),
            voucher_no=part.out_refund_no if part else order.out_no,
        )
