"""``pay``, ``inquiryPayment`` and ``cancel``.

``paymentRequestId`` stands for one payment: a call that comes again gets what the payment has come
to, and one that asks for something else ``REPEAT_REQ_INCONSISTENT``. A payment that failed by its
payer (a wrong code, no money) stays, closed, with its result code, so that a repetition fails alike
and an inquiry says why.

A price in another currency than the shop's is settled at a rate that the call fixes, and what is
settled of it is what is booked (``ledger.core.vendors.antom_prices``).
"""

from __future__ import annotations

import hashlib
from functools import partial

from ledger.core.checkout import endings, payment_codes
from ledger.core.parties.register import require_merchant
from ledger.core.ports import Books
from ledger.core.records.vendors import VendorFace
from ledger.core.returns import reversals
from ledger.core.vendors import antom, antom_prices, codes, orders, refunds
from ledger.core.vendors.orders import Opened, Wanted
from ledger.faces.antom import fields, mapping
from ledger.faces.antom.desk import Call, deciding
from ledger.faces.antom.mapping import FAILED
from ledger.faces.antom.quotes import Body
from ledger.faces.antom.results import CANCEL, PAY, SUCCESS, Refused, code_of, result
from ledger.protocol.antom_wire import values
from ledger.protocol.errors import CallerError
from ledger.protocol.identifiers import PaymentId
from ledger.protocol.instants import DAY, HOUR, MINUTE, later
from ledger.protocol.lifecycle import PaymentState
from ledger.protocol.messages import Presented
from ledger.protocol.money import Money
from ledger.protocol.records import replace

PAYMENT_CODE, ORDER_CODE, ENTRY_CODE = "PaymentCode", "OrderCode", "EntryCode"
CODE_ADDRESS = "https://qr.qrpay.test/281002040001"
CODE_DIGITS = 20
"""An order code is an address whose path begins with the digits that route it to an acquirer."""

TERMS = "terms"
SCENARIO = "scenario"
BEIJING_MS = 8 * HOUR
CANCEL_UNTIL_MS = 15 * MINUTE
"""A payment can be cancelled until 00:15 of the next day in Beijing."""


def pay(call: Call) -> Body:
    """Ask to be paid."""
    asked = fields.read(call.body, fields.Pay)
    _require_of_scenario(asked)
    if asked.payment_amount != asked.order.order_amount:
        raise Refused("PARAM_ILLEGAL", "paymentAmount is not orderAmount")
    try:
        return deciding(call, partial(_pay, call, asked, _price(asked)))
    except CallerError as refusal:
        raise Refused(code_of(refusal, PAY), refusal.detail) from refusal


def _price(asked: fields.Pay) -> Money:
    if not asked.payment_amount.value.strip("0"):
        raise Refused("PARAM_ILLEGAL", "paymentAmount is nothing")
    return values.amount(asked.payment_amount.said())


def _require_of_scenario(asked: fields.Pay) -> None:
    """Refuse a call without what its way of paying needs (``PARAM_ILLEGAL``)."""
    scenario = asked.payment_factor.in_store_payment_scenario
    needed = {
        PAYMENT_CODE: {"paymentMethod.paymentMethodId": asked.payment_method.payment_method_id},
        ORDER_CODE: {},
        ENTRY_CODE: {
            "paymentRedirectUrl": asked.payment_redirect_url,
            "order.env.userAgent": asked.order.env.user_agent,
        },
    }
    if scenario not in needed:
        said = f"inStorePaymentScenario is one of {', '.join(needed)}"
        raise Refused("PARAM_ILLEGAL", said)
    for name, said in needed[scenario].items():
        if not said:
            raise Refused("PARAM_ILLEGAL", f"{scenario} needs {name}")


def _pay(call: Call, asked: fields.Pay, price: Money, books: Books) -> Body:
    known = orders.find(books, account=call.account, out_no=asked.payment_request_id)
    if known is not None:
        if known.order.facts.get(TERMS, _terms(asked)) != _terms(asked):
            raise Refused("REPEAT_REQ_INCONSISTENT")
        return _paid(books, known)
    provider = call.provider
    opened = orders.open_order(
        books,
        wanted=_settled(call, books, asked, _wanted(call, asked, price)),
        policy=provider.policy,
        now=call.now,
        ids=provider.ids,
    )
    if opened.payment.presented is Presented.CONSUMER:
        opened = _collect(call, books, opened, asked.payment_method.payment_method_id)
    return _paid(books, opened)


def _settled(call: Call, books: Books, asked: fields.Pay, wanted: Wanted) -> Wanted:
    """Let an order be of what is settled, its price kept beside it where that is another."""
    own = require_merchant(books, call.account.merchant_id).currency
    if asked.settlement_strategy.settlement_currency not in ("", own.code):
        raise Refused("CURRENCY_NOT_SUPPORT", f"settlement is in {own.code}")
    if wanted.amount.currency == own:
        return wanted
    fixed = antom_prices.fix(wanted.amount, own, call.provider.rates)
    facts = {**wanted.facts, **antom_prices.spelled(fixed.price)}
    return replace(wanted, amount=fixed.settled, facts=facts)


def _terms(asked: fields.Pay) -> str:
    method = asked.payment_method.payment_method_id
    amount, scenario = asked.payment_amount, asked.payment_factor.in_store_payment_scenario
    said = f"{amount.currency} {amount.value} {scenario} {method}"
    return hashlib.sha256(said.encode()).hexdigest()


