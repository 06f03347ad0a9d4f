"""Writes down a session while it happens: what came in, what went out, what was done, and when.

    with recording(folder, seed="1") as recorder:
        ...                                     # a till speaks to recorder.url, people act
    recorder.tape().write(file)

It stands around the whole app. The provider's time stands still but for the moment at which a turn
begins, when it is moved to the machine's time and all that was let pass; with ``begins`` it is not
moved by the machine at all. What only looks is not written down.
"""

from __future__ import annotations

import io
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Final

from werkzeug.test import run_wsgi_app

from ledger.kit.background import Worker
from ledger.kit.clock import Clock, SystemClock
from ledger.kit.serving.hanging_up import hang_up
from ledger.kit.transport import Response, Stream, Transport
from ledger.ops import notifier
from ledger.protocol.errors import QrpayError
from ledger.protocol.errors.service import ServiceUnavailable
from ledger.protocol.errors.trust import AnswerLost
from ledger.protocol.instants import SECOND, Instant, from_text, later, to_text
from ledger.sandbox.control.guard import PREFIX
from ledger.testing.play import HOST, served
from ledger.testing.recording import seeded
from ledger.testing.recording.seeded import Seeded, SeededClock
from ledger.testing.recording.tape import Call, Event, Heard, Tape, Told, Work, spell
from ledger.testing.recording.turns import Turns

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

LOOKING: Final = ("/health", "/v1/events")
"""Addresses that change nothing; of streams, which end when nobody listens, there are none."""

STEERING: Final = f"{PREFIX}/"
LETTING_TIME_PASS: Final = f"{PREFIX}/clock"
STORIES: Final = f"{PREFIX}/scenarios/"
_IDLE_S: Final = 0.2


class SampledClock(SeededClock):
    """Stands still; ``sample`` moves it to the machine's time and what was let pass, never back."""

    def __init__(self, begins: Instant, machines: Clock | None) -> None:
        super().__init__(begins)
        self._machines = machines
        self._ahead_ms = begins - machines.now() if machines else 0

    def moment(self) -> Instant:
        """Tell what ``sample`` would move it to."""
        if self._machines is None:
            return self.now()
        return max(self.now(), later(self._machines.now(), self._ahead_ms))

    def sample(self) -> str:
        """Move it, and give the time as it is written."""
        self.set(self.moment())
        return to_text(self.now())

    def advance(self, milliseconds: int) -> None:
        """Let time pass."""
        super().advance(milliseconds)
        self._ahead_ms += milliseconds


class _Tapped:
    """Posts to merchants, and writes down what they are told and say."""

    def __init__(self, line: Transport, turns: Turns, events: list[Event]) -> None:
        self._line = line
        self._turns = turns
        self._events = events

    def request(self, method: str, url: str, headers: Mapping[str, str], body: bytes) -> Response:
        """Post; raises ``AnswerLost``, ``ServiceUnavailable``."""
        self._events.append(Told(url, dict(headers), spell(body)))
        try:
            with self._turns.given_away():
                answer = self._line.request(method, url, headers, body)
        except ServiceUnavailable:
            self._events.append(Heard(0, "", unreached=True))
            raise
        except QrpayError as error:
            self._events.append(Heard(0, ""))
            raise AnswerLost(error.detail) from error
        self._events.append(Heard(answer.status, spell(answer.body)))
        return Response(answer.status, {}, answer.body)

    def stream(self, url: str, headers: Mapping[str, str]) -> Stream:
        """Give what a stream gives; nobody is told anything by one."""
        return self._line.stream(url, headers)


