"""News: what the provider tells of a wallet's payments reaches the wallet's pages at once.

    page ──follow──► this service ──one signed stream a wallet──► provider (``/v1/events``)

A page follows its wallet's feed (``ledger.kit.pages.live``), however many pages there are. While
any does, the provider is heard for that wallet: by the key that lies here, or by a call that the
browser has signed. The feed's state is ``line`` (``{"is_open": true}`` while the provider is
heard) and ``event``, the last thing it told. An event is a nudge and proves nothing: who gets one
asks, as always. When the provider hangs up, pages are told so, and have it heard again.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Final

import msgspec

from ledger.client.refusals import refusal
from ledger.kit.clock import Clock
from ledger.kit.pages import Feed
from ledger.kit.transport import Stream
from ledger.protocol.errors.checkout import TooManyStreams
from ledger.protocol.errors.trust import AnswerLost
from ledger.protocol.instants import to_text
from ledger.protocol.native_wire import EventView

LINES_MOST: Final = 30
"""Each line takes a thread here, and one of the provider's streams, which tills need as well."""

FEEDS_KEPT: Final = 600


@dataclass
class _Line:
    """What the pages of one wallet follow; ``is_open`` while the provider is heard."""

    feed: Feed
    is_taken: bool = False
    is_open: bool = False
    event: bytes = b""


@dataclass
class News:
    """The lines of all wallets with a page open; safe to share between threads."""

    clock: Clock
    lines_most: int = LINES_MOST
    _lines: dict[str, _Line] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def feed(self, wallet: str) -> Feed:
        """Give what the pages of a wallet follow."""
        with self._lock:
            return self._line(wallet).feed

    def listen(self, wallet: str, open_stream: Callable[[], Stream]) -> None:
        """Have the provider heard for a wallet; nothing happens if it is.

        Raises ``TooManyStreams`` when all lines are taken, what opening the stream raises, and
        the provider's refusal of it.
        """
        with self._lock:
            line = self._line(wallet)
            if line.is_taken:
                return
            if sum(each.is_taken for each in self._lines.values()) >= self.lines_most:
                raise TooManyStreams("all lines to the provider are taken")
            line.is_taken = True
        try:
            stream = _accepted(open_stream())
        except BaseException:
            line.is_taken = False
            raise
        threading.Thread(target=_hear, args=(line, stream), daemon=True, name="news").start()

    def close(self) -> None:
        """End all pages' streams; a second call does nothing."""
        with self._lock:
            for line in self._lines.values():
                line.feed.close()

    def _line(self, wallet: str) -> _Line:
        if wallet not in self._lines:
            if len(self._lines) >= FEEDS_KEPT:
                self._drop_unused()
            self._lines[wallet] = self._new()
        return self._lines[wallet]

    def _new(self) -> _Line:
        epoch = to_text(self.clock.now())
        line = _Line(Feed(lambda: _state(line), clock=self.clock, epoch=epoch))
        return line

    def _drop_unused(self) -> None:
        unused = [
            name
            for name, each in self._lines.items()
            if not each.is_taken and not each.feed.streams
        ]
        for name in unused:
            del self._lines[name]


def _accepted(stream: Stream) -> Stream:
    if stream.status != HTTPStatus.OK:
        try:
            raise refusal(stream.status, b"\n".join(stream.lines()))
        finally:
            stream.close()
    return stream


def _hear(line: _Line, stream: Stream) -> None:
    """Pass on what the provider tells, until it hangs up or nobody is left who listens."""
    try:
        for text in stream.lines():
            if not line.is_open:  # the first words: from here on nothing is missed
                line.is_open = True
                line.feed.wake()
            name, _, value = text.partition(b":")
            if name == b"data":
                line.event = msgspec.json.encode(msgspec.json.decode(value, type=EventView))
                line.feed.wake()
            elif name == b"" and text and line.feed.streams == 0:
                break  # a ping is the moment to look up
    except (AnswerLost, msgspec.MsgspecError):
        pass  # the pages have it opened again
    finally:
        stream.close()
        line.is_open = line.is_taken = False
        line.feed.wake()


def _state(line: _Line) -> Mapping[str, bytes]:
    told = {"line": msgspec.json.encode({"is_open": line.is_open})}
    return told | ({"event": line.event} if line.event else {})
