"""A till that is killed anywhere goes on after a restart and ends every sale in a known state.

``Fuse`` kills the till at its n-th step: before or after a transaction is stored, before or after
a call. For each story n is counted up until the story ends by itself. What was in memory is lost,
what was stored is opened again, as a new process would.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import TypeVar

import pytest

from ledger.kit.clock import SettableClock
from ledger.kit.embedded import open_store
from ledger.protocol import messages
from ledger.protocol.identifiers import PaymentId
from ledger.protocol.instants import MINUTE
from ledger.protocol.lifecycle import PaymentState
from ledger.protocol.messages import NotificationEvent
from pos.acquirers.intents import Profile
from pos.acquirers.port import Reply
from pos.collect import Mode
from pos.counter import collecting, notifications, refunds, sales, self_contained
from pos.counter.desk import Desk
from pos.counter.resolver import Resolver
from pos.goods.basket import Basket
from pos.store import TillStore
from pos.till import SaleState
from tests.pos.provider import PROVIDER_KEY, MiniProvider, work
from tests.pos.shop import PAYMENT_CODE, PRICE, START, let_pass, new_desk, new_provider, open_sale

STEPS_MAX = 100
KNOWN = {SaleState.OPEN, SaleState.PAID, SaleState.REFUNDED, SaleState.ABANDONED}


class Killed(BaseException):
    """The process is gone."""


class Fuse:
    """Kills at the n-th step."""

    def __init__(self, steps: int) -> None:
        self._left = steps

    def burn(self) -> None:
        self._left -= 1
        if self._left < 0:
            raise Killed


class MortalStore(TillStore):
    """Dies before, in and after transactions."""

    def __init__(self, path: Path, fuse: Fuse) -> None:
        super().__init__(open_store(path, package="pos.store"))
        self._fuse = fuse

    def transaction(self) -> AbstractContextManager[None]:
        return self._mortal(super().transaction())

    def commit(self, work: Callable[[], Result]) -> Result:
        with self._mortal(super().transaction()):
            return work()

    @contextmanager
    def _mortal(self, transaction: AbstractContextManager[None]) -> Iterator[None]:
        self._fuse.burn()
        with transaction:
            yield
            self._fuse.burn()
        self._fuse.burn()


Result = TypeVar("Result")
Story = Callable[[Desk, MiniProvider], None]


def shown_and_told(desk: Desk, provider: MiniProvider) -> None:
    sale = collecting.show_code(desk, open_sale(desk).sale_id, Profile.SIGNED)
    payment_id = desk.store.attempts.of_sale(sale.sale_id)[0].payment_id
    tell_paid(desk, provider, payment_id)
    tell_paid(desk, provider, payment_id)


def tell_paid(desk: Desk, provider: MiniProvider, payment_id: PaymentId) -> None:
    told = provider.notification(provider.pay(payment_id), NotificationEvent.PAYMENT_PAID)
    receipt = provider.kept[payment_id][-1]
    notifications.receive(desk, messages.seal(told, PROVIDER_KEY), receipt)


def self_contained_and_told(desk: Desk, provider: MiniProvider) -> None:
    _, attempt = self_contained.sell(desk, Basket.of_amount(PRICE))
    provider.open_by_code(attempt)
    tell_paid(desk, provider, attempt.payment_id)


def self_contained_and_given_up(desk: Desk, provider: MiniProvider) -> None:
    del provider
    sale, _ = self_contained.sell(desk, Basket.of_amount(PRICE))
    sales.abandon(desk, sale.sale_id)


def read_from_the_phone(desk: Desk, provider: MiniProvider) -> None:
    del provider
    collecting.read_code(desk, open_sale(desk).sale_id, PAYMENT_CODE)


def read_and_agreed_later(desk: Desk, provider: MiniProvider) -> None:
    provider.on_payment_code = PaymentState.AUTHORISING
    sale = collecting.read_code(desk, open_sale(desk).sale_id, PAYMENT_CODE)
    provider.pay(desk.store.attempts.of_sale(sale.sale_id)[0].payment_id)
    let_pass(desk, provider.clock, 5_000)


def abandoned_just_after_paying(desk: Desk, provider: MiniProvider) -> None:
    sale = collecting.show_code(desk, open_sale(desk).sale_id, Profile.LINK)
    provider.pay(desk.store.attempts.of_sale(sale.sale_id)[0].payment_id)
    sales.abandon(desk, sale.sale_id)


def refunded_twice(desk: Desk, provider: MiniProvider) -> None:
    del provider
    sale = collecting.read_code(desk, open_sale(desk).sale_id, PAYMENT_CODE)
    refunds.give_back(desk, sale.sale_id, PRICE.allocate([1, 2])[0])
    refunds.give_back(desk, sale.sale_id, None)


STORIES = [
    shown_and_told,
    read_from_the_phone,
    read_and_agreed_later,
    abandoned_just_after_paying,
    refunded_twice,
    self_contained_and_told,
    self_contained_and_given_up,
]


def killed_at(story: Story, steps: int, path: Path) -> tuple[Desk, MiniProvider, bool]:
    """Play a story until the fuse has burnt; then start the till anew. Did it get through?"""
    fuse = Fuse(steps)
    provider = new_provider(SettableClock(START))
    store = MortalStore(path, fuse)

    def dangerous(name: str, call: Callable[[], Reply]) -> Reply:
        fuse.burn()
        reply = work(name, call)
        fuse.burn()
        return reply

    provider.network = dangerous
    survived = True
    try:
        story(new_desk(provider, store), provider)
    except Killed:
        survived = False
    finally:
        store.close()
    provider.network = work
    again = TillStore(open_store(path, package="pos.store"))
    return new_desk(provider, again, seed=f"restart {steps}"), provider, survived


def go_on(desk: Desk, provider: MiniProvider) -> None:
    Resolver(desk).wake_all()
    let_pass(desk, provider.clock, 5 * MINUTE)


def paid_payments(desk: Desk, provider: MiniProvider, sale_id: str) -> list[PaymentId]:
    return [
        attempt.payment_id
        for attempt in desk.store.attempts.of_sale(sale_id)
        if provider.payments[attempt.payment_id].state is PaymentState.PAID
    ]


def require_agreement(desk: Desk, provider: MiniProvider) -> None:
    for sale in desk.store.sales.latest(10):
        assert sale.state in KNOWN
        is_paid = sale.state in {SaleState.PAID, SaleState.REFUNDED}
        paid = paid_payments(desk, provider, sale.sale_id)
        assert len(paid) == int(is_paid)
        given_back = refunds.refunded(desk.store.refunds.of_sale(sale.sale_id), sale.total)
        assert given_back.minor_units == sum(
            provider.payments[payment_id].refunded_minor for payment_id in paid
        )
        assert len(provider.refunds) == len(desk.store.refunds.of_sale(sale.sale_id))
        for attempt in desk.store.attempts.of_sale(sale.sale_id):
            if attempt.collection.mode is Mode.READ:
                assert provider.codes.get(attempt.payment_id, [PAYMENT_CODE]) == [PAYMENT_CODE]


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.__name__)
def test_killed_anywhere_the_till_ends_in_a_known_state(story: Story, tmp_path: Path) -> None:
    survived, steps = False, 0
    while not survived:
        desk, provider, survived = killed_at(story, steps, tmp_path / f"{steps}.db")
        go_on(desk, provider)
        require_agreement(desk, provider)
        desk.store.close()
        steps += 1
        assert steps < STEPS_MAX
    assert steps > 6


@pytest.mark.parametrize("story", STORIES[:3], ids=lambda story: story.__name__)
def test_killed_anywhere_the_sale_is_paid_once_in_the_end(story: Story, tmp_path: Path) -> None:
    survived, steps = False, 0
    while not survived:
        desk, provider, survived = killed_at(story, steps, tmp_path / f"{steps}.db")
        go_on(desk, provider)
        provider.on_payment_code = PaymentState.PAID
        for sale in desk.store.sales.latest(10):
            if sale.state is SaleState.OPEN:
                collecting.read_code(desk, sale.sale_id, PAYMENT_CODE)
            assert desk.store.sales.get(sale.sale_id).state is SaleState.PAID
            assert len(paid_payments(desk, provider, sale.sale_id)) == 1
        desk.store.close()
        steps += 1


def test_after_a_restart_the_same_code_is_shown(tmp_path: Path) -> None:
    provider = new_provider(SettableClock(START))
    path = tmp_path / "till.db"
    store = TillStore(open_store(path, package="pos.store"))
    sale = collecting.show_code(
        new_desk(provider, store), open_sale(new_desk(provider, store)).sale_id, Profile.SIGNED
    )
    before = store.attempts.of_sale(sale.sale_id)[0]
    store.close()
    again = new_desk(provider, TillStore(open_store(path, package="pos.store")))
    Resolver(again).wake_all()
    Resolver(again).take_round()
    after = again.store.attempts.of_sale(sale.sale_id)[0]
    assert after.shown_code == before.code
    assert provider.calls.count("request") == 1
    again.store.close()


def test_the_resolver_stops_when_told_and_works_while_it_runs(tmp_path: Path) -> None:
    provider = new_provider(SettableClock(START))
    store = TillStore(open_store(tmp_path / "till.db", package="pos.store"))
    desk = new_desk(provider, store)
    provider.on_payment_code = PaymentState.AUTHORISING
    sale = collecting.read_code(desk, open_sale(desk).sale_id, PAYMENT_CODE)
    provider.pay(store.attempts.of_sale(sale.sale_id)[0].payment_id)
    resolver = Resolver(desk)
    resolver.start()
    while store.sales.get(sale.sale_id).state is not SaleState.PAID:
        pass
    resolver.stop()
    resolver.stop()
    store.close()


def test_one_sales_fault_does_not_hold_up_the_others(
    desk: Desk, provider: MiniProvider, clock: SettableClock
) -> None:
    provider.on_payment_code = PaymentState.AUTHORISING
    first, second = (
        collecting.read_code(desk, open_sale(desk).sale_id, PAYMENT_CODE) for _ in range(2)
    )
    for sale in (first, second):
        provider.pay(desk.store.attempts.of_sale(sale.sale_id)[0].payment_id)
    broken = [first.sale_id]

    def break_once(name: str, call: Callable[[], Reply]) -> Reply:
        if broken and broken.pop():
            raise ZeroDivisionError
        return work(name, call)

    provider.network = break_once
    clock.advance(3_000)
    Resolver(desk).take_round()
    states = {desk.store.sales.get(sale.sale_id).state for sale in (first, second)}
    assert states == {SaleState.COLLECTING, SaleState.PAID}
