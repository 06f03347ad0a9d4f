"""Listen to the provider, so that screens follow a payer's telephone within a blink.

A thread of its own follows the provider's events and passes each on as a hint to the resolver. It
decides nothing and nothing depends on it: while nobody is heard, the till asks on its schedule.
When the stream is open again after a break, everything unfinished is asked about at once.

Whether the provider can be reached at all shows here first, and screens say so (``is_cut_off``).
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from functools import partial
from typing import Final, NamedTuple, Protocol

from ledger.protocol.errors import QrpayError
from ledger.protocol.errors.checkout import TooManyStreams
from pos.counter.news.hints import Hint
from pos.counter.resolver import Resolver

PAUSES_S: Final = (0.2, 0.5, 1.0, 2.0)
"""Seconds before the stream is opened again, by how often it failed; the last one is repeated."""

CUT_OFF_FROM: Final = 2
"""A single break may be a hiccup of the network; when it can't be mended at once, it is news."""


class News(NamedTuple):
    """A hint and its number: listening on after that number misses none."""

    number: int
    hint: Hint


class Follow(Protocol):
    """Gives the provider's news as they come; ``opened`` is called once it has begun to speak.

    It begins behind the number ``after``, or with what comes next. It ends when the provider ends
    it, and raises a ``QrpayError`` when it breaks off or can't be had.
    """

    def __call__(self, after: int | None, opened: Callable[[], None]) -> Iterator[News]:
        """Follow."""


class Listener:
    """Listens between ``start`` and ``stop``; ``on_line`` is called when ``is_cut_off`` changes."""

    def __init__(
        self, follow: Follow, resolver: Resolver, on_line: Callable[[], None] = lambda: None
    ) -> None:
        self._follow = follow
        self._resolver = resolver
        self.on_line = on_line
        self.is_cut_off = False
        self._last: int | None = None
        self._failures = 0
        self._stopping = threading.Event()
        self._passing_on = threading.Lock()

    def start(self) -> None:
        """Begin."""
        threading.Thread(target=self._run, name="listener", daemon=True).start()

    def stop(self) -> None:
        """Pass nothing on any more; a second call does nothing.

        The thread ends when it next hears something, or with the process: nobody can interrupt it
        while it waits for a line.
        """
        with self._passing_on:
            self._stopping.set()

    def _run(self) -> None:
        while not self._stopping.is_set():
            self._listen()
            self._stopping.wait(PAUSES_S[min(self._failures, len(PAUSES_S) - 1)])

    def _listen(self) -> None:
        try:
            for news in self._follow(self._last, self._opened):
                self._last = news.number
                if not self._pass_on(partial(self._resolver.look_at, news.hint)):
                    return
        except TooManyStreams:
            self._failures += 1  # it is there, and has told all it has to others
        except QrpayError:
            self._failures += 1
            self._tell(is_cut_off=self._failures >= CUT_OFF_FROM)

    def _opened(self) -> None:
        is_back, self._failures = self._failures > 0, 0
        self._tell(is_cut_off=False)
        if is_back:
            self._pass_on(self._resolver.wake_waiting)

    def _pass_on(self, what: Callable[[], None]) -> bool:
        with self._passing_on:
            if self._stopping.is_set():
                return False
            what()
            return True

    def _tell(self, *, is_cut_off: bool) -> None:
        if self.is_cut_off is not is_cut_off:
            self.is_cut_off = is_cut_off
            self._pass_on(self.on_line)
