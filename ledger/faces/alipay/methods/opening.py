"""What all orders have in common: which fields they carry, how long they live, when they repeat.

A payment lives as long as its order: ``time_expire`` if given, else ``timeout_express``, else three
hours. A code can be scanned for two hours at most, whatever is asked for. The subject and whatever
else may name goods is kept as facts, which are forgotten; the books say ``Order`` and a number.

The same ``out_trade_no`` again is the same order if its terms, amount and subject, are the same
(otherwise ``CONTEXT_INCONSISTENT``), and is over when the trade is (``TRADE_HAS_SUCCESS``,
``TRADE_HAS_CLOSE``). An order that nobody has scanned is no trade, so its number is free for
another way to pay.
"""

from __future__ import annotations

import re
from typing import Final

from ledger.core.records.vendors import VendorFace
from ledger.core.vendors import orders
from ledger.core.vendors.orders import Opened, Wanted
from ledger.faces.alipay import numbers, wording
from ledger.faces.alipay.calls.call import NO_LENGTH, Call
from ledger.faces.alipay.calls.refusals import business
from ledger.protocol.instants import HOUR, Instant, later
from ledger.protocol.lifecycle import PaymentState
from ledger.protocol.messages import Intent, Presented
from ledger.protocol.money import to_decimal
from ledger.protocol.records import replace

MOST_WHOLE: Final = 100_000_000
"""The most that a trade may be of, in whole units of the currency."""
DEFAULT_LIFE_MS: Final = 3 * HOUR
CODE_LIFE_MS: Final = 2 * HOUR

_OUT_NO = re.compile(r"[A-Za-z0-9_\-|*]{1,64}", re.ASCII)
_FORBIDDEN_IN_SUBJECT = re.compile(r"[/=&]")
_FACTS: Final = {
    "subject": 256,
    "body": 128,
    "seller_id": 28,
    "store_id": 32,
    "terminal_id": 32,
    "operator_id": 28,
    "passback_params": 512,
    "product_code": 64,
}
"""What is kept of an order because answers, notifications or bills repeat it, and its length."""

_OVER: Final = {
    PaymentState.PAID: "TRADE_HAS_SUCCESS",
    PaymentState.FINISHED: "TRADE_HAS_SUCCESS",
    PaymentState.FULLY_REFUNDED: "TRADE_HAS_CLOSE",
    PaymentState.CLOSED: "TRADE_HAS_CLOSE",
    PaymentState.REVERSED: "TRADE_HAS_CLOSE",
    PaymentState.DECLINED: "TRADE_HAS_CLOSE",
}


def wanted(
    call: Call,
    *,
    by: str,
    presented: Presented,
    life_ms: int = DEFAULT_LIFE_MS,
    intent: Intent = Intent.SALE,
) -> Wanted:
    """Read the terms of an order; ``by`` is how it is paid, kept as a fact."""
    content = call.content
    out_no = content.needed("out_trade_no", NO_LENGTH)
    if not _OUT_NO.fullmatch(out_no):
        raise business("INVALID_PARAMETER", "out_trade_no has letters, digits, _ - | *")
    amount = call.amount("total_amount")
    if amount.minor_units > MOST_WHOLE * 10**amount.currency.exponent:
        raise business("TOTAL_FEE_EXCEED", f"total_amount is at most {MOST_WHOLE}")
    subject = content.needed("subject", _FACTS["subject"])
    if _FORBIDDEN_IN_SUBJECT.search(subject):
        raise business("INVALID_PARAMETER", "subject has no / = &")
    _require_own_currency(call)
    given = [(name, most) for name, most in _FACTS.items() if name in content.members]
    facts = {name: content.text(name, most) for name, most in given}
    return Wanted(
        account=call.account,
        face=VendorFace.ALIPAY,
        out_no=out_no,
        vendor_no=numbers.trade_no(call.now, call.provider.entropy),
        amount=amount,
        presented=presented,
        expires_at=expires_at(call, life_ms),
        notify_url=call.sent.notify_url,
        facts={"by": by, **{name: said for name, said in facts.items() if said}},
        intent=intent,
    )


