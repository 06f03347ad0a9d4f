"""Live events: one's own, in order, none missed, none that must be believed."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from queue import Queue
from threading import Thread
from typing import cast

import pytest

from ledger.core.checkout import progress
from ledger.core.ports import Books, Store
from ledger.faces.native.live import PING, LiveEvents, StreamLimits
from ledger.kit.clock import SettableClock
from ledger.kit.transport import Stream
from ledger.protocol.identifiers import PaymentId
from ledger.protocol.signing import merchant_owner
from tests.faces.native.http_world import NOON, HttpWorld
from tests.faces.native.wire import BASE, Party
from tests.kit.answered import Json

PATIENCE_S = 10.0
TOO_EARLY_S = 0.2
END = b"end of stream"


class Listener:
    """Somebody who follows a stream on a thread of their own, until the ledger ends it."""

    def __init__(self, stream: Stream) -> None:
        self._lines: Queue[bytes] = Queue()
        Thread(target=self._listen, args=(stream,), daemon=True).start()

    def _listen(self, stream: Stream) -> None:
        for line in stream.lines():
            self._lines.put(line)
        stream.close()
        self._lines.put(END)

    def line(self) -> bytes:
        """The next line; a stream that stays silent fails the test."""
        return self._lines.get(timeout=PATIENCE_S)

    def frame(self) -> dict[str, str]:
        """The fields of the next frame."""
        fields = {}
        while line := self.line():
            name, _, value = line.decode().partition(": ")
            fields[name] = value
        return fields

    def event(self) -> Json:
        """The next event."""
        frame = self.frame()
        data = json.loads(frame["data"])
        assert isinstance(data, dict)
        assert (frame["id"], frame["event"]) == (str(data["event_id"]), data["event"])
        return data


def opened(party: Party, query: str = "", **headers: str) -> Stream:
    """Ask for somebody's events."""
    signed = party.signed("GET", f"/v1/events{query}").having(**headers)
    stream = party.line.wire.stream(BASE + signed.path, signed.headers)
    assert stream.status == 200
    assert stream.headers["content-type"].startswith("text/event-stream")
    return stream


def following(party: Party, query: str = "", **headers: str) -> Listener:
    """Follow somebody's events."""
    return Listener(opened(party, query, **headers))


@pytest.fixture
def world(tmp_path: Path) -> Iterator[HttpWorld]:
    made = HttpWorld(tmp_path, in_a_file=True)
    yield made
    made.close()


def test_till_and_wallet_are_told_of_a_payment_as_it_goes_on(world: HttpWorld) -> None:
    shop, anna = world.shop, world.wallet("anna")
    till, phone = following(shop), following(anna)
    assert till.frame() == {"retry": "500", "id": "0"}
    assert phone.frame() == {"retry": "500", "id": "0"}
    payment = shop.ask(1295)
    anna.pay(shop, payment)
    told = [till.event() for _ in range(3)]
    names = [event["event"] for event in told]
    assert names == ["payment.awaiting_payer", "payment.authorising", "payment.paid"]
    assert {event["payment_id"] for event in told} == {payment["payment_id"]}
    assert {event["merchant_order_no"] for event in told} == {payment["merchant_order_no"]}
    assert told[-1]["state"] == "PAID"
    ids = [event["event_id"] for event in told]
    assert ids == sorted(set(ids))
    assert [phone.event()["event"] for _ in range(2)] == names[1:]


def test_somebody_elses_payments_are_not_told(world: HttpWorld) -> None:
    shop, kiosk, anna = world.shop, world.kiosk, world.wallet("anna")
    stranger = following(kiosk)
    stranger.frame()
    anna.pay(shop, shop.ask(100))
    own = kiosk.ask(200)
    assert stranger.event()["payment_id"] == own["payment_id"]


@pytest.mark.parametrize("how", ["query", "header"])
def test_a_stream_is_taken_up_where_it_broke_off(world: HttpWorld, how: str) -> None:
    shop = world.shop
    till = following(shop)
    till.frame()
    first, second = shop.ask(100), shop.ask(200)
    seen = till.event()
    assert seen["payment_id"] == first["payment_id"]
    last = str(seen["event_id"])
    if how == "query":
        till = following(shop, f"?after={last}")
    else:
        till = following(shop, "?after=0", Last_Event_ID=last)
    assert till.frame()["id"] == last
    assert till.event()["payment_id"] == second["payment_id"]


def test_a_stream_begins_with_what_comes_next(world: HttpWorld) -> None:
    shop = world.shop
    shop.ask(100)
    till = following(shop)
    position = till.frame()["id"]
    assert int(position) > 0
    later = shop.ask(200)
    assert till.event()["payment_id"] == later["payment_id"]


