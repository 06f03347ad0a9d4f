"""Where a measurement keeps its books: somewhere new, with every promise of the engine."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ledger.ops.databases.laptop import LaptopPostgres
from ledger.store import is_database


@contextmanager
def fresh_place(store: str) -> Iterator[str | Path]:
    """Give a place for new books for the time of a block.

    ``store`` is "file", "postgres" (a server that runs for as long as the block) or the URL of an
    empty database.
    """
    if is_database(store):
        yield store
        return
    with tempfile.TemporaryDirectory(prefix="qrpay-bench-") as name:
        folder = Path(name)
        if store == "file":
            yield folder / "books.db"
            return
        folder.chmod(0o711)  # the account that root lends the server passes through
        server = LaptopPostgres(folder / "postgres")
        try:
            server.start()
            yield server.url
        finally:
            server.stop()
