"""The whole book, and the days of it: shared, closed, paid out, sent back by the bank, sealed.

What a merchant is owed does not change by being paid: their account, and what left for their bank
less what came back of it, are together what their payments earned and what they got of others',
reckoned here once more.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from itertools import groupby
from operator import attrgetter

from hypothesis import strategies as st
from hypothesis.stateful import invariant, multiple, rule

from ledger.core.books import chain
from ledger.core.parties.register import require_merchant
from ledger.core.records.payments import Payment
from ledger.core.records.settlement import Batch, Calendar
from ledger.core.settlement import due, funds
from ledger.core.sharing import receivers
from ledger.protocol.instants import DAY
from ledger.protocol.lifecycle import PaymentState, SettlementState
from tests.core.demo_world import KIOSK, SHOP
from tests.core.settlement.shop_days import BERLIN_T1, ShopDays
from tests.properties.whole_book import MANY, Answer, Opened, amounts, parts, payers, shops
from tests.properties.whole_book_with_deposits import WholeBookWithDeposits

quarters = st.lists(st.sampled_from([1, 1, 1, 2, 3, 4, 0]), min_size=1, max_size=3)

AT_ONCE = replace(
    BERLIN_T1,
    merchant_id=KIOSK,
    cut_off_minute=18 * 60,
    calendar=Calendar.EVERY_DAY,
    delay_days=0,
)


class WholeBookWithSettlement(WholeBookWithDeposits):
    """Everything that parties can say to the ledger, and everything that a day's end brings."""

    def __init__(self) -> None:
        super().__init__()
        self.days = ShopDays(self.world)
        ShopDays(self.world, AT_ONCE)
        self.sent: list[Batch] = []
        self.came_back: set[str] = set()
        self.received: Counter[str] = Counter()
        self.shared: Counter[str] = Counter()
        with self.world.store.transaction() as books:
            for merchant_id, receiver_id in ((SHOP, KIOSK), (KIOSK, SHOP)):
                receivers.bind(
                    books, merchant_id=merchant_id, receiver_id=receiver_id, now=self.world.now
                )

    # --- What merchants give each other ---------------------------------------------------------

    @rule(payment=WholeBookWithDeposits.paid, quarters=quarters)
    def share_a_payment(self, payment: Payment, quarters: list[int]) -> None:
        self._share(payment, quarters)

    @rule(
        target=WholeBookWithDeposits.paid,
        amount=amounts,
        name=payers,
        merchant_id=shops,
        quarters=quarters,
        back=parts,
    )
    def buy_share_and_take_back(
        self, amount: int, name: str, merchant_id: str, quarters: list[int], back: int
    ) -> Opened:
        payment = self._buy(amount, name, merchant_id)
        if payment is None:
            return multiple()
        self._share(payment, quarters)
        self._refund_and_take_back(payment, 1 + amount // 8, back)
        return payment

    def _share(self, payment: Payment, quarters: list[int]) -> None:
        """Share quarters of the price, one after the other, whether or not they are left."""
        for quarter in quarters:
            self._share_a_part(payment, payment.amount.minor_units * quarter // 4)

    def _share_a_part(self, payment: Payment, part: int) -> None:
        self.counter += 1
        number = f"S{self.counter}"

        def say() -> Answer:
            made = self.world.share(payment, number, (_other(payment), part), bind=False)
            with self.world.store.reading() as books:
                assert books.sharing.share(made.share_no) == made
            return made.share_no

        if self.attempt(say):
            self._move(payment, part)
            assert self.shared[payment.payment_id] <= _earned(self.world.payment(payment))

    @rule(payment=WholeBookWithDeposits.paid, part=parts, back=parts)
    def refund_a_part_and_take_back(self, payment: Payment, part: int, back: int) -> None:
        self._refund_and_take_back(payment, part, back)

    def _refund_and_take_back(self, payment: Payment, part: int, back: int) -> None:
        self.counter += 1
        number, name = f"R{self.counter}", self.name_of(payment)

        def say() -> Answer:
            given = self.world.refund_shared(payment, part, number, (_other(payment), back))
            if name is not None:
                self.settle(given.receipt, name)
            return None

        earned = _earned(self.world.payment(payment))
        if self.attempt(say, again=False):
            self._move(payment, -back)
            assert self.shared[payment.payment_id] >= 0
            assert back <= earned - _earned(self.world.payment(payment))

    def _move(self, payment: Payment, minor_units: int) -> None:
        self.shared[payment.payment_id] += minor_units
        self.received[_other(payment)] += minor_units
        self.received[payment.merchant_id] -= minor_units

    # --- What happens at the end of a day -----------------------------------------------------

    @rule(target=WholeBookWithDeposits.paid, amount=amounts, name=payers, merchant_id=shops)
    def let_a_day_with_a_sale_end(self, amount: int, name: str, merchant_id: str) -> Opened:
        payment = self._buy(amount, name, merchant_id)
        self.let_days_end(1)
        return payment or multiple()

    @rule(days=st.sampled_from([1, 3]))
    def let_days_end(self, days: int) -> None:
        self.world.wait(days * DAY)
        self.settle_what_is_due()

    @rule()
    def settle_what_is_due(self) -> None:
        def say() -> Answer:
            done = self.days.settle_due(MANY)
            self.sent += [each for each in done if each.state is SettlementState.SETTLED]
            return str(len(done))

        self.attempt(say, again=False)
        # The settler logs what it can't settle and goes on; here nothing may be left.
        with self.world.store.reading() as books:
            for terms in books.settlement.all_terms():
                assert due.day_to_close(books, terms, self.world.now) is None
                assert due.batches_to_pay(books, terms, self.world.now) == []

    @rule(data=st.data(), paid_again=st.booleans())
    def a_payout_comes_back(self, data: st.DataObject, *, paid_again: bool) -> None:
        if not self.sent:
            return
        fullest_last = sorted(self.sent, key=attrgetter("paid_out_minor"))
        batch = data.draw(st.sampled_from(fullest_last[::-1]))
        if self.attempt(lambda: self.days.come_back(batch).entry_id):
            assert batch.paid_out_minor > 0
            self.came_back.add(batch.batch_id)
        if paid_again:
            self.let_days_end(3)

    @rule()
    def seal_what_was_booked(self) -> None:
        self.world.seal()
        with self.world.store.reading() as books:
            assert not chain.due(books, now=self.world.now)

    # --- What always holds --------------------------------------------------------------------

    @invariant()
    def each_shop_is_owed_what_it_earned_and_was_not_paid(self) -> None:
        earned = dict.fromkeys((SHOP, KIOSK), 0) | {
            merchant_id: sum(map(_earned, payments))
            for merchant_id, payments in groupby(self._captured(), attrgetter("merchant_id"))
        }
        for merchant_id, minor_units in earned.items():
            paid = sum(
                batch.paid_out_minor - batch.returned_in_minor
                for batch in self.sent
                if batch.merchant_id == merchant_id
            )
            owed = minor_units + self.received[merchant_id] - paid
            assert self.days.balance(f"merchant:{merchant_id}:EUR") == owed

    @invariant()
    def what_a_shop_is_told_of_its_funds_is_all_of_them(self) -> None:
        ever = date(2026, 1, 1), date(2030, 1, 1)
        for merchant_id in (SHOP, KIOSK):
            with self.world.store.reading() as books:
                shop = require_merchant(books, merchant_id)
                settled = funds.settled(books, merchant=shop, since=ever[0], until=ever[1])
                left = funds.unsettled(books, merchant=shop, now=self.world.now)
                closed = books.settlement.unpaid_batches(merchant_id, ever[1])
            sent = [batch for batch in self.sent if batch.merchant_id == merchant_id]
            paid = {batch.batch_id: batch.paid_out_minor for batch in sent}
            assert {each.batch_id: each.settled_minor for each in settled}.items() <= paid.items()
            assert sum(each.settled_minor for each in settled) == sum(paid.values())
            owed = self.days.balance(f"merchant:{merchant_id}:EUR")
            again = sum(batch.returned_in_minor for batch in closed)
            assert sum(each.unsettled_minor for each in left) == owed + again

    @invariant()
    def what_left_for_the_banks_is_there_or_came_back(self) -> None:
        left = sum(batch.paid_out_minor for batch in self.sent)
        repaid = sum(batch.returned_in_minor for batch in self.sent)
        back = sum(each.paid_out_minor for each in self.sent if each.batch_id in self.came_back)
        assert self.days.balance("nostro:EUR") == left - back
        assert self.days.balance("suspense:EUR") == back - repaid

    def _captured(self) -> Iterator[Payment]:
        with self.world.store.reading() as books:
            found = books.payments.page("", MANY)
        captured = [payment for payment in found if payment.captured is not None]
        yield from sorted(captured, key=attrgetter("merchant_id"))


def _other(payment: Payment) -> str:
    return KIOSK if payment.merchant_id == SHOP else SHOP


def _earned(payment: Payment) -> int:
    """What a shop is owed for a payment, in minor units.

    What it keeps of it, less what its own coupon took off that, less its fee.
    """
    if payment.state is PaymentState.REVERSED or payment.captured is None:
        return 0
    kept = (payment.captured - payment.refunded).minor_units
    off = payment.discount_minor - payment.discount_returned_minor
    return kept - off - payment.fee_minor + payment.fee_returned_minor
