"""Refunds: asked for, looked up; accepted is told first, and the outcome by query and notification.

The books give a refund back at once, if it is not asked to miss its payer (``REFUND_ABNORMAL``,
``REFUND_CLOSED``). A caller is told ``PROCESSING`` all the same, since on the platform it always
is, and a program that takes the first answer for the outcome should find out here. The same number
again is the same refund.
"""

from __future__ import annotations

from ledger.core.ports import Books
from ledger.core.returns import refunds as core_refunds
from ledger.core.returns import undelivered
from ledger.core.vendors import refunds
from ledger.core.vendors.bills.account_day import happened_on
from ledger.core.vendors.orders import Opened, find
from ledger.core.vendors.refunds import Refunded, WantedRefund
from ledger.core.vendors.wechatpay import ASKED_KEY, regime_asked
from ledger.core.vendors.wechatpay.notify_urls import require_notify_url
from ledger.faces import Provider
from ledger.faces.wechatpay import mapping, parties
from ledger.faces.wechatpay.answering import Outcome
from ledger.faces.wechatpay.bodies import AbnormalRefund, CreateRefund
from ledger.faces.wechatpay.calls.call import OFFSET_MOST, Call
from ledger.faces.wechatpay.calls.codes import REFUND_NOT_FOUND
from ledger.faces.wechatpay.calls.refusals import plain
from ledger.faces.wechatpay.mapping import PROCESSING, STATUS_OF
from ledger.faces.wechatpay.parties import Asked
from ledger.protocol.errors import QrpayError
from ledger.protocol.errors.content import CurrencyMismatch, FieldFormat, FieldMissing
from ledger.protocol.errors.wechatpay import (
    OverseasRefundNumber,
    RefundedOrderUnknown,
    RefundNotAbnormal,
    RefundPoolEmpty,
    RefundTooOften,
    RefundTotalDiffers,
    SealBroken,
)
from ledger.protocol.lifecycle import RefundState
from ledger.protocol.money import Money
from ledger.protocol.wechatpay_wire import numbers, seals, times

PARTS_MOST = 50
LISTED_MOST = 20
SHOWN_NO = 64
RECHARGED = "REFUND_SOURCE_RECHARGE_FUNDS"
AVAILABLE = "AVAILABLE"
USER_BANK_CARD, MERCHANT_BANK_CARD = "USER_BANK_CARD", "MERCHANT_BANK_CARD"


def create(provider: Provider, books: Books, call: Call) -> Outcome:
    """Give a part of an order back at home."""
    body = call.sent(CreateRefund)
    asked = parties.of_sub_mchid(books, call, body.sub_mchid)
    opened, refunded = _refunded(provider, books, call, asked, body)
    return Outcome(200, mapping.refund(books, refunded, opened.order, PROCESSING))


def create_overseas(provider: Provider, books: Books, call: Call) -> Outcome:
    """Give a part of an order back overseas."""
    body = call.sent(CreateRefund)
    asked = parties.of_body(books, call, body, names_app=False)
    if body.source != RECHARGED:
        _require_pool(books, call, asked, body)
    opened, refunded = _refunded(provider, books, call, asked, body, reused=OverseasRefundNumber)
    return Outcome(200, mapping.refund_overseas(books, refunded, opened.order, PROCESSING))


def _require_pool(books: Books, call: Call, asked: Asked, body: CreateRefund) -> None:
    """Overseas a refund is paid from what came in today and was not converted yet, in China's day.

    Raises ``RefundPoolEmpty``; the same number may come again when more was sold.
    """
    account = asked.account
    if refunds.in_account(books, account=account, out_no=body.out_refund_no) is not None:
        return
    today = happened_on(books, account=account, day=times.china_date(call.now))
    pool = sum((-1 if each.gives_back else 1) * each.asked.minor_units for each in today)
    if pool < body.amount.refund:
        raise RefundPoolEmpty(f"{pool} came in today and is not converted yet")


def _refunded(
    provider: Provider,
    books: Books,
    call: Call,
    asked: Asked,
    body: CreateRefund,
    *,
    reused: type[QrpayError] = RefundTotalDiffers,
) -> tuple[Opened, Refunded]:
    if not body.transaction_id and not body.out_trade_no:
        raise FieldMissing("transaction_id")
    opened = _order(books, asked, body.out_trade_no, body.transaction_id)
    if body.funds_account not in ("", AVAILABLE):
        raise FieldFormat(f"funds_account: {body.funds_account!r}")
    amount = _amount(opened, body)
    known = refunds.in_account(books, account=asked.account, out_no=body.out_refund_no)
    if known is not None:
        if (known.vendor_refund.payment_id, known.refund.amount) != (
            opened.order.payment_id,
            amount,
        ):
            raise reused(f"{known.vendor_refund.out_no} stands for another refund")
        return opened, known
    if len(books.vendor_orders.refunds(opened.order.payment_id)) >= PARTS_MOST:
        raise RefundTooOften(opened.order.out_no)
    name = f"{asked.account.account_id} {body.out_refund_no}"
    said = {
        "reason": body.reason,
        "funds_account": body.funds_account,
        "source": body.source,
        ASKED_KEY: regime_asked(call.asked_serial),
    }
    wanted = WantedRefund(
        opened=opened,
        out_no=body.out_refund_no,
        vendor_no=numbers.refund_id(name, call.now),
        amount=amount,
        notify_url=require_notify_url(body.notify_url),
        facts={name: value for name, value in said.items() if value},
        outcome=call.negative.refund_outcome,
    )
    given = refunds.refund(
        books, wanted=wanted, now=call.now, ids=provider.ids, key=provider.signing_key
    )
    return opened, given


