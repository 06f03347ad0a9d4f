"""The machine that collects, step by step."""

from __future__ import annotations

import pytest

from ledger.protocol.instants import SECOND, Instant
from pos.collect import (
    CALL_PATIENCE,
    COLLECTION,
    PAUSES,
    TOLD,
    Action,
    Collection,
    Event,
    Mode,
    Phase,
    feed,
    give_up,
    start,
    step,
    wake,
)

T0 = Instant(1_795_300_180_000)
LIMIT = Instant(T0 + 60 * SECOND)
ENDS = {Phase.PAID, Phase.HELD, Phase.NOT_PAID, Phase.REVERSED}


def begun(mode: Mode) -> Collection:
    return start(mode, now=T0, give_up_at=LIMIT)


def brought_to(phase: Phase, mode: Mode = Mode.SHOW) -> Collection:
    return Collection(mode=mode, phase=phase, due_at=T0, give_up_at=LIMIT, calls=1)


@pytest.mark.parametrize("mode", list(Mode))
def test_the_table_has_a_cell_for_every_event_in_every_phase_that_is_no_end(mode: Mode) -> None:
    table = COLLECTION[mode].table
    assert {phase for phase, row in table.items() if not row} == ENDS
    assert all(set(row) == set(Event) for phase, row in table.items() if phase not in ENDS)


@pytest.mark.parametrize("phase", sorted(ENDS))
@pytest.mark.parametrize("event", list(Event))
def test_an_ended_collection_stays_as_it_is(phase: Phase, event: Event) -> None:
    ended = brought_to(phase)
    assert feed(ended, event, now=T0) == ended
    assert give_up(ended, now=T0, reason="ABANDONED") == ended
    assert step(ended, now=LIMIT) == (ended, Action.DONE)


def test_the_request_goes_out_first_and_once() -> None:
    collection, action = step(begun(Mode.READ), now=T0)
    assert action is Action.REQUEST
    assert step(collection, now=Instant(T0 + 1))[1] is Action.WAIT


def test_a_call_that_nobody_came_back_from_counts_as_lost() -> None:
    collection, _ = step(begun(Mode.READ), now=T0)
    collection, action = step(collection, now=Instant(T0 + CALL_PATIENCE))
    assert (collection.phase, action) == (Phase.UNKNOWN, Action.QUERY)


def test_after_a_restart_a_lost_call_is_noticed_at_once() -> None:
    collection, _ = step(begun(Mode.READ), now=T0)
    collection, action = step(wake(collection, now=Instant(T0 + 5)), now=Instant(T0 + 5))
    assert (collection.phase, action) == (Phase.UNKNOWN, Action.QUERY)


def test_a_payment_code_is_not_sent_again_when_the_provider_has_not_heard_of_it() -> None:
    collection = feed(brought_to(Phase.UNKNOWN, Mode.READ), Event.NOT_FOUND, now=T0)
    assert collection.phase is Phase.UNKNOWN


def test_a_code_nobody_has_seen_is_requested_again() -> None:
    collection = feed(brought_to(Phase.UNKNOWN, Mode.SHOW), Event.NOT_FOUND, now=T0)
    assert step(collection, now=T0)[1] is Action.REQUEST


@pytest.mark.parametrize("phase", [Phase.REQUESTING, Phase.WAITING, Phase.UNKNOWN])
def test_when_the_time_is_over_it_is_reversed(phase: Phase) -> None:
    collection, action = step(brought_to(phase), now=LIMIT)
    assert (collection.phase, action) == (Phase.REVERSING, Action.REVERSE)
    assert collection.reason == "TIMED_OUT"


@pytest.mark.parametrize("mode", list(Mode))
def test_silence_is_asked_about_and_then_reversed_never_taken_for_an_end(mode: Mode) -> None:
    collection, now, actions = begun(mode), T0, []
    for _ in range(60):
        now = max(now, collection.due_at)
        collection, action = step(collection, now=now)
        actions.append(action)
        collection = feed(collection, Event.NO_ANSWER, now=now)
    requests = 0 if mode is Mode.SELF_CONTAINED else 1
    first_reversal = actions.index(Action.REVERSE)
    assert set(actions[:requests]) <= {Action.REQUEST}
    assert set(actions[requests:first_reversal]) == {Action.QUERY}
    assert set(actions[first_reversal:]) == {Action.REVERSE}
    assert collection.phase is Phase.REVERSING


def test_paid_is_no_news_while_it_is_being_reversed() -> None:
    assert feed(brought_to(Phase.REVERSING), Event.PAID, now=T0).phase is Phase.REVERSING


def test_when_reversing_is_refused_what_then_stands_counts() -> None:
    collection = feed(brought_to(Phase.REVERSING), Event.WRONG_STATE, now=T0)
    assert step(collection, now=collection.due_at)[1] is Action.QUERY
    paid = feed(collection, Event.PAID, now=T0)
    assert (paid.phase, paid.reason) == (Phase.PAID, "")


def test_a_refusal_ends_unpaid_with_the_providers_reason() -> None:
    collection, _ = step(begun(Mode.READ), now=T0)
    ended = feed(collection, Event.REFUSED, now=T0, reason="NOT_ENOUGH_FUNDS")
    assert (ended.phase, ended.reason) == (Phase.NOT_PAID, "NOT_ENOUGH_FUNDS")


def test_giving_up_keeps_its_reason_to_the_end() -> None:
    collection = give_up(brought_to(Phase.WAITING), now=T0, reason="ABANDONED")
    ended = feed(collection, Event.CLOSED, now=T0)
    assert (ended.phase, ended.reason) == (Phase.NOT_PAID, "ABANDONED")


def test_giving_up_twice_changes_nothing() -> None:
    once = give_up(brought_to(Phase.WAITING), now=T0, reason="ABANDONED")
    assert give_up(once, now=T0, reason="TIMED_OUT") == once


def test_what_the_provider_told_last_is_kept() -> None:
    scanned = feed(brought_to(Phase.WAITING), Event.AUTHORISING, now=T0)
    assert feed(scanned, Event.NO_ANSWER, now=T0).told is Event.AUTHORISING
    assert Event.GIVE_UP not in TOLD


def test_queries_keep_to_their_schedule_and_repeat_its_last_pause() -> None:
    collection, now, gaps = brought_to(Phase.WAITING), T0, []
    collection = Collection(Mode.SHOW, Phase.WAITING, T0, Instant(T0 + 10**9))
    for _ in range(30):
        collection, _ = step(collection, now=now)
        collection = feed(collection, Event.AWAITING_PAYER, now=now)
        gaps.append(collection.due_at - now)
        now = collection.due_at
    pauses = list(PAUSES[Phase.WAITING])
    assert gaps == [*pauses[1:], *[pauses[-1]] * (30 - len(pauses) + 1)]


def test_an_inconsistent_provider_is_not_asked_without_pause() -> None:
    collection, now = brought_to(Phase.REVERSING), T0
    calls = 0
    while now < T0 + 60 * SECOND:
        now = max(now, collection.due_at)
        collection, action = step(collection, now=now)
        calls += 1
        said = Event.WRONG_STATE if action is Action.REVERSE else Event.AUTHORISING
        collection = feed(collection, said, now=now)
    assert calls <= 125
