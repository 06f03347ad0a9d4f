"""What the parties say to each other and can prove later: five signed messages.

    till    -> provider  PaymentRequest   I want to be paid this
    wallet  -> provider  Authorisation    I pay this payee this amount
    provider -> both     Receipt          this happened
    provider -> till     Notification     look: this changed
    provider -> anybody  Head             this is all that was booked until the end of a day

Reading order: ``text`` (the spelling), ``sealed`` (signing and opening), then the messages, each in
its own module; ``rules`` holds what their fields have in common.
"""

from __future__ import annotations

from ledger.protocol.messages.authorisation import Authorisation
from ledger.protocol.messages.funding import Funded, FundingSource, discount
from ledger.protocol.messages.head import Head, open_head
from ledger.protocol.messages.intent import Intent
from ledger.protocol.messages.notification import Notification, NotificationEvent
from ledger.protocol.messages.payment_request import PaymentRequest, Presented
from ledger.protocol.messages.receipt import Receipt, ReceiptKind, open_receipt
from ledger.protocol.messages.sealed import Message, Signed, decode, encode, open_, seal

__all__ = [
    "Authorisation",
    "Funded",
    "FundingSource",
    "Head",
    "Intent",
    "Message",
    "Notification",
    "NotificationEvent",
    "PaymentRequest",
    "Presented",
    "Receipt",
    "ReceiptKind",
    "Signed",
    "decode",
    "discount",
    "encode",
    "open_",
    "open_head",
    "open_receipt",
    "seal",
]
