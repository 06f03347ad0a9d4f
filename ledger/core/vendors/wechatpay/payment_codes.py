"""Payment by the code on the payer's phone, and undoing it, for both faces of WeChat Pay.

What is password-free is paid at once; else the payer is asked on their phone and the till waits. A
till that does not know how it went reverses, which holds even for what never arrived.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from ledger.core.books.fx import RateTable
from ledger.core.checkout.payment_codes import Scanned
from ledger.core.limits import Policy
from ledger.core.parties.register import require_merchant
from ledger.core.ports import Books
from ledger.core.records.vendors import VendorAccount, VendorFace
from ledger.core.returns import reversals
from ledger.core.vendors import codes
from ledger.core.vendors.orders import Opened, Wanted, bury
from ledger.core.vendors.wechatpay import password_free
from ledger.core.vendors.wechatpay.negative_tests import NegativeTest, refuse_for_payer
from ledger.protocol.errors.codes import AuthCodeFormat
from ledger.protocol.errors.wechatpay import NotReversible
from ledger.protocol.errors.wechatpay_v2 import ReversalTooLate
from ledger.protocol.identifiers import IdSource
from ledger.protocol.instants import DAY, Instant, later
from ledger.protocol.messages import Presented
from ledger.protocol.money import Money
from ledger.protocol.signing import PrivateKey

TRADE_TYPE: Final = "MICROPAY"
REVERSIBLE_MS: Final = 7 * DAY
"""For how long a payment by code can be undone (the vendor's pages on reversing)."""

_CODE: Final = re.compile(r"1[0-5][0-9]{16}", re.ASCII)


def require_code(payment_code: str, field: str) -> str:
    """Give the digits that stood in ``field``; raises ``AuthCodeFormat`` if they are no code."""
    if not _CODE.fullmatch(payment_code):
        raise AuthCodeFormat(f"{field} has 18 digits, the first two from 10 to 15")
    return payment_code


def collect(
    books: Books,
    *,
    opened: Opened,
    scan: Callable[[Policy], Scanned],
    asked: NegativeTest,
    policy: Policy,
    rates: RateTable,
    now: Instant,
    ids: IdSource,
    key: PrivateKey,
) -> Opened:
    """Collect an order from the payer whose code was scanned; again gives how it stands.

    ``scan`` gives what the till has read, with the limits that it is told. A payment whose payer
    has to be asked is given as ``AUTHORISING``, also where ``asked`` lets them refuse at once.
    Raises what ``codes.pay_with_code`` raises.
    """
    limits = password_free.limits(
        books, payment=opened.payment, policy=policy, rates=rates, now=now
    )
    paid = codes.pay_with_code(
        books,
        opened=opened,
        **scan(asked.policy(limits)),
        rates=rates,
        now=now,
        ids=ids,
        key=key,
    )
    refuse_for_payer(books, asked=asked, payment=paid.payment, now=now, ids=ids, key=key)
    return Opened(opened.order, paid.payment)


def reverse(books: Books, *, known: Opened, now: Instant, ids: IdSource, key: PrivateKey) -> None:
    """Undo a payment by code, whatever became of it.

    Raises ``NotReversible`` for what a wallet was led to by a code, ``ReversalTooLate``, and what
    ``reversals.reverse`` raises.
    """
    payment = known.payment
    if payment.presented is not Presented.CONSUMER:
        raise NotReversible(known.order.out_no)
    if now >= later(payment.created_at, REVERSIBLE_MS):
        raise ReversalTooLate(known.order.out_no)
    reversals.reverse(
        books,
        merchant_id=payment.merchant_id,
        payment_id=payment.payment_id,
        merchant_order_no=payment.merchant_order_no,
        now=now,
        ids=ids,
        key=key,
    )


def reverse_unseen(
    books: Books,
    *,
    account: VendorAccount,
    face: VendorFace,
    out_no: str,
    vendor_no: str,
    now: Instant,
    ids: IdSource,
) -> None:
    """Undo what never arrived: should it still be on its way, it is refused when it does."""
    merchant = require_merchant(books, account.merchant_id)
    wanted = Wanted(
        account=account,
        face=face,
        out_no=out_no,
        vendor_no=vendor_no,
        amount=Money(0, merchant.currency),
        presented=Presented.CONSUMER,
        expires_at=now,
        facts={"trade_type": TRADE_TYPE},
    )
    bury(books, wanted=wanted, now=now, ids=ids)
