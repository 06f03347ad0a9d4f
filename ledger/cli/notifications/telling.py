"""Spell and send a notification from outside of the ledger, by the same notifier.

The books are only read, so a ledger may be at work on them; what vendors are told is signed with
the keys that the ledger keeps beside its books.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass

import click

from ledger import config
from ledger.app import announcers_of
from ledger.cli.books import open_books
from ledger.cli.books_place.writing import operators_clock
from ledger.core.books.fx import SANDBOX_RATES
from ledger.core.limits import SANDBOX_POLICY
from ledger.core.notices.notifications import PutOff
from ledger.core.ports import Books
from ledger.core.records.notices import OutboxRow
from ledger.core.records.vendors import VendorOrder
from ledger.faces import Provider
from ledger.kit.entropy import SystemEntropy
from ledger.kit.secrets import SecretFolder
from ledger.ops.keys import signing_key
from ledger.ops.notifier import Attempt, Delivery, Notifier, transport
from ledger.protocol.errors.service import StoreInUse
from ledger.protocol.identifiers import IdSource
from ledger.store import AnyBooksReader

PUT_OFF = "put off"


class _Looking:
    """A reader in the place of a store."""

    def __init__(self, reader: AnyBooksReader) -> None:
        self._reader = reader

    def reading(self) -> AbstractContextManager[Books]:
        return self._reader.reading()

    def transaction(self) -> AbstractContextManager[Books]:
        raise StoreInUse("this command only looks")

    def checkpoint(self) -> None:
        """Nothing was deleted."""

    def close(self) -> None:
        self._reader.close()


@dataclass(frozen=True)
class Told:
    """A notification as it stands, the vendor's order it is about, and what would be sent now."""

    row: OutboxRow
    vendor_order: VendorOrder | None
    next: Delivery | Attempt


class Desk:
    """The books of a place, and the notifier that a ledger of them has."""

    def __init__(self, reader: AnyBooksReader) -> None:
        settings, entropy = config.from_environment(), SystemEntropy()
        self._store = _Looking(reader)
        provider = Provider(
            store=self._store,
            signing_key=signing_key(settings.signing_key_path, entropy),
            policy=SANDBOX_POLICY,
            rates=SANDBOX_RATES,
            clock=operators_clock(),
            entropy=entropy,
            ids=IdSource(entropy),
            vendor_keys=SecretFolder(settings.vendor_keys_path),
        )
        announcers, hosts = announcers_of(provider), settings.notify_hosts
        self._notifier = Notifier(self._store, provider.clock, transport(), announcers, hosts)

    def told(self, notification_id: str) -> Told:
        """Find a notification, or say that there is none."""
        with self._store.reading() as books:
            row = books.outbox.find(notification_id)
            if row is None:
                raise click.ClickException(f"no notification {notification_id[:40]!r}")
            vendor_order = books.vendor_orders.of_payment(row.payment_id)
            spelled = self._notifier.spelled(books, row, vendor_order)
            return Told(row, vendor_order, spelled)

    def send(self, delivery: Delivery) -> str:
        """Send it now; what was answered, ``success`` if it was taken."""
        answers = self._notifier.answers(delivery)
        return PUT_OFF if isinstance(answers, PutOff) else answers[0]


@contextmanager
def desk(place: str) -> Iterator[Desk]:
    """Give the desk of a place, for the time of a block."""
    reader = open_books(place)
    try:
        yield Desk(reader)
    finally:
        reader.close()
