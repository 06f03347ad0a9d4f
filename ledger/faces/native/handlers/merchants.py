"""What a merchant may ask: to be paid, how it stands, to end it, to give back.

``merchant_id`` always comes from the key that signed the call, never from a field, so there is no
way to name somebody else's payment: it is not found.
"""

from __future__ import annotations

from ledger.core import queries
from ledger.core.checkout import consents, endings, payment_codes, requests
from ledger.core.ports import Books
from ledger.core.returns import refunds, reversals
from ledger.faces import Provider
from ledger.faces.native import mapping
from ledger.faces.native.call import Call
from ledger.protocol import native_wire as wire
from ledger.protocol.errors import QrpayError
from ledger.protocol.errors.checkout import OrderNotFound
from ledger.protocol.messages import PaymentRequest
from ledger.protocol.money import parse_minor


def open_request(books: Books, call: Call) -> PaymentRequest:
    """Open the payment request inside the body."""
    signed = call.sent(wire.CreatePayment).request.sealed
    return consents.open_request(books, signed=signed, merchant_id=call.merchant_id, now=call.now)


def create_payment(provider: Provider, books: Books, call: Call) -> wire.PaymentResult:
    """Begin a payment; with the payer's code, try to collect it at once."""
    body, request = call.sent(wire.CreatePayment), call.opened(PaymentRequest)
    if body.payment_code is None:
        payment = requests.request(books, request=request, policy=provider.policy, now=call.now)
        return mapping.payment_result(payment, None, with_fee=True)
    collected = payment_codes.pay_with_code(
        books,
        request=request,
        **provider.scanned(books, body.payment_code),
        now=call.now,
        ids=provider.ids,
        key=provider.signing_key,
        rates=provider.rates,
    )
    return mapping.payment_result(collected.payment, collected.receipt, with_fee=True)


def count_miss(books: Books, call: Call, refusal: QrpayError) -> None:
    """Remember a payment code that does not hold, though the payment it was for is undone."""
    payment_codes.count_miss(
        books,
        merchant_id=call.merchant_id,
        payment_code=call.sent(wire.CreatePayment).payment_code or "",
        refusal=refusal,
        now=call.now,
    )


def find_payments(provider: Provider, books: Books, call: Call) -> wire.Payments:
    """Look a payment up by the merchant's own number: a list of one or none."""
    del provider
    try:
        found = queries.payment_by_order_no(
            books,
            merchant_id=call.merchant_id,
            merchant_order_no=call.query["merchant_order_no"],
        )
    except OrderNotFound:
        return wire.Payments(payments=[])
    return wire.Payments(payments=[mapping.payment_view(found, with_fee=True)])


def get_payment(provider: Provider, books: Books, call: Call) -> wire.PaymentView:
    """Tell how a payment stands, to its merchant or to the payer attached to it."""
    del provider
    if call.is_merchant:
        found = queries.payment_of_merchant(
            books, merchant_id=call.merchant_id, payment_id=call.payment_id
        )
    else:
        found = queries.payment_of_payer(books, payer_id=call.payer_id, payment_id=call.payment_id)
    return mapping.payment_view(found, with_fee=call.is_merchant)


def close_payment(provider: Provider, books: Books, call: Call) -> wire.PaymentView:
    """End a payment that is not paid."""
    closed = endings.close(
        books,
        merchant_id=call.merchant_id,
        payment_id=call.payment_id,
        now=call.now,
        ids=provider.ids,
        key=provider.signing_key,
    )
    return mapping.payment_view(closed, with_fee=True)


def reverse_payment(provider: Provider, books: Books, call: Call) -> wire.PaymentResult:
    """Undo an attempt, whatever became of it."""
    reversal = reversals.reverse(
        books,
        merchant_id=call.merchant_id,
        payment_id=call.payment_id,
        merchant_order_no=call.sent(wire.ReversePayment).merchant_order_no,
        now=call.now,
        ids=provider.ids,
        key=provider.signing_key,
    )
    return mapping.payment_result(reversal.payment, reversal.receipt, with_fee=True)


def create_refund(provider: Provider, books: Books, call: Call) -> wire.RefundResult:
    """Give back all or part of a payment."""
    body = call.sent(wire.CreateRefund)
    result = refunds.refund(
        books,
        merchant_id=call.merchant_id,
        payment_id=call.payment_id,
        merchant_refund_no=body.merchant_refund_no,
        amount=parse_minor(body.amount_minor, body.currency),
        reason=body.reason or "",
        now=call.now,
        ids=provider.ids,
        key=provider.signing_key,
    )
    return mapping.refund_result(result)


def list_refunds(provider: Provider, books: Books, call: Call) -> wire.Refunds:
    """List the refunds of a payment, oldest first."""
    del provider
    found = queries.refunds_of_payment(
        books, merchant_id=call.merchant_id, payment_id=call.payment_id
    )
    return wire.Refunds(refunds=[mapping.refund_view(refund) for refund in found])


def list_receipts(provider: Provider, books: Books, call: Call) -> wire.Receipts:
    """List the receipts of a payment, oldest first, to its merchant or to its payer."""
    del provider
    if call.is_merchant:
        found = queries.receipts_of_payment(
            books, merchant_id=call.merchant_id, payment_id=call.payment_id
        )
    else:
        queries.payment_of_payer(books, payer_id=call.payer_id, payment_id=call.payment_id)
        found = books.receipts.of_payment(call.payment_id)
    return wire.Receipts(receipts=[wire.SignedText.of(receipt.signed) for receipt in found])
