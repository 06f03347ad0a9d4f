"""Notification: the provider tells the till what happened (ISO 20022: near ``camt.054``).

Signed by the provider, delivered at least once, in any order. The till finds its own sale by
``merchant_order_no``, compares amount and terminal, and remembers ``notification_id``.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar, Final

from ledger.protocol import instants
from ledger.protocol.errors.content import MessageFormat
from ledger.protocol.identifiers import (
    Kind,
    PaymentId,
    check,
    check_merchant_id,
    check_merchant_order_no,
    check_terminal_id,
)
from ledger.protocol.instants import Instant
from ledger.protocol.lifecycle import PaymentState
from ledger.protocol.messages import funding, rules
from ledger.protocol.messages.funding import Funded
from ledger.protocol.messages.payment_request import Presented
from ledger.protocol.messages.sealed import Message
from ledger.protocol.messages.text import Fields, Layout
from ledger.protocol.money import Money, payable
from ledger.protocol.signing import Domain


class NotificationEvent(StrEnum):
    """What a merchant is told about.

    A deposit that was held is *captured* (how much of it, the receipt tells) or *released*: given
    back by the merchant or because its time was over. A refund that was accepted and did not reach
    the payer *waits* for the merchant, or *failed* and is over.
    """

    PAYMENT_HELD = "payment.held"
    PAYMENT_PAID = "payment.paid"
    PAYMENT_CAPTURED = "payment.captured"
    PAYMENT_RELEASED = "payment.released"
    PAYMENT_DECLINED = "payment.declined"
    PAYMENT_CLOSED = "payment.closed"
    PAYMENT_REVERSED = "payment.reversed"
    PAYMENT_FINISHED = "payment.finished"
    REFUND_SUCCEEDED = "refund.succeeded"
    REFUND_WAITING = "refund.waiting"
    REFUND_FAILED = "refund.failed"


_OF_REFUNDS: Final = (
    NotificationEvent.REFUND_SUCCEEDED,
    NotificationEvent.REFUND_WAITING,
    NotificationEvent.REFUND_FAILED,
)


@dataclass(frozen=True, slots=True)
class Notification(Message):
    """One event of one payment.

    ``state`` is the payment's after the event, ``amount`` the payment's. ``refund_id`` and
    ``refund_amount`` (same currency) are there exactly when a refund is what happened. ``funding``
    is that of the receipt which comes with it: what coupons and points paid of the money that
    moved, or got back of it.
    """

    DOMAIN: ClassVar = Domain.NOTIFICATION
    LAYOUT: ClassVar = Layout(
        Domain.NOTIFICATION,
        "notification_id",
        "event",
        "merchant_id",
        "payment_id",
        "merchant_order_no",
        "terminal_id",
        "state",
        "amount_minor",
        "currency",
        "refund_id",
        "refund_amount_minor",
        "presented",
        "occurred_at",
        last="funding",
    )

    notification_id: str
    event: NotificationEvent
    merchant_id: str
    payment_id: PaymentId
    merchant_order_no: str
    terminal_id: str
    state: PaymentState
    amount: Money
    refund_id: str
    refund_amount: Money | None
    presented: Presented
    occurred_at: Instant
    funding: tuple[Funded, ...] = ()

    def __post_init__(self) -> None:
        check(Kind.NOTIFICATION, self.notification_id)
        check_merchant_id(self.merchant_id)
        check(Kind.PAYMENT, self.payment_id)
        check_merchant_order_no(self.merchant_order_no)
        check_terminal_id(self.terminal_id)
        payable(self.amount)
        rules.check_optional_id(Kind.REFUND, self.refund_id)
        refunded = self.event in _OF_REFUNDS
        if bool(self.refund_id) is not refunded or (self.refund_amount is not None) is not refunded:
            raise MessageFormat("there is a refund exactly when the event is one")
        if self.refund_amount is not None and payable(self.refund_amount) > self.amount:
            raise MessageFormat("a refund is at most the payment")
        funding.check_within(self.funding, self.refund_amount or self.amount)

    def values(self) -> tuple[str, ...]:
        """Give the values of the lines after the first, in their fixed order."""
        refund = self.refund_amount
        return (
            self.notification_id,
            self.event,
            self.merchant_id,
            self.payment_id,
            self.merchant_order_no,
            self.terminal_id,
            self.state,
            str(self.amount.minor_units),
            self.amount.currency.code,
            self.refund_id,
            "" if refund is None else str(refund.minor_units),
            self.presented,
            instants.to_text(self.occurred_at),
        )

    def last(self) -> str:
        """Give the value of the last line: what coupons and points pay."""
        return funding.spell(self.funding)

    @classmethod
    def from_fields(cls, fields: Fields) -> Notification:
        """Make the message from the values of its lines."""
        refunded = bool(fields.text("refund_amount_minor"))
        return cls(
            notification_id=fields.text("notification_id"),
            event=fields.choice("event", NotificationEvent),
            merchant_id=fields.text("merchant_id"),
            payment_id=PaymentId(fields.text("payment_id")),
            merchant_order_no=fields.text("merchant_order_no"),
            terminal_id=fields.text("terminal_id"),
            state=fields.choice("state", PaymentState),
            amount=fields.money("amount_minor", "currency"),
            refund_id=fields.text("refund_id"),
            refund_amount=fields.money("refund_amount_minor", "currency") if refunded else None,
            presented=fields.choice("presented", Presented),
            occurred_at=fields.instant("occurred_at"),
            funding=funding.read(fields.text("funding")),
        )
