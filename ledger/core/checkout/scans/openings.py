"""A code opens its payment: what the shop signed for its screen is what it asks for.

As with Alipay, where no trade exists before somebody scans: the till need not have spoken to us
before it shows a code, so it sells while its line is down. A code says less than a request: neither
subject nor basket, and it lives for minutes. When the till's own request follows, it is the same
payment if it says the same (``requests.same_request``).
"""

from __future__ import annotations

from ledger.core.checkout import requests
from ledger.core.limits import Policy
from ledger.core.ports import Books
from ledger.core.records.payments import Payment
from ledger.protocol.errors.codes import QrExpired
from ledger.protocol.instants import Instant
from ledger.protocol.merchant_qr import DynamicCode
from ledger.protocol.messages import PaymentRequest, Presented


def open_payment(books: Books, *, code: DynamicCode, policy: Policy, now: Instant) -> Payment:
    """Open the payment of a verified code that we have not heard of.

    Raises ``QrExpired``, ``OrderNumberReused``, ``MerchantNotFound``, ``MerchantBlocked``,
    ``TerminalNotFound``, ``CurrencyMismatch``.
    """
    if now >= code.expires_at:
        raise QrExpired("the code ran out on its way")
    request = request_of(code)
    requests.same_request(books, request)
    return requests.open_payment(books, request=request, policy=policy, now=now, code=code.text)


def request_of(code: DynamicCode) -> PaymentRequest:
    """Spell a code as the request it stands for."""
    return PaymentRequest(
        request_id=code.request_id,
        merchant_id=code.merchant_id,
        terminal_id=code.terminal_label,
        merchant_order_no=order_no_of(code),
        amount=code.amount,
        subject="",
        basket_hash="",
        created_at=code.issued_at,
        expires_at=code.expires_at,
        presented=Presented.MERCHANT,
    )


def order_no_of(code: DynamicCode) -> str:
    """Tell the merchant's number of the payment: the bill number, or the request id without one."""
    return code.bill_no or code.request_id
