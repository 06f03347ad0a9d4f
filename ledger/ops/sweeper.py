"""The sweeper: what time does to the books when nobody calls.

Payments whose time ran out are closed, deposits held for long enough go back, paid payments whose
refund period is over are finished, and what is kept only for a while is forgotten (``purge``). Each
step is a bounded unit of work of its own. A scan that ran out needs no sweeping: the next payer
takes over.
"""

from __future__ import annotations

from dataclasses import dataclass

from ledger.core.checkout import endings
from ledger.core.checkout.deposits import releases
from ledger.core.limits import Policy
from ledger.core.ports import Store
from ledger.core.privacy.purge import purge, scrub_after_erasures
from ledger.kit.clock import Clock
from ledger.protocol.identifiers import IdSource
from ledger.protocol.instants import MINUTE, Instant, later
from ledger.protocol.signing import PrivateKey

BATCH = 100
FORGET_EVERY_MS = 5 * MINUTE


_NEVER = Instant(0)


@dataclass
class Sweeper:
    """Sweeps the books of one ledger."""

    store: Store
    clock: Clock
    ids: IdSource
    signing_key: PrivateKey
    policy: Policy
    forgot_at: Instant = _NEVER

    def sweep(self) -> bool:
        """Do one round; True when a batch was full, so there may be more."""
        now = self.clock.now()
        ended = (self._expire(now), self._give_back(now), self._finish(now))
        if now >= later(self.forgot_at, FORGET_EVERY_MS):
            purge(self.store, now=now)
            self.forgot_at = now
        scrub_after_erasures(self.store)
        return max(ended) == BATCH

    def _expire(self, now: Instant) -> int:
        with self.store.reading() as books:
            if not books.payments.unpaid_past(now, 1):
                return 0
        with self.store.transaction() as books:
            ended = endings.expire_due(
                books, now=now, limit=BATCH, ids=self.ids, key=self.signing_key
            )
            return len(ended)

    def _give_back(self, now: Instant) -> int:
        with self.store.reading() as books:
            if not books.payments.held_past(now, 1):
                return 0
        with self.store.transaction() as books:
            ended = releases.expire_due(
                books, now=now, limit=BATCH, ids=self.ids, key=self.signing_key
            )
            return len(ended)

    def _finish(self, now: Instant) -> int:
        with self.store.reading() as books:
            if not books.payments.paid_before(later(now, -self.policy.refund_period_ms), 1):
                return 0
        with self.store.transaction() as books:
            ended = endings.finish_due(
                books,
                now=now,
                limit=BATCH,
                policy=self.policy,
                ids=self.ids,
                key=self.signing_key,
            )
            return len(ended)
