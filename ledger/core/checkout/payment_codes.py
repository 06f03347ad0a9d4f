"""Consumer-presented payments: the shop scans a number from the payer's phone.

A wallet fetches a pool of one-time handles and makes short-lived numbers of them by itself
(``ledger.protocol.payment_code``). A shop that presents a good number is paid at once, without
asking, up to a small amount; above it, and for every deposit, the payer is asked on their own
screen, which names the shop and the amount. That bounds what a number read over somebody's shoulder
is worth.

A number that is unknown, used or out of date gets one and the same answer, and each such guess
counts against the merchant and against the handle.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypedDict

from ledger.core.books.fx import RateTable
from ledger.core.checkout import claims, requests
from ledger.core.checkout.capture import capture
from ledger.core.limits import (
    Policy,
    pin_needed,
    require_guesses_left,
    require_handle_not_guessed_at,
    require_merchant_may_sell,
    require_payer_may_pay,
    spend,
)
from ledger.core.notices import receipts
from ledger.core.parties import keys
from ledger.core.parties.register import require_merchant, require_payer
from ledger.core.ports import Books
from ledger.core.records.parties import Device, Payer
from ledger.core.records.payments import CodeHandle, Payment
from ledger.protocol import payment_code as digits
from ledger.protocol.errors import QrpayError, Unauthentic
from ledger.protocol.errors.codes import PaymentAuthCodeInvalid
from ledger.protocol.errors.content import FieldFormat
from ledger.protocol.identifiers import IdSource
from ledger.protocol.instants import Instant
from ledger.protocol.lifecycle import PAYMENT_CODE, PaymentCodeEvent, PaymentCodeState
from ledger.protocol.messages import Intent, PaymentRequest, Presented, ReceiptKind, Signed
from ledger.protocol.records import record, replace
from ledger.protocol.signing import PrivateKey

_NO_SECRET = bytes(digits.SECRET_BYTES)


@record(frozen=True, slots=True)
class CodePayment:
    """A payment by payment code: PAID with its receipt, or AUTHORISING while the payer is asked."""

    payment: Payment
    receipt: Signed | None


class Scanned(TypedDict):
    """What a till has read off a phone, and the limits by which it is collected."""

    payment_code: str
    policy: Policy


def pay_with_code(
    books: Books,
    *,
    request: PaymentRequest,
    payment_code: str,
    rates: RateTable,
    policy: Policy,
    now: Instant,
    ids: IdSource,
    key: PrivateKey,
) -> CodePayment:
    """Collect from the payer whose code was scanned; the same request again is the same answer.

    The request's signature is checked before (``consents.open_request``). Raises what
    ``requests.request`` raises, ``TooManyAttempts``, ``AuthCodeFormat``,
    ``PaymentAuthCodeInvalid``, ``PayerBlocked``, ``CurrencyUnsupported``, ``DailyLimit``,
    ``MonthlyLimit``, ``NotEnoughFunds``. The caller then has to count a miss outside of what is
    undone (``count_miss``).
    """
    known = requests.same_request(books, request)
    if known is not None:
        return CodePayment(known, _receipt_of(books, known))
    requests.require_presented(request, Presented.CONSUMER)
    require_merchant_may_sell(require_merchant(books, request.merchant_id))
    handle, payer = _presented(
        books, payment_code, merchant_id=request.merchant_id, policy=policy, now=now
    )
    payment = requests.open_payment(books, request=request, policy=policy, now=now)
    use(books, handle, payment)
    return _collect(
        books,
        payment=payment,
        payer=payer,
        rates=rates,
        policy=policy,
        now=now,
        ids=ids,
        key=key,
    )


def collect(
    books: Books,
    *,
    payment: Payment,
    payment_code: str,
    rates: RateTable,
    policy: Policy,
    now: Instant,
    ids: IdSource,
    key: PrivateKey,
) -> CodePayment:
    """Collect a payment that was opened for a payment code, from the payer whose code it is.

    Raises ``FieldFormat`` for one opened for another way of presenting, and what
    ``pay_with_code`` raises for merchant, code and payer.
    """
    if payment.presented is not Presented.CONSUMER:
        raise FieldFormat(f"{payment.payment_id} was opened for a code that the payer scans")
    require_merchant_may_sell(require_merchant(books, payment.merchant_id))
    handle, payer = _presented(
        books, payment_code, merchant_id=payment.merchant_id, policy=policy, now=now
    )
    use(books, handle, payment)
    return _collect(
        books,
        payment=payment,
        payer=payer,
        rates=rates,
        policy=policy,
        now=now,
        ids=ids,
        key=key,
    )


def shown_by(
    books: Books, payment_code: str, *, merchant_id: str, policy: Policy, now: Instant
) -> Payer:
    """Tell a merchant whose code it has read, without using it up: the same code can still pay.

    Raises ``MerchantBlocked``, ``PayerBlocked``, ``TooManyAttempts`` and what ``require_handle``
    raises; a bad code is to be counted as a miss, as when paying.
    """
    require_merchant_may_sell(require_merchant(books, merchant_id))
    _, payer = _presented(books, payment_code, merchant_id=merchant_id, policy=policy, now=now)
    return payer


def _presented(
    books: Books, payment_code: str, *, merchant_id: str, policy: Policy, now: Instant
) -> tuple[CodeHandle, Payer]:
    """Find the handle behind a code that a merchant presents, and its payer, who may pay."""
    require_guesses_left(books, merchant_id=merchant_id, policy=policy, now=now)
    handle = require_handle(books, payment_code, policy=policy, now=now)
    payer = require_payer(books, handle.payer_id)
    require_payer_may_pay(payer)
    return handle, payer


def _collect(
    books: Books,
    *,
    payment: Payment,
    payer: Payer,
    rates: RateTable,
    policy: Policy,
    now: Instant,
    ids: IdSource,
    key: PrivateKey,
) -> CodePayment:
    asked = payment.intent is Intent.DEPOSIT or pin_needed(
        books, payer_id=payer.payer_id, amount=payment.amount, policy=policy, now=now
    )
    attached = claims.attach(
        books,
        payment=payment,
        payer=payer,
        code_digest="",
        rates=rates,
        policy=policy,
        now=now,
        ids=ids,
    )
    if asked:
        return CodePayment(attached, None)
    claim = claims.require_claim(books, attached)
    captured = capture(
        books,
        payment=attached,
        claim=claim,
        sides=receipts.sides_of(books, attached),
        now=now,
        ids=ids,
        key=key,
    )
    spend(books, payer=payer, payment=captured.payment, policy=policy, now=now)
    return CodePayment(captured.payment, captured.receipt)


def _receipt_of(books: Books, payment: Payment) -> Signed | None:
    for receipt in books.receipts.of_payment(payment.payment_id):
        if receipt.kind is ReceiptKind.PAYMENT and not receipt.is_erased:
            return receipt.signed
    return None


def require_handle(books: Books, payment_code: str, *, policy: Policy, now: Instant) -> CodeHandle:
    """Find the unused handle behind a code that was shown just now.

    Raises ``AuthCodeFormat``; and for all that can be wrong beyond the form, the key of a lost
    phone included, the one ``PaymentAuthCodeInvalid`` that doesn't tell which it was.
    """
    parts = digits.parse(payment_code)
    require_handle_not_guessed_at(books, handle=parts.handle, policy=policy, now=now)
    handle = books.codes.find(parts.handle)
    device = books.directory.device(handle.device_id) if handle else None
    try:
        digits.check(parts, device.code_secret if device else _NO_SECRET, now)
        if device is not None:
            keys.key_record(books, key_id=device.key_id).require(at=now)
    except (PaymentAuthCodeInvalid, Unauthentic):
        raise PaymentAuthCodeInvalid from None
    if handle is None or handle.state is not PaymentCodeState.ISSUED:
        raise PaymentAuthCodeInvalid
    return handle


def use(books: Books, handle: CodeHandle, payment: Payment) -> None:
    """Spend a handle on a payment; it can't be used again."""
    state = PAYMENT_CODE.advance(handle.state, PaymentCodeEvent.USE)
    books.codes.replace(replace(handle, state=state, payment_id=payment.payment_id))


def count_miss(
    books: Books, *, merchant_id: str, payment_code: str, refusal: QrpayError, now: Instant
) -> None:
    """Remember that a merchant presented a bad code; other refusals don't count."""
    if isinstance(refusal, PaymentAuthCodeInvalid):
        books.codes.add_miss(merchant_id, digits.parse(payment_code).handle, now)


def issue_handles(
    books: Books, *, device: Device, entropy: Callable[[int], bytes], now: Instant
) -> list[CodeHandle]:
    """Fill up a device's pool of unused handles and give all of them, oldest first."""
    missing = digits.POOL_SIZE - len(books.codes.of_device(device.device_id))
    while missing > 0:
        drawn = digits.draw_handle(entropy)
        if books.codes.find(drawn) is not None:
            continue
        books.codes.add(
            CodeHandle(
                drawn, device.device_id, device.payer_id, PaymentCodeState.ISSUED, issued_at=now
            )
        )
        missing -= 1
    return books.codes.of_device(device.device_id)
