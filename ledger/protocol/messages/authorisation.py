"""Authorisation: the payer agrees to pay this payee this amount (ISO 20022: ``pain.014``).

Signed by the payer's device, after the payer has seen payee and amount. It names both, so that a
consent to one payment is none to another (dynamic linking, Regulation (EU) 2018/389, Article 5):
the payee as shown, the price, what leaves the account, the locked quote, the scanned code. The
provider compares each with its own rows.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from ledger.protocol import instants
from ledger.protocol.errors.content import MessageFormat
from ledger.protocol.identifiers import (
    DeviceId,
    Kind,
    PayerId,
    PaymentId,
    check,
    check_merchant_id,
)
from ledger.protocol.instants import Instant
from ledger.protocol.messages import funding, rules
from ledger.protocol.messages.funding import Funded
from ledger.protocol.messages.intent import Intent
from ledger.protocol.messages.sealed import Message
from ledger.protocol.messages.text import Fields, Layout
from ledger.protocol.money import Money, payable
from ledger.protocol.signing import Domain


@dataclass(frozen=True, slots=True)
class Authorisation(Message):
    """A payer's consent.

    ``payee_name`` is the name the payer was shown, ``payer_amount`` what leaves the account, in its
    currency. ``quote_id`` names the locked rate and is empty exactly when no currency is changed.
    ``code_digest`` is the SHA-256 of the scanned text, hexadecimal; empty when the payer showed a
    payment code. ``intent`` says whether the payer agreed to pay or to have it held. ``funding`` is
    what coupons and points pay of the price; ``payer_amount`` is without it.
    """

    DOMAIN: ClassVar = Domain.AUTHORISATION
    LAYOUT: ClassVar = Layout(
        Domain.AUTHORISATION,
        "authorisation_id",
        "payment_id",
        "payer_id",
        "device_id",
        "merchant_id",
        "payee_name",
        "amount_minor",
        "currency",
        "payer_amount_minor",
        "payer_currency",
        "quote_id",
        "code_digest",
        "authorised_at",
        "intent",
        last="funding",
    )

    authorisation_id: str
    payment_id: PaymentId
    payer_id: PayerId
    device_id: DeviceId
    merchant_id: str
    payee_name: str
    amount: Money
    payer_amount: Money
    quote_id: str
    code_digest: str
    authorised_at: Instant
    intent: Intent = Intent.SALE
    funding: tuple[Funded, ...] = ()

    def __post_init__(self) -> None:
        check(Kind.AUTHORISATION, self.authorisation_id)
        check(Kind.PAYMENT, self.payment_id)
        check(Kind.PAYER, self.payer_id)
        check(Kind.DEVICE, self.device_id)
        check_merchant_id(self.merchant_id)
        rules.check_name(self.payee_name)
        payable(self.amount)
        payable(self.payer_amount)
        rules.check_optional_id(Kind.QUOTE, self.quote_id)
        rules.check_optional_digest(self.code_digest)
        if bool(self.quote_id) is (self.amount.currency == self.payer_amount.currency):
            raise MessageFormat("there is a quote exactly when a currency is changed")
        funding.check(self.funding, amount=self.amount, payer_amount=self.payer_amount)

    def values(self) -> tuple[str, ...]:
        """Give the values of the lines after the first, in their fixed order."""
        return (
            self.authorisation_id,
            self.payment_id,
            self.payer_id,
            self.device_id,
            self.merchant_id,
            self.payee_name,
            str(self.amount.minor_units),
            self.amount.currency.code,
            str(self.payer_amount.minor_units),
            self.payer_amount.currency.code,
            self.quote_id,
            self.code_digest,
            instants.to_text(self.authorised_at),
            self.intent,
        )

    def last(self) -> str:
        """Give the value of the last line: what coupons and points pay."""
        return funding.spell(self.funding)

    @classmethod
    def from_fields(cls, fields: Fields) -> Authorisation:
        """Make the message from the values of its lines."""
        return cls(
            authorisation_id=fields.text("authorisation_id"),
            payment_id=PaymentId(fields.text("payment_id")),
            payer_id=PayerId(fields.text("payer_id")),
            device_id=DeviceId(fields.text("device_id")),
            merchant_id=fields.text("merchant_id"),
            payee_name=fields.text("payee_name"),
            amount=fields.money("amount_minor", "currency"),
            payer_amount=fields.money("payer_amount_minor", "payer_currency"),
            quote_id=fields.text("quote_id"),
            code_digest=fields.text("code_digest"),
            authorised_at=fields.instant("authorised_at"),
            intent=fields.choice("intent", Intent),
            funding=funding.read(fields.text("funding")),
        )
