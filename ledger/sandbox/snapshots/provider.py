"""Snapshots of a provider at work: its books, time and faults, by name, put back in one step.

    kept = Snapshots(folder, store, sandbox, clock)
    kept.save("before")
    ...                                         # payments, refunds, a day
    kept.restore("before")                      # nothing of it has happened

Of the provider alone: a till and a wallet keep books of their own, and remember. Time goes on as it
did when the snapshot was taken: as far ahead of the machine's, as fast; where it stood still it
stands at the same moment. The record of requests and notifications is left alone, since they were.

One has no name in the list: how it stood at the beginning, to which ``reset`` goes back.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final, Protocol

from ledger.kit.clock import LedClock
from ledger.kit.course import Course
from ledger.sandbox.faults import Fault, kept
from ledger.sandbox.place import Sandbox
from ledger.sandbox.snapshots.shelf import Shelf

BOOKS: Final = "books.db"
TIME: Final = "clock"
FAULTS: Final = "faults.json"
FIRST: Final = "first"
_OWN: Final = ".own"


class Copied(Protocol):
    """A store that can be copied while it is used."""

    def copy_to(self, path: Path) -> None:
        """Write one consistent state into a new file."""

    def restore(self, path: Path) -> None:
        """Be what a copy is."""


class Snapshots:
    """The snapshots of one provider; without a ``clock`` its time is nobody's to put back."""

    def __init__(
        self, folder: Path, store: Copied, sandbox: Sandbox, clock: LedClock | None
    ) -> None:
        self._shelf = Shelf(folder)
        self._own = Shelf(folder / _OWN)
        self._store = store
        self._sandbox = sandbox
        self._clock = clock

    def names(self) -> list[str]:
        """Name all, by the alphabet."""
        return self._shelf.names()

    def save(self, name: str) -> None:
        """Keep how it stands; raises ``FieldFormat``, ``SnapshotNameTaken``."""
        with self._shelf.written(name) as folder:
            self._keep(folder)

    def restore(self, name: str) -> None:
        """Be again as it was; raises ``SnapshotUnknown``."""
        self._put_back(self._shelf.found(name))

    def begin(self) -> None:
        """Let a reset go back to how it stands now."""
        self._own.forget(FIRST)
        with self._own.written(FIRST) as folder:
            self._keep(folder)

    def begin_once(self) -> None:
        """Let a reset go back to how it stands now, unless it goes back to another time already."""
        if FIRST not in self._own.names():
            self.begin()

    def reset(self) -> None:
        """Be as at the beginning; raises ``SnapshotUnknown`` where none was kept."""
        self._put_back(self._own.found(FIRST))

    def _keep(self, folder: Path) -> None:
        self._store.copy_to(folder / BOOKS)
        (folder / FAULTS).write_text(kept.spell(self._sandbox.faults.all()), "utf-8")
        if self._clock is not None:
            (folder / TIME).write_text(self._clock.course.to_text(), "utf-8")

    def _put_back(self, folder: Path) -> None:
        self._store.restore(folder / BOOKS)
        self._sandbox.people.forget_phones()
        self._sandbox.magic.forget()
        self._sandbox.faults.put_back(kept.read((folder / FAULTS).read_text("utf-8")))
        if self._clock is not None and (folder / TIME).exists():
            self._clock.take_up(Course.from_text((folder / TIME).read_text("utf-8")))


def faults_left_at(path: Path) -> list[Fault]:
    """Take the faults that a restored snapshot has left for the next start; none without one."""
    if not path.exists():
        return []
    left = kept.read(path.read_text("utf-8"))
    path.unlink()
    return left
