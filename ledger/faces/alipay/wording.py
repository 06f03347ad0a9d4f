"""A payment in Alipay's words: whether there is a trade, its status, its buyer, its amounts.

    our state                       trade_status
    AWAITING_PAYER, never scanned   there is no trade: ACQ.TRADE_NOT_EXIST
    AWAITING_PAYER, AUTHORISING     WAIT_BUYER_PAY
    PAID                            TRADE_SUCCESS, also when refunded in part
    FULLY_REFUNDED, CLOSED, REVERSED   TRADE_CLOSED
    DECLINED                        WAIT_BUYER_PAY until its time is over or the till ends it
    FINISHED                        TRADE_FINISHED

A trade that was made without a scan, by a payment code or ``alipay.trade.create``, exists at once.
That a payer's no leaves the trade waiting is the reading of most sources; a till polls and cancels.

Amounts: ``total_amount`` is the price, ``receipt_amount`` what the merchant gets of it (without the
merchant's own coupon), ``buyer_pay_amount`` what the payer's own money pays and ``point_amount``
what points do, all in the merchant's currency. Where the payer pays in another one, that stands in
the fields of cross-border trades.
"""

from __future__ import annotations

from typing import Final

from ledger.core.books import funding
from ledger.core.notices import receipts
from ledger.core.ports import Books
from ledger.core.records.parties import Payer
from ledger.core.records.payments import Payment, Rate
from ledger.core.records.vendors import Vendor
from ledger.core.vendors import aliases
from ledger.core.vendors.orders import Opened
from ledger.protocol.alipay_wire.nodes import Value
from ledger.protocol.alipay_wire.spelling import to_beijing
from ledger.protocol.instants import Instant
from ledger.protocol.lifecycle import PaymentState
from ledger.protocol.messages import Funded, FundingSource
from ledger.protocol.money import Money, to_decimal

Fields = dict[str, Value]

SHOWN: Final = "code"
"""The value of the fact ``by`` of an order that was only shown as a code."""

PAGES: Final = ("page", "wap", "app")
"""The same of an order for the cashier, by the kind of page that leads there."""

CODE_READ: Final = "auth_code"
"""The same of an order that is paid by a payment code."""

FACE_TO_FACE: Final = (SHOWN, CODE_READ)
"""The same of orders that are paid at a counter (当面付)."""

GIVEN_UP: Final = "given_up"
"""The fact that a till has ended a trade to which the payer had said no: until then it waits."""

ANSWERED: Final = "answered"
"""The fact that the answer to ``alipay.trade.pay`` has told already that the trade is paid."""

_STATUS: Final = {
    PaymentState.AWAITING_PAYER: "WAIT_BUYER_PAY",
    PaymentState.AUTHORISING: "WAIT_BUYER_PAY",
    PaymentState.DECLINED: "WAIT_BUYER_PAY",
    PaymentState.HELD: "TRADE_SUCCESS",
    PaymentState.PAID: "TRADE_SUCCESS",
    PaymentState.FULLY_REFUNDED: "TRADE_CLOSED",
    PaymentState.CLOSED: "TRADE_CLOSED",
    PaymentState.REVERSED: "TRADE_CLOSED",
    PaymentState.FINISHED: "TRADE_FINISHED",
}
_CHANNELS: Final = {
    FundingSource.MERCHANT_COUPON: "MCOUPON",
    FundingSource.COUPON: "COUPON",
    FundingSource.POINTS: "POINT",
}
OWN_MONEY: Final = "ALIPAYACCOUNT"
_RATE_DECIMALS: Final = 8


def exists(opened: Opened) -> bool:
    """Tell whether there is a trade: somebody scanned, or no scan was needed."""
    payment = opened.payment
    if opened.order.facts.get("by") not in (SHOWN, *PAGES):
        return True
    never_scanned = (PaymentState.AWAITING_PAYER, PaymentState.CLOSED, PaymentState.REVERSED)
    # One step from the beginning to the end is the end of a code that nobody scanned.
    return not (payment.version == 1 or (payment.version == 2 and payment.state in never_scanned))  # noqa: PLR2004


