"""A vendor's order is a payment: opened for an account, found by either number, buried unseen.

The face has checked the vendor's signature and the vendor's rules on fields before. A payment lives
as long as the vendor's order does, which may be for days.

Two merchants' numbers meet here. ``VendorOrder.out_no`` is the merchant's number as the vendor
allows it (up to 64 characters), unique in its account. The payment's own ``merchant_order_no`` is
the same wherever our rules allow it and no other payment of the merchant has it; otherwise the
payment is called by its request id.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import Final

from ledger.core.checkout import endings, progress, requests
from ledger.core.limits import Policy, require_merchant_may_sell
from ledger.core.parties.register import require_merchant
from ledger.core.ports import Books
from ledger.core.records.payments import Payment
from ledger.core.records.vendors import VendorAccount, VendorFace, VendorOrder
from ledger.protocol.errors.checkout import OrderNotFound, OrderNumberReused
from ledger.protocol.errors.content import IdentifierFormat
from ledger.protocol.identifiers import (
    IdSource,
    body_of,
    check_merchant_order_no,
    check_text,
    payment_id_of,
)
from ledger.protocol.instants import Instant, later
from ledger.protocol.lifecycle import PaymentState
from ledger.protocol.messages import Intent, Presented
from ledger.protocol.money import Money, payable
from ledger.protocol.records import record, replace
from ledger.protocol.signing import PrivateKey

OUT_NO_LENGTH: Final = 64
NOTIFY_URL_LENGTH: Final = 2048
NEUTRAL_SUBJECT: Final = "Order {}"
_REQUEST: Final = "{} {} {}"
"""What stands for a signed request: the face that took it, the account, the merchant's number."""


@record(frozen=True, slots=True)
class Wanted:
    """An order as a face has read it; ``VendorOrder`` explains the fields.

    ``expires_at`` is when the payment closes by itself. ``presented`` is ``merchant`` for whatever
    a wallet is led to by ``code``, ``consumer`` for a payment code.
    """

    account: VendorAccount
    face: VendorFace
    out_no: str
    vendor_no: str
    amount: Money
    presented: Presented
    expires_at: Instant
    code: str = ""
    code_until: Instant | None = None
    notify_url: str = ""
    payer_alias: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)
    intent: Intent = Intent.SALE


@record(frozen=True, slots=True)
class Opened:
    """A vendor's order and the payment behind it."""

    order: VendorOrder
    payment: Payment


def open_order(
    books: Books, *, wanted: Wanted, policy: Policy, now: Instant, ids: IdSource
) -> Opened:
    """Open the payment of an order; whoever may ask twice looks first (``find``).

    Raises ``OrderNumberReused``, ``MerchantBlocked``, ``CurrencyMismatch``, ``AmountOutOfRange``,
    ``TextCharacter``.
    """
    check_text(wanted.out_no, OUT_NO_LENGTH)
    check_text(wanted.notify_url, NOTIFY_URL_LENGTH)
    account = wanted.account
    merchant = require_merchant(books, account.merchant_id)
    require_merchant_may_sell(merchant)
    requests.require_currency(merchant, payable(wanted.amount))
    _require_unknown(books, account, wanted.out_no)
    request_id = ids.body(now)
    number = _order_no(books, account.merchant_id, wanted.out_no, otherwise=request_id)
    payment = Payment(
        payment_id=payment_id_of(request_id),
        merchant_id=account.merchant_id,
        terminal_id=account.terminal_id,
        merchant_order_no=number,
        amount=wanted.amount,
        subject=NEUTRAL_SUBJECT.format(number),
        basket_hash="",
        presented=wanted.presented,
        request_text=_REQUEST.format(wanted.face, account.account_id, wanted.out_no),
        state=PaymentState.AWAITING_PAYER,
        created_at=now,
        expires_at=wanted.expires_at,
        refunded=Money(0, wanted.amount.currency),
        intent=wanted.intent,
        hold_until=later(now, policy.hold_ms) if wanted.intent is Intent.DEPOSIT else None,
    )
    progress.begin(books, payment, now=now)
    return _keep(books, wanted, payment, now=now)


