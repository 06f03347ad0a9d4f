"""The one thread that brings consents to the provider, those of all wallets together.

A consent is stored before it is sent and its receipt before the payer is told; a flush to the disk
and a call to the provider each cost as much for one as for many. So whoever pays hands the consent
over and waits, and one thread goes round:

1. in one transaction, store the receipts that the last call brought and the consents that have come
   since;
2. tell those whose receipts are stored;
3. bring those consents to the provider in one call, and check every receipt that comes back.

Nobody waits for others to come, and there is no timer: alone, a consent goes at once; in a crowd,
those that came during one round go together in the next. A crash at any point leaves what it would
leave of a single payment: a consent that is stored is sent again, and answered with the same
receipt.

The call is signed by the device of one of them, so that its answer is the provider's word on all.
Where the call as a whole is refused, or a transaction fails, nobody is blamed for his neighbours:
each goes his own way then, in his own thread.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from enum import Enum, auto
from queue import Empty, SimpleQueue
from typing import Final

from ledger.protocol import native_api
from ledger.protocol.errors import CallerError
from ledger.protocol.errors.service import InvariantBroken
from ledger.protocol.native_wire import AuthoriseCodes, CodeResult
from ledger.protocol.records import record
from ledger.protocol.signing import KeyDirectory
from wallet import activity, authorise
from wallet.device.knowledge import NO_ANSWER
from wallet.device.phone import Phone
from wallet.review import Review
from wallet.store import WalletStore

TOGETHER_MOST: Final = 64


class Came(Enum):
    """What came of handing a consent over."""

    PAID = auto()
    """The receipt proves it, and is stored."""
    REFUSED = auto()
    """The provider says no."""
    UNKNOWN = auto()
    """Nobody has said anything that can be believed."""
    NOT_SENT = auto()
    """It is stored, and was not sent, or nothing was done with it."""
    NOT_KEPT = auto()
    """It was answered, but the receipt could not be stored."""
    NOT_STORED = auto()
    """It could not be stored, or there is a review of this payment already."""


@record(frozen=True, slots=True)
class Outcome:
    """What came of it; the refusal where it was refused, the receipt where it was paid."""

    came: Came
    refusal: CallerError | None = None
    receipt: activity.ShownReceipt | None = None


class _Handed:
    """A consent that was handed over, and the thread that waits for its outcome."""

    __slots__ = ("_awake", "outcome", "phone", "review")

    def __init__(self, phone: Phone, review: Review) -> None:
        self.phone = phone
        self.review = review
        self.outcome = Outcome(Came.UNKNOWN)
        # A bare lock wakes a thread at half of what an event costs.
        self._awake = threading.Lock()
        self._awake.acquire()

    def wait(self) -> Outcome:
        self._awake.acquire()
        return self.outcome

    def tell(self, outcome: Outcome) -> None:
        self.outcome = outcome
        self._awake.release()


class Sender:
    """Takes consents from many threads; ``directory`` gives the keys that receipts are checked by.

    Its thread begins with the first consent and ends with the process.
    """

    def __init__(self, store: WalletStore, directory: Callable[[], KeyDirectory]) -> None:
        self._store = store
        self._directory = directory
        self._queue: SimpleQueue[_Handed] = SimpleQueue()
        self._begins = threading.Lock()
        self._is_at_work = False

    def bring(self, phone: Phone, review: Review) -> Outcome:
        """Store and send an approved review's consent with its code; wait for what comes of it."""
        handed = _Handed(phone, review)
        self._queue.put(handed)
        if not self._is_at_work:
            self._begin()
        return handed.wait()

    def _begin(self) -> None:
        with self._begins:
            if not self._is_at_work:
                self._is_at_work = True
                threading.Thread(target=self._go_round, name="sender", daemon=True).start()

    def _go_round(self) -> None:
        answered: list[_Handed] = []
        while True:
            stored = self._keep(answered, self._take(wait=not answered))
            answered = self._bring(stored) if stored else []

    def _take(self, *, wait: bool) -> list[_Handed]:
        taken = [self._queue.get()] if wait else []
        with suppress(Empty):
            while len(taken) < TOGETHER_MOST:
                taken.append(self._queue.get_nowait())
        return taken

    def _keep(self, answered: Sequence[_Handed], handed: Sequence[_Handed]) -> list[_Handed]:
        """Store what came back and what goes out; those that may be sent now."""
        new: list[_Handed] = []
        try:
            with self._store.transaction():
                for each in answered:
                    self._settle(each)
                new.extend(each for each in handed if self._store.reviews.add_if_new(each.review))
        except Exception:  # noqa: BLE001 (each meets it again by himself, and tells his payer)
            _tell(answered, Outcome(Came.NOT_KEPT))
            _tell(handed, Outcome(Came.NOT_STORED))
            return []
        for each in answered:
            each.tell(each.outcome)
        if len(new) < len(handed):
            _tell((each for each in handed if each not in new), Outcome(Came.NOT_STORED))
        return new

    def _settle(self, answered: _Handed) -> None:
        # Somebody else may have settled it meanwhile, by the same provider's word.
        self._store.reviews.settle_if_approved(answered.review.paid())
        if answered.outcome.receipt is not None:
            self._store.receipts.keep(answered.outcome.receipt.kept)

    def _bring(self, stored: Sequence[_Handed]) -> list[_Handed]:
        """Send consents in one call, and tell all but those who are certainly paid: these."""
        try:
            outcomes = self._call(stored)
        except CallerError:
            outcomes = [Outcome(Came.NOT_SENT)] * len(stored)
        except Exception:  # noqa: BLE001 (whatever it was, nobody knows what has arrived)
            outcomes = [Outcome(Came.UNKNOWN)] * len(stored)
        paid = []
        for each, outcome in zip(stored, outcomes, strict=True):
            if outcome.came is Came.PAID:
                each.outcome = outcome
                paid.append(each)
            else:
                each.tell(outcome)
        return paid

    def _call(self, stored: Sequence[_Handed]) -> list[Outcome]:
        first = stored[0]
        answered = first.phone.client.call(
            native_api.AUTHORISE_CODES,
            AuthoriseCodes(authorisations=[authorise.with_code(each.review) for each in stored]),
            idempotency_key=first.review.review_id,
        )
        if len(answered.results) != len(stored):
            raise InvariantBroken("the provider did not answer each of them")
        directory = self._directory()
        return [
            _outcome(each.review, result, directory)
            for each, result in zip(stored, answered.results, strict=True)
        ]


def _outcome(review: Review, result: CodeResult, directory: KeyDirectory) -> Outcome:
    """Say what the provider's answer on one of them means."""
    try:
        paid = authorise.result_of(result)
    except CallerError as refusal:
        return Outcome(Came.REFUSED, refusal)
    except NO_ANSWER:
        return Outcome(Came.UNKNOWN)
    receipt = activity.signed(paid.receipt) if paid.receipt else None
    read = authorise.proven(review, receipt, directory) if receipt else None
    if receipt is None or read is None:
        return Outcome(Came.UNKNOWN)
    kept = activity.as_kept(review.wallet, receipt, read)
    return Outcome(Came.PAID, receipt=activity.ShownReceipt(kept, read, None))


def _tell(handed: Iterable[_Handed], outcome: Outcome) -> None:
    for each in handed:
        each.tell(outcome)
