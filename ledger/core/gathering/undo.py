"""Changes in memory that can be taken back, as a savepoint of a database takes them back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NoReturn, TypeVar

Key = TypeVar("Key")
Value = TypeVar("Value")


class NotReadAhead(Exception):
    """What was asked for is only in the tables."""


class Undo:
    """Remembers how to take back each change, the latest first."""

    def __init__(self) -> None:
        self._steps: list[Callable[[], object]] = []

    def mark(self) -> int:
        """Name the present state."""
        return len(self._steps)

    def back_to(self, mark: int) -> None:
        """Take back everything since a mark."""
        while len(self._steps) > mark:
            self._steps.pop()()

    def forget(self) -> None:
        """Let everything stay as it is."""
        self._steps.clear()

    def append(self, rows: list[Value], row: Value) -> None:
        """Put a row at the end of others."""
        rows.append(row)
        self._steps.append(rows.pop)

    def put(self, rows: dict[Key, Value], key: Key, row: Value) -> None:
        """Put a row under its key, in place of another perhaps."""
        if key in rows:
            before = rows[key]
            self._steps.append(lambda: rows.__setitem__(key, before))
        else:
            self._steps.append(lambda: rows.pop(key))
        rows[key] = row


class InMemory:
    """A sub-book of which only some methods are in memory; the others raise ``NotReadAhead``."""

    def __getattr__(self, name: str) -> Callable[..., NoReturn]:
        raise NotReadAhead(name)


def ahead_of(rows: Mapping[Key, Value], key: Key) -> Value:
    """Find a row that was read ahead, else ``NotReadAhead``."""
    try:
        return rows[key]
    except KeyError:
        raise NotReadAhead(str(key)) from None
