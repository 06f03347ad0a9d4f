"""The one place where a sandbox breaks a line on purpose: answers get lost, or come late.

A party in a sandbox talks through ``FaultyTransport``; what shall go wrong is told to ``Faults``,
by count, so the same wishes break the same exchanges each time. A lost answer is one that was
given: the request arrived, its effect stands, and who asked does not know (``AnswerLost``). Outside
of a sandbox neither of the two exists.

    >>> faults = Faults()
    >>> faults.lose_answers(1)
    >>> faults.take(), faults.take()
    (Fault(is_lost=True, delay_ms=0), Fault(is_lost=False, delay_ms=0))
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from typing import Final, NamedTuple

from ledger.kit.transport.message import Response, Stream, Transport
from ledger.protocol.errors.trust import AnswerLost
from ledger.protocol.instants import SECOND

A_FEW: Final = 3
LATE_MS: Final = 3 * SECOND
"""What a sandbox card does: to so many answers, and by how much they come late."""


class Fault(NamedTuple):
    """What happens to one exchange."""

    is_lost: bool
    delay_ms: int


class Faults:
    """What shall go wrong next; safe to share between threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._to_lose = 0
        self._to_delay = 0
        self._delay_ms = 0

    def lose_answers(self, count: int) -> None:
        """Let the next ``count`` answers get lost, after the request has had its effect."""
        with self._lock:
            self._to_lose = count

    def slow_down(self, count: int, delay_ms: int) -> None:
        """Let the next ``count`` answers come ``delay_ms`` late."""
        with self._lock:
            self._to_delay, self._delay_ms = count, delay_ms

    def take(self) -> Fault:
        """Tell what happens to the exchange that begins."""
        with self._lock:
            fault = Fault(self._to_lose > 0, self._delay_ms if self._to_delay > 0 else 0)
            self._to_lose = max(0, self._to_lose - 1)
            self._to_delay = max(0, self._to_delay - 1)
            return fault


class FaultyTransport:
    """A transport whose exchanges go wrong as ``faults`` says; streams are left alone.

    ``pause`` waits for as many seconds as it is told. ``concerns`` says which exchanges, by method
    and URL, can go wrong; the others are left alone and not counted.
    """

    def __init__(
        self,
        inner: Transport,
        faults: Faults,
        pause: Callable[[float], object],
        concerns: Callable[[str, str], bool] = lambda method, url: True,  # noqa: ARG005
    ) -> None:
        self._inner = inner
        self._faults = faults
        self._pause = pause
        self._concerns = concerns

    def request(self, method: str, url: str, headers: Mapping[str, str], body: bytes) -> Response:
        """Send a request; its answer may be late, or lost after it came."""
        if not self._concerns(method, url):
            return self._inner.request(method, url, headers, body)
        fault = self._faults.take()
        answer = self._inner.request(method, url, headers, body)
        if fault.delay_ms:
            self._pause(fault.delay_ms / SECOND)
        if fault.is_lost:
            raise AnswerLost("the sandbox lost it")
        return answer

    def stream(self, url: str, headers: Mapping[str, str]) -> Stream:
        """Send a GET and give its answer line by line."""
        return self._inner.stream(url, headers)
