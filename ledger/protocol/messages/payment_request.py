"""PaymentRequest: the merchant asks to be paid (ISO 20022: ``pain.013``, request to pay).

Signed by the merchant's till. The till chooses ``request_id``, so the payment has a name before the
provider has heard of it. ``basket_hash`` ties the receipt to the basket without showing it to the
provider: SHA-256 of a random salt and the lines, hexadecimal, or empty.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from ledger.protocol import instants
from ledger.protocol.errors.content import MessageFormat
from ledger.protocol.identifiers import (
    RequestId,
    check_body,
    check_merchant_id,
    check_merchant_order_no,
    check_terminal_id,
    check_text,
)
from ledger.protocol.instants import Instant
from ledger.protocol.messages import rules
from ledger.protocol.messages.intent import Intent
from ledger.protocol.messages.sealed import Message
from ledger.protocol.messages.text import Fields, Layout
from ledger.protocol.money import Money, payable
from ledger.protocol.signing import Domain


class Presented(StrEnum):
    """Who shows the code: the shop's screen, the payer's phone, or a sticker on the counter."""

    MERCHANT = "merchant"
    CONSUMER = "consumer"
    STICKER = "sticker"


@dataclass(frozen=True, slots=True)
class PaymentRequest(Message):
    """One request for one amount; ``expires_at`` is the first instant at which it is over.

    A deposit is held until ``hold_until`` (exclusive) at most, or, where that is None, as long as
    the provider allows.
    """

    DOMAIN: ClassVar = Domain.REQUEST
    LAYOUT: ClassVar = Layout(
        Domain.REQUEST,
        "request_id",
        "merchant_id",
        "terminal_id",
        "merchant_order_no",
        "amount_minor",
        "currency",
        "subject",
        "basket_hash",
        "created_at",
        "expires_at",
        "presented",
        "intent",
        "hold_until",
    )

    request_id: RequestId
    merchant_id: str
    terminal_id: str
    merchant_order_no: str
    amount: Money
    subject: str
    basket_hash: str
    created_at: Instant
    expires_at: Instant
    presented: Presented
    intent: Intent = Intent.SALE
    hold_until: Instant | None = None

    def __post_init__(self) -> None:
        check_body(self.request_id)
        check_merchant_id(self.merchant_id)
        check_terminal_id(self.terminal_id)
        check_merchant_order_no(self.merchant_order_no)
        payable(self.amount)
        check_text(self.subject, rules.SUBJECT_LENGTH)
        rules.check_optional_digest(self.basket_hash)
        if self.expires_at <= self.created_at:
            raise MessageFormat("a request expires after it was made")
        if self.presented is Presented.STICKER:
            raise MessageFormat("a sticker asks for nothing; its payer does")
        if self.hold_until is not None and self.intent is not Intent.DEPOSIT:
            raise MessageFormat("only a deposit is held")
        if self.hold_until is not None and self.hold_until <= self.expires_at:
            raise MessageFormat("a deposit is held for longer than its request lives")

    def values(self) -> tuple[str, ...]:
        """Give the values of the lines after the first, in their fixed order."""
        return (
            self.request_id,
            self.merchant_id,
            self.terminal_id,
            self.merchant_order_no,
            str(self.amount.minor_units),
            self.amount.currency.code,
            self.subject,
            self.basket_hash,
            instants.to_text(self.created_at),
            instants.to_text(self.expires_at),
            self.presented,
            self.intent,
            "" if self.hold_until is None else instants.to_text(self.hold_until),
        )

    @classmethod
    def from_fields(cls, fields: Fields) -> PaymentRequest:
        """Make the message from the values of its lines."""
        return cls(
            request_id=RequestId(fields.text("request_id")),
            merchant_id=fields.text("merchant_id"),
            terminal_id=fields.text("terminal_id"),
            merchant_order_no=fields.text("merchant_order_no"),
            amount=fields.money("amount_minor", "currency"),
            subject=fields.text("subject"),
            basket_hash=fields.text("basket_hash"),
            created_at=fields.instant("created_at"),
            expires_at=fields.instant("expires_at"),
            presented=fields.choice("presented", Presented),
            intent=fields.choice("intent", Intent),
            hold_until=fields.optional_instant("hold_until"),
        )
