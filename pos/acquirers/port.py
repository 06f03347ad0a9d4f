"""What every acquirer can do for a till, and the only ways in which it can answer.

No call raises for anything the provider or the network does: whatever comes of it is one of the
events of ``pos.collect`` (or of the three outcomes of a refund), so that the till decides by tables
that have a cell for everything. Whether an answer is genuine is the acquirer's business: what can't
be proven is ``NO_ANSWER``. A statement, by which nothing is decided, comes or is an error.

What differs between acquirers is said by their ``Manner``, so that the till asks nobody's name. One
that brings its notifications to an address of its own is a ``Teller`` as well.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Protocol, runtime_checkable
from zoneinfo import ZoneInfo

from ledger.protocol.errors import QrpayError
from ledger.protocol.identifiers import PaymentId
from ledger.protocol.messages import Signed
from ledger.protocol.money import Money
from pos.acquirers.intents import Attempt, Refund
from pos.closing.statement import Statement
from pos.collect import Event


@dataclass(frozen=True, slots=True)
class Manner:
    """How an acquirer works, where they differ; the defaults are the provider's of this project.

    ``issues_codes``: it gives the code to show, else the till makes and signs its own.
    ``gives_receipts``: money that moved is proven by signed receipts. ``takes_deposits``: money can
    be held. ``days_in`` is where its statements' days begin at midnight, None for the shop's own.
    """

    issues_codes: bool = False
    gives_receipts: bool = True
    takes_deposits: bool = True
    days_in: ZoneInfo | None = None


NATIVE_MANNER = Manner()


@dataclass(frozen=True, slots=True)
class Reply:
    """What came of a call about a payment; ``reason`` is the provider's code for a refusal.

    ``code`` is the text to show, from an acquirer that issues it. ``discount`` is what the provider
    says that the shop's own coupon took off the price, None where it says nothing of the payment.
    """

    event: Event
    reason: str = ""
    receipts: tuple[Signed, ...] = ()
    discount: Money | None = None
    code: str = ""


class RefundOutcome(StrEnum):
    """What came of a refund; ``NO_ANSWER`` means that it may have happened, or may yet."""

    DONE = "DONE"
    REFUSED = "REFUSED"
    NO_ANSWER = "NO_ANSWER"


@dataclass(frozen=True, slots=True)
class RefundReply:
    """What came of a call about a refund; ``refund_id`` is the provider's name for one done."""

    outcome: RefundOutcome
    reason: str = ""
    refund_id: str = ""
    receipts: tuple[Signed, ...] = ()


class Acquirer(Protocol):
    """Collects payments for one merchant; reports call it by its ``name``."""

    @property
    def name(self) -> str:
        """What the shop calls it."""

    @property
    def manner(self) -> Manner:
        """How it works."""

    def request(self, attempt: Attempt, payment_code: str | None) -> Reply:
        """Ask to be paid, for a code to show; with the payer's own code, collect at once."""

    def query(self, attempt: Attempt) -> Reply:
        """Ask what became of it."""

    def reverse(self, attempt: Attempt) -> Reply:
        """Undo it, whatever became of it."""

    def capture(self, attempt: Attempt, amount: Money) -> Reply:
        """Take a part or all of a held deposit; the same again is the same capture."""

    def release(self, attempt: Attempt) -> Reply:
        """Give a held deposit back; again is the same answer."""

    def refund(self, attempt: Attempt, refund: Refund) -> RefundReply:
        """Give back a part of a paid attempt or all; the same again is the same refund."""

    def statement(self, day: date) -> Statement | QrpayError:
        """Give the statement of a business day, or why there is none."""

    def read_file(self, raw: bytes, day: date) -> Statement:
        """Read the statement of a day from a file; raises what is wrong with the file."""

    def receipts(self, payment_id: PaymentId) -> tuple[Signed, ...]:
        """Give the receipts there are; none when they can't be had at present."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """What somebody posted to the address for notifications; header names are in lower case."""

    path: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class News:
    """What a genuine notification says of a payment; its id is the same each time it comes.

    ``amount`` is the payment's. ``refund_no`` is the shop's number of a refund, empty where the
    news is the payment itself.
    """

    notification_id: str
    payment_id: PaymentId
    amount: Money
    event: Event
    refund_no: str = ""


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """What the acquirer wants to be answered."""

    status: int
    content_type: str
    body: bytes


@runtime_checkable
class Teller(Protocol):
    """An acquirer that tells in its own words, at ``/notify/`` and its name."""

    def open(self, delivery: Delivery) -> News | None:
        """Check that it is genuine and read it; None for what is of no interest to a till.

        Raises what is wrong with it.
        """

    def acknowledge(self, refusal: QrpayError | None) -> Acknowledgement:
        """Say that it was taken in, or why not, so that it comes again."""
