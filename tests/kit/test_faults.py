"""A sandbox loses answers after the request has arrived, and no more of them than was wished."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from ledger.kit.transport import Response
from ledger.kit.transport.faults import Faults, FaultyTransport
from ledger.kit.transport.message import Stream
from ledger.protocol.errors.trust import AnswerLost


class Provider:
    """Answers everything, and remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def request(self, method: str, url: str, headers: Mapping[str, str], body: bytes) -> Response:
        del method, headers, body
        self.asked.append(url)
        return Response(200, {}, b"{}")

    def stream(self, url: str, headers: Mapping[str, str]) -> Stream:
        raise NotImplementedError(url, headers)


@pytest.fixture
def provider() -> Provider:
    return Provider()


def ask(line: FaultyTransport, url: str) -> str:
    try:
        line.request("GET", url, {}, b"")
    except AnswerLost:
        return "lost"
    return "answered"


def test_an_answer_is_lost_after_the_request_has_had_its_effect(provider: Provider) -> None:
    faults = Faults()
    line = FaultyTransport(provider, faults, pause=lambda _: None)
    faults.lose_answers(2)
    assert [ask(line, url) for url in "abc"] == ["lost", "lost", "answered"]
    assert provider.asked == ["a", "b", "c"]


def test_answers_are_late_as_often_as_was_wished(provider: Provider) -> None:
    faults, pauses = Faults(), list[float]()
    line = FaultyTransport(provider, faults, pause=pauses.append)
    faults.slow_down(2, 3000)
    assert [ask(line, url) for url in "abc"] == ["answered"] * 3
    assert pauses == [3.0, 3.0]


def test_without_a_wish_nothing_goes_wrong(provider: Provider) -> None:
    pauses = list[float]()
    line = FaultyTransport(provider, Faults(), pause=pauses.append)
    assert (ask(line, "a"), pauses) == ("answered", [])


def test_only_the_exchanges_of_concern_go_wrong_and_are_counted(provider: Provider) -> None:
    faults = Faults()
    line = FaultyTransport(provider, faults, lambda _: None, lambda _, url: "/payments" in url)
    faults.lose_answers(1)
    urls = ["http://x/me", "http://x/payments", "http://x/payments"]
    assert [ask(line, url) for url in urls] == ["answered", "lost", "answered"]
