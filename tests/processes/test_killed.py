"""``kill -9`` of each service in the middle of a checkout: started again, the money is right.

Clients behave as till and phone screens do: they send again until somebody answers, and note down
what they were told (``acknowledged``). Which moment a kill hits is a matter of milliseconds that
nobody controls; ``--campaign`` 600 makes ten rounds of other moments.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from random import Random

import pytest

from tests.journeys.world import OPENING_BALANCES
from tests.kit.answered import Json
from tests.processes.acknowledged import Slips
from tests.processes.services import PARTIES, Services, wait_for

PRICE, PART = 12_95, 3_00
STEPS = ("show", "scan", "approve", "told", "give back")
MOMENTS = {
    "ledger": STEPS,
    "pos": ("show", "approve", "told", "give back"),
    "wallet": ("scan", "approve"),
}
"""At which steps a service is killed: those in which it has something to lose."""

PAYERS = ("li-wei", "anna", "yuki")
LATER_S = 0.06
KNOWN = {"PAID", "REFUNDED", "OPEN", "ABANDONED"}


@pytest.fixture(scope="module")
def slips(tmp_path_factory: pytest.TempPathFactory) -> Slips:
    return Slips(tmp_path_factory.mktemp("slips") / "slips.jsonl")


@contextmanager
def struck(services: Services, parties: tuple[str, ...], after_s: float) -> Iterator[None]:
    """While the block runs, kill services and start them again."""

    def strike() -> None:
        time.sleep(after_s)
        for party in parties:
            services.kill(party)
        for party in parties:
            services.restart(party)

    lightning = threading.Thread(target=strike)
    lightning.start()
    try:
        yield
    finally:
        lightning.join()


class Checkout:
    """One sale from the code to the refund, each step repeated until it has a known end."""

    def __init__(self, services: Services, slips: Slips, payer: str = PAYERS[0]) -> None:
        self.till, self.phone, self.slips = services.till, services.phone(payer), slips
        self.sale_id = self.till.ring_up(PRICE)
        self.review: Json = {}

    def show(self) -> None:
        """Show a code, asking for another one if the till has given the first one up."""
        wait_for("a code is shown", self._code)

    def _code(self) -> str:
        if self.till.state(self.sale_id) == "OPEN":
            self.till.show(self.sale_id)
        return self.till.code(self.sale_id)

    def scan(self) -> None:
        """Scan it."""
        self.review = self.phone.scan(self.till.code(self.sale_id)).done["review"]

    def approve(self) -> None:
        """Say yes, and look again until the phone knows what came of it."""
        self.phone.approve(self.review)
        wait_for("the phone knows", self._is_paid)

    def _is_paid(self) -> bool:
        seen = self.phone.review(self.review)
        assert seen["outcome"] in (None, "unknown", "paid"), seen
        if seen["outcome"] is None:
            self.phone.approve(self.review)
        if seen["outcome"] == "paid":
            self.slips.paid(seen)
        return bool(seen["outcome"] == "paid")

    def told(self) -> None:
        """Wait until the till was told, or has asked."""
        wait_for("the till knows", lambda: self.till.state(self.sale_id) == "PAID")
        self.slips.sale(self.till.sale(self.sale_id))

    def give_back(self) -> None:
        """Give a part back, under the same key however often."""
        key = f"back-{self.sale_id}"
        wait_for(
            "the refund is done",
            lambda: self.till.refund(self.sale_id, PART, key=key).done["state"] == "SUCCEEDED",
        )
        sale = self.till.sale(self.sale_id)
        self.slips.refund(sale, sale["refunds"][0])

    def step(self, name: str) -> None:
        """Take one step."""
        getattr(self, name.replace(" ", "_"))()


def require_right_money(services: Services, slips: Slips) -> None:
    """Books, slips, till and phone say the same."""
    assert services.audit()["findings"] == []
    slips.require_in_books(services.data / "ledger" / "books.db")
    sales = services.till.sales()
    assert {sale["state"] for sale in sales} <= KNOWN
    assert services.till.alarms() == []
    kept = slips.all()
    sold = {slip.payment_id for slip in kept if slip.kind == "sale"}
    assert sold == {slip.payment_id for slip in kept if slip.kind == "paid"}
    for name in PAYERS:
        phone, moved = services.phone(name), 0
        # First what needs the provider: without it a phone shows the receipts that it remembers.
        balance = wait_for(f"the provider tells {name}'s balance", phone.try_balance)
        for receipt in phone.history():
            assert receipt["verifies"]
            paid = receipt["states"]["kind"] == "payment"
            moved += (-1 if paid else 1) * receipt["states"]["payer_amount_minor"]
        assert balance == OPENING_BALANCES[name].minor_units + moved


@pytest.mark.parametrize("party", PARTIES)
def test_killed_at_any_step_of_a_checkout_the_sale_is_paid_once_and_nothing_is_lost(
    services: Services, slips: Slips, party: str, request: pytest.FixtureRequest
) -> None:
    rounds = request.config.getoption("--campaign") // 60
    dice = Random(party)  # noqa: S311 (it shall be foreseeable)
    for _ in range(max(1, rounds)):
        for struck_step in MOMENTS[party]:
            checkout = Checkout(services, slips)
            for step in STEPS:
                parties = (party,) if step == struck_step else ()
                with struck(services, parties, dice.uniform(0, LATER_S)):
                    checkout.step(step)
            assert checkout.till.sale(checkout.sale_id)["refunded_minor"] == PART
    require_right_money(services, slips)


def test_while_three_people_pay_at_once_each_service_is_killed_and_nothing_is_lost(
    services: Services, slips: Slips
) -> None:
    def shop(payer: str) -> None:
        for _ in range(2):
            checkout = Checkout(services, slips, payer)
            for step in STEPS:
                checkout.step(step)

    with ThreadPoolExecutor(max_workers=len(PAYERS)) as pool:
        shoppers = [pool.submit(shop, payer) for payer in PAYERS]
        for party in PARTIES:
            with struck(services, (party,), LATER_S):
                pass
        for shopper in shoppers:
            shopper.result()
    require_right_money(services, slips)


def test_all_three_killed_at_once_qrpay_up_goes_on_where_they_were(
    services: Services, slips: Slips
) -> None:
    checkout = Checkout(services, slips)
    checkout.show()
    checkout.scan()
    approving = threading.Thread(target=checkout.approve)
    approving.start()
    time.sleep(LATER_S / 2)
    for party in PARTIES:
        services.kill(party)
    services.up(*services.ports())
    approving.join()
    checkout.told()
    require_right_money(services, slips)