def test_a_number_from_other_books_is_answered_with_everything(world: HttpWorld) -> None:
    shop = world.shop
    payment = shop.ask(100)
    till = following(shop, "?after=999999")
    assert till.frame()["id"] == "0"
    assert till.event()["payment_id"] == payment["payment_id"]


@pytest.mark.parametrize("query", ["?after=-1", "?after=1e3", "?after=x", "?after=" + "9" * 19])
def test_a_malformed_number_is_refused(world: HttpWorld, query: str) -> None:
    assert world.shop.get(f"/v1/events{query}").said == (400, "FIELD_FORMAT")


def test_the_streams_of_one_party_are_limited_and_places_come_back(tmp_path: Path) -> None:
    world = HttpWorld(tmp_path, change=lambda settings: replace(settings, streams_per_owner_max=2))
    shop = world.shop
    one, two = opened(shop), opened(shop)
    next(one.lines())
    refused = shop.get("/v1/events")
    assert refused.said == (429, "TOO_MANY_STREAMS")
    assert "retry-after" in refused.headers
    opened(world.kiosk).close()
    one.close()
    two.close()
    opened(shop).close()
    opened(shop).close()
    world.close()


def test_all_streams_together_are_limited(tmp_path: Path) -> None:
    world = HttpWorld(tmp_path, change=lambda settings: replace(settings, streams_max=2))
    streams = [opened(world.shop), opened(world.kiosk)]
    response = world.line.receive(world.wallet("anna").signed("GET", "/v1/events"))
    assert response.status == 503
    assert json.loads(response.body)["code"] == "SERVICE_UNAVAILABLE"
    for stream in streams:
        stream.close()
    world.close()


def test_streams_end_when_the_ledger_stops(world: HttpWorld) -> None:
    till = following(world.shop)
    till.frame()
    world.ledger.live.close()
    assert till.line() == END


class FakeTimer(SettableClock):
    """A clock on which each look takes a second."""

    def monotonic(self) -> float:
        self.advance(1000)
        return super().monotonic()


def test_a_stream_pings_while_nothing_happens_and_ends_after_its_life(world: HttpWorld) -> None:
    limits = StreamLimits(most=1, most_per_audience=1, life_s=4.0, ping_s=0.0)
    live = LiveEvents(world.store, limits, timer=FakeTimer(NOON))
    frames = list(live.frames("merchant:nobody", None))
    assert frames == [b"retry: 500\nid: 0\n\n", PING, PING, PING]


def test_a_commit_wakes_a_stream_that_sleeps(world: HttpWorld) -> None:
    payment = world.shop.ask(100)
    limits = StreamLimits(most=1, most_per_audience=1, life_s=3600.0, ping_s=3600.0)
    live = LiveEvents(world.store, limits)
    world.ledger.store.listeners.append(live.wake)
    audience = merchant_owner(world.shop.merchant["merchant_id"])
    frames: Queue[bytes] = Queue()
    stream = live.frames(audience, None)
    frames.put(next(stream))
    listener = Thread(target=lambda: frames.put(next(stream)), daemon=True)
    frames.get()
    listener.start()
    with world.ledger.store.transaction() as books:
        kept = books.payments.find(PaymentId(payment["payment_id"]))
        assert kept is not None
        progress.publish(books, kept, now=NOON, name="payment.awaiting_payer")
    assert b"event: payment.awaiting_payer" in frames.get(timeout=PATIENCE_S)
    live.close()


class ClosedWhileRead:
    """Books that a ledger ends its streams over while one of them reads."""

    def __init__(self, books: Store) -> None:
        self.books = books
        self.steps: list[str] = []
        self.close: Callable[[], None] | None = None

    @contextmanager
    def reading(self) -> Iterator[Books]:
        """Have the streams ended from elsewhere, and give that time to be done too early."""
        with self.books.reading() as books:
            yield books
            if self.close is not None:
                self.closer = Thread(target=self._end, args=(self.close,))
                self.closer.start()
                self.closer.join(TOO_EARLY_S)
            self.steps.append("read")

    def _end(self, close: Callable[[], None]) -> None:
        close()
        self.steps.append("closed")


def test_streams_have_ended_only_when_none_of_them_reads_the_books(world: HttpWorld) -> None:
    limits = StreamLimits(most=1, most_per_audience=1, life_s=3600.0, ping_s=3600.0)
    read = ClosedWhileRead(world.store)
    live = LiveEvents(cast(Store, read), limits)
    stream = live.frames("merchant:nobody", None)
    next(stream)
    read.close = live.close
    assert list(stream) == []
    read.closer.join(PATIENCE_S)
    assert read.steps == ["read", "read", "closed"]
    assert list(live.frames("merchant:nobody", None)) == []
    assert read.steps == ["read", "read", "closed"]
