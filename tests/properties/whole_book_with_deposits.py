"""The whole book, and deposits in it: held, captured in part or whole, given back, out of time.

What is held is neither the payer's to spend nor anybody else's, so what the receipts say is what a
payer can spend and what is held of theirs together.
"""

from __future__ import annotations

from hypothesis.stateful import Bundle, MultipleResults, multiple, rule

from ledger.core import queries
from ledger.core.records.payments import Payment
from tests.core.demo_world import SHOP
from tests.properties.whole_book import Answer, WholeBook, amounts, parts, payers


class WholeBookWithDeposits(WholeBook):
    """Everything that parties can say to the ledger, of deposits too."""

    deposits = Bundle("deposits")

    def can_spend(self, name: str) -> int:
        with self.world.store.reading() as books:
            held = queries.held(books, payer_id=self.world.payer_id(name))
        return self.world.balance(name) + held.minor_units

    @rule(target=deposits, amount=amounts, name=payers)
    def leave_a_deposit(self, amount: int, name: str) -> Payment | MultipleResults[Payment]:
        request = self.world.new_deposit(amount)
        asked: list[Payment] = []

        def ask() -> Answer:
            asked[:] = [self.world.send(request)]
            return asked[0].payment_id

        def scan() -> Answer:
            return str(self.world.claim(asked[0], name))

        def agree() -> Answer:
            return self.world.agree_to_hold(asked[0], name).state

        steps = (ask, scan, agree)
        return asked[0] if all(self.attempt(step, again=False) for step in steps) else multiple()

    @rule(payment=deposits, part=parts)
    def capture_a_part(self, payment: Payment, part: int) -> None:
        self._capture(payment, 1 + part % payment.amount.minor_units)

    @rule(payment=deposits)
    def capture_all(self, payment: Payment) -> None:
        self._capture(payment, payment.amount.minor_units)

    @rule(payment=deposits)
    def capture_more_than_there_is(self, payment: Payment) -> None:
        self._capture(payment, payment.amount.minor_units + 1)

    def _capture(self, payment: Payment, amount_minor: int) -> None:
        name = self.name_of(payment)

        def say() -> Answer:
            receipt = self.world.capture(payment, amount_minor, merchant_id=SHOP).receipt
            assert name is not None
            return self.settle(receipt, name)

        self.attempt(say)

    @rule(payment=deposits)
    def give_a_deposit_back(self, payment: Payment) -> None:
        self.attempt(lambda: self.world.give_back(payment).state)

    @rule(payment=deposits, part=parts)
    def refund_a_part_of_a_deposit(self, payment: Payment, part: int) -> None:
        self._refund(payment, part)

    @rule(payment=deposits)
    def reverse_a_deposit(self, payment: Payment) -> None:
        name = self.name_of(payment)

        def say() -> Answer:
            receipt = self.world.reverse(payment.payment_id, payment.merchant_order_no).receipt
            if receipt is None or name is None:
                return None
            return self.settle(receipt, name)

        self.attempt(say)

    @rule()
    def end_what_was_held_long_enough(self) -> None:
        self.attempt(lambda: str(len(self.world.end_holds())), again=False)
