"""News: the provider is heard for a wallet while its pages follow, and pages are told at once."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from queue import SimpleQueue

import flask
import pytest

from ledger.kit.clock import SettableClock
from ledger.protocol.errors.checkout import TooManyStreams
from ledger.protocol.errors.trust import AnswerLost
from tests.wallet.shop import NOW
from tests.wallet.test_browser_keys import Browser, browser
from tests.wallet.visiting import Visitor
from tests.wallet.world import Json, World
from wallet.visitors.news import News

__all__ = ["browser"]

PATIENCE_S = 30.0
OPENING = b"retry: 500"
PING = b": ping"
HANGS_UP: None = None


def event(number: int) -> bytes:
    told = {
        "event_id": number,
        "event": "payment.paid",
        "payment_id": "pay_01M803NG4V00000000000000",
        "merchant_order_no": "K1",
        "state": "PAID",
        "occurred_at": "2026-11-21T22:29:40.123Z",
    }
    return b"data: " + json.dumps(told).encode()


@dataclass
class Provider:
    """A stream that a test writes, line by line."""

    status: int = 200
    words: SimpleQueue[bytes | None] = field(default_factory=SimpleQueue)
    closed: SimpleQueue[str] = field(default_factory=SimpleQueue)
    headers: dict[str, str] = field(default_factory=dict)
    opened: int = 0

    def open(self) -> Provider:
        """Be asked for the stream."""
        self.opened += 1
        return self

    def lines(self) -> Iterator[bytes]:
        """Say what the test has written."""
        while (word := self.words.get(timeout=PATIENCE_S)) is not HANGS_UP:
            yield word

    def close(self) -> None:
        """Be hung up on."""
        self.closed.put("closed")


@contextmanager
def page(news: News, wallet: str) -> Iterator[Iterator[Json]]:
    """Follow a wallet's feed as its page does; gives state after state."""
    app = flask.Flask("page")
    with app.test_request_context(headers={"Accept": "text/event-stream"}):
        response = news.feed(wallet).answer()
        frames = (each for each in response.iter_encoded())
        yield (_state(each) for each in frames)
        response.close()


def _state(frame: bytes) -> Json:
    (data,) = (line[6:] for line in frame.splitlines() if line.startswith(b"data: "))
    return json.loads(data)["state"]


@pytest.fixture
def news() -> Iterator[News]:
    made = News(SettableClock(NOW))
    yield made
    made.close()


def test_a_page_is_told_what_the_provider_tells_and_when_it_begins_to(news: News) -> None:
    provider = Provider()
    with page(news, "guest-1") as states:
        assert next(states) == {"line": {"is_open": False}}
        news.listen("guest-1", provider.open)
        provider.words.put(OPENING)
        assert next(states) == {"line": {"is_open": True}}
        provider.words.put(event(7))
        assert next(states)["event"]["event_id"] == 7
        provider.words.put(HANGS_UP)
        assert next(states) == {"line": {"is_open": False}}
    assert provider.closed.get(timeout=PATIENCE_S)


def test_one_line_serves_all_pages_of_a_wallet_and_no_other_wallet(news: News) -> None:
    provider = Provider()
    with page(news, "guest-1") as first, page(news, "guest-1") as second:
        for _ in range(3):
            news.listen("guest-1", provider.open)
        provider.words.put(OPENING)
        for states in (first, second):
            assert {"line": {"is_open": True}} in (next(states), next(states))
        assert provider.opened == 1
        with page(news, "guest-2") as other:
            assert next(other) == {"line": {"is_open": False}}
        provider.words.put(HANGS_UP)


def test_when_the_last_page_has_gone_the_provider_is_let_go_at_its_next_ping(news: News) -> None:
    provider = Provider()
    with page(news, "guest-1") as states:
        next(states)
        news.listen("guest-1", provider.open)
        provider.words.put(OPENING)
        provider.words.put(PING)
        assert next(states) == {"line": {"is_open": True}}
    assert provider.closed.empty()
    provider.words.put(PING)
    assert provider.closed.get(timeout=PATIENCE_S)


