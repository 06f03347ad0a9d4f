"""What people do while a process dies: one sale from the code to the refund, and the day after."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from random import Random
from typing import NamedTuple

from ledger.core.notices.attempts import LEASE_MS
from ledger.core.notices.notifications import RETRY_AFTER_MS
from ledger.core.records.notices import DeliveryState
from ledger.ops.seed import DROGERIE
from ledger.protocol.instants import DAY
from tests.durability.fleet import Fleet, require_kept
from tests.durability.sites import Kept, Site
from tests.journeys.counter import DEMO_PIN
from tests.kit.answered import Json
from tests.processes.acknowledged import Slips
from tests.processes.services import COMMAND_WITHIN_S, QRPAY, wait_for

PAYERS = ("li-wei", "anna", "yuki")
STEPS = ("ring up", "show", "scan", "approve", "give back")
SHORT_STEPS = ("sell", "pay", "give back")
"""One request to the till and one to the wallet; for payers of the shop's own currency."""

IN_EURO = "anna"

PRICE, PART = 1_95, 30
SETTLER_LOOKS_EVERY_S = 6.0


@dataclass
class Scene:
    """One sale and its people, who try again until somebody answers."""

    fleet: Fleet
    slips: Slips
    payer: str
    steps: Sequence[str] = STEPS
    sale_id: str = ""
    review: Json = field(default_factory=dict)
    failed: list[BaseException] = field(default_factory=list)

    def play(self, step: str) -> None:
        """Play a step by its name."""
        getattr(self, step.replace(" ", "_"))()

    def attempt(self, step: str) -> None:
        """Play a step in a thread; what fails is for ``require_no_failure`` to tell."""
        try:
            self.play(step)
        except BaseException as error:  # noqa: BLE001 (whatever it is)
            self.failed.append(error)

    def require_no_failure(self) -> None:
        """Raise what failed in a thread."""
        for each in self.failed:
            raise each

    def play_all(self) -> None:
        """Play the whole sale."""
        for step in self.steps:
            self.play(step)

    def ring_up(self) -> None:
        """The till opens a sale."""
        self.sale_id = self.fleet.till.ring_up(PRICE)

    def sell(self) -> None:
        """The till opens a sale and shows its code at once; nobody has seen one that was lost."""
        collect = {"mode": "show", "self_contained": True}
        wanted = {"amount_minor": PRICE, "collect": collect}
        self.sale_id = str(self.fleet.till.screen.post("/api/sales", wanted).done["sale_id"])

    def pay(self) -> None:
        """The payer sees what the code says, and pays it at once; then the till knows as well."""
        text, phone = self.fleet.till.code(self.sale_id), self.fleet.phone(self.payer)
        seen = phone.screen.post(f"/api/wallets/{self.payer}/look", {"text": text}).done
        agreed = {"wallet": self.payer, "text": text, "pin": DEMO_PIN}
        agreed |= {"payee_name": seen["payee"]["name"], "currency": seen["currency"]}
        agreed |= {"amount_minor": seen["amount_minor"]}
        self.review = phone.screen.post("/api/payments", agreed).done
        wait_for("the phone knows", self._is_paid)
        self.hear()

    def show(self) -> None:
        """The till shows a code; once only, however often it was killed."""
        wait_for("a code is shown", self._code)

    def _code(self) -> str:
        if self.fleet.till.state(self.sale_id) == "OPEN":
            self.fleet.till.show(self.sale_id)
        return self.fleet.till.code(self.sale_id)

    def scan(self) -> None:
        """The payer scans it."""
        code = self.fleet.till.code(self.sale_id)
        self.review = self.fleet.phone(self.payer).scan(code).done["review"]

    def approve(self) -> None:
        """The payer says yes, and then the till knows as well."""
        self.say_yes()
        self.hear()

    def say_yes(self) -> None:
        """The payer says yes, and looks until the phone knows."""
        self.fleet.phone(self.payer).approve(self.review)
        wait_for("the phone knows", self._is_paid)

    def hear(self) -> None:
        """The till was told, or has asked."""
        wait_for("the till knows", lambda: self.fleet.till.state(self.sale_id) == "PAID")
        self.slips.sale(self.fleet.till.sale(self.sale_id))

    def _is_paid(self) -> bool:
        phone = self.fleet.phone(self.payer)
        seen = phone.review(self.review)
        assert seen["outcome"] in (None, "unknown", "paid"), seen
        if seen["outcome"] is None:
            phone.approve(self.review)
        if seen["outcome"] == "paid":
            self.slips.paid(seen)
        return bool(seen["outcome"] == "paid")

    def give_back(self) -> None:
        """The till gives a part back, under one key."""
        till, key = self.fleet.till, f"back-{self.sale_id}"
        wait_for(
            "the refund is done",
            lambda: till.refund(self.sale_id, PART, key=key).done["state"] == "SUCCEEDED",
        )
        sale = till.sale(self.sale_id)
        self.slips.refund(sale, sale["refunds"][0])

    def require_once(self) -> None:
        """One payment, one refund, and everybody says so."""
        sale = self.fleet.till.sale(self.sale_id)
        assert (sale["state"], sale["refunded_minor"], len(sale["refunds"])) == ("PAID", PART, 1)
        phone = self.fleet.phone(self.payer)
        assert phone.review(self.review)["outcome"] == "paid"
        # A phone is told its latest receipts; who never looks would miss those of refunds.
        told = [each["states"]["kind"] for each in phone.history() if self._is_own(each)]
        assert sorted(told) == ["payment", "refund"]

    def _is_own(self, receipt: Json) -> bool:
        return bool(receipt["payment_id"] == self.review["payment_id"])


