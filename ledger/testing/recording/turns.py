"""One thing at a time.

Whatever changes a recorded provider waits for its turn, so what happened has one order. While a
merchant is being told something the turn is given away: it may call back before it answers.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager


class Turns:
    """Whose turn it is."""

    def __init__(self) -> None:
        self._free = threading.Semaphore()

    @contextmanager
    def one(self) -> Iterator[None]:
        """Wait for a turn, and have it until the end of the block."""
        with self._free:
            yield

    @contextmanager
    def given_away(self) -> Iterator[None]:
        """Let others have theirs meanwhile; another thread of the one whose turn it is may ask."""
        self._free.release()
        try:
            yield
        finally:
            self._free.acquire()
