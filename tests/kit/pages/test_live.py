"""The stream that screens follow: whole at first, told apart by its life, and not for everybody."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from threading import Thread

import flask
import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from ledger.kit import pages, web
from ledger.kit.clock import SettableClock
from ledger.protocol.instants import from_text

PATIENCE_S = 10.0
TOO_EARLY_S = 0.2
STREAM = {"Accept": "text/event-stream"}


class Life:
    """One life of a service: its state, and the address that screens follow."""

    def __init__(self, epoch: str, **state: int) -> None:
        self.state = {key: json.dumps(value).encode() for key, value in state.items()}
        clock = SettableClock(from_text("2026-11-22T10:00:00.000Z"))
        self.while_read: Callable[[], None] | None = None
        self.feed = pages.Feed(self._read, clock=clock, epoch=epoch, streams_max=1)
        app = flask.Flask("life", static_folder=None)
        web.install(app, "life")
        app.add_url_rule("/live", "live", self.feed.answer)
        self.client: FlaskClient = app.test_client()

    def _read(self) -> dict[str, bytes]:
        if self.while_read is not None:
            self.while_read()
        return self.state

    def follow(self, **headers: str) -> tuple[TestResponse, Iterator[dict[str, str]]]:
        """Open a stream, as an ``EventSource`` does."""
        answer = self.client.get("/live", headers={**STREAM, **headers}, buffered=False)
        return answer, frames(answer)


def frames(answer: TestResponse) -> Iterator[dict[str, str]]:
    """Take a stream apart: each event's fields."""
    for chunk in answer.iter_encoded():
        yield dict(line.split(": ", 1) for line in chunk.decode().strip().splitlines())


@pytest.mark.parametrize("heard_last", ["", "first-1", "first-900"])
def test_whatever_a_screen_heard_last_of_another_life_it_is_told_all_there_is(
    heard_last: str,
) -> None:
    """A new life counts from the start; nothing is left out for a number that was higher before."""
    life = Life("second", a=1)
    answer, told = life.follow(**({"Last-Event-ID": heard_last} if heard_last else {}))
    first = next(told)
    assert (first["event"], first["id"]) == ("snapshot", "second-1")
    assert json.loads(first["data"])["state"] == {"a": 1}
    life.state = {"b": b"2"}
    life.feed.wake()
    change = next(told)
    assert (change["event"], change["id"]) == ("change", "second-2")
    assert json.loads(change["data"])["state"] == {"a": None, "b": 2}
    answer.close()


def test_who_finds_no_stream_left_is_told_so_and_may_ask_for_the_state() -> None:
    life = Life("only", a=1)
    first, _ = life.follow()
    refused, _ = life.follow()
    assert refused.status_code == 503
    assert refused.get_json()["code"] == "SERVICE_UNAVAILABLE"
    asked = life.client.get("/live", headers={"Accept": "application/json"})
    assert asked.get_json()["state"] == {"a": 1}
    first.close()
    again, told = life.follow()
    assert next(told)["event"] == "snapshot"
    again.close()


def test_a_service_that_stops_ends_its_streams() -> None:
    life = Life("only", a=1)
    answer, told = life.follow()
    next(told)
    life.feed.close()
    assert list(told) == []
    answer.close()
    assert life.feed.streams == 0


def test_a_service_whose_streams_have_ended_reads_nothing_for_them_any_more() -> None:
    life, steps = Life("only", a=1), list[str]()

    def close() -> None:
        life.feed.close()
        steps.append("closed")

    closer = Thread(target=close)

    def read() -> None:
        closer.start()
        closer.join(TOO_EARLY_S)
        steps.append("read")
        life.state = {"b": b"2"}

    answer, told = life.follow()
    next(told)
    life.while_read = read
    life.feed.wake()
    assert len(list(told)) == 1
    closer.join(PATIENCE_S)
    assert steps == ["read", "closed"]
    answer.close()
