"""A till that is told things: it remembers every delivery and answers as it was taught."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping

import msgspec

from ledger.kit.transport import Response, Stream
from ledger.protocol.native_wire import NotificationDelivery

Answering = Callable[[int], Response]
"""From the number of the delivery (the first is 1) to the answer, or an exception."""


def success(number: int) -> Response:
    """Take every delivery."""
    del number
    return Response(200, {}, b"success")


class FakeTill:
    """A transport at whose other end is a till; safe to share between threads."""

    def __init__(self, answering: Answering = success) -> None:
        self.answering = answering
        self.told: list[NotificationDelivery] = []
        self.urls: list[str] = []
        self._lock = threading.Lock()
        self._arrived = threading.Semaphore(0)

    def request(self, method: str, url: str, headers: Mapping[str, str], body: bytes) -> Response:
        """Be told something."""
        assert method == "POST"
        assert headers["Content-Type"] == "application/json"
        with self._lock:
            self.told.append(msgspec.json.decode(body, type=NotificationDelivery))
            self.urls.append(url)
            number = len(self.told)
        self._arrived.release()
        return self.answering(number)

    def stream(self, url: str, headers: Mapping[str, str]) -> Stream:
        """Nobody streams notifications."""
        raise AssertionError((url, headers))

    def wait(self, patience_s: float = 10.0) -> None:
        """Wait until it is told one thing more."""
        assert self._arrived.acquire(timeout=patience_s)
