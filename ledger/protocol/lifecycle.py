"""What can happen to a payment, a refund, a payment code and a settlement batch, as tables.

Each lifecycle is one enum of states, one enum of events and one table that names every state; a
state with an empty row is final. Everything that changes a state goes through ``advance``, which
gives the next state or raises and changes nothing. The diagrams in ``docs/reference/lifecycle.md``
are drawn from these tables.

The words are the field's (ISO 20022 where it has one); what the two vendors call the same state
stands beside it in ``PAYMENT_STATES``.

    >>> PAYMENT.advance(PaymentState.AUTHORISING, PaymentEvent.CAPTURE)
    <PaymentState.PAID: 'PAID'>
    >>> PAYMENT.advance(PaymentState.CLOSED, PaymentEvent.CAPTURE)
    Traceback (most recent call last):
    ...
    ledger.protocol.errors.checkout.OrderState: a payment that is CLOSED allows no CAPTURE
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

from ledger.protocol.errors import Conflict
from ledger.protocol.errors.checkout import IllegalTransition, OrderState
from ledger.protocol.records import record

State = TypeVar("State", bound=StrEnum)
Event = TypeVar("Event", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Lifecycle(Generic[State, Event]):
    """A total table of transitions: a row for each state, final ones empty."""

    noun: str
    initial: State
    table: Mapping[State, Mapping[Event, State]]
    refusal: type[Conflict] = IllegalTransition

    def __post_init__(self) -> None:
        missing = set(type(self.initial)) - set(self.table)
        if missing:
            raise ValueError(f"the {self.noun}'s table has no row for {sorted(missing)}")

    def advance(self, state: State, event: Event) -> State:
        """Give the state that follows; an event the table doesn't list raises ``refusal``."""
        following = self.table[state].get(event)
        if following is None:
            raise self.refusal(f"a {self.noun} that is {state} allows no {event}")
        return following

    def is_final(self, state: State) -> bool:
        """Tell whether nothing can happen any more."""
        return not self.table[state]


class NextActor(StrEnum):
    """Who has to do something for a payment to go on."""

    PAYER = "payer"
    MERCHANT = "merchant"
    NOBODY = "nobody"


class PaymentState(StrEnum):
    """Where a payment stands."""

    AWAITING_PAYER = "AWAITING_PAYER"
    AUTHORISING = "AUTHORISING"
    HELD = "HELD"
    PAID = "PAID"
    FULLY_REFUNDED = "FULLY_REFUNDED"
    DECLINED = "DECLINED"
    CLOSED = "CLOSED"
    REVERSED = "REVERSED"
    FINISHED = "FINISHED"


class PaymentEvent(StrEnum):
    """What happens to a payment.

    ``RELEASE`` is the payer stepping back from a scan; ``RELEASE_HOLD`` and ``EXPIRE_HOLD`` give a
    deposit back.
    """

    SCAN = "SCAN"
    RELEASE = "RELEASE"
    HOLD = "HOLD"
    RELEASE_HOLD = "RELEASE_HOLD"
    EXPIRE_HOLD = "EXPIRE_HOLD"
    CAPTURE = "CAPTURE"
    DECLINE = "DECLINE"
    EXPIRE = "EXPIRE"
    CLOSE = "CLOSE"
    REVERSE = "REVERSE"
    REFUND = "REFUND"
    REFUND_ALL = "REFUND_ALL"
    FINISH = "FINISH"


PAYMENT = Lifecycle(
    noun="payment",
    initial=PaymentState.AWAITING_PAYER,
    refusal=OrderState,
    table={
        PaymentState.AWAITING_PAYER: {
            PaymentEvent.SCAN: PaymentState.AUTHORISING,
            PaymentEvent.EXPIRE: PaymentState.CLOSED,
            PaymentEvent.CLOSE: PaymentState.CLOSED,
            PaymentEvent.REVERSE: PaymentState.REVERSED,
        },
        PaymentState.AUTHORISING: {
            PaymentEvent.RELEASE: PaymentState.AWAITING_PAYER,
            PaymentEvent.HOLD: PaymentState.HELD,
            PaymentEvent.CAPTURE: PaymentState.PAID,
            PaymentEvent.DECLINE: PaymentState.DECLINED,
            PaymentEvent.EXPIRE: PaymentState.CLOSED,
            PaymentEvent.CLOSE: PaymentState.CLOSED,
            PaymentEvent.REVERSE: PaymentState.REVERSED,
        },
        PaymentState.HELD: {
            PaymentEvent.CAPTURE: PaymentState.PAID,
            PaymentEvent.RELEASE_HOLD: PaymentState.CLOSED,
            PaymentEvent.EXPIRE_HOLD: PaymentState.CLOSED,
            PaymentEvent.REVERSE: PaymentState.REVERSED,
        },
        PaymentState.PAID: {
            PaymentEvent.REFUND: PaymentState.PAID,
            PaymentEvent.REFUND_ALL: PaymentState.FULLY_REFUNDED,
            PaymentEvent.REVERSE: PaymentState.REVERSED,
            PaymentEvent.FINISH: PaymentState.FINISHED,
        },
        PaymentState.FULLY_REFUNDED: {},
        PaymentState.DECLINED: {},
        PaymentState.CLOSED: {},
        PaymentState.REVERSED: {},
        PaymentState.FINISHED: {},
    },
)


