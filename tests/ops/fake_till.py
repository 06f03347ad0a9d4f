"""A till that is told things: it remembers every delivery and answers as it was taught."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping

import msgspec

from ledger.kit.transport import Response, Stream
from ledger.protocol.native_wire import (
    NotificationAnswers,
    NotificationDeliveries,
    NotificationDelivery,
)

Answering = Callable[[int], Response | str]
"""From the number of a notification (the first is 1) to its answer, or the one for all with it."""


def success(number: int) -> str:
    """Take every notification."""
    del number
    return "success"


def answered(*answers: str) -> Response:
    """Answer each notification of a delivery."""
    body = msgspec.json.encode(NotificationAnswers(answers=list(answers)))
    return Response(200, {}, body)


class FakeTill:
    """A transport at whose other end is a till; safe to share between threads."""

    def __init__(self, answering: Answering = success) -> None:
        self.answering = answering
        self.told: list[NotificationDelivery] = []
        self.posts: list[int] = []
        self.urls: list[str] = []
        self._lock = threading.Lock()
        self._arrived = threading.Semaphore(0)

    def request(self, method: str, url: str, headers: Mapping[str, str], body: bytes) -> Response:
        """Be told something."""
        assert method == "POST"
        assert headers["Content-Type"] == "application/json"
        told = msgspec.json.decode(body, type=NotificationDeliveries).notifications
        with self._lock:
            first = len(self.told) + 1
            self.told.extend(told)
            self.posts.append(len(told))
            self.urls.append(url)
        self._arrived.release(len(told))
        answers = [self.answering(number) for number in range(first, first + len(told))]
        whole = next((each for each in answers if isinstance(each, Response)), None)
        return whole or answered(*map(str, answers))

    def stream(self, url: str, headers: Mapping[str, str]) -> Stream:
        """Nobody streams notifications."""
        raise AssertionError((url, headers))

    def wait(self, patience_s: float = 60.0) -> None:
        """Wait until it is told one thing more."""
        assert self._arrived.acquire(timeout=patience_s)
