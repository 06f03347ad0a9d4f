"""Where the books are kept: ``ledger.core.ports`` on SQLite.

    store = open_store(home / "books.db")
    with store.transaction() as books:
        ...

``tables`` is the books in SQL, ``embedded`` the engine under it. One process writes a file;
``open_reader`` is for the others, which only look (the inspector, the command line).
"""

from __future__ import annotations

from pathlib import Path

from ledger.kit import embedded as sqlite
from ledger.store.embedded import BooksFile, BooksReader

MEMORY = sqlite.MEMORY

__all__ = ["MEMORY", "BooksFile", "BooksReader", "open_reader", "open_store"]


def open_store(path: str | Path) -> BooksFile:
    """Open the books in a file for writing, made and migrated where needed; or in ``MEMORY``.

    Raises ``StoreInUse``, ``StoreSchemaMismatch``, ``StoreDamaged``, ``SqliteTooOld``.
    """
    writer = sqlite.open_store(path, package="ledger.store.embedded")
    return BooksFile(writer, None if path == MEMORY else Path(path))


def open_reader(path: str | Path) -> BooksReader:
    """Open the books in a file that may be written by another process, for reading only."""
    return BooksReader(Path(path))
