"""The whole book under anything at all: whatever happens in whatever order, the rules hold.

Two shops, payers in four currencies, every operation in any order, with time passing in between,
things said twice and consents altered. After each step: money is conserved and each payer has what
their receipts say (INV-1), no payment was captured twice (INV-3), no more was refunded than paid
(INV-4), nobody is below their floor (INV-5), every state follows from the one before (INV-6), and
what was said again was answered alike (INV-8). A refusal leaves no trace, sums behind limits are
what was paid, and every rounding is the one that is promised, reckoned here once more.

A test module runs it: ``WholeBook.TestCase``, or ``run_state_machine_as_test`` with another world.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import compress

from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    MultipleResults,
    RuleBasedStateMachine,
    invariant,
    multiple,
    rule,
)

from ledger.core.parties import standing
from ledger.core.records.parties import PartyStatus
from ledger.core.records.payments import Payment
from ledger.core.records.spending import OwnLimits
from ledger.ops.audit import audit
from ledger.protocol import messages
from ledger.protocol.errors import CallerError
from ledger.protocol.identifiers import payment_id_of
from ledger.protocol.instants import MINUTE
from ledger.protocol.lifecycle import PaymentState
from ledger.protocol.messages import (
    Authorisation,
    FundingSource,
    PaymentRequest,
    Presented,
    Receipt,
    Signed,
)
from ledger.protocol.money import Money
from ledger.store.audit import rules
from tests.core.demo_world import FUNDS, KIOSK, SHOP, World
from tests.core.state import state_of
from tests.properties.shares import shares

shops = st.sampled_from([SHOP, KIOSK])
payers = st.sampled_from(sorted(FUNDS))
amounts = st.sampled_from([1, 99, 1295, 4_999, 5_000, 5_001, 12_345, 70_000])
parts = st.integers(1, 2_000)
limits = st.sampled_from([None, None, None, 5_000, 100_000])
statuses = st.sampled_from([PartyStatus.ACTIVE] * 3 + [PartyStatus.BLOCKED])
waits = st.sampled_from([1, MINUTE, 2 * MINUTE, 3 * MINUTE, 24 * 60 * MINUTE])

ALTERATIONS: list[Callable[[Authorisation], Authorisation]] = [
    lambda signed: signed,
    lambda signed: signed,
    lambda signed: signed,
    lambda signed: replace(signed, payee_name="Somebody else"),
    lambda signed: replace(signed, amount=signed.amount + Money(1, signed.amount.currency)),
    lambda signed: replace(signed, code_digest="00" * 32),
]

MANY = 10_000

Answer = str | None
Opened = Payment | MultipleResults[Payment]


class WholeBook(RuleBasedStateMachine):
    """Everything that parties can say to the ledger."""

    requests = Bundle("requests")
    payments = Bundle("payments")
    paid = Bundle("paid")

    def __init__(self) -> None:
        super().__init__()
        self.world = self.make_world()
        self.world.agree_fee(60)
        self.expected = {name: minor_units for name, (_, minor_units) in FUNDS.items()}
        self.settled: set[str] = set()
        self.said: list[tuple[Callable[[], Answer], Answer]] = []
        self.counter = 0

    def make_world(self) -> World:
        """Make the world that everything happens in."""
        return World()

    def teardown(self) -> None:
        assert audit(self.world.store) == []
        self.world.close()

    # --- How things are said ------------------------------------------------------------------

    def attempt(self, say: Callable[[], Answer], *, again: bool = True) -> bool:
        """Say something; a refusal must be the caller's and must leave no trace.

        What may be said ``again`` is, at once and later: the same answer, and nothing changes.
        """
        before = state_of(self.world.store)
        try:
            answer = say()
        except CallerError:
            assert state_of(self.world.store) == before
            return False
        if again:
            self.said.append((say, answer))
            self.say_again(say, answer)
        return True

    def say_again(self, say: Callable[[], Answer], answer: Answer) -> None:
        """Say something that was answered before."""
        before = state_of(self.world.store)
        assert say() == answer
        assert state_of(self.world.store) == before

    def settle(self, receipt: Signed, name: str) -> str:
        """Reckon what a receipt says into what its payer should have, however often it is told."""
        said = messages.decode(Receipt, receipt.text)
        if said.receipt_id not in self.settled:
            self.settled.add(said.receipt_id)
            sign = -1 if said.kind == "payment" else 1
            self.expected[name] += sign * said.payer_amount.minor_units
        return receipt.text

    def name_of(self, payment: Payment) -> str | None:
        payer_id = self.world.payment(payment).payer_id
        return next((name for name in FUNDS if self.world.payer_id(name) == payer_id), None)

    # --- What tills say -----------------------------------------------------------------------

    @rule(target=requests, amount=amounts, merchant_id=shops)
    def make_request(self, amount: int, merchant_id: str) -> PaymentRequest:
        return self.world.new_request(amount, merchant_id=merchant_id)

    @rule(target=payments, request=requests)
    def send_request(self, request: PaymentRequest) -> Opened:
        opened: list[Payment] = []

        def say() -> Answer:
            opened[:] = [self.world.send(request)]
            return opened[0].payment_id

        self.attempt(say, again=False)
        return opened[0] if opened else multiple()

    @rule(target=payments, amount=amounts, merchant_id=shops, name=payers)
    def collect_by_payment_code(self, amount: int, merchant_id: str, name: str) -> Opened:
        request = self.world.new_request(
            amount, merchant_id=merchant_id, presented=Presented.CONSUMER
        )
        code = self.world.shown_code(name)
        opened: list[Payment] = []

        def say() -> Answer:
            paid = self.world.pay_with_code(request, code)
            opened[:] = [paid.payment]
            if paid.receipt is not None:
                self.settle(paid.receipt, name)
            return paid.payment.payment_id

        self.attempt(say)
        return opened[0] if opened else multiple()

    @rule(payment=paid, part=parts)
    def refund_a_part(self, payment: Payment, part: int) -> None:
        self._refund(payment, part)

    @rule(payment=paid)
    def refund_what_is_left(self, payment: Payment) -> None:
        now = self.world.payment(payment)
        self._refund(payment, (now.amount - now.refunded).minor_units)

    def _refund(self, payment: Payment, minor_units: int) -> None:
        self.counter += 1
        number, name = f"R{self.counter}", self.name_of(payment)

        def say() -> Answer:
            receipt = self.world.refund(payment, minor_units, number).receipt
            if name is not None:
                self.settle(receipt, name)
            return receipt.text

        self.attempt(say)

    @rule(payment=payments, part=parts)
    def refund_what_may_not_be_paid(self, payment: Payment, part: int) -> None:
        self._refund(payment, part)

    @rule(payment=payments | paid)
    def reverse_a_payment(self, payment: Payment) -> None:
        name = self.name_of(payment)

        def say() -> Answer:
            reversal = self.world.reverse(
                payment.payment_id, payment.merchant_order_no, payment.merchant_id
            )
            if reversal.receipt is None:
                return None
            if name is not None:
                self.settle(reversal.receipt, name)
            return reversal.receipt.text

        self.attempt(say)

    @rule(request=requests)
    def reverse_what_may_never_have_arrived(self, request: PaymentRequest) -> None:
        payment_id = payment_id_of(request.request_id)
        with self.world.store.reading() as books:
            known = books.payments.find(payment_id)
        if known is None:
            self.attempt(
                lambda: (
                    self.world.reverse(
                        payment_id, request.merchant_order_no, request.merchant_id
                    ).payment.state
                )
            )

    @rule(payment=payments | paid)
    def close_a_payment(self, payment: Payment) -> None:
        self.attempt(lambda: self.world.close_payment(payment).state)

    # --- What wallets say ---------------------------------------------------------------------

    @rule(payment=payments, name=payers)
    def scan(self, payment: Payment, name: str) -> None:
        # A sticker's payment lives as long as a code may at most: no till shows a code of it.
        if payment.presented is not Presented.STICKER and payment.expires_at > self.world.now:
            code = self.world.code(payment)
            self.attempt(lambda: str(self.world.claim(payment, name, code)), again=False)

    @rule(target=payments, amount=amounts, name=payers, merchant_id=shops)
    def scan_a_sticker(self, amount: int, name: str, merchant_id: str) -> Opened:
        code = self.world.sticker(merchant_id)
        opened: list[Payment] = []

        def say() -> Answer:
            opened[:] = [self.world.claim_sticker(name, amount, code=code).payment]
            return None

        self.attempt(say, again=False)
        return opened[0] if opened else multiple()

    @rule(payment=payments, name=payers, alter=st.sampled_from(ALTERATIONS))
    def agree(
        self, payment: Payment, name: str, alter: Callable[[Authorisation], Authorisation]
    ) -> None:
        self._agree(payment, name, alter)

    @rule(target=paid, payment=payments)
    def agree_as_whoever_scanned(self, payment: Payment) -> Opened:
        name = self.name_of(payment)
        if name is None or not self._agree(payment, name, lambda signed: signed):
            return multiple()
        return payment

    @rule(target=paid, amount=amounts, name=payers, merchant_id=shops)
    def buy(self, amount: int, name: str, merchant_id: str) -> Opened:
        return self._buy(amount, name, merchant_id) or multiple()

    @rule(target=paid, amount=amounts, name=payers, merchant_id=shops, part=parts)
    def buy_and_bring_a_part_back(
        self, amount: int, name: str, merchant_id: str, part: int
    ) -> Opened:
        payment = self._buy(amount, name, merchant_id)
        if payment is None:
            return multiple()
        self._refund(payment, 1 + part % amount)
        return payment

    def _buy(self, amount: int, name: str, merchant_id: str) -> Payment | None:
        asked: list[Payment] = []

        def ask() -> Answer:
            asked.append(self.world.request(amount, merchant_id=merchant_id))
            return None

        def scan() -> Answer:
            return str(self.world.claim(asked[0], name))

        if not (self.attempt(ask, again=False) and self.attempt(scan, again=False)):
            return None
        return asked[0] if self._agree(asked[0], name, lambda signed: signed) else None

    def _agree(
        self, payment: Payment, name: str, alter: Callable[[Authorisation], Authorisation]
    ) -> bool:
        with self.world.store.reading() as books:
            if books.payments.claim(payment.payment_id) is None:
                return False
        consent = self.world.consent(alter(self.world.authorisation(payment, name)), name)

        def say() -> Answer:
            receipt = self.world.decide(consent).receipt
            return self.settle(receipt, name)

        return self.attempt(say)

    @rule(payment=payments, name=payers)
    def decline_a_payment(self, payment: Payment, name: str) -> None:
        self.attempt(lambda: self.world.decline(payment, name).state)

    @rule(payment=payments, name=payers)
    def step_back(self, payment: Payment, name: str) -> None:
        self.attempt(lambda: self.world.release(payment, name).state, again=False)

    # --- What operators decide ------------------------------------------------------------------

    @rule(name=payers, status=statuses)
    def block_a_payer_or_let_them_go_on(self, name: str, status: PartyStatus) -> None:
        self._decide_about(self.world.payer_id(name), status)

    @rule(merchant_id=shops, status=statuses)
    def block_a_shop_or_let_it_go_on(self, merchant_id: str, status: PartyStatus) -> None:
        self._decide_about(merchant_id, status)

    def _decide_about(self, party: str, status: PartyStatus) -> None:
        with self.world.store.transaction() as books:
            standing.set_status(
                books, party=party, status=status, reason="a whim", now=self.world.now
            )

    @rule(name=payers, daily_minor=limits, monthly_minor=limits)
    def set_the_limits_of_a_payer(
        self, name: str, daily_minor: int | None, monthly_minor: int | None
    ) -> None:
        own = OwnLimits(self.world.payer_id(name), daily_minor, monthly_minor)
        with self.world.store.transaction() as books:
            standing.set_limits(books, limits=own, reason="a whim", now=self.world.now)

    # --- What happens by itself ---------------------------------------------------------------

    @rule(milliseconds=waits)
    def let_time_pass(self, milliseconds: int) -> None:
        self.world.wait(milliseconds)

    @rule()
    def sweep(self) -> None:
        self.attempt(lambda: str(len(self.world.expire())), again=False)

    @rule(data=st.data())
    def say_something_again(self, data: st.DataObject) -> None:
        if self.said:
            self.say_again(*data.draw(st.sampled_from(self.said)))

    # --- What always holds --------------------------------------------------------------------

    @invariant()
    def the_books_are_sound(self) -> None:
        for always in rules():
            assert self.world.store.breaches(always) == [], always.sentence

    @invariant()
    def what_went_back_is_rounded_as_promised(self) -> None:
        with self.world.store.reading() as books:
            for payment in books.payments.page("", MANY):
                if payment.payer_amount is None or payment.captured is None:
                    continue
                price, back = payment.captured.minor_units, payment.refunded.minor_units
                lines = books.funding.lines(payment.payment_id)
                paid = [line.amount_minor for line in lines]
                own = price - sum(paid)
                own_back, *backs = shares(back, [own, *paid])
                off = [line.source is FundingSource.MERCHANT_COUPON for line in lines]
                left = price - sum(compress(paid, off)) - back + sum(compress(backs, off))
                if payment.state is PaymentState.REVERSED:
                    left = 0
                settled = price - sum(compress(paid, off))
                fee, kept = ((60 * of + 5_000) // 10_000 for of in (settled, left))
                is_drugstore = payment.merchant_id == SHOP
                assert payment.payer_refunded_minor == (
                    payment.payer_amount.minor_units * own_back // own
                )
                assert payment.fee_minor == (fee if is_drugstore else 0)
                assert payment.fee_returned_minor == (fee - kept if is_drugstore else 0)

    @invariant()
    def each_payer_has_what_the_receipts_say(self) -> None:
        assert {name: self.can_spend(name) for name in FUNDS} == self.expected

    def can_spend(self, name: str) -> int:
        """Tell what of a payer's money no receipt has taken."""
        return self.world.balance(name)