def _order(books: Books, asked: Asked, out_no: str, vendor_no: str) -> Opened:
    opened = find(books, account=asked.account, out_no=out_no, vendor_no=vendor_no)
    if opened is None:
        raise RefundedOrderUnknown(f"no order {(vendor_no or out_no)[:SHOWN_NO]!r}")
    return opened


def _amount(opened: Opened, body: CreateRefund) -> Money:
    price = opened.payment.amount
    if body.amount.currency not in ("", price.currency.code):
        raise CurrencyMismatch(f"amount.currency: the order is in {price.currency.code}")
    if body.amount.total != price.minor_units:
        raise RefundTotalDiffers(f"the order is {price.minor_units}, not {body.amount.total}")
    return Money(body.amount.refund, price.currency)


def query(_provider: Provider, books: Books, call: Call) -> Outcome:
    """Look a refund up at home, by the merchant's number."""
    asked = parties.of_sub_mchid(books, call, call.raw_query.get("sub_mchid", ""))
    known = _known(books, call, asked)
    if known is None:
        return plain(REFUND_NOT_FOUND)
    opened, refunded = known
    return Outcome(200, mapping.refund(books, refunded, opened.order, _status(refunded)))


def query_overseas(_provider: Provider, books: Books, call: Call) -> Outcome:
    """Look a refund up overseas, by either number."""
    asked = parties.of_query(books, call)
    known = _known(books, call, asked)
    if known is None:
        return plain(REFUND_NOT_FOUND)
    opened, refunded = known
    return Outcome(200, mapping.refund_overseas(books, refunded, opened.order, _status(refunded)))


def list_overseas(_provider: Provider, books: Books, call: Call) -> Outcome:
    """List the refunds of an order overseas, oldest first, so many from a place on.

    Raises ``FieldMissing``, ``FieldFormat``, ``RefundedOrderUnknown``.
    """
    asked = parties.of_query(books, call)
    query = call.raw_query
    out_no, vendor_no = query.get("out_trade_no", ""), query.get("transaction_id", "")
    if not out_no and not vendor_no:
        raise FieldMissing("out_trade_no")
    offset = call.query_number("offset", OFFSET_MOST, missing=0)
    count = call.query_number("count", LISTED_MOST, missing=0)
    opened = _order(books, asked, out_no, vendor_no)
    found = refunds.of_order(books, opened=opened)
    told: list[object] = [
        mapping.refund_overseas(books, each, opened.order, _status(each))
        for each in found[offset : offset + (count or LISTED_MOST)]
    ]
    return Outcome(
        200, {"data": told, "offset": offset, "count": len(told), "total_count": len(found)}
    )


def _status(refunded: Refunded) -> str:
    return STATUS_OF[refunded.refund.state]


def _known(books: Books, call: Call, asked: Asked) -> tuple[Opened, Refunded] | None:
    refunded = refunds.in_account(
        books,
        account=asked.account,
        out_no=call.path.get("out_refund_no", ""),
        vendor_no=call.path.get("refund_id", ""),
    )
    if refunded is None:
        return None
    order = books.vendor_orders.of_payment(refunded.vendor_refund.payment_id)
    return None if order is None else (Opened(order, refunded.payment), refunded)


def apply_abnormal(provider: Provider, books: Books, call: Call) -> Outcome:
    """Send a refund that did not arrive elsewhere: to another card of the payer's, or back.

    Nobody has cards here: the payer finds it in their balance, and what goes to the merchant's card
    is given up, since it never left them. What was encrypted must open (``SealBroken``). Raises
    ``RefundNotAbnormal``.
    """
    body = call.sent(AbnormalRefund)
    asked = parties.of_sub_mchid(books, call, body.sub_mchid)
    if body.type not in (USER_BANK_CARD, MERCHANT_BANK_CARD):
        raise FieldFormat(f"type: {body.type!r}")
    for hidden in filter(None, (body.bank_account, body.real_name)):
        reveal(call, hidden)
    known = _known(books, call, asked)
    if known is None:
        return plain(REFUND_NOT_FOUND)
    opened, refunded = known
    waiting = refunded.refund
    if waiting.state is not RefundState.PROCESSING:
        raise RefundNotAbnormal(body.out_refund_no)
    redirect = undelivered.give_up if body.type == MERCHANT_BANK_CARD else core_refunds.deliver
    redirect(books, waiting=waiting, now=call.now, ids=provider.ids, key=provider.signing_key)
    return Outcome(200, mapping.refund(books, refunded, opened.order, PROCESSING))


def reveal(call: Call, hidden: str) -> str:
    """Decrypt a member by the key that the call names; raises ``SealBroken``."""
    key = call.platform.named(call.asked_serial)
    if key is None:
        raise SealBroken("Wechatpay-Serial must name the key that was encrypted to")
    return seals.reveal(hidden, key.private_key)