def bury(books: Books, *, wanted: Wanted, now: Instant, ids: IdSource) -> Opened:
    """Leave a tombstone for an order that was undone before it arrived, so that it never can.

    The amount wanted counts for nothing. Raises ``OrderNumberReused``.
    """
    account = wanted.account
    merchant = require_merchant(books, account.merchant_id)
    _require_unknown(books, account, wanted.out_no)
    request_id, nothing = ids.body(now), Money(0, merchant.currency)
    tombstone = Payment(
        payment_id=payment_id_of(request_id),
        merchant_id=account.merchant_id,
        terminal_id=account.terminal_id,
        merchant_order_no=request_id,
        amount=nothing,
        subject="",
        basket_hash="",
        presented=wanted.presented,
        request_text="",
        state=PaymentState.REVERSED,
        created_at=now,
        expires_at=now,
        refunded=nothing,
    )
    progress.begin(books, tombstone, now=now)
    return _keep(books, wanted, tombstone, now=now)


def supersede(
    books: Books, *, opened: Opened, now: Instant, ids: IdSource, key: PrivateKey
) -> None:
    """Close an order that waits for a scan and give its number free, telling nobody.

    Where a vendor says that an order exists only once somebody scans, the merchant may come back
    with the same number and a payment code instead. Raises ``OrderAlreadyPaid``, ``OrderState``.
    """
    order, payment = opened.order, opened.payment
    books.vendor_orders.replace(replace(order, code="", notify_url=""))
    books.vendor_orders.rename(order.payment_id, body_of(order.payment_id))
    endings.close(
        books,
        merchant_id=payment.merchant_id,
        payment_id=payment.payment_id,
        now=now,
        ids=ids,
        key=key,
    )


def _keep(books: Books, wanted: Wanted, payment: Payment, *, now: Instant) -> Opened:
    order = VendorOrder(
        payment_id=payment.payment_id,
        face=wanted.face,
        account_id=wanted.account.account_id,
        out_no=wanted.out_no,
        vendor_no=wanted.vendor_no,
        created_at=now,
        code=wanted.code,
        code_until=wanted.code_until,
        notify_url=wanted.notify_url,
        payer_alias=wanted.payer_alias,
        facts=wanted.facts,
    )
    books.vendor_orders.add(order)
    return Opened(order, payment)


def _require_unknown(books: Books, account: VendorAccount, out_no: str) -> None:
    if books.vendor_orders.by_out_no(account.vendor, account.account_id, out_no) is not None:
        raise OrderNumberReused(f"{out_no} stands for another payment")


def _order_no(books: Books, merchant_id: str, out_no: str, *, otherwise: str) -> str:
    try:
        check_merchant_order_no(out_no)
    except IdentifierFormat:
        return otherwise
    return out_no if books.payments.by_order_no(merchant_id, out_no) is None else otherwise


def find(
    books: Books, *, account: VendorAccount, out_no: str = "", vendor_no: str = ""
) -> Opened | None:
    """Find an account's order by the vendor's number, which wins, or by the merchant's."""
    if vendor_no:
        order = books.vendor_orders.by_vendor_no(account.vendor, vendor_no)
    else:
        order = books.vendor_orders.by_out_no(account.vendor, account.account_id, out_no)
    if order is None or order.account_id != account.account_id:
        return None
    return Opened(order, progress.require_payment(books, order.payment_id))


def require(
    books: Books, *, account: VendorAccount, out_no: str = "", vendor_no: str = ""
) -> Opened:
    """Find an order as ``find`` does, or raise ``OrderNotFound``."""
    opened = find(books, account=account, out_no=out_no, vendor_no=vendor_no)
    if opened is None:
        raise OrderNotFound(f"no order {(vendor_no or out_no)[:64]!r}")
    return opened


def was_scanned(payment: Payment) -> bool:
    """Tell whether anybody was ever attached; before, Alipay says that there is no trade."""
    return payment.version > 1
