"""Bring a store's tables up to date, one numbered SQL file after the other, each exactly once.

This is the same for every database; the SQL is not, so each engine has files of its own.

A package that keeps a store has a folder ``migrations`` beside its code:

    migrations/0001_books.sql
    migrations/0002_settlement.sql

Numbers begin at 0001 and have no gaps. A file and the row that records it are committed together,
so a crash between two statements leaves nothing behind. A file that was applied is history: it is
never edited, and a store that remembers another text, or more files than there are, was made by
another version of the program and is refused untouched (``StoreSchemaMismatch``).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from importlib import resources
from typing import Protocol

from ledger.protocol.errors.service import InvariantBroken, StoreSchemaMismatch

_FILE_NAME = re.compile(r"([0-9]{4})_[a-z0-9_]+\.sql")

_RECORD = """
CREATE TABLE IF NOT EXISTS migration (
    number INTEGER PRIMARY KEY,
    name   TEXT NOT NULL,
    sha256 TEXT NOT NULL
)
"""


@dataclass(frozen=True)
class Migration:
    """One step of a schema: its number, file name and SQL text."""

    number: int
    name: str
    sql: str

    @property
    def sha256(self) -> str:
        """What a store remembers of the text, in hexadecimal."""
        return hashlib.sha256(self.sql.encode()).hexdigest()


@dataclass(frozen=True)
class Applied:
    """A row of the table ``migration``."""

    number: int
    name: str
    sha256: str


class Store(Protocol):
    """What is needed of a store to migrate it; ``kit.embedded.EmbeddedStore`` is one.

    Values are marked by ``?``. Nobody else may migrate the store at the same time.
    """

    def transaction(self) -> AbstractContextManager[None]:
        """Commit what is done inside, or nothing."""

    def query(self, record: type[Applied], sql: str, /) -> list[Applied]:
        """Read rows."""

    def execute(self, sql: str, params: Sequence[int | str] = (), /) -> int:
        """Run statements."""


def read(package: str) -> list[Migration]:
    """Read the migrations of ``package``; ``InvariantBroken`` if a number is missing."""
    files = resources.files(package).joinpath("migrations").iterdir()
    found = sorted(
        (
            Migration(int(match[1]), file.name, file.read_text("utf-8"))
            for file in files
            if (match := _FILE_NAME.fullmatch(file.name))
        ),
        key=lambda migration: migration.number,
    )
    if [migration.number for migration in found] != list(range(1, len(found) + 1)):
        raise InvariantBroken(f"the migrations of {package} are not numbered 0001, 0002, …")
    return found


def apply(store: Store, migrations: Sequence[Migration]) -> None:
    """Run those of ``migrations`` that ``store`` has not seen; raises ``StoreSchemaMismatch``."""
    with store.transaction():
        store.execute(_RECORD)
    applied = store.query(Applied, "SELECT number, name, sha256 FROM migration ORDER BY number")
    _require_same_history(applied, migrations)
    for migration in migrations[len(applied) :]:
        with store.transaction():
            store.execute(migration.sql)
            store.execute(
                "INSERT INTO migration (number, name, sha256) VALUES (?, ?, ?)",
                (migration.number, migration.name, migration.sha256),
            )


def _require_same_history(applied: Sequence[Applied], migrations: Sequence[Migration]) -> None:
    if len(applied) > len(migrations):
        raise StoreSchemaMismatch(f"the store has seen {applied[-1].name}, this program has not")
    for known, ours in zip(applied, migrations, strict=False):
        if known.sha256 != ours.sha256:
            raise StoreSchemaMismatch(f"the store has seen another {ours.name} than this program")
