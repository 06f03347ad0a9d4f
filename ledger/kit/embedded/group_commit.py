"""Group commit: units of work that come at the same time share one transaction, and so one flush.

A flush to the disk costs as much for a hundred sales as for one. So threads hand in their work and
the one who finds nobody at it becomes the leader: it runs all that is queued, commits once, gives
everybody his own result or error, and hands the lead to one who came meanwhile. Nobody waits for
others to come: without a crowd a unit is a transaction of its own, and the more there are, the more
go together. No timer, nothing to tune.

    commits.run(lambda: store.sales.put(sale))     # returns when it can't be lost any more

* A unit that raises is undone alone; its neighbours stay. Savepoints would be half of all
  statements, so only when one has raised are all undone and run again, each in one of its own.
* What spoils the whole (the commit fails, the disk is full in the middle) is blamed on nobody: each
  unit then runs once more, by itself and in its own thread, and gets its own error.
* So a unit may run several times, and in the leader's thread: it must change nothing but the store,
  and can't see its caller's context (``flask.g``, a request).
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from enum import Enum, auto
from typing import Final, Protocol, TypeVar, cast

Result = TypeVar("Result")


class Writable(Protocol):
    """A store with one writer at a time."""

    def transaction(self) -> AbstractContextManager[object]:
        """Keep what is done inside, wholly or not at all; others wait."""

    def savepoint(self) -> AbstractContextManager[object]:
        """Mark a part of a transaction that can fail alone."""


class _Turn(Enum):
    """What a thread is woken for."""

    LEAD = auto()
    DONE = auto()
    ALONE = auto()


class _Unit:
    """One unit of work, and the thread that waits for it."""

    __slots__ = ("_awake", "_turn", "_work", "error", "result")

    def __init__(self, work: Callable[[], object]) -> None:
        self._work = work
        self._awake = threading.Lock()
        self._awake.acquire()
        self._turn = _Turn.LEAD
        self.result: object = None
        self.error: Exception | None = None

    def run(self) -> None:
        """Run it within an open transaction; raises what it raises."""
        self.result = self._work()

    def run_apart(self, store: Writable) -> None:
        """Run it within an open transaction, where it can fail alone."""
        try:
            with store.savepoint():
                self.result = self._work()
        except Exception as error:  # noqa: BLE001 (raised in the thread whose unit it is)
            self.error = error

    def wait(self) -> _Turn:
        """Sleep until somebody has done it, or until it is this thread's turn."""
        self._awake.acquire()
        return self._turn

    def wake(self, turn: _Turn) -> None:
        """Let the waiting thread go on."""
        self._turn = turn
        self._awake.release()


class GroupCommit:
    """Brings the work of many threads into one store, together when they come together."""

    def __init__(self, store: Writable) -> None:
        self._store: Final = store
        self._lock: Final = threading.Lock()
        self._queued: list[_Unit] = []
        self._is_led = False

    def run(self, work: Callable[[], Result]) -> Result:
        """Run ``work`` in a transaction; its result once that is committed.

        Raises what ``work`` raises, having stored nothing of it, and what the store raises when it
        can't commit.
        """
        unit = _Unit(work)
        with self._lock:
            self._queued.append(unit)
            leads, self._is_led = not self._is_led, True
        turn = _Turn.LEAD if leads else unit.wait()
        if turn is _Turn.LEAD:
            turn = self._lead(unit)
        if turn is _Turn.ALONE:
            with self._store.transaction():
                return work()
        if unit.error is not None:
            raise unit.error
        return cast("Result", unit.result)

    def _lead(self, own: _Unit) -> _Turn:
        """Run what is queued, the leader's own unit among it, and say what became of that."""
        batch: list[_Unit] = []
        turn = _Turn.ALONE
        try:
            with suppress(Exception):
                with self._store.transaction():
                    # Only now, since more have come while another transaction was in the way.
                    batch = self._take()
                    for unit in batch:
                        unit.run()
                turn = _Turn.DONE
            if len(batch) > 1 and turn is _Turn.ALONE:
                turn = self._run_apart(batch)
        finally:
            self._hand_on(batch or self._take(), own, turn)
        return turn

    def _run_apart(self, batch: list[_Unit]) -> _Turn:
        """Run them once more, each in its own savepoint, after one has failed."""
        with suppress(Exception):
            with self._store.transaction():
                for unit in batch:
                    unit.run_apart(self._store)
            return _Turn.DONE
        return _Turn.ALONE

    def _take(self) -> list[_Unit]:
        with self._lock:
            batch, self._queued = self._queued, []
        return batch

    def _hand_on(self, batch: list[_Unit], own: _Unit, turn: _Turn) -> None:
        """Give the lead to whoever came first meanwhile, and wake those who have been served."""
        with self._lock:
            following = self._queued[0] if self._queued else None
            self._is_led = following is not None
        if following is not None:
            following.wake(_Turn.LEAD)
        for unit in batch:
            if unit is not own:
                unit.wake(turn)
