"""The heart of the till: collect one payment and end in a known state, whatever gets lost.

Nothing in here does anything. The machine says what to do next (``step``) and is told what came of
it (``feed``); time is an argument. So every order of answers, losses and crashes can be tried out,
and a till that was killed goes on from the stored ``Collection`` as if it had only been slow.

    request ──told: payer's turn──► WAITING ──told: paid──────────────────────► PAID
       │                              │  ├────told: held, a deposit────────────► HELD
       │                              │  └────told: declined, closed──────────► NOT_PAID
       │ no answer                    │ time is over, or given up
       ▼                              ▼
    UNKNOWN ── query, query … ──► REVERSING ── reverse until answered ────────► REVERSED
                                      │ reversal refused by the payment's state
                                      ▼
                                  ASCERTAINING ── query until told ───────────► whatever stands

A *self-contained* code is shown before the provider has heard of it, and opens its payment when it
is scanned. Such a collection begins WAITING: nothing is requested, so it also begins while the line
is down, and "no such payment" means that nobody has scanned yet.

Four rules make it safe:

1. *A step is stored before it goes out.* ``step`` returns the collection to store and what to do
   then. While a call is out, ``due_at`` lies ``CALL_PATIENCE`` ahead, so that nobody else acts; if
   the till dies meanwhile, the time runs out and the next ``step`` treats the call as lost.
2. *Lost is not failed.* After a lost request the machine asks; it repeats the request only when
   it shows the code itself, since a code that nobody has seen can't have been paid. What was read
   from a payer's phone is sent once: a new payment is a new decision of the cashier.
3. *What can't be found out is undone.* When the time is over, the payment is reversed: paid comes
   back, unpaid is closed, never heard of is refused from then on. Reversing has no last attempt.
4. *While undoing, "paid" or "held" is not news.* The payment may have been paid just before; only
   the answer to the reversal counts, or, when that is refused, what the provider then says stands.

The patterns are Alipay's (query every few seconds, then cancel) and WeChat Pay's (query, then
reverse); ISO 8583 knows them as 0200, time-out, 0420.

    >>> collection = start(Mode.READ, now=Instant(0), give_up_at=Instant(60_000))
    >>> collection, action = step(collection, now=Instant(0))
    >>> action
    <Action.REQUEST: 'REQUEST'>
    >>> collection = feed(collection, Event.NO_ANSWER, now=Instant(5_000))
    >>> collection, action = step(collection, now=Instant(6_000))
    >>> collection.phase, action
    (<Phase.UNKNOWN: 'UNKNOWN'>, <Action.QUERY: 'QUERY'>)
    >>> feed(collection, Event.PAID, now=Instant(6_100)).phase
    <Phase.PAID: 'PAID'>
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum

from ledger.protocol.instants import SECOND, Instant
from ledger.protocol.lifecycle import Lifecycle, PaymentState
from ledger.protocol.records import record, replace


class Mode(StrEnum):
    """Who shows the code: the till, or the payer, whose payment code the till reads.

    The till asks the provider before it shows, unless the code is self-contained.
    """

    SHOW = "show"
    READ = "read"
    SELF_CONTAINED = "self_contained"


class Phase(StrEnum):
    """How far a collection is; the last four are ends.

    A deposit has been collected when it is HELD: what is captured of it later is no collecting.
    """

    REQUESTING = "REQUESTING"
    WAITING = "WAITING"
    UNKNOWN = "UNKNOWN"
    REVERSING = "REVERSING"
    ASCERTAINING = "ASCERTAINING"
    PAID = "PAID"
    HELD = "HELD"
    NOT_PAID = "NOT_PAID"
    REVERSED = "REVERSED"


class Event(StrEnum):
    """Everything that can come of a call, and the shop's wish to give up.

    The first eight are states of the payment the provider told under its signature. ``NOT_FOUND``:
    it knows no such payment. ``WRONG_STATE``: the payment's state does not allow what was asked.
    ``REFUSED``: what was asked is refused for another reason, and nothing was done. ``NO_ANSWER``:
    none came, or one that proves nothing.
    """

    AWAITING_PAYER = "AWAITING_PAYER"
    AUTHORISING = "AUTHORISING"
    HELD = "HELD"
    PAID = "PAID"
    RETURNED = "RETURNED"
    DECLINED = "DECLINED"
    CLOSED = "CLOSED"
    REVERSED = "REVERSED"
    NOT_FOUND = "NOT_FOUND"
    WRONG_STATE = "WRONG_STATE"
    REFUSED = "REFUSED"
    NO_ANSWER = "NO_ANSWER"
    GIVE_UP = "GIVE_UP"


class Action(StrEnum):
    """What the till has to do next."""

    REQUEST = "REQUEST"
    QUERY = "QUERY"
    REVERSE = "REVERSE"
    WAIT = "WAIT"
    DONE = "DONE"


TOLD = frozenset(
    {
        Event.AWAITING_PAYER,
        Event.AUTHORISING,
        Event.HELD,
        Event.PAID,
        Event.RETURNED,
        Event.DECLINED,
        Event.CLOSED,
        Event.REVERSED,
    }
)
"""The events that are a state of the payment."""

EVENT_OF_STATE: Mapping[PaymentState, Event] = {
    PaymentState.AWAITING_PAYER: Event.AWAITING_PAYER,
    PaymentState.AUTHORISING: Event.AUTHORISING,
    PaymentState.HELD: Event.HELD,
    PaymentState.PAID: Event.PAID,
    PaymentState.FINISHED: Event.PAID,
    PaymentState.FULLY_REFUNDED: Event.RETURNED,
    PaymentState.DECLINED: Event.DECLINED,
    PaymentState.CLOSED: Event.CLOSED,
    PaymentState.REVERSED: Event.REVERSED,
}
"""What a payment's state, told by the provider, means for collecting it."""