def test_a_line_that_ended_can_be_had_again(news: News) -> None:
    for _ in range(2):
        provider = Provider()
        with page(news, "guest-1") as states:
            assert next(states)["line"] == {"is_open": False}
            news.listen("guest-1", provider.open)
            provider.words.put(OPENING)
            assert next(states)["line"] == {"is_open": True}
            provider.words.put(HANGS_UP)
            assert next(states)["line"] == {"is_open": False}


def test_a_line_that_could_not_be_opened_leaves_its_place(news: News) -> None:
    def fail() -> Provider:
        raise AnswerLost("cut")

    with pytest.raises(AnswerLost):
        news.listen("guest-1", fail)
    refusing = Provider(status=503)
    refusing.words.put(b'{"code": "TOO_MANY_STREAMS", "title": "", "status": 503}')
    refusing.words.put(HANGS_UP)
    with pytest.raises(TooManyStreams):
        news.listen("guest-1", refusing.open)
    assert refusing.closed.get(timeout=PATIENCE_S)
    provider = Provider()
    news.listen("guest-1", provider.open)
    assert provider.opened == 1
    provider.words.put(HANGS_UP)


def test_there_are_so_many_lines_and_no_more() -> None:
    news, provider = News(SettableClock(NOW), lines_most=1), Provider()
    news.listen("guest-1", provider.open)
    with pytest.raises(TooManyStreams):
        news.listen("guest-2", Provider().open)
    provider.words.put(HANGS_UP)


def test_an_event_that_can_not_be_read_ends_the_line_and_is_not_passed_on(news: News) -> None:
    provider = Provider()
    with page(news, "guest-1") as states:
        next(states)
        news.listen("guest-1", provider.open)
        provider.words.put(OPENING)
        next(states)
        provider.words.put(b'data: {"event_id": "<script>"}')
        assert next(states) == {"line": {"is_open": False}}


def test_a_guests_page_polls_the_same_state_that_it_could_follow(world: World) -> None:
    visitor = Visitor(world)
    assert visitor.get("/api/live").problem == (401, "SESSION_MISSING")
    visitor.arrive()
    assert visitor.get("/api/live").json["state"] == {"line": {"is_open": False}}


def test_the_provider_is_heard_by_a_guests_key_and_by_a_browsers_own_call(browser: Browser) -> None:
    guest = Visitor(browser.world)
    guest.arrive()
    assert guest.post("/api/live").json == {"listening": True}
    call = browser.signed("GET", "/v1/events")
    answer = browser.visitor.post("/api/live", {"headers": call["headers"]})
    assert answer.json == {"listening": True}


def test_no_line_is_opened_by_a_call_that_is_not_this_wallets(browser: Browser) -> None:
    forged = browser.signed("GET", "/v1/events")["headers"]
    forged["signature-input"] = forged["signature-input"].replace('keyid="k', 'keyid="x')
    assert browser.visitor.post("/api/live", {"headers": forged}).problem == (422, "NOT_RELAYED")
    odd = {"headers": browser.signed("GET", "/v1/events")["headers"] | {"host": "elsewhere"}}
    assert browser.visitor.post("/api/live", odd).problem == (422, "NOT_RELAYED")
    other = {"headers": browser.signed("GET", "/v1/me")["headers"]}
    assert browser.visitor.post("/api/live", other).problem[0] == 401
    evil = Visitor(browser.world, origin="http://evil.example")
    evil.bring(str(browser.visitor.cookie()))
    assert evil.post("/api/live").problem == (403, "CROSS_SITE")


def test_a_question_whose_payment_the_shop_has_closed_says_so(world: World) -> None:
    visitor, till = Visitor(world), world.till()
    visitor.arrive()
    review = visitor.scan(till.link(500))
    shown = visitor.get(f"/api/me/reviews/{review['review_id']}").json
    assert (shown["outcome"], shown["payment_state"]) == (None, "AUTHORISING")
    till.close(review["payment_id"])
    shown = visitor.get(f"/api/me/reviews/{review['review_id']}").json
    assert (shown["outcome"], shown["payment_state"]) == (None, "CLOSED")
    world.network.is_cut = True
    assert visitor.get(f"/api/me/reviews/{review['review_id']}").json["payment_state"] == ""
