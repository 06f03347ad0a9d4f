"""Payment by the code on the payer's phone, and undoing it; and whose code it is.

What is password-free is paid at once; else the payer is asked on their phone, which is told as
``USERPAYING``: query, then reverse. A refused code leaves no order behind, so the same number may
be tried with the next code. No notification is sent, as on the platform.
"""

from __future__ import annotations

from functools import partial

from ledger.core.checkout import payment_codes
from ledger.core.ports import Books
from ledger.core.records.vendors import Vendor, VendorFace
from ledger.core.vendors import aliases
from ledger.core.vendors.orders import Opened, Wanted, find, open_order
from ledger.core.vendors.wechatpay import payment_codes as by_code
from ledger.faces import Provider
from ledger.faces.wechatpay_v2 import mapping
from ledger.faces.wechatpay_v2.calls.call import Call
from ledger.faces.wechatpay_v2.calls.codes import USER_PAYING
from ledger.faces.wechatpay_v2.handlers import orders
from ledger.faces.wechatpay_v2.mapping import Told
from ledger.protocol.errors import QrpayError
from ledger.protocol.errors.checkout import OrderNotFound
from ledger.protocol.errors.codes import PaymentAuthCodeInvalid
from ledger.protocol.instants import later
from ledger.protocol.lifecycle import PaymentState
from ledger.protocol.messages import Presented
from ledger.protocol.wechatpay_wire import numbers


def micropay(provider: Provider, books: Books, call: Call) -> Told:
    """Collect an order from the payer whose code was scanned.

    Raises ``AuthCodeFormat``, what ``orders.require_same`` and ``by_code.collect`` raise.
    """
    payment_code = _payment_code(call)
    opened = _opened(provider, books, call)
    collected = by_code.collect(
        books,
        opened=opened,
        scan=partial(provider.scanned, books, payment_code),
        asked=call.negative,
        policy=provider.policy,
        rates=provider.rates,
        now=call.now,
        ids=provider.ids,
        key=provider.signing_key,
    )
    if collected.payment.state is PaymentState.AUTHORISING:
        return {
            "result_code": "FAIL",
            "err_code": USER_PAYING.code,
            "err_code_des": USER_PAYING.sentence,
        }
    return mapping.paid(books, collected)


def openid(provider: Provider, books: Books, call: Call) -> Told:
    """Tell whose code it is, by the name that the merchant knows the payer by; it is not used up.

    Raises what ``payment_codes.shown_by`` raises.
    """
    merchant_id = call.account.merchant_id
    payer = payment_codes.shown_by(
        books,
        **provider.scanned(books, _payment_code(call)),
        merchant_id=merchant_id,
        now=call.now,
    )
    return {"openid": aliases.alias(payer, vendor=Vendor.WECHATPAY, merchant_id=merchant_id)}


def _payment_code(call: Call) -> str:
    return by_code.require_code(call.text("auth_code"), "auth_code")


def _opened(provider: Provider, books: Books, call: Call) -> Opened:
    known = find(books, account=call.account, out_no=call.text("out_trade_no"))
    if known is not None:
        orders.require_same(known, call)
        return known
    wanted = Wanted(
        account=call.account,
        face=VendorFace.WECHATPAY_V2,
        out_no=call.text("out_trade_no"),
        vendor_no=numbers.transaction_id(orders.name_of(call), call.now),
        amount=call.fee(books, "total_fee", "fee_type"),
        presented=Presented.CONSUMER,
        expires_at=later(call.now, provider.policy.payment_lifetime_ms),
        facts=orders.facts(call, by_code.TRADE_TYPE),
    )
    return open_order(books, wanted=wanted, policy=provider.policy, now=call.now, ids=provider.ids)


def count_miss(books: Books, call: Call, refusal: QrpayError) -> None:
    """Remember that this merchant presented a bad code."""
    if isinstance(refusal, PaymentAuthCodeInvalid):
        payment_codes.count_miss(
            books,
            merchant_id=call.account.merchant_id,
            payment_code=call.text("auth_code"),
            refusal=refusal,
            now=call.now,
        )


def reverse(provider: Provider, books: Books, call: Call) -> Told:
    """Undo: whatever became of it, nothing is paid; one never seen can't arrive any more.

    Raises ``NotReversible`` for what a wallet was led to by a code, ``ReversalTooLate``,
    ``OrderNotFound`` for an unknown number of the platform's.
    """
    out_no, vendor_no = call.text("out_trade_no"), call.text("transaction_id")
    known = find(books, account=call.account, out_no=out_no, vendor_no=vendor_no)
    if known is None and vendor_no:
        raise OrderNotFound(vendor_no)
    if known is None:
        by_code.reverse_unseen(
            books,
            account=call.account,
            face=VendorFace.WECHATPAY_V2,
            out_no=out_no,
            vendor_no=numbers.transaction_id(orders.name_of(call), call.now),
            now=call.now,
            ids=provider.ids,
        )
    else:
        by_code.reverse(
            books, known=known, now=call.now, ids=provider.ids, key=provider.signing_key
        )
    return {"recall": "N"}