_ENDS = {
    Event.PAID: Phase.PAID,
    Event.HELD: Phase.HELD,
    Event.RETURNED: Phase.REVERSED,
    Event.DECLINED: Phase.NOT_PAID,
    Event.CLOSED: Phase.NOT_PAID,
    Event.REVERSED: Phase.REVERSED,
}

_TABLE: Mapping[Phase, Mapping[Event, Phase]] = {
    Phase.REQUESTING: _ENDS
    | {
        Event.AWAITING_PAYER: Phase.WAITING,
        Event.AUTHORISING: Phase.WAITING,
        Event.NOT_FOUND: Phase.NOT_PAID,
        Event.WRONG_STATE: Phase.UNKNOWN,
        Event.REFUSED: Phase.NOT_PAID,
        Event.NO_ANSWER: Phase.UNKNOWN,
        Event.GIVE_UP: Phase.REVERSING,
    },
    Phase.WAITING: _ENDS
    | {
        Event.AWAITING_PAYER: Phase.WAITING,
        Event.AUTHORISING: Phase.WAITING,
        Event.NOT_FOUND: Phase.REVERSING,
        Event.WRONG_STATE: Phase.WAITING,
        Event.REFUSED: Phase.WAITING,
        Event.NO_ANSWER: Phase.WAITING,
        Event.GIVE_UP: Phase.REVERSING,
    },
    Phase.UNKNOWN: _ENDS
    | {
        Event.AWAITING_PAYER: Phase.WAITING,
        Event.AUTHORISING: Phase.WAITING,
        Event.NOT_FOUND: Phase.UNKNOWN,
        Event.WRONG_STATE: Phase.UNKNOWN,
        Event.REFUSED: Phase.UNKNOWN,
        Event.NO_ANSWER: Phase.UNKNOWN,
        Event.GIVE_UP: Phase.REVERSING,
    },
    Phase.REVERSING: _ENDS
    | {
        Event.AWAITING_PAYER: Phase.REVERSING,
        Event.AUTHORISING: Phase.REVERSING,
        Event.PAID: Phase.REVERSING,
        Event.HELD: Phase.REVERSING,
        Event.NOT_FOUND: Phase.REVERSING,
        Event.WRONG_STATE: Phase.ASCERTAINING,
        Event.REFUSED: Phase.REVERSING,
        Event.NO_ANSWER: Phase.REVERSING,
        Event.GIVE_UP: Phase.REVERSING,
    },
    Phase.ASCERTAINING: _ENDS
    | {
        Event.AWAITING_PAYER: Phase.REVERSING,
        Event.AUTHORISING: Phase.REVERSING,
        Event.NOT_FOUND: Phase.REVERSING,
        Event.WRONG_STATE: Phase.ASCERTAINING,
        Event.REFUSED: Phase.ASCERTAINING,
        Event.NO_ANSWER: Phase.ASCERTAINING,
        Event.GIVE_UP: Phase.ASCERTAINING,
    },
    Phase.PAID: {},
    Phase.HELD: {},
    Phase.NOT_PAID: {},
    Phase.REVERSED: {},
}

