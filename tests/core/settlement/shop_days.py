"""A shop that sells for several days, and a provider that settles them."""

from __future__ import annotations

from datetime import date, timedelta

from ledger.core.parties.register import require_merchant
from ledger.core.records.settlement import (
    Batch,
    BatchLine,
    Calendar,
    PayoutReturn,
    SettlementTerms,
)
from ledger.core.settlement import clearing, payouts, statement, terms
from ledger.core.settlement.business_days import closes_at
from ledger.kit.clock import SettableClock
from ledger.ops.settlement.settler import Settler
from ledger.protocol.instants import Instant
from tests.core.demo_world import SHOP, World

FIRST_DAY = date(2026, 11, 22)
"""The day of the world's noon: a Sunday."""

BERLIN_T1 = SettlementTerms(
    merchant_id=SHOP,
    time_zone="Europe/Berlin",
    cut_off_minute=0,
    calendar=Calendar.TARGET2,
    delay_days=1,
    begins_on=FIRST_DAY,
)

ONE_DAY = timedelta(days=1)


class ShopDays:
    """Sales, refunds, closings and payouts of the drugstore in a world."""

    def __init__(self, world: World, agreed: SettlementTerms = BERLIN_T1) -> None:
        self.world = world
        self.terms = agreed
        with world.store.transaction() as books:
            terms.agree(books, terms=agreed)

    def close(self, day: date, *, now: Instant | None = None) -> Batch:
        """Close a day, at its cut-off if no other time is given."""
        world = self.world
        world.now = max(world.now, closes_at(self.terms, day)) if now is None else now
        with world.store.transaction() as books:
            return clearing.close_day(
                books,
                merchant=require_merchant(books, self.terms.merchant_id),
                business_day=day,
                now=world.now,
                ids=world.ids,
            )

    def pay_out(self, batch: Batch) -> Batch:
        """Pay a batch out now."""
        with self.world.store.transaction() as books:
            return payouts.pay_out(
                books, batch_id=batch.batch_id, now=self.world.now, ids=self.world.ids
            )

    def come_back(self, batch: Batch, reason: str = "account closed") -> PayoutReturn:
        """The bank sends a payout back."""
        with self.world.store.transaction() as books:
            return payouts.return_payout(
                books,
                batch_id=batch.batch_id,
                reason=reason,
                now=self.world.now,
                ids=self.world.ids,
            )

    def settle_due(self, most: int = 1_000) -> list[Batch]:
        """Let the settler do what is due."""
        settler = Settler(self.world.store, SettableClock(self.world.now), self.world.ids)
        return list(settler.settle_due(self.world.now, most=most))

    def lines(self, batch: Batch) -> list[BatchLine]:
        """All lines of a batch."""
        with self.world.store.reading() as books:
            return list(statement.all_lines(books, batch.batch_id))

    def batch(self, batch: Batch) -> Batch:
        """A batch as it stands now."""
        with self.world.store.reading() as books:
            return payouts.require_batch(books, batch.batch_id)

    def balance(self, account_id: str) -> int:
        """What stands on an account, in minor units."""
        with self.world.store.reading() as books:
            account = books.journal.account(account_id)
        return account.balance_minor if account else 0

    def wait_for(self, day: date) -> None:
        """Let time pass until a day begins at midnight in UTC."""
        days = (day - date(1970, 1, 1)).days
        self.world.now = Instant(days * 86_400_000)
