"""A short morning of trade on one store, and what was acknowledged in the course of it.

Each act is what clients ask of the ledger; ``acts`` gives them one by one, so that whoever plays
them can fail in between. A commit that returned is an acknowledgement.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache, partial
from pathlib import Path

from ledger.core.ports import Books
from ledger.core.records.journal import EntryKind
from ledger.core.records.payments import Payment
from ledger.kit import embedded
from ledger.protocol.identifiers import PaymentId
from ledger.store import BooksFile, BooksStore
from tests.core.demo_world import World
from tests.core.ground import Wallet
from tests.durability.disk import RecordingDisk
from tests.stores.raw import ask, table_names

FILE = "books.db"
PACKAGE = "ledger.store.embedded"
PAYERS = ("li-wei", "anna", "yuki")
PART = 30
NOWHERE = Path("/tmp")  # noqa: S108 (a recording disk has no folders; the lock file is real)

Act = Callable[[], object]


class MarkedBooks(BooksFile):
    """Books in a file that tell after each commit, as a client is told then."""

    told: Callable[[], None] = staticmethod(lambda: None)

    @contextmanager
    def transaction(self) -> Iterator[Books]:
        """Keep everything done inside, then tell."""
        with super().transaction() as books:
            yield books
        self.told()


def opened(folder: Path) -> MarkedBooks:
    """Open the books of a folder with the product's own code and settings.

    They read through their writer, being alone on their disk.
    """
    return MarkedBooks(embedded.open_store(folder / FILE, package=PACKAGE), None)


@cache
def _at_rest(folder: Path) -> tuple[dict[str, bytes], dict[str, Wallet]]:
    disk = RecordingDisk()
    with disk.mounted():
        world = World(opened(folder))
        world.close()
    return {name: disk.bytes_of(name) for name in disk.names}, world.wallets


def disk_at_rest(folder: Path) -> tuple[RecordingDisk, dict[str, Wallet]]:
    """A disk with the closed books of the demo parties on it, and the parties."""
    files, wallets = _at_rest(folder)
    return RecordingDisk(files), wallets


@dataclass
class Morning:
    """Trade on one store; ``paid`` and ``refunded`` are what clients were told."""

    world: World
    payers: tuple[str, ...] = PAYERS
    paid: list[str] = field(default_factory=list)
    refunded: list[str] = field(default_factory=list)

    def acts(self, rounds: int) -> Iterator[Act]:
        """Request, scan, agree; every other payment is given back in part; now and then a rest.

        Payers take turns, so that money is changed in some and not in others.
        """
        for number in range(rounds):
            name, made = self.payers[number % len(self.payers)], list[Payment]()
            yield partial(self._request, made)
            yield partial(self._claim, made, name)
            yield partial(self._pay, made, name)
            if number % 2:
                yield partial(self._refund, made)
            if number % 4 == 3:
                yield self.world.seal
                yield self.world.store.checkpoint

    def _request(self, made: list[Payment]) -> None:
        made.append(self.world.request(1_00))

    def _claim(self, made: list[Payment], name: str) -> None:
        self.world.claim(made[0], name)

    def _pay(self, made: list[Payment], name: str) -> None:
        self.world.authorise(made[0], name)
        self.paid.append(made[0].payment_id)

    def _refund(self, made: list[Payment]) -> None:
        result = self.world.refund(made[0], PART, f"R-{made[0].payment_id[-20:]}")
        self.refunded.append(result.refund.refund_id)


def fingerprint(store: BooksFile) -> str:
    """Give a digest over every row of every table: books with the same one are the same."""
    told = hashlib.sha256()
    for table in table_names(store):
        told.update(table.encode())
        rows = ask(store, f'SELECT * FROM "{table}"')  # noqa: S608 (its own schema's names)
        told.update("\n".join(sorted(map(repr, rows))).encode())
    return told.hexdigest()


def lost(store: BooksStore, morning: Morning) -> list[str]:
    """Name what clients were told and the books do not know, or know twice."""
    with store.reading() as books:
        captures = [
            entry.payment_id
            for entry in books.journal.latest_entries(10_000)
            if entry.kind is EntryKind.CAPTURE
        ]
    refunds = {str(row[0]) for row in ask(store, "SELECT refund_id FROM refund")}
    return [each for each in morning.paid if captures.count(PaymentId(each)) != 1] + [
        each for each in morning.refunded if each not in refunds
    ]