class Recorder:
    """One session, until it is written down."""

    def __init__(self, of: Seeded, turns: Turns, clock: SampledClock, events: list[Event]) -> None:
        self.token = of.token
        self.url = ""
        self._of = of
        self._behind = of.app.wsgi_app
        self._turns = turns
        self._clock = clock
        self._events = events
        self._working = threading.Lock()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Let one request through, in its turn."""
        path, method = environ["PATH_INFO"], environ["REQUEST_METHOD"]
        if path in LOOKING or (path.startswith(STEERING) and method == "GET"):
            return self._of.looking.wsgi_app(environ, start_response)
        if path.startswith(STORIES):  # each step of a story has a turn of its own
            return self._of.looking.wsgi_app(environ, start_response)
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        with self._working if path == LETTING_TIME_PASS else nullcontext(), self._turns.one():
            call, answer = self._asked(environ, body)
        if not call.status:
            return hang_up(environ, start_response)
        start_response(str(call.status), list(call.answer_headers.items()))
        return [answer]

    def work(self) -> bool:
        """Do what is due; False, for nothing is left (a ``Job``)."""
        with self._working:
            if self._is_anything_due():
                with self._turns.one():
                    self._events.append(Work(self._clock.sample()))
                    self._of.timekeeper.catch_up()
        return False

    def _asked(self, environ: WSGIEnvironment, body: bytes) -> tuple[Call, bytes]:
        at, place = self._clock.sample(), len(self._events)
        asked = Call(
            at=at,
            method=environ["REQUEST_METHOD"],
            target=environ["REQUEST_URI"],
            headers=_headers(environ),
            body=spell(body),
            status=0,
            answer_headers={},
            answer="",
        )
        # It stands where it begins: what is told because of it comes behind.
        self._events.append(asked)
        try:
            pieces, status, headers = run_wsgi_app(
                self._behind, {**environ, "wsgi.input": io.BytesIO(body)}, buffered=True
            )
        except ConnectionAbortedError:
            return asked, b""
        answer = b"".join(pieces)
        call = Call(
            *(at, asked.method, asked.target, asked.headers, asked.body),
            status=int(status.partition(" ")[0]),
            answer_headers=dict(headers.items()),
            answer=spell(answer),
        )
        self._events[place] = call
        return call, answer

    def _is_anything_due(self) -> bool:
        now = self._clock.moment()
        with self._of.ledger.store.reading() as books:
            return bool(books.outbox.due(now, 1) or books.payments.unpaid_past(now, 1))


def _headers(environ: WSGIEnvironment) -> dict[str, str]:
    """Give a request's headers; not the token that steers, which the seed tells again."""
    named = {
        name.removeprefix("HTTP_").lower().replace("_", "-"): str(value)
        for name, value in environ.items()
        if name.startswith("HTTP_") or (name == "CONTENT_TYPE" and value)
    }
    if environ["PATH_INFO"].startswith(STEERING):
        named.pop("authorization", None)
    return named


class Recording:
    """What a recorded session is made of while it goes on: where to speak, and the tape so far.

    ``finish`` does what is due and waits for what is being done.
    """

    def __init__(self, recorder: Recorder, seed: str, begins: Instant, events: list[Event]) -> None:
        self.url = recorder.url
        self.token = recorder.token
        self.finish = recorder.work
        self._seed = seed
        self._begins = begins
        self._events = events

    @property
    def port(self) -> int:
        """Where the provider answers."""
        return int(self.url.rpartition(":")[2])

    def tape(self) -> Tape:
        """Give what happened so far."""
        return Tape(self._seed, to_text(self._begins), list(self._events))


@contextmanager
def recording(
    folder: Path,
    *,
    seed: str = "1",
    begins: str = "",
    port: int = 0,
    line: Transport | None = None,
) -> Iterator[Recording]:
    """Begin a provider at a port and write down what happens there until the block ends.

    ``begins`` is where its clock stands, by default at this machine's time and going with it;
    ``line`` carries what merchants are told.
    """
    machines, turns = SystemClock(), Turns()
    now = from_text(begins) if begins else Instant(machines.now() // SECOND * SECOND)
    events: list[Event] = []
    clock = SampledClock(now, None if begins else machines)
    tapped = _Tapped(line or notifier.transport(), turns, events)
    with ExitStack() as ending:
        of = ending.enter_context(seeded.provider(folder, clock, tapped, seed))
        recorder = Recorder(of, turns, clock, events)
        of.app.wsgi_app = recorder  # type: ignore[method-assign]
        recorder.url = f"http://{HOST}:{ending.enter_context(served(of.app, port))}"
        worker = Worker("recorder", recorder.work, idle_s=_IDLE_S)
        of.ledger.store.listeners.append(worker.wake)
        worker.start()
        ending.callback(worker.stop)
        yield Recording(recorder, seed, now, events)
