"""What was scanned, against what is kept: a code is only a pointer, the ledger's row is the truth.

The ledger verifies the scanned text itself, in the same way as the wallet did
(``ledger.protocol.merchant_qr``), and then compares every field with its own rows. A code that is
signed by the right merchant and still says anything else than the payment is ``QrOrderMismatch``.
"""

from __future__ import annotations

import hashlib

from ledger.core.parties import keys
from ledger.core.ports import Books
from ledger.core.records.parties import Merchant, Terminal
from ledger.core.records.payments import Payment
from ledger.protocol import merchant_qr
from ledger.protocol.errors.checkout import MerchantNotFound, TerminalNotFound
from ledger.protocol.errors.codes import QrNotPayable, QrOrderMismatch
from ledger.protocol.identifiers import payment_id_of
from ledger.protocol.instants import SECOND, Instant
from ledger.protocol.merchant_qr import DynamicCode, LinkCode, SignedCode, StickerCode
from ledger.protocol.messages import Presented

Compared = dict[str, tuple[object, object]]
"""By subject: what the code says, and what is kept."""


def digest(code: str) -> str:
    """Name a scanned text: its SHA-256 in hexadecimal."""
    return hashlib.sha256(code.encode("utf-8")).hexdigest()


def read_presented(
    books: Books, *, code: str, payment: Payment, merchant: Merchant, now: Instant
) -> None:
    """Verify the code on a shop's screen, and that it stands for this payment.

    Raises what ``merchant_qr.verify`` raises, and ``QrOrderMismatch``.
    """
    read = merchant_qr.verify(code, keys.directory(books), now=now)
    require_stands_for(books, read, payment=payment, merchant=merchant)


def require_stands_for(
    books: Books, read: SignedCode, *, payment: Payment, merchant: Merchant
) -> None:
    """Refuse a verified code that says anything else than the payment (``QrOrderMismatch``)."""
    if isinstance(read, StickerCode) or payment.presented is not Presented.MERCHANT:
        raise QrOrderMismatch("the code does not stand for this payment")
    compared: Compared = {
        "merchant": (read.merchant_id, payment.merchant_id),
        "request id": (payment_id_of(read.request_id), payment.payment_id),
        "amount": (read.amount, payment.amount),
    }
    if isinstance(read, DynamicCode):
        terminal = books.directory.terminal(payment.merchant_id, payment.terminal_id)
        compared |= _shop(read, merchant, terminal)
        compared["terminal"] = (read.terminal_label, payment.terminal_id)
        if read.bill_no:
            compared["bill number"] = (read.bill_no, payment.merchant_order_no)
    _require_equal(compared)
    _require_no_longer_life(read, payment)


def read_sticker(books: Books, *, code: str, now: Instant) -> tuple[Merchant, Terminal]:
    """Verify a sticker and find the merchant and the terminal it stands for.

    Raises what ``merchant_qr.verify`` raises, ``QrNotPayable`` (no sticker),
    ``MerchantNotFound``, ``TerminalNotFound``, ``QrOrderMismatch``.
    """
    read = merchant_qr.verify(code, keys.directory(books), now=now)
    if not isinstance(read, StickerCode):
        raise QrNotPayable("the code is for one payment; claim that payment instead")
    merchant = books.directory.merchant(read.merchant_id)
    if merchant is None:
        raise MerchantNotFound(read.merchant_id)
    terminal = books.directory.terminal(read.merchant_id, read.terminal_label)
    if terminal is None:
        raise TerminalNotFound(read.terminal_label)
    compared = _shop(read, merchant, terminal)
    compared["currency"] = (read.currency, merchant.currency)
    _require_equal(compared)
    return merchant, terminal


def _shop(
    read: DynamicCode | StickerCode, merchant: Merchant, terminal: Terminal | None
) -> Compared:
    store_label = terminal.store_label if terminal else ""
    compared: Compared = {
        "payee's name": (read.merchant_name, merchant.name),
        "city": (read.merchant_city, merchant.city),
        "country": (read.country, merchant.country),
        "line of business": (read.mcc, merchant.mcc),
    }
    if read.postal_code:
        compared["postal code"] = (read.postal_code, merchant.postal_code)
    if read.store_label:
        compared["store"] = (read.store_label, store_label)
    if read.local_name:
        compared["local name"] = (read.local_name, merchant.names.zh)
    return compared


def _require_equal(compared: Compared) -> None:
    for subject, (said, kept) in compared.items():
        if said != kept:
            raise QrOrderMismatch(f"the {subject} in the code is not the one of the payment")


def _require_no_longer_life(read: DynamicCode | LinkCode, payment: Payment) -> None:
    # A code counts whole seconds, so it may outlive its payment by what rounding up adds.
    if read.expires_at - payment.expires_at >= SECOND:
        raise QrOrderMismatch("the code expires later than the payment")
