"""Go on with what is unfinished: the loop that brings every sale to a known end.

It takes the next step of each collection, refund and late payment that is due: it queries when a
notification was lost, reverses when the time is over or a payment came after it, asks again for a
refund nobody answered. After a restart everything unfinished is due at once, and what something is
said to have happened to (``hints``) is asked about without delay. Else, how often and how long is
not decided here but by the schedules in ``pos.collect`` and ``pos.counter.refunds``; a round takes
a limited number of steps.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from functools import partial

from ledger.kit.clock import between_looks_s
from ledger.protocol.identifiers import PaymentId
from pos.collect import Collection, ask_soon, wake
from pos.counter import collecting, late, refunds
from pos.counter.desk import Desk
from pos.counter.news.hints import Hint

STEPS_PER_ROUND = 50
PAUSE_S = 0.25

_LOG = logging.getLogger(__name__)


class Resolver:
    """Pursues what is unfinished in the background, between ``start`` and ``stop``.

    ``meanwhile`` is done once a round as well, such as asking for newer keys now and then.
    """

    def __init__(self, desk: Desk, meanwhile: Callable[[], None] = lambda: None) -> None:
        self._desk = desk
        self._meanwhile = meanwhile
        self._waking = threading.Event()
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin, with everything that an earlier run of the till left unfinished."""
        self.wake_all()
        self._thread = threading.Thread(target=self._run, name="resolver", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End after the step that is being taken; a second call does nothing."""
        self._stopping.set()
        self._waking.set()
        if self._thread is not None:
            self._thread.join()

    def look_at(self, hint: Hint) -> None:
        """Ask about a payment to which something is said to have happened, if the till waits."""
        if self._desk.hints.add(hint, now_s=self._desk.clock.monotonic()):
            self._waking.set()

    def wake_all(self) -> None:
        """Make everything unfinished due: whatever was on its way, this run did not send it."""
        self._make_due(wake)

    def wake_waiting(self) -> None:
        """Make everything due that waits for the provider: it may have spoken to nobody."""
        self._make_due(ask_soon)
        self._waking.set()

    def take_round(self) -> int:
        """Take one step of everything that is due; how many steps that were."""
        store, now = self._desk.store, self._desk.clock.now()
        steps: list[Callable[[], None]] = [
            *(
                partial(collecting.pursue, self._desk, payment_id, hinted=True)
                for payment_id in self._hinted()
            ),
            *(
                partial(collecting.pursue, self._desk, attempt.payment_id)
                for attempt in store.attempts.due(now, STEPS_PER_ROUND)
            ),
            *(
                partial(refunds.pursue, self._desk, refund.merchant_refund_no)
                for refund in store.refunds.due(now, STEPS_PER_ROUND)
            ),
            *(
                partial(late.pursue, self._desk, each.payment_id)
                for each in store.late_payments.due(now, STEPS_PER_ROUND)
            ),
        ]
        for step in (*steps, self._meanwhile):
            try:
                step()
            except Exception:  # noqa: BLE001 (one sale's fault must not hold up all the others)
                _LOG.exception("a step of the resolver failed")
        return len(steps)

    def _make_due(self, woken: Callable[..., Collection]) -> None:
        store, now = self._desk.store, self._desk.clock.now()
        with store.transaction():
            for attempt in store.attempts.running():
                store.attempts.update(attempt.payment_id, woken(attempt.collection, now=now))
            store.refunds.wake(now)
            store.late_payments.wake(now)

    def _hinted(self) -> list[PaymentId]:
        """List what is hinted to be otherwise than the till knows, and is not at an end."""
        said = dict(self._desk.hints.take_due(now_s=self._desk.clock.monotonic()))
        known = self._desk.store.attempts.found(list(said)) if said else []
        return [
            attempt.payment_id
            for attempt in known
            if not attempt.collection.is_final
            and attempt.collection.told is not said[attempt.payment_id]
        ]

    def _run(self) -> None:
        while True:
            self._waking.wait(between_looks_s(self._desk.clock, PAUSE_S))
            self._waking.clear()
            if self._stopping.is_set():
                return
            try:
                self.take_round()
            except Exception:  # noqa: BLE001 (a disk that is full now has room again tomorrow)
                _LOG.exception("a round of the resolver failed and will be tried again")