@record(frozen=True, slots=True)
class StateMeaning:
    """One state in a sentence, who acts next, and the two vendors' words for it.

    A vendor's word in parentheses holds for payments by payment code only. For a held deposit the
    words are ``order_status`` of ``alipay.fund.auth.operation.detail.query`` and the state of a
    WeChat Pay Score service order; WeChat Pay's deposit API calls it ``SUCCESS`` like a payment.
    """

    next_actor: NextActor
    meaning: str
    alipay: str
    wechat: str


PAYMENT_STATES: Mapping[PaymentState, StateMeaning] = {
    PaymentState.AWAITING_PAYER: StateMeaning(
        NextActor.PAYER,
        "The code is shown, nobody has scanned it.",
        "ACQ.TRADE_NOT_EXIST",
        "NOTPAY",
    ),
    PaymentState.AUTHORISING: StateMeaning(
        NextActor.PAYER,
        "A payer is attached and has not agreed yet.",
        "WAIT_BUYER_PAY",
        "NOTPAY (USERPAYING)",
    ),
    PaymentState.HELD: StateMeaning(
        NextActor.MERCHANT,
        "A deposit: set aside, not paid; the merchant captures a part or gives it back.",
        "AUTHORIZED",
        "DOING",
    ),
    PaymentState.PAID: StateMeaning(
        NextActor.NOBODY,
        "The money has moved; parts of it may have been given back.",
        "TRADE_SUCCESS",
        "SUCCESS, REFUND after any refund",
    ),
    PaymentState.FULLY_REFUNDED: StateMeaning(
        NextActor.NOBODY,
        "All of the money was given back.",
        "TRADE_CLOSED",
        "REFUND",
    ),
    PaymentState.DECLINED: StateMeaning(
        NextActor.NOBODY,
        "The payer said no.",
        "TRADE_CLOSED",
        "NOTPAY (PAYERROR)",
    ),
    PaymentState.CLOSED: StateMeaning(
        NextActor.NOBODY,
        "It expired or the merchant closed it, unpaid; what was held went back.",
        "TRADE_CLOSED",
        "CLOSED",
    ),
    PaymentState.REVERSED: StateMeaning(
        NextActor.NOBODY,
        "The merchant undid the attempt; what had been paid went back.",
        "TRADE_CLOSED",
        "(REVOKED)",
    ),
    PaymentState.FINISHED: StateMeaning(
        NextActor.NOBODY,
        "Paid, and the time for refunds is over.",
        "TRADE_FINISHED",
        "SUCCESS",
    ),
}


class RefundState(StrEnum):
    """Where a refund stands."""

    PROCESSING = "PROCESSING"
    SUCCEEDED = "SUCCEEDED"
    FAILED = "FAILED"


class RefundEvent(StrEnum):
    """What happens to a refund."""

    COMPLETE = "COMPLETE"
    FAIL = "FAIL"


REFUND = Lifecycle(
    noun="refund",
    initial=RefundState.PROCESSING,
    table={
        RefundState.PROCESSING: {
            RefundEvent.COMPLETE: RefundState.SUCCEEDED,
            RefundEvent.FAIL: RefundState.FAILED,
        },
        RefundState.SUCCEEDED: {},
        RefundState.FAILED: {},
    },
)


class PaymentCodeState(StrEnum):
    """Where a payment code's one-time handle stands, as the provider knows it."""

    ISSUED = "ISSUED"
    USED = "USED"
    VOID = "VOID"


class PaymentCodeEvent(StrEnum):
    """What happens to a payment code's handle."""

    USE = "USE"
    SUPERSEDE = "SUPERSEDE"
    REVOKE = "REVOKE"


PAYMENT_CODE = Lifecycle(
    noun="payment code",
    initial=PaymentCodeState.ISSUED,
    table={
        PaymentCodeState.ISSUED: {
            PaymentCodeEvent.USE: PaymentCodeState.USED,
            PaymentCodeEvent.SUPERSEDE: PaymentCodeState.VOID,
            PaymentCodeEvent.REVOKE: PaymentCodeState.VOID,
        },
        PaymentCodeState.USED: {},
        PaymentCodeState.VOID: {},
    },
)


class SettlementState(StrEnum):
    """Where a settlement batch (one merchant, currency and day) stands."""

    OPEN = "OPEN"
    CLOSED = "CLOSED"
    SETTLED = "SETTLED"


class SettlementEvent(StrEnum):
    """What happens to a settlement batch."""

    CUT_OFF = "CUT_OFF"
    PAY_OUT = "PAY_OUT"


SETTLEMENT = Lifecycle(
    noun="settlement batch",
    initial=SettlementState.OPEN,
    table={
        SettlementState.OPEN: {SettlementEvent.CUT_OFF: SettlementState.CLOSED},
        SettlementState.CLOSED: {SettlementEvent.PAY_OUT: SettlementState.SETTLED},
        SettlementState.SETTLED: {},
    },
)
