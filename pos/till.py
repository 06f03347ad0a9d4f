"""A sale at the till: its basket and its own small lifecycle, as one total table.

    OPEN ──COLLECT──► COLLECTING ──PAY──► PAID ──REFUND_ALL──► REFUNDED
     ▲                 │      ▲
     ├──────FAIL───────┤      │ WAIT
     │               DOUBT    │
     └──FAIL── OUTCOME_UNKNOWN ──PAY──► PAID

A deposit is HELD first (``HOLD`` in the place of ``PAY``), and then ``CAPTURE`` makes it PAID or
``RELEASE`` RELEASED.

A sale outlives its attempts to be paid: when a collection fails, the sale is OPEN again with the
same basket, and a new collection has a new payment. ``OUTCOME_UNKNOWN`` is never shown as failed.
``REVIEW`` absorbs everything: what the provider said under its signature does not fit the sale, so
no machine may decide any more; a person has to (``ACCEPT``, ``GIVE_BACK``).

What a collection (``pos.collect``) goes through reaches the sale by ``EVENT_OF_PHASE``.

    >>> SALE.advance(SaleState.COLLECTING, SaleEvent.PAY)
    <SaleState.PAID: 'PAID'>
    >>> SALE.advance(SaleState.PAID, SaleEvent.ABANDON)
    Traceback (most recent call last):
    ...
    ledger.protocol.errors.checkout.SaleState: a sale that is PAID allows no ABANDON
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import NewType

from ledger.protocol.errors import checkout
from ledger.protocol.instants import Instant
from ledger.protocol.lifecycle import Lifecycle
from ledger.protocol.messages import Intent
from ledger.protocol.money import Money
from ledger.protocol.records import record, replace
from pos.collect import Phase
from pos.goods.basket import Basket

SaleId = NewType("SaleId", str)


class SaleState(StrEnum):
    """Where a sale stands, as the shop sees it."""

    OPEN = "OPEN"
    COLLECTING = "COLLECTING"
    OUTCOME_UNKNOWN = "OUTCOME_UNKNOWN"
    HELD = "HELD"
    PAID = "PAID"
    RELEASED = "RELEASED"
    REFUNDED = "REFUNDED"
    ABANDONED = "ABANDONED"
    REVIEW = "REVIEW"


class SaleEvent(StrEnum):
    """What happens to a sale."""

    COLLECT = "COLLECT"
    WAIT = "WAIT"
    DOUBT = "DOUBT"
    PAY = "PAY"
    HOLD = "HOLD"
    CAPTURE = "CAPTURE"
    RELEASE = "RELEASE"
    FAIL = "FAIL"
    ABANDON = "ABANDON"
    REFUND = "REFUND"
    REFUND_ALL = "REFUND_ALL"
    CONTRADICT = "CONTRADICT"
    ACCEPT = "ACCEPT"
    GIVE_BACK = "GIVE_BACK"


_IN_DOUBT = {
    SaleEvent.WAIT: SaleState.COLLECTING,
    SaleEvent.DOUBT: SaleState.OUTCOME_UNKNOWN,
    SaleEvent.PAY: SaleState.PAID,
    SaleEvent.HOLD: SaleState.HELD,
    SaleEvent.FAIL: SaleState.OPEN,
    SaleEvent.CONTRADICT: SaleState.REVIEW,
}

SALE = Lifecycle(
    noun="sale",
    initial=SaleState.OPEN,
    refusal=checkout.SaleState,
    table={
        SaleState.OPEN: {
            SaleEvent.COLLECT: SaleState.COLLECTING,
            SaleEvent.ABANDON: SaleState.ABANDONED,
            SaleEvent.CONTRADICT: SaleState.REVIEW,
        },
        SaleState.COLLECTING: _IN_DOUBT,
        SaleState.OUTCOME_UNKNOWN: _IN_DOUBT,
        SaleState.HELD: {
            SaleEvent.CAPTURE: SaleState.PAID,
            SaleEvent.RELEASE: SaleState.RELEASED,
            SaleEvent.CONTRADICT: SaleState.REVIEW,
        },
        SaleState.PAID: {
            SaleEvent.REFUND: SaleState.PAID,
            SaleEvent.REFUND_ALL: SaleState.REFUNDED,
            SaleEvent.CONTRADICT: SaleState.REVIEW,
        },
        SaleState.RELEASED: {SaleEvent.CONTRADICT: SaleState.REVIEW},
        SaleState.REFUNDED: {SaleEvent.CONTRADICT: SaleState.REVIEW},
        SaleState.ABANDONED: {SaleEvent.CONTRADICT: SaleState.REVIEW},
        SaleState.REVIEW: {
            SaleEvent.WAIT: SaleState.REVIEW,
            SaleEvent.DOUBT: SaleState.REVIEW,
            SaleEvent.PAY: SaleState.REVIEW,
            SaleEvent.HOLD: SaleState.REVIEW,
            SaleEvent.CAPTURE: SaleState.REVIEW,
            SaleEvent.RELEASE: SaleState.REVIEW,
            SaleEvent.FAIL: SaleState.REVIEW,
            SaleEvent.REFUND: SaleState.REVIEW,
            SaleEvent.REFUND_ALL: SaleState.REVIEW,
            SaleEvent.CONTRADICT: SaleState.REVIEW,
            SaleEvent.ACCEPT: SaleState.PAID,
            SaleEvent.GIVE_BACK: SaleState.OUTCOME_UNKNOWN,
        },
    },
)

SALE_STATES: Mapping[SaleState, str] = {
    SaleState.OPEN: "The basket is there, nobody is being asked to pay.",
    SaleState.COLLECTING: "A code is shown or was read; the payer decides.",
    SaleState.OUTCOME_UNKNOWN: "Whether it was paid is not known yet; the till is finding out.",
    SaleState.HELD: "A deposit is held, not paid: to be captured in part or whole, or given back.",
    SaleState.RELEASED: "The deposit went back to the payer as a whole.",
    SaleState.PAID: "Paid and proven; parts may have been given back.",
    SaleState.REFUNDED: "Everything that was paid was given back.",
    SaleState.ABANDONED: "Ended unpaid; what had been paid meanwhile went back.",
    SaleState.REVIEW: "The provider's word does not fit this sale; a person must look.",
}
"""Each state in the sentence the documentation shows."""

EVENT_OF_PHASE: Mapping[Phase, SaleEvent] = {
    Phase.REQUESTING: SaleEvent.WAIT,
    Phase.WAITING: SaleEvent.WAIT,
    Phase.UNKNOWN: SaleEvent.DOUBT,
    Phase.REVERSING: SaleEvent.DOUBT,
    Phase.ASCERTAINING: SaleEvent.DOUBT,
    Phase.PAID: SaleEvent.PAY,
    Phase.HELD: SaleEvent.HOLD,
    Phase.NOT_PAID: SaleEvent.FAIL,
    Phase.REVERSED: SaleEvent.FAIL,
}
"""What each phase of a collection means for its sale."""


@record(frozen=True, slots=True)
class Sale:
    """One sale. ``abandoning``: give up for good as soon as the running collection has ended.

    ``sticker_id`` names the static code it was paid by, empty for a sale rung up at the till. Of a
    deposit (``intent``), ``captured`` is what was taken of it, None until then. ``asked_key`` is
    what a screen asked for it under, so that asking again is no second sale; empty without one.
    """

    sale_id: SaleId
    state: SaleState
    basket: Basket
    salt: bytes
    created_at: Instant
    abandoning: bool = False
    sticker_id: str = ""
    intent: Intent = Intent.SALE
    captured: Money | None = None
    asked_key: str = ""

    @property
    def total(self) -> Money:
        """What is to be paid, or held."""
        return self.basket.total

    @property
    def paid(self) -> Money:
        """What was paid once it was: the total, but of a deposit what was captured."""
        return self.captured or self.total

    @property
    def untaken(self) -> Money:
        """What of a deposit was not captured, once a part was; nothing of a sale."""
        return self.total - self.paid

    def take(self, amount: Money) -> Sale:
        """Give the sale after ``amount`` of its deposit was captured."""
        return replace(self.advance(SaleEvent.CAPTURE), captured=amount)

    def advance(self, event: SaleEvent) -> Sale:
        """Give the sale after an event; one its state doesn't allow raises ``SaleState``."""
        return replace(self, state=SALE.advance(self.state, event))

    def follow(self, phase: Phase) -> Sale:
        """Give the sale after its collection has come to a phase."""
        followed = self.advance(EVENT_OF_PHASE[phase])
        if followed.abandoning and followed.state is SaleState.OPEN:
            return followed.advance(SaleEvent.ABANDON)
        return followed
