"""One till and one provider, and what scenarios do to them.

A scenario presses the till's buttons, is the customer, breaks lines, brings forged letters, and
then says what must be true. What is not true in time raises ``Broken`` with what was seen instead.
"Paid" always means both: the till believes it, and the provider's books have it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final, TypeVar

from ledger.core.records.payments import Payment
from ledger.core.vendors.announcing import Post
from ledger.faces import Provider
from ledger.kit.transport import Response, Transport
from ledger.protocol.errors import QrpayError
from ledger.protocol.errors.sandbox import TillRefuses
from ledger.protocol.lifecycle import PaymentState
from ledger.sandbox.record.deliveries import Delivery, Told
from ledger.sandbox.wallets import Question
from ledger.testing.conformance import pace
from ledger.testing.conformance.dialects import Dialect
from ledger.testing.conformance.forgery import Target
from ledger.testing.conformance.tills import Sold, Standing, Till, TillState
from ledger.testing.play import Play

T = TypeVar("T")
PRICE_MINOR: Final = 195

_LOOK_EVERY_S: Final = 0.1
_NOTHING_SENT: Final = "nothing was sent: did the till name its notify_url?"
_MONEY_IS_THERE: Final = frozenset({PaymentState.PAID, PaymentState.FINISHED})
_GIVEN_BACK: Final = frozenset({PaymentState.FULLY_REFUNDED, PaymentState.REVERSED})


class Broken(Exception):
    """What must be true is not; the text is what was seen."""


@dataclass
class Stage:
    """What a scenario is played on.

    ``patience_s`` is how long a till may take to find out what is true, ``settle_s`` how soon one
    that errs would have erred.
    """

    play: Play
    provider: Provider
    till: Till
    dialect: Dialect
    transport: Transport
    patience_s: float
    settle_s: float
    _sales: list[Sold] = field(default_factory=list)

    def sell(self, price_minor: int = PRICE_MINOR) -> Sold:
        """Have the till show a code; raises ``TillRefuses`` where it gives up."""
        sold = self.till.sell(price_minor, self.dialect.currency)
        self._sales.append(sold)
        return self._until(lambda: self._shown(sold), "the till shows no code")

    def charge(self, price_minor: int = PRICE_MINOR, payer: str = "") -> Sold:
        """Have the till charge a customer's payment code."""
        shown = self.play.wallet(payer or self.dialect.payer).payment_code(self.dialect.wallet)
        sold = self.till.sell(price_minor, self.dialect.currency, shown)
        self._sales.append(sold)
        return sold

    def pay(self, sold: Sold) -> None:
        """Have a customer scan what is shown, and agree."""
        self.play.wallet(self.dialect.payer).pay(sold.code)

    def scan(self, sold: Sold) -> Question:
        """Have a customer scan what is shown."""
        return self.play.wallet(self.dialect.payer).scan(sold.code)

    def question(self, sold: Sold) -> Question:
        """Give what the customer is being asked about a sale, once they are."""
        wallet = self.play.wallet(self.dialect.payer)

        def found() -> Question | None:
            payment = self._payment(sold)
            about = payment.payment_id if payment else None
            asked = wallet.questions()
            return next((each for each in asked if each.offer.payment.payment_id == about), None)

        return self._until(found, "the customer was not asked to agree")

    def sold_and_paid(self) -> Sold:
        """Have a sale paid, and the till know."""
        sold = self.sell()
        self.pay(sold)
        self._until_paid(sold)
        return sold

    def expect_paid(self, sold: Sold) -> None:
        """Require till and books to have it paid, and the goods handed over once."""
        self._until_paid(sold)
        self.expect_handed_over_once(sold)
        if not self._has_money(sold):
            raise Broken(f"the till believes paid; the provider has {self._state(sold)}")

    def expect_handed_over_once(self, sold: Sold) -> None:
        """Require that the goods were handed over once, a while later, too."""
        for standing in self._watched(sold):
            if standing.handed_over != 1:
                raise Broken(f"the goods were handed over {_often(standing.handed_over)}, not once")

    def expect_not_paid(self, sold: Sold) -> None:
        """Require that the till does not believe that it is paid, a while later, too."""
        for standing in self._watched(sold):
            if standing.state is TillState.PAID or standing.handed_over:
                raise Broken(
                    f"the till believes {standing.state} and handed the goods over"
                    f" {_often(standing.handed_over)}; the provider has {self._state(sold)}"
                )

    def expect_agreement(self, sold: Sold) -> None:
        """Require till and provider to come to agree on whether it is paid."""
        self._until(
            lambda: self._agrees(sold) or None,
            lambda: (
                f"the till believes {self._standing(sold).state},"
                f" the provider has {self._state(sold)}"
            ),
        )

    def expect_no_money_taken(self, sold: Sold) -> None:
        """Require that the customer did not pay, or has it back."""
        self._until(
            lambda: not self._has_money(sold) or None,
            lambda: f"the customer's money is gone: the provider has {self._state(sold)}",
        )

    def expect_refunded(self, sold: Sold, amount_minor: int) -> None:
        """Require till and provider to come to agree on what was given back."""
        self._until(
            lambda: self._refunds(sold) == (amount_minor, amount_minor) or None,
            lambda: "till and provider count {} and {} as given back, {} was asked for".format(
                *self._refunds(sold), amount_minor
            ),
        )

    def told(self, sold: Sold) -> Delivery:
        """Give the first notification that the sale was paid, whatever became of it."""
        return self._until(lambda: next(iter(self._told(sold)), None), _NOTHING_SENT)

    def expect_taken(self, sold: Sold) -> None:
        """Require the till to say that it has the notification; till then it is sent again."""
        tries: dict[int, Delivery] = {}

        def taken() -> Delivery | None:
            for each in self._told(sold):
                if each.is_taken:
                    return each
                if each.number not in tries:
                    tries[each.number] = each
                    self.play.notifications.resend(each)
            return None

        def seen() -> str:
            said = [f"{each.status} {each.answer[:80]!r}" for each in tries.values()]
            return f"the till answered {said[-1]}" if said else _NOTHING_SENT

        self._until(taken, seen)

    def genuine(self) -> Delivery:
        """Give a genuine notification of another, paid sale."""
        return self.told(self.sold_and_paid())

    def target(self, sold: Sold) -> Target:
        """Describe an unpaid sale to a forger."""
        found = self._payment(sold)
        return Target(sold.order_no, found.payment_id if found else None, PRICE_MINOR)

    def posted(self, told: Delivery) -> Post:
        """Give a notification as a letter that can be brought again."""
        return Post(told.url, told.body, told.headers)

    def bring(self, post: Post) -> Response:
        """Bring the till a letter, and give what it says."""
        return self.transport.request("POST", post.url, post.headers, post.body)

    def refuses(self, press: Callable[[], object]) -> bool:
        """Press a button; whether the till refused."""
        try:
            press()
        except TillRefuses:
            return True
        return False

    def end(self) -> None:
        """Mend the lines and give up what is open, so that the next scenario begins afresh."""
        self.play.faults.clear()
        for sold in self._sales:
            with suppress(QrpayError):
                if self.till.standing(sold.sale_id).state is not TillState.PAID:
                    self.till.cancel(sold.sale_id)
        self._sales.clear()

    def _standing(self, sold: Sold) -> Standing:
        """Ask what the till believes; one that can't say for a moment is asked again."""
        deadline = pace.seconds() + self.patience_s
        while True:
            try:
                return self.till.standing(sold.sale_id)
            except QrpayError:
                if pace.seconds() > deadline:
                    raise
            pace.pause(_LOOK_EVERY_S)

    def _shown(self, sold: Sold) -> Sold | None:
        if sold.code and sold.order_no:
            return sold
        standing = self._standing(sold)
        if standing.state is TillState.CLOSED:
            raise TillRefuses("it gave the sale up")
        later = Sold(sold.sale_id, standing.order_no, standing.code)
        return later if later.code and later.order_no else None

    def _payment(self, sold: Sold) -> Payment | None:
        with self.provider.store.reading() as books:
            return self.dialect.payment(books, sold.order_no)

    def _told(self, sold: Sold) -> list[Delivery]:
        wanted = Told("payment.paid", order_no=sold.order_no, lost_too=True)
        return [each for each in self.play.notifications.all() if wanted.fits(each)]

    def _state(self, sold: Sold) -> str:
        found = self._payment(sold)
        return found.state.value if found else "no such order"

    def _has_money(self, sold: Sold) -> bool:
        found = self._payment(sold)
        return found is not None and found.state in _MONEY_IS_THERE

    def _believes(self, sold: Sold, state: TillState) -> bool:
        return self._standing(sold).state is state

    def _agrees(self, sold: Sold) -> bool:
        state = self._payment(sold)
        has_been_paid = state is not None and state.state in _MONEY_IS_THERE | _GIVEN_BACK
        match self._standing(sold).state:
            case TillState.PAID:
                return has_been_paid
            case TillState.CLOSED | TillState.OPEN:
                return not self._has_money(sold)
            case _:
                return False

    def _refunds(self, sold: Sold) -> tuple[int, int]:
        found = self._payment(sold)
        standing = self._standing(sold)
        return standing.refunded_minor, found.refunded.minor_units if found else 0

    def _until_paid(self, sold: Sold) -> None:
        self._until(
            lambda: self._believes(sold, TillState.PAID) or None,
            lambda: f"the till believes {self._standing(sold).state}, not paid",
        )

    def _watched(self, sold: Sold) -> Iterator[Standing]:
        """Give what the till believes, again and again until one that errs would have erred."""
        deadline = pace.seconds() + self.settle_s
        while pace.seconds() < deadline:
            yield self._standing(sold)
            pace.pause(_LOOK_EVERY_S)
        yield self._standing(sold)

    def _until(self, look: Callable[[], T | None], otherwise: str | Callable[[], str]) -> T:
        deadline = pace.seconds() + self.patience_s
        while True:
            found = look()
            if found is not None:
                return found
            if pace.seconds() > deadline:
                seen = otherwise if isinstance(otherwise, str) else otherwise()
                raise Broken(f"{seen}; waited {self.patience_s:g} s")
            pace.pause(_LOOK_EVERY_S)


def _often(count: int) -> str:
    return {0: "never", 1: "once", 2: "twice"}.get(count, f"{count} times")
