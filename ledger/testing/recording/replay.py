"""Plays a session again at a fresh provider, and compares every byte that it gives.

    replay(tape.read(file), folder)         # ReplayDiffers says where the first byte differs

Nobody else is there: merchants' answers are those of the tape, and what a merchant asked while it
was being told something is asked again at that place.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import takewhile
from pathlib import Path
from typing import Final

from werkzeug.test import create_environ, run_wsgi_app

from ledger.kit.transport import Response, Stream
from ledger.protocol.errors.sandbox import ReplayDiffers
from ledger.protocol.errors.service import ServiceUnavailable
from ledger.protocol.errors.trust import AnswerLost
from ledger.protocol.instants import from_text
from ledger.testing.play import HOST
from ledger.testing.recording import seeded
from ledger.testing.recording.recorder import STEERING
from ledger.testing.recording.seeded import Seeded, SeededClock
from ledger.testing.recording.tape import Call, Event, Heard, Tape, Told, Work, unspell

_AROUND: Final = 24


def replay(tape: Tape, folder: Path) -> int:
    """Play a session again; how many requests and posts were the same.

    Raises ``ReplayDiffers`` with the first byte that is another.
    """
    clock, player = SeededClock(from_text(tape.begins)), _Player(tape.events)
    with seeded.provider(folder, clock, player, tape.seed) as of:
        player.play(of)
    return sum(isinstance(event, Call | Told) for event in tape.events)


class _Player:
    """Goes through the events; it is also the line to the merchants."""

    def __init__(self, events: list[Event]) -> None:
        self._events = events
        self._place = 0
        self._of: Seeded | None = None
        self._differs: ReplayDiffers | None = None

    def play(self, of: Seeded) -> None:
        """Play everything."""
        self._of = of
        self._go_on(of, until_heard=False)

    def request(self, method: str, url: str, headers: Mapping[str, str], body: bytes) -> Response:
        """Compare a post with the tape, and give the answer that stands there."""
        del method
        try:
            return self._told(url, headers, body)
        except ReplayDiffers as found:
            # Whoever posts makes nothing of an error, so it is kept for who asked for the work.
            self._differs = self._differs or found
            raise

    def stream(self, url: str, headers: Mapping[str, str]) -> Stream:
        """Give nothing: nobody is told anything by a stream."""
        raise ServiceUnavailable(f"{url} {dict(headers)}")

    def _told(self, url: str, headers: Mapping[str, str], body: bytes) -> Response:
        number, expected = self._place, self._next()
        if self._of is None or not isinstance(expected, Told):
            raise ReplayDiffers(f"{url} is told something that the tape does not have")
        _compare(
            f"event {number}, what {expected.url} is told",
            _message(expected.url, expected.headers, unspell(expected.body)),
            _message(url, headers, body),
        )
        heard = self._go_on(self._of, until_heard=True)
        if heard is None:
            raise ReplayDiffers(f"event {number}, {url}: the tape ends before the answer")
        if not heard.status:
            raise ServiceUnavailable(url) if heard.unreached else AnswerLost(url)
        return Response(heard.status, {}, unspell(heard.answer))

    def _go_on(self, of: Seeded, *, until_heard: bool) -> Heard | None:
        while self._place < len(self._events):
            number, event = self._place, self._next()
            match event:
                case Call():
                    self._ask(of, number, event)
                case Work():
                    of.clock.set(from_text(event.at))
                    of.timekeeper.catch_up()
                case Told():
                    raise ReplayDiffers(f"event {number}: {event.url} is not told this time")
                case Heard():
                    if until_heard:
                        return event
                    raise ReplayDiffers(f"event {number}: an answer to nothing")
            if self._differs:
                raise self._differs
        return None

    def _next(self) -> Event | None:
        event = self._events[self._place] if self._place < len(self._events) else None
        self._place += 1
        return event

    def _ask(self, of: Seeded, number: int, call: Call) -> None:
        of.clock.set(from_text(call.at))
        headers = dict(call.headers)
        if call.target.startswith(STEERING):
            headers["authorization"] = f"Bearer {of.token}"
        environ = create_environ(
            path=call.target,
            base_url=f"http://{headers.pop('host', HOST)}",
            method=call.method,
            headers=headers,
            data=unspell(call.body) or None,
            environ_overrides={"REMOTE_ADDR": HOST},
        )
        try:
            pieces, status, fields = run_wsgi_app(of.app.wsgi_app, environ, buffered=True)
        except ConnectionAbortedError:
            found = b"0\n\n"
        else:
            found = _message(status.partition(" ")[0], dict(fields.items()), b"".join(pieces))
        if self._differs:
            raise self._differs
        expected = _message(str(call.status), call.answer_headers, unspell(call.answer))
        _compare(f"event {number}, {call.method} {call.target}", expected, found)


def _message(first: str, headers: Mapping[str, str], body: bytes) -> bytes:
    lines = [first, *(f"{name}: {text}" for name, text in headers.items()), "", ""]
    return "\n".join(lines).encode() + body


def _compare(whose: str, expected: bytes, found: bytes) -> None:
    """Require the same bytes; raises ``ReplayDiffers`` with the first that is another."""
    if expected == found:
        return
    pairs = zip(expected, found, strict=False)
    same = len(list(takewhile(lambda pair: pair[0] == pair[1], pairs)))
    begin = max(0, same - _AROUND)
    raise ReplayDiffers(
        f"{whose}: byte {same} of its head and body:"
        f" recorded …{expected[begin : same + _AROUND]!r}, now …{found[begin : same + _AROUND]!r}"
    )
