"""What a refusal must leave as it was: everything in the books but the memory of the call itself.

Of a refused call the ledger remembers its nonce; of a decision against the caller also the reply
under its Idempotency-Key; of a wrong payment code that somebody guessed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager

from ledger.store import BooksFile

MEMORY_OF_CALLS = {"nonce", "reply", "code_miss", "sqlite_sequence"}


def books_digest(store: BooksFile) -> str:
    """The SHA-256 of every row of every table but those."""
    connection = store._writer._connection
    tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
    digest = hashlib.sha256()
    for name in sorted({str(row[0]) for row in tables} - MEMORY_OF_CALLS):
        rows = connection.execute(f'SELECT * FROM "{name}"')  # noqa: S608 (names of our schema)
        for row in sorted(repr(row) for row in rows):
            digest.update(f"{name}{row}".encode())
    return digest.hexdigest()


@contextmanager
def untouched(store: BooksFile) -> Iterator[None]:
    """Whatever happens inside leaves the books as they were."""
    before = books_digest(store)
    yield
    assert books_digest(store) == before
