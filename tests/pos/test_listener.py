"""The provider speaks up and the till asks at once; what it says is never taken for proof."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

import pytest

from ledger.protocol.errors.checkout import TooManyStreams
from ledger.protocol.errors.trust import AnswerLost
from ledger.protocol.identifiers import Kind, PaymentId
from ledger.protocol.instants import SECOND
from ledger.protocol.lifecycle import PaymentState
from pos.acquirers.port import Reply
from pos.collect import Event, Phase
from pos.counter import collecting
from pos.counter.desk import Desk
from pos.counter.news import hints, listener
from pos.counter.news.hints import GRACE_S, Hint
from pos.counter.news.listener import Listener, News
from pos.counter.resolver import Resolver
from tests.pos.provider import MiniProvider
from tests.pos.scene import Scene
from tests.pos.shop import PAYMENT_CODE, open_sale

PATIENCE_S = 10.0
GRACE_MS = int(GRACE_S * SECOND)


def told(scene: Scene) -> Event | None:
    return scene.desk.store.attempts.of_sale(scene.sale.sale_id)[0].collection.told


def test_somebody_scans_and_the_till_knows_in_the_same_round(scene: Scene) -> None:
    resolver = Resolver(scene.desk)
    scene.provider.set_state(scene.payment_id, PaymentState.AUTHORISING)
    resolver.take_round()
    assert told(scene) is Event.AWAITING_PAYER  # it asks every three seconds
    resolver.look_at(Hint(scene.payment_id, Event.AUTHORISING))
    resolver.take_round()
    assert told(scene) is Event.AUTHORISING


def test_a_hint_is_not_believed(scene: Scene) -> None:
    resolver = Resolver(scene.desk)
    resolver.look_at(Hint(scene.payment_id, Event.PAID))
    resolver.take_round()
    assert scene.provider.calls == ["request"]
    scene.clock.advance(GRACE_MS)
    resolver.take_round()
    assert scene.provider.calls == ["request", "query"]
    assert scene.phase is Phase.WAITING


def test_what_a_notification_tells_in_time_is_not_asked_about(scene: Scene) -> None:
    resolver = Resolver(scene.desk)
    paid, receipt = scene.pay()
    resolver.look_at(Hint(scene.payment_id, Event.PAID))
    resolver.take_round()
    scene.receive(paid, receipt)
    scene.clock.advance(GRACE_MS)
    resolver.take_round()
    assert scene.provider.calls == ["request"]


def test_others_who_are_hurried_leave_a_notification_its_time(scene: Scene) -> None:
    resolver = Resolver(scene.desk)
    resolver.look_at(Hint(scene.payment_id, Event.PAID))
    for _ in range(5):
        other = PaymentId(scene.provider.ids.new(Kind.PAYMENT, scene.clock.now()))
        resolver.look_at(Hint(other, Event.AUTHORISING))
        resolver.take_round()
    assert scene.provider.calls == ["request"]


def test_what_is_known_or_of_another_till_is_not_asked_about(scene: Scene) -> None:
    resolver = Resolver(scene.desk)
    resolver.look_at(Hint(scene.payment_id, Event.AWAITING_PAYER))
    other = PaymentId(scene.provider.ids.new(Kind.PAYMENT, scene.clock.now()))
    resolver.look_at(Hint(other, Event.AUTHORISING))
    assert resolver.take_round() == 0
    assert scene.provider.calls == ["request"]


def test_a_request_that_is_on_its_way_is_not_taken_for_lost(
    desk: Desk, provider: MiniProvider
) -> None:
    resolver = Resolver(desk)

    def hinted_meanwhile(_name: str, call: Callable[[], Reply]) -> Reply:
        reply = call()
        payment_id = next(iter(provider.payments))
        resolver.look_at(Hint(payment_id, Event.AUTHORISING))
        resolver.take_round()
        return reply

    provider.network = hinted_meanwhile
    provider.on_payment_code = PaymentState.AUTHORISING
    sale = collecting.read_code(desk, open_sale(desk).sale_id, PAYMENT_CODE)
    assert provider.calls == ["request"]
    assert desk.store.attempts.of_sale(sale.sale_id)[0].collection.phase is Phase.WAITING


def test_a_flood_of_hints_is_cut_off(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hints, "HINTS_MAX", 1)
    kept = hints.Hints()
    other = PaymentId(scene.provider.ids.new(Kind.PAYMENT, scene.clock.now()))
    assert kept.add(Hint(scene.payment_id, Event.AUTHORISING), now_s=0.0)
    assert not kept.add(Hint(other, Event.AUTHORISING), now_s=0.0)
    assert kept.take_due(now_s=0.0) == [Hint(scene.payment_id, Event.AUTHORISING)]


def test_what_was_notified_is_not_looked_up_and_what_came_after_it_is(scene: Scene) -> None:
    resolver = Resolver(scene.desk)
    paid, receipt = scene.pay()
    other = PaymentId(scene.provider.ids.new(Kind.PAYMENT, scene.clock.now()))
    for payment_id in (scene.payment_id, other):
        resolver.look_at(Hint(payment_id, Event.PAID))
    scene.receive(paid, receipt)
    assert scene.desk.hints.take_due(now_s=GRACE_S) == [Hint(other, Event.PAID)]
    resolver.look_at(Hint(scene.payment_id, Event.REVERSED))
    scene.receive(paid, receipt)
    assert scene.desk.hints.take_due(now_s=GRACE_S) == [Hint(scene.payment_id, Event.REVERSED)]


class Play:
    """A provider's streams, one after the other; ``asked`` is where each was to begin."""

    def __init__(self, *streams: Callable[[Callable[[], None]], Iterator[News]]) -> None:
        self._streams = list(streams)
        self.asked: list[int | None] = []
        self.is_over = threading.Event()

    def __call__(self, after: int | None, opened: Callable[[], None]) -> Iterator[News]:
        self.asked.append(after)
        if not self._streams:
            self.is_over.set()
            raise AnswerLost("the play is over")
        yield from self._streams.pop(0)(opened)


