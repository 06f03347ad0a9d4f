"""The back office: closes the days, seals them, and checks each shop's books against its statement.

What a shop knows is what its receipts said. It is kept until the day it belongs to is closed and
compared, so memory holds some days of trade and never the month.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from zoneinfo import ZoneInfo

from bench.month.market import HOMES, Market
from ledger.core.records.journal import EntryKind
from ledger.core.records.settlement import Batch, BatchLine
from ledger.core.settlement.statement import all_lines
from ledger.kit.clock import SettableClock
from ledger.ops.sealer import Sealer
from ledger.ops.settlement.settler import Settler
from ledger.protocol import messages
from ledger.protocol.lifecycle import SettlementState
from ledger.protocol.messages import Receipt, ReceiptKind, Signed
from ledger.protocol.money import Money, currency
from ledger.protocol.native_wire import MovementKind
from pos.closing.business_day import day_of
from pos.closing.movements import Movement
from pos.closing.reconciliation import reconcile
from pos.closing.statement import Line, Statement, totals

_KINDS = {
    EntryKind.CAPTURE: MovementKind.PAYMENT,
    EntryKind.REFUND: MovementKind.REFUND,
    EntryKind.REVERSAL: MovementKind.REVERSAL,
}
_BATCHES = 1_000
_ONE_DAY = timedelta(days=1)


@dataclass
class Office:
    """Everything that is done after closing time."""

    counts: Counter[str] = field(default_factory=Counter)
    differences: list[str] = field(default_factory=list)
    _known: defaultdict[str, list[Movement]] = field(default_factory=lambda: defaultdict(list))

    def told(self, signed: Signed, merchant_refund_no: str) -> None:
        """Remember what a shop's receipt says."""
        receipt = messages.decode(Receipt, signed.text)
        back = receipt.kind is not ReceiptKind.PAYMENT
        off = Money(messages.discount(receipt.funding), receipt.amount.currency)
        self._known[receipt.merchant_id].append(
            Movement(
                kind=MovementKind(receipt.kind.value),
                payment_id=receipt.payment_id,
                merchant_order_no=receipt.merchant_order_no,
                merchant_refund_no=merchant_refund_no,
                sale_id="",
                occurred_at=receipt.occurred_at,
                amount=-receipt.amount if back else receipt.amount,
                discount=-off if back else off,
                fee=None,
                payer_amount=-receipt.payer_amount if back else receipt.payer_amount,
                rate=receipt.rate,
            )
        )

    def close(self, market: Market) -> None:
        """Link and seal what was booked, close and pay what is due, compare what was closed."""
        clock = SettableClock(market.now)
        sealer = Sealer(market.store, clock, market.key, market.entropy)
        while sealer.seal():
            self.counts["links"] += 1
        settler = Settler(market.store, clock, market.ids)
        for batch in settler.settle_due(market.now, most=_BATCHES):
            if batch.state is SettlementState.SETTLED:
                self.counts["paid out"] += 1
            else:
                self.counts["closed"] += 1
                self._compare(market, batch)

    def _compare(self, market: Market, batch: Batch) -> None:
        with market.store.reading() as books:
            statement = _statement(batch, all_lines(books, batch.batch_id))
        zone = ZoneInfo(HOMES[batch.currency.code][0])
        known = self._known[batch.merchant_id]
        found = reconcile(
            known,
            {batch.business_day: statement},
            day=batch.business_day,
            zone=zone,
            terminals={"T01"},
        )
        self.counts["lines matched"] += found.matched
        self.differences += [f"{each.kind}: {each.found}" for each in found.differences]
        self._known[batch.merchant_id] = [
            each for each in known if day_of(each.occurred_at, zone) > batch.business_day - _ONE_DAY
        ]


def _statement(batch: Batch, lines: Iterable[BatchLine]) -> Statement:
    told = tuple(_line(batch, each) for each in lines)
    stated = totals(told, batch.currency)
    return Statement(batch.business_day, batch.currency, told, stated)


def _line(batch: Batch, line: BatchLine) -> Line:
    return Line(
        number=line.number,
        kind=_KINDS[line.kind],
        event_at=line.event_at,
        booked_at=line.booked_at,
        payment_id=line.payment_id,
        merchant_order_no=line.merchant_order_no,
        refund_id=line.refund_id,
        merchant_refund_no=line.merchant_refund_no,
        terminal_id=line.terminal_id,
        amount=Money(line.amount_minor, batch.currency),
        discount=Money(line.discount_minor, batch.currency),
        fee=Money(line.fee_minor, batch.currency),
        net=Money(line.net_minor, batch.currency),
        payer_amount=Money(line.payer_amount_minor, currency(line.payer_currency)),
        rate=line.rate,
    )