_ASKED_AGAIN = {**_TABLE[Phase.UNKNOWN], Event.NOT_FOUND: Phase.REQUESTING}
_NOT_SCANNED_YET = {**_TABLE[Phase.WAITING], Event.NOT_FOUND: Phase.WAITING}

COLLECTION: Mapping[Mode, Lifecycle[Phase, Event]] = {
    Mode.READ: Lifecycle("collection", Phase.REQUESTING, _TABLE),
    Mode.SHOW: Lifecycle("collection", Phase.REQUESTING, {**_TABLE, Phase.UNKNOWN: _ASKED_AGAIN}),
    Mode.SELF_CONTAINED: Lifecycle(
        "collection", Phase.WAITING, {**_TABLE, Phase.WAITING: _NOT_SCANNED_YET}
    ),
}
"""The three tables; the second and third differ from the first in one cell (rule 2 above)."""

ACTION_OF_PHASE: Mapping[Phase, Action] = {
    Phase.REQUESTING: Action.REQUEST,
    Phase.WAITING: Action.QUERY,
    Phase.UNKNOWN: Action.QUERY,
    Phase.REVERSING: Action.REVERSE,
    Phase.ASCERTAINING: Action.QUERY,
    Phase.PAID: Action.DONE,
    Phase.HELD: Action.DONE,
    Phase.NOT_PAID: Action.DONE,
    Phase.REVERSED: Action.DONE,
}

PAUSES: Mapping[Phase, Sequence[int]] = {
    Phase.REQUESTING: (0,),
    Phase.WAITING: (3 * SECOND,) * 20 + (5 * SECOND,),
    Phase.UNKNOWN: (1 * SECOND, 2 * SECOND, 3 * SECOND, 3 * SECOND, 5 * SECOND),
    Phase.REVERSING: (0, 2 * SECOND, 5 * SECOND, 10 * SECOND, 30 * SECOND, 60 * SECOND),
    Phase.ASCERTAINING: (1 * SECOND, 2 * SECOND, 5 * SECOND, 10 * SECOND, 30 * SECOND, 60 * SECOND),
}
"""Milliseconds between two calls of a phase, in order; the last one is repeated."""

UNDOING = frozenset({Phase.REVERSING, Phase.ASCERTAINING})
"""The phases of a payment that is being undone."""

CALL_PATIENCE = 15 * SECOND
"""How long a call may be out before it counts as lost; transports give up earlier."""

READ_PATIENCE = 60 * SECOND
"""How long the payer of a payment code may take to agree on the phone."""

FIRST_LOOK: Mapping[Mode, int] = {Mode.SHOW: 0, Mode.READ: 0, Mode.SELF_CONTAINED: 10 * SECOND}
"""How long after the beginning the first step is due.

Who pays a self-contained code is told by the provider; asking is for when that was lost.
"""

SHOW_GRACE = 60 * SECOND
"""How long after its code has expired a scanned payment may still be agreed to."""