@pytest.fixture
def without_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listener, "PAUSES_S", (0.001,))


@pytest.mark.usefixtures("without_pauses")
def test_after_a_break_it_listens_on_where_it_was_and_screens_are_told_of_the_line(
    scene: Scene,
) -> None:
    scanned = News(7, Hint(scene.payment_id, Event.AUTHORISING))
    lines: list[bool] = []

    def breaks_off(opened: Callable[[], None]) -> Iterator[News]:
        opened()
        yield scanned
        raise AnswerLost("pulled")

    def ends(opened: Callable[[], None]) -> Iterator[News]:
        opened()
        return iter(())

    def refuses(_opened: Callable[[], None]) -> Iterator[News]:
        raise AnswerLost("still pulled")

    play = Play(breaks_off, refuses, ends)
    resolver = Resolver(scene.desk)
    listening = Listener(play, resolver)
    listening.on_line = lambda: lines.append(listening.is_cut_off)
    listening.start()
    assert play.is_over.wait(PATIENCE_S)
    listening.stop()
    assert play.asked[:4] == [None, 7, 7, 7]
    assert lines[:2] == [True, False]
    assert resolver.take_round() > 0


@pytest.mark.usefixtures("without_pauses")
def test_when_the_line_is_back_everything_unfinished_is_due(scene: Scene) -> None:
    def refuses(_opened: Callable[[], None]) -> Iterator[News]:
        raise AnswerLost("not there yet")

    def opens(opened: Callable[[], None]) -> Iterator[News]:
        opened()
        return iter(())

    play, resolver = Play(refuses, opens), Resolver(scene.desk)
    scene.provider.set_state(scene.payment_id, PaymentState.AUTHORISING)
    listening = Listener(play, resolver)
    listening.start()
    assert play.is_over.wait(PATIENCE_S)
    listening.stop()
    resolver.take_round()
    assert told(scene) is Event.AUTHORISING


@pytest.mark.usefixtures("without_pauses")
def test_a_provider_with_too_many_listeners_is_not_taken_for_gone(scene: Scene) -> None:
    def refuses(_opened: Callable[[], None]) -> Iterator[News]:
        raise TooManyStreams("4 are open")

    def looks(_opened: Callable[[], None]) -> Iterator[News]:
        seen.append(listening.is_cut_off)
        return iter(())

    seen: list[bool] = []
    play = Play(refuses, looks)
    listening = Listener(play, Resolver(scene.desk))
    listening.start()
    assert play.is_over.wait(PATIENCE_S)
    listening.stop()
    assert seen == [False]


def test_a_stopped_listener_passes_nothing_on(scene: Scene) -> None:
    may_speak, resolver = threading.Event(), Resolver(scene.desk)

    def speaks_late(opened: Callable[[], None]) -> Iterator[News]:
        opened()
        may_speak.wait(PATIENCE_S)
        try:
            yield News(1, Hint(scene.payment_id, Event.AUTHORISING))
        finally:
            has_gone.set()

    has_gone = threading.Event()
    listening = Listener(Play(speaks_late), resolver)
    listening.start()
    listening.stop()
    may_speak.set()
    scene.provider.set_state(scene.payment_id, PaymentState.AUTHORISING)
    assert has_gone.wait(PATIENCE_S)
    assert resolver.take_round() == 0
