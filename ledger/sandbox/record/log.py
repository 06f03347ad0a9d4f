"""A record of what happened, as long as memory allows, that one can wait on.

>>> seen = Log[str](most=2)
>>> for word in ("one", "two", "three"):
...     seen.add(word)
>>> seen.all()
['two', 'three']
>>> seen.wait(lambda word: word.startswith("t"), within_s=0)
'two'
>>> seen.wait(lambda word: word == "four", within_s=0)
Traceback (most recent call last):
...
ledger.protocol.errors.sandbox.NothingCame: nothing of the kind within 0 s, of 2 in the record
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from typing import Generic, TypeVar

from ledger.protocol.errors.sandbox import NothingCame

Entry = TypeVar("Entry")


class Log(Generic[Entry]):
    """The newest ``most`` entries, oldest first; safe to share between threads."""

    def __init__(self, most: int) -> None:
        self._entries: deque[Entry] = deque(maxlen=most)
        self._changed = threading.Condition()

    def add(self, entry: Entry) -> None:
        """Add an entry; the oldest is forgotten where there are too many."""
        with self._changed:
            self._entries.append(entry)
            self._changed.notify_all()

    def all(self) -> list[Entry]:
        """Give what is remembered."""
        with self._changed:
            return list(self._entries)

    def clear(self) -> None:
        """Forget everything."""
        with self._changed:
            self._entries.clear()

    def wait(self, fits: Callable[[Entry], bool], within_s: float) -> Entry:
        """Give the oldest entry that fits, now or within so many seconds (``NothingCame``)."""

        def found() -> list[Entry]:
            return [entry for entry in self._entries if fits(entry)]

        with self._changed:
            if not self._changed.wait_for(lambda: bool(found()), within_s):
                count = len(self._entries)
                raise NothingCame(
                    f"nothing of the kind within {within_s} s, of {count} in the record"
                )
            return found()[0]
