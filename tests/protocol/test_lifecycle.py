"""Everything a table does not list is refused, and the tables keep the promises of the docs."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

import pytest

from ledger.protocol import lifecycle
from ledger.protocol.errors.checkout import IllegalTransition, OrderState
from ledger.protocol.lifecycle import Lifecycle, PaymentEvent, PaymentState

LIFECYCLES: list[Lifecycle[Any, Any]] = [
    lifecycle.PAYMENT,
    lifecycle.REFUND,
    lifecycle.PAYMENT_CODE,
    lifecycle.SETTLEMENT,
]


def members_like(member: StrEnum) -> list[StrEnum]:
    return list(type(member))


def events_of(of: Lifecycle[Any, Any]) -> list[StrEnum]:
    listed = [event for row in of.table.values() for event in row]
    return members_like(listed[0])


@pytest.mark.parametrize("of", LIFECYCLES, ids=lambda of: of.noun)
def test_every_pair_that_is_not_listed_is_refused(of: Lifecycle[Any, Any]) -> None:
    for state, row in of.table.items():
        for event in events_of(of):
            if event in row:
                assert of.advance(state, event) is row[event]
            else:
                with pytest.raises(IllegalTransition, match=f"{state} allows no {event}"):
                    of.advance(state, event)


@pytest.mark.parametrize("of", LIFECYCLES, ids=lambda of: of.noun)
def test_every_state_can_be_reached_and_some_state_is_final(of: Lifecycle[Any, Any]) -> None:
    reached, frontier = {of.initial}, [of.initial]
    while frontier:
        for following in of.table[frontier.pop()].values():
            if following not in reached:
                reached.add(following)
                frontier.append(following)
    assert reached == set(members_like(of.initial))
    assert any(of.is_final(state) for state in reached)


def test_a_table_without_a_row_for_each_state_can_not_be_made() -> None:
    with pytest.raises(ValueError, match="no row for"):
        Lifecycle(noun="payment", initial=PaymentState.PAID, table={PaymentState.PAID: {}})


def states_after(state: PaymentState) -> set[PaymentState]:
    after = {state}
    for _ in PaymentState:
        after |= {f for s in after for f in lifecycle.PAYMENT.table[s].values()}
    return after - {state}


def test_money_moves_at_most_once() -> None:
    captures = {s for s, row in lifecycle.PAYMENT.table.items() if PaymentEvent.CAPTURE in row}
    assert captures == {PaymentState.AUTHORISING, PaymentState.HELD}
    after_paid = states_after(PaymentState.PAID)
    assert captures & after_paid == set()
    assert PaymentState.CLOSED not in after_paid


def test_a_deposit_is_held_once_and_is_then_captured_or_given_back() -> None:
    holds = [s for s, row in lifecycle.PAYMENT.table.items() if PaymentEvent.HOLD in row]
    assert holds == [PaymentState.AUTHORISING]
    assert PaymentState.AUTHORISING not in states_after(PaymentState.HELD)
    assert lifecycle.PAYMENT.table[PaymentState.HELD] == {
        PaymentEvent.CAPTURE: PaymentState.PAID,
        PaymentEvent.RELEASE_HOLD: PaymentState.CLOSED,
        PaymentEvent.EXPIRE_HOLD: PaymentState.CLOSED,
        PaymentEvent.REVERSE: PaymentState.REVERSED,
    }


def test_a_refused_payment_event_says_that_the_payments_state_forbids_it() -> None:
    with pytest.raises(OrderState):
        lifecycle.PAYMENT.advance(PaymentState.PAID, PaymentEvent.CLOSE)


def test_every_payment_state_says_what_it_means_and_who_acts_next() -> None:
    assert set(lifecycle.PAYMENT_STATES) == set(PaymentState)
    for state, meaning in lifecycle.PAYMENT_STATES.items():
        assert meaning.meaning.endswith(".")
        waits = meaning.next_actor is not lifecycle.NextActor.NOBODY
        allows_capture_soon = not lifecycle.PAYMENT.is_final(state) and state != PaymentState.PAID
        assert waits == allows_capture_soon