@record(frozen=True, slots=True)
class Collection:
    """Where one collection stands; all of it is stored, nothing else is remembered.

    ``calls``: how many calls this phase has made. ``due_at``: not before then is anything to be
    done. ``told``: the payment's state as the provider told it last, if it did. ``reason``: why it
    ends unpaid: a code of the provider, or ``DECLINED``, ``TIMED_OUT``, ``ABANDONED``, ….
    """

    mode: Mode
    phase: Phase
    due_at: Instant
    give_up_at: Instant
    calls: int = 0
    told: Event | None = None
    reason: str = ""

    @property
    def is_final(self) -> bool:
        """Tell whether it has ended: ``PAID``, ``HELD``, ``NOT_PAID`` or ``REVERSED``."""
        return COLLECTION[self.mode].is_final(self.phase)

    @property
    def is_undoing(self) -> bool:
        """Tell whether it is being undone, so that an earlier "paid" is no news (rule 4)."""
        return self.phase in UNDOING


def start(mode: Mode, *, now: Instant, give_up_at: Instant) -> Collection:
    """Begin a collection; nothing has gone out yet."""
    due_at = min(Instant(now + FIRST_LOOK[mode]), give_up_at)
    return Collection(mode, COLLECTION[mode].initial, due_at=due_at, give_up_at=give_up_at)


def step(collection: Collection, *, now: Instant) -> tuple[Collection, Action]:
    """Say what to do now, and what to store before doing it.

    ``WAIT`` and ``DONE`` change nothing; every other action is one call to the provider, whose
    answer goes to ``feed``.
    """
    if collection.is_final:
        return collection, Action.DONE
    if now >= collection.give_up_at and not collection.is_undoing:
        collection = give_up(collection, now=now, reason="TIMED_OUT")
    if now < collection.due_at:
        return collection, Action.WAIT
    if collection.phase is Phase.REQUESTING and collection.calls:
        # The one request this phase makes went out and nobody came back to tell.
        collection = feed(collection, Event.NO_ANSWER, now=now)
    out = replace(collection, calls=collection.calls + 1, due_at=Instant(now + CALL_PATIENCE))
    return out, ACTION_OF_PHASE[out.phase]


def feed(collection: Collection, event: Event, *, now: Instant, reason: str = "") -> Collection:
    """Tell what came of a call, in any phase and at any time; an ended collection stays as it is.

    ``reason`` is the provider's code for a refusal.
    """
    if collection.is_final:
        return collection
    phase = COLLECTION[collection.mode].advance(collection.phase, event)
    calls = collection.calls if phase is collection.phase else 0
    fed = replace(
        collection,
        phase=phase,
        calls=calls,
        due_at=_due_at(collection, phase, calls, now),
        told=event if event in TOLD else collection.told,
    )
    if phase in (Phase.PAID, Phase.HELD):
        return replace(fed, reason="")
    if fed.is_final and not fed.reason:
        return replace(fed, reason=reason or event.value)
    return fed


def give_up(collection: Collection, *, now: Instant, reason: str) -> Collection:
    """Stop waiting and undo; what is being undone or has ended already stays as it is."""
    if collection.is_final or collection.is_undoing:
        return collection
    return replace(feed(collection, Event.GIVE_UP, now=now), reason=reason)


def wake(collection: Collection, *, now: Instant) -> Collection:
    """Make it due at once, as after a restart; an ended one stays as it is."""
    if collection.is_final:
        return collection
    return replace(collection, due_at=min(collection.due_at, now))


def ask_soon(collection: Collection, *, now: Instant) -> Collection:
    """Make it due at once: something is said to have happened. One that has ended stays as it is.

    So does one whose request may be on its way: only time tells that its answer is lost.
    """
    return collection if collection.phase is Phase.REQUESTING else wake(collection, now=now)


def _due_at(collection: Collection, phase: Phase, calls: int, now: Instant) -> Instant:
    pauses = PAUSES.get(phase, (0,))
    due_at = Instant(now + pauses[min(calls, len(pauses) - 1)])
    # Waiting ends on time, whatever pause was meant; undoing has no end but an answer.
    return due_at if phase in UNDOING else min(due_at, max(now, collection.give_up_at))