def _wanted(call: Call, asked: fields.Pay, amount: Money) -> Wanted:
    entropy, now = call.provider.entropy, call.now
    scenario = asked.payment_factor.in_store_payment_scenario
    expires_at = later(now, antom.expiry_ms(call.account))
    if asked.payment_expiry_time:
        expires_at = values.time_of(asked.payment_expiry_time)
        if not now < expires_at <= later(now, DAY):
            raise Refused("PARAM_ILLEGAL", "paymentExpiryTime")
    by_payer = scenario == PAYMENT_CODE
    digits = int.from_bytes(entropy(values.ID_BYTES), "big") % 10**CODE_DIGITS
    return Wanted(
        account=call.account,
        face=VendorFace.ANTOM,
        out_no=asked.payment_request_id,
        vendor_no=values.payment_id(now, entropy(values.ID_BYTES)),
        amount=amount,
        presented=Presented.CONSUMER if by_payer else Presented.MERCHANT,
        expires_at=expires_at,
        code="" if by_payer else f"{CODE_ADDRESS}{digits:0{CODE_DIGITS}d}",
        notify_url=asked.payment_notify_url,
        facts={
            TERMS: _terms(asked),
            SCENARIO: scenario,
            "referenceOrderId": asked.order.reference_order_id,
            "referenceMerchantId": asked.order.merchant.reference_merchant_id,
            "referenceStoreId": asked.order.merchant.store.reference_store_id,
        },
    )


def _collect(call: Call, books: Books, opened: Opened, payment_code: str) -> Opened:
    provider = call.provider
    try:
        with books.savepoint():
            codes.pay_with_code(
                books,
                opened=opened,
                **provider.scanned(books, payment_code),
                rates=provider.rates,
                now=call.now,
                ids=provider.ids,
                key=provider.signing_key,
            )
    except CallerError as refusal:
        payment_codes.count_miss(
            books,
            merchant_id=opened.payment.merchant_id,
            payment_code=payment_code,
            refusal=refusal,
            now=call.now,
        )
        _fail(call, books, opened, code_of(refusal, PAY))
    return orders.require(books, account=call.account, vendor_no=opened.order.vendor_no)


def _fail(call: Call, books: Books, opened: Opened, code: str) -> None:
    facts = {**opened.order.facts, FAILED: code}
    books.vendor_orders.replace(replace(opened.order, facts=facts))
    endings.close(
        books,
        merchant_id=opened.payment.merchant_id,
        payment_id=opened.payment.payment_id,
        now=call.now,
        ids=call.provider.ids,
        key=call.provider.signing_key,
    )


def _paid(books: Books, opened: Opened) -> Body:
    code = mapping.standing(opened).code
    told = {"result": result(code), **mapping.payment(books, opened)}
    if opened.order.code and opened.payment.state is PaymentState.AWAITING_PAYER:
        told |= _shown(opened)
    return told


def _shown(opened: Opened) -> Body:
    code = opened.order.code
    if opened.order.facts.get(SCENARIO) == ENTRY_CODE:
        opening = {"method": "GET", "redirectUrl": code, "parameters": ""}
        return {"redirectActionForm": opening, "normalUrl": code}
    detail = {"codeValueType": "QRCODE", "codeValue": code, "displayType": "TEXT"}
    form: Body = {
        "paymentMethodType": "CONNECT_WALLET",
        "expireTime": values.time_text(opened.payment.expires_at),
        "codeDetails": [detail],
    }
    return {"orderCodeForm": form}


def inquire(call: Call) -> Body:
    """Tell how a payment stands; the result is the inquiry's own."""
    asked = _asked(call)
    with call.provider.store.reading() as books:
        opened = _found(call, books, asked)
        now_at = mapping.standing(opened)
        given = refunds.of_order(books, opened=opened)
        told = {
            "result": result(SUCCESS),
            "paymentStatus": now_at.status,
            "paymentResultCode": now_at.code,
            "paymentResultMessage": result(now_at.code)["resultMessage"],
            **mapping.payment(books, opened),
        }
    return told | {"transactions": [mapping.listed_refund(each) for each in given]}


def cancel(call: Call) -> Body:
    """Undo a payment: close it, or give all of it back."""
    asked = _asked(call)
    return deciding(call, partial(_cancel, call, asked))


def _cancel(call: Call, asked: fields.FindPayment, books: Books) -> Body:
    opened = _found(call, books, asked)
    payment = opened.payment
    if call.now >= _cancel_until(payment.created_at):
        raise Refused("CANCEL_WINDOW_EXCEED")
    if payment.state not in (PaymentState.CLOSED, PaymentState.DECLINED):
        _reverse(call, books, payment.payment_id, payment.merchant_order_no)
    times = {"cancelTime": values.time_text(call.now)}
    return {"result": result(SUCCESS), **mapping.ids(opened.order), **times}


def _reverse(call: Call, books: Books, payment_id: PaymentId, number: str) -> None:
    try:
        reversals.reverse(
            books,
            merchant_id=call.account.merchant_id,
            payment_id=payment_id,
            merchant_order_no=number,
            now=call.now,
            ids=call.provider.ids,
            key=call.provider.signing_key,
        )
    except CallerError as refusal:
        raise Refused(code_of(refusal, CANCEL), refusal.detail) from refusal


def _cancel_until(created_at: int) -> int:
    midnight = (created_at + BEIJING_MS) // DAY * DAY + DAY - BEIJING_MS
    return midnight + CANCEL_UNTIL_MS


def _asked(call: Call) -> fields.FindPayment:
    asked = fields.read(call.body, fields.FindPayment)
    if not asked.payment_id and not asked.payment_request_id:
        raise Refused("PARAM_ILLEGAL", "paymentId or paymentRequestId")
    return asked


def _found(call: Call, books: Books, asked: fields.FindPayment) -> Opened:
    return orders.require(
        books, account=call.account, out_no=asked.payment_request_id, vendor_no=asked.payment_id
    )
