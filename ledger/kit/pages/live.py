"""A service's state as screens follow it: a snapshot first, then what changes, in one stream.

    feed = Feed(read=lambda: {"sal_…": b'{"state":"OPEN"}'}, clock=clock, epoch=entropy(4).hex())
    store.on_commit = feed.wake
    @app.get("/api/live")
    def follow(): return feed.answer()

A state is a mapping of keys to JSON. Whoever opens the stream (server-sent events, WHATWG HTML,
section 9.2) gets all of it as one event ``snapshot``; after that ``change`` with the keys that are
new or different, and ``null`` for those that are gone; and ``ping`` when nothing happened for a
while. Each carries ``now``, the service's time, and ``speed``, how fast it goes (1 but in some
sandboxes), so that a screen can count down by its own clock.
Nothing has to be replayed after a break: the next stream begins with a snapshot. The id of a frame,
``epoch-number``, tells one life of the service from the next.

Who asks for JSON gets the snapshot alone; that is how a screen polls when there are more of them
than streams (503 with ``Retry-After``). An open stream occupies a thread, so it ends after a while
and the browser opens the next. ``kit/js/live.js`` is the other end.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from typing import Final

import flask
import msgspec

from ledger.kit.clock import Clock, SystemClock, speed_of
from ledger.protocol.errors.service import ServiceUnavailable
from ledger.protocol.instants import to_text

MEDIA_TYPE: Final = "text/event-stream"
RECONNECT_MS: Final = 500
STREAMS_MAX: Final = 64
PING_S: Final = 15.0
LIFE_S: Final = 600.0
REST_S: Final = 0.05
"""A busy service changes all the time; between two looks at its state passes at least this long."""

State = Mapping[str, bytes]


class _Look(msgspec.Struct, frozen=True):
    """What was seen, the how manieth look it was, and how many changes it knows of."""

    state: dict[str, bytes]
    number: int
    wakes: int


class Feed:
    """One state that many screens follow.

    ``read`` gives it, with JSON texts as values. ``epoch`` names this life of the service.
    ``timer`` measures how long streams are open: by the machine's own clock, whatever ``clock``
    tells screens.
    """

    def __init__(
        self,
        read: Callable[[], State],
        *,
        clock: Clock,
        epoch: str,
        streams_max: int = STREAMS_MAX,
        ping_s: float = PING_S,
        timer: Clock | None = None,
    ) -> None:
        self._read = read
        self._clock = clock
        self._epoch = epoch
        self._streams_max = streams_max
        self._ping_s = ping_s
        self._timer = timer or SystemClock()
        self._changed = threading.Condition()
        self._looking = threading.Lock()
        self._seen: _Look | None = None
        self._wakes = 0
        self._open = 0
        self._closed = False

    def wake(self) -> None:
        """Let the streams look: something may have changed."""
        with self._changed:
            self._wakes += 1
            self._changed.notify_all()

    def close(self) -> None:
        """End all streams; none of them reads any more. A second call does nothing."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        with self._looking:
            pass

    @property
    def streams(self) -> int:
        """How many streams are open."""
        return self._open

    def answer(self) -> flask.Response:
        """Answer the request in hand by a stream, or by the snapshot for who asks for JSON.

        Raises ``ServiceUnavailable`` when no stream is left.
        """
        accepted = flask.request.accept_mimetypes
        if accepted.best_match(["application/json", MEDIA_TYPE]) != MEDIA_TYPE:
            look = self._look()
            return flask.Response(self._data(look.state), mimetype="application/json")
        self._take_place()
        response = flask.Response(self._frames(), mimetype=MEDIA_TYPE)
        response.headers["X-Accel-Buffering"] = "no"  # what nginx and its like go by
        response.call_on_close(self._give_place_back)
        return response

    def _take_place(self) -> None:
        with self._changed:
            if self._open >= self._streams_max:
                raise ServiceUnavailable("all live streams are taken")
            self._open += 1

    def _give_place_back(self) -> None:
        with self._changed:
            self._open -= 1

    def _frames(self) -> Iterator[bytes]:
        ends_at = self._timer.monotonic() + LIFE_S
        told = self._look()
        yield f"retry: {RECONNECT_MS}\n".encode() + self._frame("snapshot", told.number, told.state)
        while not self._closed and self._timer.monotonic() < ends_at:
            if not self._sleep_until_wake(told.wakes):
                yield self._frame("ping", told.number, {})
                continue
            look = self._look()
            news: dict[str, bytes] = {
                key: value for key, value in look.state.items() if told.state.get(key) != value
            }
            news |= dict.fromkeys(told.state.keys() - look.state.keys(), b"null")
            if news:
                yield self._frame("change", look.number, news)
            told = look
            self._rest()

    def _look(self) -> _Look:
        """Read the state, unless somebody has since the last change."""
        with self._looking:
            wakes, seen = self._wakes, self._seen  # before reading: what comes meanwhile is news
            if seen is None or (seen.wakes != wakes and not self._closed):
                number = seen.number + 1 if seen else 1
                seen = self._seen = _Look(dict(self._read()), number, wakes)
            return seen

    def _sleep_until_wake(self, known: int) -> bool:
        with self._changed:
            return self._changed.wait_for(
                lambda: self._closed or self._wakes != known, self._ping_s
            )

    def _rest(self) -> None:
        with self._changed:
            self._changed.wait_for(lambda: self._closed, REST_S)

    def _frame(self, event: str, number: int, state: State) -> bytes:
        head = f"id: {self._epoch}-{number}\nevent: {event}\ndata: ".encode()
        return head + self._data(state) + b"\n\n"

    def _data(self, state: State) -> bytes:
        values = {key: msgspec.Raw(value) for key, value in state.items()}
        told = {"now": to_text(self._clock.now()), "speed": speed_of(self._clock)}
        return msgspec.json.encode({**told, "state": values})
