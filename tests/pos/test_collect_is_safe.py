"""Every reachable state of a collection over a bad network, one after the other.

The till's machine, a provider and a network are joined to one state space, which is small enough to
visit completely: calls and answers are lost or come late, in any order; the payer agrees, declines
or lets it expire at any time; the shop gives up at any time; the till dies in the middle of a call.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import pytest

from ledger.protocol.instants import Instant
from pos.collect import Action, Collection, Event, Mode, Phase, feed, give_up, step

NOW = Instant(0)
NEVER = Instant(10**15)
ON_THE_WAY_MAX = 2

PAYABLE = {Event.AWAITING_PAYER, Event.AUTHORISING}


@dataclass(frozen=True)
class World:
    """Till, provider and network. ``payment``: the provider's state of it, None if never heard of.

    ``agreed`` is what it becomes when the payer agrees: PAID, or HELD for a deposit.
    ``calls_late`` will still reach the provider, ``answers_late`` the till. ``reversible`` is False
    for a provider that refuses to reverse what is paid or held.
    """

    phase: Phase
    called: bool = False
    payment: Event | None = None
    shown: bool = False
    sent: int = 0
    was_paid: bool = False
    agreed: Event = Event.PAID
    calls_late: tuple[Action, ...] = ()
    answers_late: tuple[Event, ...] = ()
    reversible: bool = True
    alone: bool = False

    def collection(self, mode: Mode) -> Collection:
        return Collection(mode, self.phase, NOW, NEVER, calls=int(self.called))

    def after(self, collection: Collection) -> World:
        showing = collection.mode is not Mode.READ and collection.phase is Phase.WAITING
        shown = self.shown or showing
        return replace(self, phase=collection.phase, called=collection.calls > 0, shown=shown)

    @property
    def is_payable(self) -> bool:
        """Whether somebody can still pay: a self-contained code opens its payment."""
        unheard_of = self.alone and self.payment is None
        return self.shown and (self.payment in PAYABLE or unheard_of)

    @property
    def irreversible(self) -> set[Event]:
        unpaid = {Event.DECLINED, Event.CLOSED}
        return unpaid if self.reversible else {*unpaid, self.agreed}

    def pay(self) -> World:
        return replace(self, payment=self.agreed, was_paid=True)


def executed(world: World, action: Action, mode: Mode) -> Iterator[tuple[World, Event]]:
    """Give what the provider may do with a call, and what it answers."""
    if action is Action.QUERY:
        yield world, world.payment or Event.NOT_FOUND
    elif action is Action.REQUEST and world.payment is None:
        yield world, Event.REFUSED
        if mode is Mode.SHOW:
            yield replace(world, payment=Event.AWAITING_PAYER), Event.AWAITING_PAYER
        else:
            if world.agreed is Event.PAID:  # a deposit is never taken without asking
                yield world.pay(), Event.PAID
            yield replace(world, payment=Event.AUTHORISING), Event.AUTHORISING
    elif action is Action.REQUEST:
        tombstone = world.payment is Event.REVERSED
        yield world, Event.WRONG_STATE if tombstone else world.payment or Event.NOT_FOUND
    elif world.payment in world.irreversible:
        yield world, Event.WRONG_STATE
    else:
        yield replace(world, payment=Event.REVERSED), Event.REVERSED
        yield world, Event.REFUSED


def calls(world: World, mode: Mode) -> Iterator[World]:
    """Let the till make its next call, with everything that can become of it."""
    out, action = step(world.collection(mode), now=NOW)
    if action is Action.DONE:
        return
    asked = replace(world.after(out), sent=world.sent + (action is Action.REQUEST))
    late = tuple(sorted((*asked.calls_late, action)))
    unheard = [asked]  # the till dies, or the call is lost
    if len(late) <= ON_THE_WAY_MAX:
        unheard.append(replace(asked, calls_late=late))
    for done, answer in executed(asked, action, mode):
        yield done.after(feed(out, answer, now=NOW))
        unheard.append(done)
        waiting = tuple(sorted((*done.answers_late, answer)))
        if len(waiting) <= ON_THE_WAY_MAX:
            unheard.append(replace(done, answers_late=waiting))
    for silent in unheard:
        yield silent
        yield silent.after(feed(out, Event.NO_ANSWER, now=NOW))


def happenings(world: World, mode: Mode) -> Iterator[World]:
    """Give everything that can happen without the till acting."""
    collection = world.collection(mode)
    yield world.after(give_up(collection, now=NOW, reason="ABANDONED"))
    if world.payment is Event.AUTHORISING or world.is_payable:
        yield world.pay()
        yield replace(world, payment=Event.DECLINED)
        yield replace(world, payment=Event.AUTHORISING)
    if world.payment in PAYABLE:
        yield replace(world, payment=Event.CLOSED)
    if world.was_paid and not collection.is_undoing:
        yield world.after(feed(collection, world.agreed, now=NOW))  # a notification
    for action in set(world.calls_late):
        left = list(world.calls_late)
        left.remove(action)
        for done, _ in executed(replace(world, calls_late=tuple(left)), action, mode):
            yield done
    for answer in set(world.answers_late):
        waiting = list(world.answers_late)
        waiting.remove(answer)
        heard = replace(world, answers_late=tuple(waiting))
        yield heard.after(feed(collection, answer, now=NOW))


def reachable(mode: Mode, agreed: Event, *, reversible: bool) -> set[World]:
    alone = mode is Mode.SELF_CONTAINED
    phase = Phase.WAITING if alone else Phase.REQUESTING
    first = World(phase, shown=alone, alone=alone, agreed=agreed, reversible=reversible)
    seen, frontier = {first}, [first]
    while frontier:
        world = frontier.pop()
        fresh = {*calls(world, mode), *happenings(world, mode)} - seen
        # A request is repeated as often as answers are lost; three tell the same story as more.
        fresh = {after for after in fresh if after.sent <= 3}
        seen |= fresh
        frontier.extend(fresh)
    return seen


@pytest.fixture(
    scope="module",
    params=[
        (mode, agreed, way)
        for mode in Mode
        for agreed in (Event.PAID, Event.HELD)
        for way in (True, False)
    ],
    ids=lambda made: f"{made[0]} {made[1]} {'reversible' if made[2] else 'for good'}",
)
def worlds(request: pytest.FixtureRequest) -> tuple[Mode, set[World]]:
    mode, agreed, reversible = request.param
    return mode, reachable(mode, agreed, reversible=reversible)


def ended(found: set[World]) -> list[World]:
    ends = {Phase.PAID, Phase.HELD, Phase.NOT_PAID, Phase.REVERSED}
    return [world for world in found if world.phase in ends]


def test_the_whole_space_is_visited(worlds: tuple[Mode, set[World]]) -> None:
    mode, found = worlds
    agreed = next(iter(found)).agreed
    never = {Phase.HELD if agreed is Event.PAID else Phase.PAID}
    if mode is Mode.SELF_CONTAINED:
        never |= {Phase.REQUESTING, Phase.UNKNOWN}
    assert {world.phase for world in found} == set(Phase) - never
    assert len(found) > (500 if mode is Mode.SELF_CONTAINED else 1_000)


def test_a_self_contained_code_is_never_requested(worlds: tuple[Mode, set[World]]) -> None:
    mode, found = worlds
    if mode is Mode.SELF_CONTAINED:
        assert {world.sent for world in found} == {0}


def test_a_sale_is_paid_exactly_when_the_money_is_with_the_merchant(
    worlds: tuple[Mode, set[World]],
) -> None:
    _, found = worlds
    assert [
        world
        for world in ended(found)
        if (world.phase is Phase[world.agreed]) != (world.payment is world.agreed)
    ] == []


def test_after_the_end_nobody_can_still_pay(worlds: tuple[Mode, set[World]]) -> None:
    _, found = worlds
    assert [world for world in ended(found) if world.is_payable] == []


def test_what_was_read_from_a_phone_is_sent_once(worlds: tuple[Mode, set[World]]) -> None:
    mode, found = worlds
    if mode is Mode.READ:
        assert {world.sent for world in found} == {0, 1}


def test_from_everywhere_a_working_network_leads_to_an_end(
    worlds: tuple[Mode, set[World]],
) -> None:
    mode, found = worlds
    for world in found:
        collection = give_up(world.collection(mode), now=NOW, reason="ABANDONED")
        current = world
        for _ in range(4):
            collection, action = step(collection, now=collection.due_at)
            if action is Action.DONE:
                break
            current, answer = next(
                (after, said)
                for after, said in executed(current, action, mode)
                if said is not Event.REFUSED
            )
            collection = feed(collection, answer, now=collection.due_at)
        assert collection.is_final, world