def _require_own_currency(call: Call) -> None:
    own = call.merchant.currency.code
    for name in ("trans_currency", "settle_currency"):
        if call.content.text(name, 8) not in ("", own):
            raise business("CURRENCY_NOT_SUPPORT", f"{name}: the merchant sells in {own}")


def expires_at(call: Call, life_ms: int) -> Instant:
    """Tell when an order is over."""
    content, now = call.content, call.now
    limit = content.until("timeout_express", now=now)
    end = content.instant("time_expire") or limit or later(now, life_ms)
    if end <= now:
        raise business("NOW_TIME_AFTER_EXPIRE_TIME_ERROR", "time_expire")
    return end


def code_until(call: Call, order_ends: Instant) -> Instant:
    """Tell until when a code can be scanned."""
    asked = call.content.until("qr_code_timeout_express", now=call.now)
    return min(order_ends, later(call.now, CODE_LIFE_MS), asked or order_ends)


def known(call: Call, order: Wanted) -> Opened | None:
    """Find the trade that an order of the same number already is; None if there is none.

    An order that was only shown as a code and that nobody scanned is none.
    """
    return _known(orders.find(call.books, account=call.account, out_no=order.out_no), order)


def _known(opened: Opened | None, order: Wanted) -> Opened | None:
    if opened is None or not wording.exists(opened):
        return None
    over = _OVER.get(opened.payment.state)
    if over is not None:
        raise business(over)
    require_same_terms(opened, order)
    return opened


def shown(call: Call, order: Wanted) -> Opened:
    """Give the order that a code shows; the same order, asked for in the same way, is the same."""
    before = orders.find(call.books, account=call.account, out_no=order.out_no)
    opened = _known(before, order) or _waiting(before)
    if opened is not None:
        require_same_terms(opened, order)
        if wording.exists(opened) or _is_asked_again(call, opened, order):
            return opened
    coded = replace(order, code=numbers.order_code(call.provider.entropy))
    return _opened_in_place_of(before, call, coded)


def _waiting(opened: Opened | None) -> Opened | None:
    """Tell whether a code of this number still waits to be scanned."""
    if opened is None or opened.payment.state is not PaymentState.AWAITING_PAYER:
        return None
    return opened


def _is_asked_again(call: Call, opened: Opened, order: Wanted) -> bool:
    """Tell whether a code that nobody scanned is this order's, and can still be scanned."""
    until = opened.order.code_until or opened.payment.expires_at
    is_fresh = call.now < min(until, opened.payment.expires_at)
    return is_fresh and opened.order.facts.get("by") == order.facts["by"]


def require_same_terms(opened: Opened, order: Wanted) -> None:
    """Refuse to take an order for another of the same number (``CONTEXT_INCONSISTENT``)."""
    was, said = opened.payment.amount, opened.order.facts.get("subject", "")
    if was != order.amount:
        raise business("CONTEXT_INCONSISTENT", f"total_amount was {to_decimal(was)}")
    if said not in ("", order.facts["subject"]):  # it may have been forgotten
        raise business("CONTEXT_INCONSISTENT", "subject was another")


def note(call: Call, opened: Opened, fact: str) -> None:
    """Keep a fact of an order that was found out after it was opened."""
    facts = {**opened.order.facts, fact: "yes"}
    call.books.vendor_orders.replace(replace(opened.order, facts=facts))


def open_anew(call: Call, order: Wanted) -> Opened:
    """Open an order, in place of one of the same number that nobody scanned."""
    before = orders.find(call.books, account=call.account, out_no=order.out_no)
    return _opened_in_place_of(before, call, order)


def _opened_in_place_of(before: Opened | None, call: Call, order: Wanted) -> Opened:
    provider = call.provider
    if before is not None:
        orders.supersede(
            call.books,
            opened=before,
            now=call.now,
            ids=provider.ids,
            key=provider.signing_key,
        )
    return orders.open_order(
        call.books, wanted=order, policy=provider.policy, now=call.now, ids=provider.ids
    )
