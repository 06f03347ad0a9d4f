"""An afternoon in the shop, by dice: people who scan, hesitate, tap twice, walk away, come back.

Each checkout is a little story of its own that stops after every step; the dice choose whose step
is next, how much time passes, and which of the parties gets to do its background work. Everything
is done through the parties' APIs; whatever they refuse or can't say is taken as people take it:
try again, or leave.

Whatever a screen has acknowledged is written down (``Journal``) and must exist in the books later.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from random import Random

from ledger.protocol.identifiers import PaymentId
from ledger.protocol.instants import MINUTE, SECOND
from tests.journeys.counter import Phone
from tests.journeys.weather import Weather
from tests.journeys.world import OPENING_BALANCES, World
from tests.kit.answered import Answer, Json

CHECKOUTS = 6
TRIES = 4
STEPS_MAX = 2_000

PAUSES_MS = (0, 0, 200, SECOND, SECOND, 3 * SECOND, 10 * SECOND, 40 * SECOND, MINUTE)
NAMES = tuple(OPENING_BALANCES)
WHOLE = 0
"""A refund of all that is left."""

Steps = Iterator[None]


@dataclass
class Journal:
    """What was acknowledged on a screen: minor units by the id of payment or refund."""

    paid_on_phone: dict[str, int] = field(default_factory=dict)
    paid_at_till: dict[str, int] = field(default_factory=dict)
    refunded: dict[str, int] = field(default_factory=dict)

    def note_review(self, review: Json) -> None:
        """Write down what a phone says is paid."""
        if review["outcome"] == "paid":
            self.paid_on_phone[review["payment_id"]] = review["payer_amount_minor"]

    def note_sale(self, sale: Json) -> None:
        """Write down what the till says is paid."""
        if sale["state"] == "PAID":
            self.paid_at_till[sale["collection"]["payment_id"]] = sale["total_minor"]

    def note_refund(self, refund: Json) -> None:
        """Write down what the till says went back."""
        if refund["state"] == "SUCCEEDED":
            self.refunded[refund["refund_id"]] = refund["amount_minor"]

    def require_kept(self, world: World) -> None:
        """Nothing that was acknowledged is lost, and nothing of it is another amount."""
        with world.ledger.store.reading() as books:
            for payment_id, minor_units in self.paid_on_phone.items():
                payment = books.payments.find(PaymentId(payment_id))
                assert payment is not None
                assert payment.paid_at is not None, payment_id
                assert payment.payer_amount is not None
                assert payment.payer_amount.minor_units == minor_units
            for payment_id, minor_units in self.paid_at_till.items():
                payment = books.payments.find(PaymentId(payment_id))
                assert payment is not None
                assert payment.paid_at is not None, payment_id
                assert payment.amount.minor_units == minor_units
            refunds = {
                refund.refund_id: refund.amount.minor_units
                for payment in books.payments.page("", 10_000)
                for refund in books.payments.refunds(payment.payment_id)
            }
        assert self.refunded.items() <= refunds.items()


class Afternoon:
    """Six checkouts at once, in a weather of their own."""

    def __init__(self, world: World, seed: int) -> None:
        self.world = world
        self.dice = Random(seed)  # noqa: S311 (it shall be foreseeable)
        self.journal = Journal()
        world.network.plan = Weather(self.dice)

    def play(self) -> None:
        """Go on until everybody has left the shop."""
        kinds = [self.dice.choice(self.kinds()) for _ in range(CHECKOUTS)]
        present = [kind() for kind in kinds]
        for _ in range(STEPS_MAX):
            if not present:
                return
            somebody = self.dice.choice(present)
            if next(somebody, "left") == "left":
                present.remove(somebody)
            self.meanwhile()
        raise AssertionError("the shop does not get empty")

    def kinds(self) -> list[Callable[[], Steps]]:
        """All kinds of checkouts."""
        return [self.scans_the_till, self.scans_the_till, self.shows_a_code, self.scans_a_sticker]

    def meanwhile(self) -> None:
        """Let time pass, late requests arrive, and one of the services do something by itself."""
        self.world.clock.advance(self.dice.choice(PAUSES_MS))
        if self.dice.random() < 0.3:
            self.world.network.deliver_late(1)
        jobs: list[Callable[[], object]] = [
            self.world.ledger.notifier.deliver_due,
            self.world.ledger.sweeper.sweep,
            self.world.resolve,
            self.world.resolve,
            self.world.look_at_phones,
        ]
        self.dice.choice(jobs)()
        if self.dice.random() < 0.02:
            self.dice.choice([self.world.start_till, self.world.start_wallets])()

    # --- The three ways to pay ------------------------------------------------------------------

    def scans_the_till(self) -> Steps:
        """The till shows a code, one or two people scan it, one of them decides."""
        till = self.world.till
        sale_id = till.ring_up(self.price())
        till.show(sale_id, self.dice.choice("SL"))
        yield
        for _ in range(TRIES):
            if till.code(sale_id):
                break
            yield
        code = till.code(sale_id)
        if code:
            yield from self.scan_and_decide(code)
            if self.dice.random() < 0.3:
                yield from self.scan_and_decide(code)
        yield from self.afterwards(sale_id)

    def shows_a_code(self) -> Steps:
        """The payer shows digits, the till reads them, the payer is asked above the limit."""
        till, phone = self.world.till, self.somebody()
        sale_id = till.ring_up(self.price())
        digits = phone.try_digits()
        yield
        if digits:
            till.read(sale_id, digits)
            yield
            for _ in range(TRIES):
                for review in phone.try_pending():
                    yield from self.decide(phone, review)
                yield
        yield from self.afterwards(sale_id)

    def scans_a_sticker(self) -> Steps:
        """The payer scans the sticker and types an amount; the till has no part in it."""
        yield from self.scan_and_decide(self.world.till.sticker(), amount_minor=self.price())

    def price(self) -> int:
        """Choose an amount: some are above the limit without PIN, some above somebody's means."""
        return self.dice.choice([1, 450, 10_24, 10_25, 12_95, 50_00, 50_01, 60_00])

    def somebody(self) -> Phone:
        """Choose a payer."""
        return self.world.phone(self.dice.choice(NAMES))

    # --- What people do -------------------------------------------------------------------------

    def scan_and_decide(self, code: str, **typed: object) -> Steps:
        """Scan until something is shown, then decide."""
        phone = self.somebody()
        for _ in range(TRIES):
            scanned = phone.scan(code, **typed)
            yield
            if not scanned.is_refusal:
                yield from self.decide(phone, scanned.json["review"])
                return

    def decide(self, phone: Phone, review: Json) -> Steps:
        """Say yes (and tap again if nothing happens), or no, or nothing."""
        mood = self.dice.random()
        if mood < 0.1:
            return
        if mood < 0.2:
            phone.decline(review)
            yield
            return
        for _ in range(self.dice.randint(1, TRIES)):
            self.note(phone.approve(review))
            yield

    def note(self, answer: Answer) -> None:
        """Write down what a phone answered."""
        if not answer.is_refusal:
            self.journal.note_review(answer.json)

    def afterwards(self, sale_id: str) -> Steps:
        """The cashier looks at the sale, gives up, gives back, or lets it be."""
        till = self.world.till
        for _ in range(self.dice.randint(0, 2 * TRIES)):
            sale = till.sale(sale_id)
            self.journal.note_sale(sale)
            if sale["state"] == "PAID" and self.dice.random() < 0.3:
                yield from self.give_back(sale)
            elif self.dice.random() < 0.1:
                till.abandon(sale_id)
            yield

    def give_back(self, sale: Json) -> Steps:
        """Refund a part or all, tapping twice now and then."""
        till = self.world.till
        amount = self.dice.choice([WHOLE, 1, 1_00, sale["total_minor"] // 2])
        key = f"{sale['sale_id']} {self.dice.random()}".replace(" ", "-")
        for _ in range(self.dice.randint(1, 2)):
            answer = till.refund(sale["sale_id"], amount or None, key=key[-64:])
            if not answer.is_refusal:
                self.journal.note_refund(answer.json)
            yield