@dataclass
class Calendar:
    """Lets a day pass now and then, until somebody has noticed."""

    fleet: Fleet
    passed_at: float = 0.0

    def pass_a_day(self) -> None:
        """A day passes, if the settler had the time to look at the last one."""
        if time.monotonic() > self.passed_at + SETTLER_LOOKS_EVERY_S:
            self.fleet.clock.advance(DAY)
            self.passed_at = time.monotonic()


def day_passes(scene: Scene, site: Site, _: Random) -> None:
    """The sale is over, midnight passes, and the ledger dies while it settles."""
    scene.play_all()
    fleet, calendar = scene.fleet, Calendar(scene.fleet)
    before = fleet.count(site)
    fleet.arm(site)
    try:
        fleet.await_death(site, calendar.pass_a_day)
        require_kept(site, before, fleet.count(site))
    finally:
        fleet.revive(site.party)
    wait_for("it is settled after all", lambda: fleet.count(site) > before)


def fall_silent(scene: Scene, site: Site, _: Random) -> None:
    """The till does not answer for a day; the ledger dies when it gives up telling it.

    A till that comes back so late has shown nobody "paid", and takes the payment back by itself.
    """
    fleet, last = scene.fleet, len(RETRY_AFTER_MS) + 1
    scene.play("ring up")
    scene.play("show")
    scene.play("scan")
    fleet.kill("pos")
    scene.play("say_yes")
    notice = Notice(fleet, str(scene.review["payment_id"]))
    for number in range(1, last):
        wait_for(f"attempt {number}", partial(notice.is_tried, number))
    # Else the trap would see that being stored, and spring one attempt too early.
    wait_for("the last failure but one is stored", notice.is_waiting_for_long)
    before = fleet.count(site)
    fleet.arm(site)
    try:
        fleet.await_death(site, partial(notice.is_tried, last))
        require_kept(site, before, fleet.count(site))
        assert notice.standing().attempts == last
    finally:
        fleet.revive(site.party)
    wait_for("it is given up", lambda: notice.is_tried(last + 1) and notice.is_given_up())
    assert notice.standing().attempts == last + 1
    fleet.revive("pos")
    wait_for("the till takes it back", lambda: fleet.till.state(scene.sale_id) == "OPEN")
    for step in STEPS[1:]:
        scene.play(step)


class Standing(NamedTuple):
    """How a notification stands, at one moment."""

    attempts: int
    due_at: int
    state: str


@dataclass(frozen=True)
class Notice:
    """The only notification about a payment. An attempt counts from its lease on."""

    fleet: Fleet
    payment_id: str

    def standing(self) -> Standing:
        """Look once: between two looks the notifier goes on."""
        about = f"WHERE payment_id = '{self.payment_id}'"
        sql = f"SELECT attempts, due_at, state FROM outbox {about}"  # noqa: S608 (the ledger's id)
        ((attempts, due_at, state),) = self.fleet.rows("ledger", sql)
        assert isinstance(attempts, int)
        assert isinstance(due_at, int)
        return Standing(attempts, due_at, str(state))

    def is_tried(self, number: int) -> bool:
        """Tell whether it was tried so often, or is being; else let it come due."""
        standing = self.standing()
        if standing.attempts >= number:
            return True
        self.fleet.clock.advance(max(0, standing.due_at - self.fleet.clock.now()))
        return False

    def is_waiting_for_long(self) -> bool:
        """Tell whether its failure is stored; while it is being sent it is leased for less."""
        return self.standing().due_at > self.fleet.clock.now() + LEASE_MS

    def is_given_up(self) -> bool:
        """Tell whether it will not be tried again."""
        return self.standing().state == DeliveryState.DEAD


def statement(scene: Scene, site: Site, _: Random) -> None:
    """An operator writes the statement of a closed day into a file; the command dies."""
    scene.play_all()
    fleet = scene.fleet
    closed = "SELECT business_day FROM batch WHERE closed_at IS NOT NULL AND line_count > 0 LIMIT 1"
    calendar = Calendar(fleet)

    def closed_days() -> list[tuple[object, ...]]:
        calendar.pass_a_day()
        return fleet.rows("ledger", closed)

    day = str(wait_for("a day is closed", closed_days)[0][0])
    path = fleet.data / f"statement-{site.id}-{scene.sale_id}.csv"
    fleet.arm(site)
    assert _write(fleet, path, day) == -signal.SIGKILL
    fleet.await_death(site)
    assert path.exists() == (site.kept is Kept.ALL)
    begun = path.read_bytes() if path.exists() else None
    assert _write(fleet, path, day) == 0
    assert begun in (None, path.read_bytes())


def _write(fleet: Fleet, path: Path, day: str) -> int:
    words = ("ledger", "statement", DROGERIE.merchant_id, day, "--format", "csv")
    places = ("--books", str(fleet.place), "--output", str(path))
    return subprocess.run(  # noqa: S603 (the product's own command)
        [QRPAY, *words, *places],
        env={**os.environ, **fleet.settings_of("statement")},
        stdin=subprocess.DEVNULL,
        start_new_session=True,
        timeout=COMMAND_WITHIN_S,
        check=False,
    ).returncode
