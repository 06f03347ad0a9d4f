"""Receipts: check the provider's signed one before anything is believed of it.

A signed receipt is checked offline with the provider's published keys, when it comes in and again
whenever it is shown. ``pos.paper`` prints it, with what only the shop knows.
"""

from __future__ import annotations

from collections.abc import Sequence

from ledger.protocol.errors.checkout import ReceiptDiffers
from ledger.protocol.messages import Receipt, ReceiptKind, Signed, discount, open_receipt
from ledger.protocol.money import Money
from ledger.protocol.signing import KeyDirectory
from pos.acquirers.intents import Attempt
from pos.till import Sale


def checked(
    signed: Signed, directory: KeyDirectory, attempt: Attempt, *, told: Money | None = None
) -> Receipt:
    """Give a receipt that the provider signed and that is about this payment.

    The price must be the sale's, whatever coupons paid of it or took off it. ``told`` is what the
    provider told beside it of the shop's own coupon, and must be what the receipt says. Raises what
    ``open_receipt`` raises, and ``ReceiptDiffers``.
    """
    receipt = open_receipt(signed, directory)
    expected = (attempt.payment_id, attempt.merchant_order_no)
    if (receipt.payment_id, receipt.merchant_order_no) != expected:
        raise ReceiptDiffers(f"it is about {receipt.payment_id}")
    if receipt.amount.currency != attempt.amount.currency:
        raise ReceiptDiffers(f"it is in {receipt.amount.currency.code}")
    whole = receipt.kind is not ReceiptKind.REFUND and not attempt.is_deposit
    if receipt.amount > attempt.amount or (whole and receipt.amount != attempt.amount):
        raise ReceiptDiffers(f"it states {receipt.amount}, the sale is {attempt.amount}")
    if told is not None and receipt.kind is ReceiptKind.PAYMENT and _discount(receipt) != told:
        raise ReceiptDiffers(f"it takes {_discount(receipt)} off, the provider told {told}")
    return receipt


def _discount(receipt: Receipt) -> Money:
    return Money(discount(receipt.funding), receipt.amount.currency)


def taken_off(sale: Sale, receipts: Sequence[Receipt]) -> Money:
    """Tell what the shop's own coupon took off a sale, by the receipt of its payment.

    A payment that was given back as a whole is none.
    """
    undone = {each.payment_id for each in receipts if each.kind is ReceiptKind.REVERSAL}
    paid = (each for each in receipts if each.kind is ReceiptKind.PAYMENT)
    off = (_discount(each) for each in paid if each.payment_id not in undone)
    return next(off, Money(0, sale.total.currency))
