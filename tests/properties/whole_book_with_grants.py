"""The whole book, and coupons and points in it: the provider's, the shops' own, for a time.

Who bears what is reckoned here once more: each part of a price gets back its share of all refunds,
and all of it with the last one; the provider bears its own coupons and points, a shop its own. No
grant pays more than it is worth, for another payer, at another shop, or once it is over.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from hypothesis import strategies as st
from hypothesis.stateful import invariant, multiple, rule

from ledger.core.records.funding import FundingLine, Grant
from ledger.core.records.payments import Payment
from ledger.protocol.errors import CallerError
from ledger.protocol.lifecycle import PaymentState
from ledger.protocol.messages import FundingSource
from tests.core.demo_world import KIOSK, SHOP
from tests.properties.shares import shares
from tests.properties.whole_book import MANY, Opened, amounts, parts, payers, shops
from tests.properties.whole_book_with_settlement import WholeBookWithSettlement

OWN, COUPON, POINTS = FundingSource.MERCHANT_COUPON, FundingSource.COUPON, FundingSource.POINTS

worths = st.sampled_from([1, 50, 200, 1_294, 1_295, 5_000])
places = st.sampled_from(["", SHOP, KIOSK])
lives = st.sampled_from([1, 1, 30])

ENDED_UNPAID = frozenset({PaymentState.DECLINED, PaymentState.CLOSED, PaymentState.REVERSED})


class WholeBookWithGrants(WholeBookWithSettlement):
    """Everything that parties can say to the ledger, with payers who have coupons and points."""

    def __init__(self) -> None:
        super().__init__()
        self.given: dict[str, Grant] = {}

    # --- What operators give ------------------------------------------------------------------

    def give(
        self, name: str, worth: int, source: FundingSource, *, where: str = "", days: int = 30
    ) -> None:
        """Give something, and remember what it was."""
        grant = self.world.grant(name, worth, source, merchant_id=where, days=days)
        self.given[grant.grant_id] = grant

    @rule(name=payers, worth=worths, where=places, days=lives)
    def give_a_coupon(self, name: str, worth: int, where: str, days: int) -> None:
        self.give(name, worth, COUPON, where=where, days=days)

    @rule(name=payers, worth=worths, where=places, days=lives)
    def give_points(self, name: str, worth: int, where: str, days: int) -> None:
        self.give(name, worth, POINTS, where=where, days=days)

    @rule(name=payers, worth=worths, where=places, days=lives)
    def give_a_coupon_of_a_shops_own(self, name: str, worth: int, where: str, days: int) -> None:
        try:
            self.give(name, worth, OWN, where=where, days=days)
        except CallerError:
            assert not where  # nobody's own

    @rule(
        target=WholeBookWithSettlement.paid,
        name=payers,
        amount=amounts,
        merchant_id=shops,
        worth=worths,
        part=parts,
    )
    def buy_with_everything_and_bring_a_part_back(
        self, name: str, amount: int, merchant_id: str, worth: int, part: int
    ) -> Opened:
        for source in FundingSource:
            self.give(name, worth, source, where=merchant_id)
        payment = self._buy(amount, name, merchant_id)
        if payment is None:
            return multiple()
        self._refund(payment, 1 + part % amount)
        return payment

    @rule(
        target=WholeBookWithSettlement.paid,
        name=payers,
        amount=amounts,
        merchant_id=shops,
        source=st.sampled_from(FundingSource),
    )
    def buy_once_a_grant_is_over(
        self, name: str, amount: int, merchant_id: str, source: FundingSource
    ) -> Opened:
        self.give(name, 50, source, where=merchant_id, days=1)
        self.let_days_end(1)
        return self._buy(amount, name, merchant_id) or multiple()

    # --- What always holds --------------------------------------------------------------------

    @invariant()
    def each_part_of_a_price_gets_back_its_share(self) -> None:
        for payment, lines in self._paid_with_lines():
            paid = [line.amount_minor for line in lines]
            back = [line.returned_minor for line in lines]
            own = payment.amount.minor_units - sum(paid)
            assert back == shares(payment.refunded.minor_units, [own, *paid])[1:]
            off = [line for line in lines if line.source is OWN]
            assert payment.discount_minor == sum(line.amount_minor for line in off)
            if payment.state is PaymentState.FULLY_REFUNDED:
                assert back == paid
            if payment.state is not PaymentState.REVERSED:
                assert payment.discount_returned_minor == sum(line.returned_minor for line in off)

    @invariant()
    def the_provider_bears_its_own_coupons_and_points_and_no_others(self) -> None:
        borne: Counter[FundingSource] = Counter()
        for payment, lines in self._paid_with_lines():
            if payment.state is not PaymentState.REVERSED:
                for line in lines:
                    borne[line.source] += line.amount_minor - line.returned_minor
        assert self.days.balance("coupons:EUR") == -borne[COUPON]
        assert self.days.balance("points:EUR") == -borne[POINTS]

    @invariant()
    def no_grant_pays_too_much_or_too_late_or_elsewhere(self) -> None:
        used: Counter[str] = Counter()
        with self.world.store.reading() as books:
            for payment in books.payments.page("", MANY):
                claim = books.payments.claim(payment.payment_id)
                for line in books.funding.lines(payment.payment_id):
                    grant = self.given[line.grant_id]
                    assert claim is not None
                    assert claim.claimed_at < grant.valid_until
                    assert grant.merchant_id in {"", payment.merchant_id}
                    assert grant.payer_id == payment.payer_id
                    if payment.state not in ENDED_UNPAID:
                        used[line.grant_id] += line.amount_minor - line.returned_minor
        assert all(used[each] <= self.given[each].amount_minor for each in used)

    def _paid_with_lines(self) -> Iterator[tuple[Payment, list[FundingLine]]]:
        with self.world.store.reading() as books:
            for payment in books.payments.page("", MANY):
                lines = books.funding.lines(payment.payment_id)
                if payment.captured is not None and lines:
                    yield payment, lines
