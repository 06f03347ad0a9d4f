"""Tellers: threads that book entry after entry, and keep a list of what was acknowledged.

A teller does what a good client does: it names each unit of work by a key, and where the answer is
lost or nobody answers, it sends the same unit again until it is acknowledged or the time is over.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Final

from ledger.core import idempotency
from ledger.core.books import issuance
from ledger.core.idempotency import Reply
from ledger.core.parties import register
from ledger.core.ports import Books
from ledger.core.records.parties import Payer
from ledger.kit.clock import SystemClock
from ledger.kit.entropy import SystemEntropy
from ledger.protocol.errors import QrpayError
from ledger.protocol.errors.service import CommitUnknown, ServiceUnavailable
from ledger.protocol.identifiers import IdSource, Kind, PayerId
from ledger.protocol.money import Money, currency
from ledger.store import BooksStore

SCOPE: Final = "bench failover"
AMOUNT: Final = Money(1_00, currency("EUR"))
_AGAIN_AFTER_S: Final = 0.1
_SECRET_BYTES: Final = 32


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """A unit of work that was said to be done: its key, the entry, when (seconds, monotonic)."""

    key: str
    entry_id: str
    at: float


@dataclass
class Teller:
    """One of those who book, each for a payer of its own."""

    name: str
    payer_id: PayerId
    acknowledged: list[Acknowledged] = field(default_factory=list)
    tried_again: int = 0


class Load:
    """Several tellers at one store; ``clock`` and ``ids`` are the machine's own."""

    def __init__(self, store: BooksStore, tellers: int) -> None:
        self._store = store
        self._clock = SystemClock()
        self._ids = IdSource(SystemEntropy())
        self._over = threading.Event()
        self.tellers = [Teller(f"teller{n}", self._hire()) for n in range(tellers)]

    @property
    def acknowledged(self) -> list[Acknowledged]:
        """Everything that was acknowledged, in the order of time."""
        everything = (each for teller in self.tellers for each in list(teller.acknowledged))
        return sorted(everything, key=lambda each: each.at)

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """Book for the time of a block; each teller then ends the unit it has begun."""
        threads = [threading.Thread(target=self._work, args=(each,)) for each in self.tellers]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            self._over.set()
            for thread in threads:
                thread.join()

    def _hire(self) -> PayerId:
        now = self._clock.now()
        payer_id = PayerId(self._ids.new(Kind.PAYER, now))
        payer = Payer(payer_id, "Teller", AMOUNT.currency, "en", SystemEntropy()(_SECRET_BYTES))
        with self._store.transaction() as books:
            register.register_payer(books, payer=payer)
        return payer_id

    def _work(self, teller: Teller) -> None:
        number = 0
        while not self._over.is_set():
            number += 1
            key = f"{teller.name}-{number}"
            entry_id = self._pursue(teller, key)
            if entry_id:
                teller.acknowledged.append(Acknowledged(key, entry_id, time.monotonic()))

    def _pursue(self, teller: Teller, key: str) -> str:
        """Book one unit, however often it must be sent; empty when the time is over before."""
        while True:
            try:
                with self._store.transaction() as books:
                    return self._once(books, teller, key)
            except (ServiceUnavailable, CommitUnknown):
                teller.tried_again += 1
            if self._over.wait(_AGAIN_AFTER_S):
                return ""

    def _once(self, books: Books, teller: Teller, key: str) -> str:
        now = self._clock.now()

        def book() -> Reply:
            entry = issuance.issue(
                books,
                payer_id=teller.payer_id,
                amount=AMOUNT,
                reason=key,
                now=now,
                ids=self._ids,
            )
            return Reply(HTTPStatus.CREATED, entry.entry_id)

        def refuse(error: QrpayError) -> Reply:
            raise error

        return idempotency.once(
            books,
            scope=SCOPE,
            key=key,
            fingerprint=idempotency.fingerprint("POST", key, b""),
            now=now,
            perform=book,
            refuse=refuse,
        ).body