def trade_status(opened: Opened, now: Instant) -> str:
    """Give the status of a trade."""
    payment = opened.payment
    is_over = now >= payment.expires_at or GIVEN_UP in opened.order.facts
    if payment.state is PaymentState.DECLINED and is_over:
        return "TRADE_CLOSED"
    return _STATUS[payment.state]


def buyer(books: Books, payment: Payment) -> Fields:
    """Name the payer as this merchant may know them; nothing while there is none."""
    payer = books.directory.payer(payment.payer_id) if payment.payer_id else None
    if payer is None or not payer.pairwise_secret:
        return {}
    buyer_id = buyer_id_of(payer, payment.merchant_id)
    return {"buyer_user_id": buyer_id, "buyer_logon_id": aliases.logon_id(buyer_id)}


def buyer_id_of(payer: Payer, merchant_id: str) -> str:
    """Give the sixteen digits by which one merchant knows a payer."""
    return aliases.alias(payer, vendor=Vendor.ALIPAY, merchant_id=merchant_id)


def nothing_paid() -> Fields:
    """Give the amounts of a trade that nobody has paid."""
    names = ("buyer_pay_amount", "invoice_amount", "point_amount", "receipt_amount")
    return dict.fromkeys(names, "0.00")


def paid_amounts(books: Books, payment: Payment) -> Fields:
    """Give who paid what of a trade; zeros while it is unpaid."""
    if payment.paid_at is None:
        return nothing_paid()
    price = receipts.captured_of(payment)
    parts = funding.paid(books.funding.lines(payment.payment_id))
    own = to_decimal(funding.own_part(price, parts))
    points = [part for part in parts if part.source is FundingSource.POINTS]
    return {
        "buyer_pay_amount": own,
        "invoice_amount": own,
        "point_amount": to_decimal(_sum(points, price)),
        "receipt_amount": to_decimal(price - payment.discount),
    }


def _sum(parts: list[Funded], like: Money) -> Money:
    return Money(sum(part.minor_units for part in parts), like.currency)


def channels(books: Books, payment: Payment, *, channel: str = "fund_channel") -> list[Fields]:
    """List by which channels a trade was paid; ``channel`` is the name of a row's channel."""
    price = receipts.captured_of(payment)
    parts = funding.paid(books.funding.lines(payment.payment_id))
    rows = [(OWN_MONEY, funding.own_part(price, parts))]
    rows += [(_CHANNELS[part.source], Money(part.minor_units, price.currency)) for part in parts]
    return [{"amount": to_decimal(amount), channel: name} for name, amount in rows]


def exchange(books: Books, payment: Payment) -> Fields:
    """Tell what the payer pays in another currency than the merchant's; nothing if in the same."""
    claim = books.payments.claim(payment.payment_id)
    if claim is None or claim.payer_amount.currency == payment.amount.currency:
        return {}
    paid = payment.payer_amount or claim.payer_amount
    quote = books.payments.quote(claim.quote_id) if claim.quote_id else None
    fields: Fields = {
        "trans_currency": payment.amount.currency.code,
        "settle_currency": payment.amount.currency.code,
        "settle_amount": to_decimal(payment.amount),
        "pay_currency": paid.currency.code,
        "pay_amount": to_decimal(paid),
    }
    if quote is not None:
        fields["trans_pay_rate"] = _decimal_rate(quote.rate, payment.amount, paid)
    return fields


def _decimal_rate(rate: Rate, price: Money, paid: Money) -> str:
    """Spell what one unit of the price costs, with at most eight decimals, rounded down."""
    numerator = rate.numerator * 10 ** (_RATE_DECIMALS + price.currency.exponent)
    scaled = numerator // (rate.denominator * 10**paid.currency.exponent)
    whole, rest = divmod(scaled, 10**_RATE_DECIMALS)
    decimals = f"{rest:0{_RATE_DECIMALS}d}".rstrip("0")
    return f"{whole}.{decimals}" if decimals else str(whole)


def time_of(instant: Instant | None) -> Fields:
    """Give ``gmt_payment``, or nothing for what has not happened."""
    return {} if instant is None else {"gmt_payment": to_beijing(instant)}
