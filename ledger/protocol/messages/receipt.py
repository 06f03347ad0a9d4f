"""Receipt: the provider states a final outcome, for ever (ISO 20022: ``pacs.002``).

Signed by the provider. Shop and payer hold the same kind of paper: it names the payee as registered
and the payer only by a pseudonym for this merchant. It is checked with the published keys alone,
years later, without asking anybody.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from ledger.protocol import instants
from ledger.protocol.errors.content import MessageFormat
from ledger.protocol.identifiers import (
    Kind,
    PaymentId,
    ReceiptId,
    check,
    check_merchant_id,
    check_merchant_order_no,
    check_terminal_id,
    check_text,
)
from ledger.protocol.instants import Instant
from ledger.protocol.messages import funding, rules
from ledger.protocol.messages.funding import Funded
from ledger.protocol.messages.sealed import Message, Signed, decode, require_sealed
from ledger.protocol.messages.text import Fields, Layout
from ledger.protocol.money import Money, payable
from ledger.protocol.signing import LEDGER, Domain, KeyDirectory


class ReceiptKind(StrEnum):
    """Which way money went: from the payer, a part back, all of it back."""

    PAYMENT = "payment"
    REFUND = "refund"
    REVERSAL = "reversal"


@dataclass(frozen=True, slots=True)
class Receipt(Message):
    """One movement of money.

    ``refund_id`` is there exactly for a refund. ``ppid`` is the payer's pseudonym for this
    merchant. ``amount`` is in the merchant's currency, ``payer_amount`` in the payer's (0 where a
    small refund is less than the payer's smallest coin). ``rate`` tells how many minor units of the
    payer's currency one of the merchant's was worth, as a fraction, and ``rate_set_by`` whose rate
    it was; both are there exactly when a currency was changed. ``funding`` is what coupons and
    points paid of the amount, or what of it went back to them.
    """

    DOMAIN: ClassVar = Domain.RECEIPT
    LAYOUT: ClassVar = Layout(
        Domain.RECEIPT,
        "receipt_id",
        "kind",
        "payment_id",
        "refund_id",
        "merchant_id",
        "payee_name",
        "payee_city",
        "merchant_order_no",
        "terminal_id",
        "ppid",
        "amount_minor",
        "currency",
        "payer_amount_minor",
        "payer_currency",
        "rate",
        "rate_set_by",
        "occurred_at",
        last="funding",
    )

    receipt_id: ReceiptId
    kind: ReceiptKind
    payment_id: PaymentId
    refund_id: str
    merchant_id: str
    payee_name: str
    payee_city: str
    merchant_order_no: str
    terminal_id: str
    ppid: str
    amount: Money
    payer_amount: Money
    rate: str
    rate_set_by: str
    occurred_at: Instant
    funding: tuple[Funded, ...] = ()

    def __post_init__(self) -> None:
        check(Kind.RECEIPT, self.receipt_id)
        check(Kind.PAYMENT, self.payment_id)
        rules.check_optional_id(Kind.REFUND, self.refund_id)
        check_merchant_id(self.merchant_id)
        rules.check_name(self.payee_name)
        rules.check_name(self.payee_city)
        check_merchant_order_no(self.merchant_order_no)
        check_terminal_id(self.terminal_id)
        rules.check_pairwise_id(self.ppid)
        payable(self.amount)
        rules.check_share(self.payer_amount)
        rules.check_optional_rate(self.rate)
        check_text(self.rate_set_by, rules.NAME_LENGTH)
        if bool(self.refund_id) is not (self.kind is ReceiptKind.REFUND):
            raise MessageFormat("there is a refund id exactly in the receipt of a refund")
        changed = self.amount.currency != self.payer_amount.currency
        if bool(self.rate) is not changed or bool(self.rate_set_by) is not changed:
            raise MessageFormat("there is a rate exactly when a currency was changed")
        funding.check(self.funding, amount=self.amount, payer_amount=self.payer_amount)

    def values(self) -> tuple[str, ...]:
        """Give the values of the lines after the first, in their fixed order."""
        return (
            self.receipt_id,
            self.kind,
            self.payment_id,
            self.refund_id,
            self.merchant_id,
            self.payee_name,
            self.payee_city,
            self.merchant_order_no,
            self.terminal_id,
            self.ppid,
            str(self.amount.minor_units),
            self.amount.currency.code,
            str(self.payer_amount.minor_units),
            self.payer_amount.currency.code,
            self.rate,
            self.rate_set_by,
            instants.to_text(self.occurred_at),
        )

    def last(self) -> str:
        """Give the value of the last line: what coupons and points pay."""
        return funding.spell(self.funding)

    @classmethod
    def from_fields(cls, fields: Fields) -> Receipt:
        """Make the message from the values of its lines."""
        return cls(
            receipt_id=ReceiptId(fields.text("receipt_id")),
            kind=fields.choice("kind", ReceiptKind),
            payment_id=PaymentId(fields.text("payment_id")),
            refund_id=fields.text("refund_id"),
            merchant_id=fields.text("merchant_id"),
            payee_name=fields.text("payee_name"),
            payee_city=fields.text("payee_city"),
            merchant_order_no=fields.text("merchant_order_no"),
            terminal_id=fields.text("terminal_id"),
            ppid=fields.text("ppid"),
            amount=fields.money("amount_minor", "currency"),
            payer_amount=fields.money("payer_amount_minor", "payer_currency"),
            rate=fields.text("rate"),
            rate_set_by=fields.text("rate_set_by"),
            occurred_at=fields.instant("occurred_at"),
            funding=funding.read(fields.text("funding")),
        )


def open_receipt(signed: Signed, directory: KeyDirectory) -> Receipt:
    """Give a receipt that the provider sealed, however long ago, with nothing but its keys.

    The key must have been good at the time the receipt tells; a key revoked since proves nothing.
    Raises what ``open_`` raises.
    """
    claimed = decode(Receipt, signed.text)
    require_sealed(signed, Receipt, directory, at=claimed.occurred_at, owner=LEDGER)
    return claimed
