"""What all vendors' clients have in common: how they work, and what none of them offers."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from ledger.protocol.errors import QrpayError
from ledger.protocol.errors.service import ServiceUnavailable
from ledger.protocol.errors.trust import KeyFormat
from ledger.protocol.errors.vendors import DepositsNotTaken
from ledger.protocol.identifiers import PaymentId
from ledger.protocol.instants import Instant, later
from ledger.protocol.messages import Signed
from ledger.protocol.money import Money
from pos.acquirers.intents import Attempt, Refund
from pos.acquirers.port import Manner, RefundOutcome, RefundReply, Reply
from pos.closing import statement_csv
from pos.closing.statement import Statement
from pos.collect import CALL_PATIENCE, Event
from pos.goods.catalogue import SHOP_CURRENCY

BEIJING: Final = ZoneInfo("Asia/Shanghai")
"""Where the bills of all of them are cut."""

EVENT_OF_RETURN: Mapping[RefundOutcome, Event] = {
    RefundOutcome.DONE: Event.REVERSED,
    RefundOutcome.REFUSED: Event.WRONG_STATE,
    RefundOutcome.NO_ANSWER: Event.NO_ANSWER,
}
"""What it means for undoing a payment that it was given back as a refund, or not."""

TOO_EARLY: Final = Reply(Event.NO_ANSWER, "TOO_EARLY")
"""Nothing was asked yet, since the request may still be on its way."""


class Vendor(ABC):
    """A vendor issues the codes, signs no receipts, and is asked for no deposits here."""

    manner = Manner(issues_codes=True, gives_receipts=False, takes_deposits=False, days_in=BEIJING)

    def refund(self, attempt: Attempt, refund: Refund) -> RefundReply:
        """Give back, and ask whether money moved; what keeps that from being known is no answer."""
        number, reason = refund.merchant_refund_no, refund.asked_reason
        try:
            return self._given_back(attempt, number, refund.amount, reason)
        except QrpayError as error:
            return RefundReply(RefundOutcome.NO_ANSWER, error.code)

    @abstractmethod
    def _given_back(
        self, attempt: Attempt, refund_no: str, amount: Money, reason: str
    ) -> RefundReply:
        """Give an amount back in the vendor's way; raises what calls raise."""

    def read_file(self, raw: bytes, day: date) -> Statement:
        """Read a bill as the vendor gives it, or a statement in our own form."""
        if statement_csv.is_one(raw):
            return statement_csv.read(raw, day=day, of=SHOP_CURRENCY)
        return self._read_bill(raw, day)

    @abstractmethod
    def _read_bill(self, raw: bytes, day: date) -> Statement:
        """Read the vendor's own file; raises what is wrong with it."""

    def capture(self, attempt: Attempt, amount: Money) -> Reply:
        """Refuse: there are no deposits here."""
        del attempt, amount
        return Reply(Event.REFUSED, DepositsNotTaken.code)

    def release(self, attempt: Attempt) -> Reply:
        """Refuse: there are no deposits here."""
        del attempt
        return Reply(Event.REFUSED, DepositsNotTaken.code)

    def receipts(self, payment_id: PaymentId) -> tuple[Signed, ...]:
        """Give none: a vendor signs answers, not receipts."""
        del payment_id
        return ()


def told(call: Callable[[], Reply]) -> Reply:
    """Make a call; what keeps its answer from being known is told as an event."""
    try:
        return call()
    except ServiceUnavailable as error:
        return Reply(Event.REFUSED, error.code)
    except QrpayError as error:
        return Reply(Event.NO_ANSWER, error.code)


def returned(back: RefundReply) -> Reply:
    """Tell what a refund of the whole means for undoing a payment."""
    return Reply(EVENT_OF_RETURN[back.outcome], back.reason)


def may_be_on_its_way(attempt: Attempt, now: Instant) -> bool:
    """Tell whether the request for it could still arrive."""
    return now < later(attempt.created_at, CALL_PATIENCE)


def read_file(folder: Path, name: str) -> str:
    """Read a file of an account; raises ``KeyFormat`` for one that is missing or no text."""
    try:
        return (folder / name).read_text("ascii")
    except (OSError, UnicodeDecodeError) as error:
        raise KeyFormat(f"{folder / name}: {error}") from error
