"""Many hands at one till: whatever happens at once, it happens once."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

from ledger.kit.clock import SettableClock
from ledger.kit.embedded import open_store
from ledger.protocol import messages
from ledger.protocol.errors import QrpayError
from ledger.protocol.lifecycle import PaymentState
from ledger.protocol.messages import NotificationEvent
from pos.acquirers.intents import Profile
from pos.counter import collecting, notifications, refunds
from pos.counter.desk import Desk
from pos.counter.resolver import Resolver
from pos.store import TillStore
from pos.till import SaleState
from tests.pos.provider import PROVIDER_KEY
from tests.pos.shop import PAYMENT_CODE, PRICE, START, new_desk, new_provider, open_sale

HANDS = 8


def at_once(job: Callable[[], object]) -> list[str]:
    """Do the same on many threads at the same moment; how it went for each."""
    gate, went = threading.Barrier(HANDS), []

    def do() -> None:
        gate.wait()
        try:
            job()
            went.append("done")
        except QrpayError as error:
            went.append(error.code)

    threads = [threading.Thread(target=do) for _ in range(HANDS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(went)


def desk_at(path: Path) -> Desk:
    store = TillStore(open_store(path / "till.db", package="pos.store"))
    return new_desk(new_provider(SettableClock(START)), store)


def test_a_sale_is_collected_by_one_of_many_taps(tmp_path: Path) -> None:
    desk = desk_at(tmp_path)
    sale = open_sale(desk)
    went = at_once(lambda: collecting.show_code(desk, sale.sale_id, Profile.SIGNED))
    assert went == ["SALE_STATE"] * (HANDS - 1) + ["done"]
    assert len(desk.store.attempts.of_sale(sale.sale_id)) == 1


def test_a_payment_code_read_many_times_pays_once(tmp_path: Path) -> None:
    desk = desk_at(tmp_path)
    sale = open_sale(desk)
    at_once(lambda: collecting.read_code(desk, sale.sale_id, PAYMENT_CODE))
    assert desk.store.sales.get(sale.sale_id).state is SaleState.PAID
    assert len(desk.store.attempts.of_sale(sale.sale_id)) == 1


def test_refunds_at_once_do_not_exceed_the_sale(tmp_path: Path) -> None:
    desk = desk_at(tmp_path)
    sale = collecting.read_code(desk, open_sale(desk).sale_id, PAYMENT_CODE)
    part = PRICE.allocate([1, 1, 1])[0]
    went = at_once(lambda: refunds.give_back(desk, sale.sale_id, part))
    assert went.count("done") == 2
    given_back = refunds.refunded(desk.store.refunds.of_sale(sale.sale_id), PRICE)
    assert given_back == part + part


def test_a_refund_wished_many_times_under_one_key_is_one(tmp_path: Path) -> None:
    desk = desk_at(tmp_path)
    sale = collecting.read_code(desk, open_sale(desk).sale_id, PAYMENT_CODE)
    went = at_once(lambda: refunds.give_back(desk, sale.sale_id, PRICE, asked_key="click"))
    assert went == ["done"] * HANDS
    assert len(desk.store.refunds.of_sale(sale.sale_id)) == 1


def test_news_and_questions_at_once_have_one_effect(tmp_path: Path) -> None:
    clock = SettableClock(START)
    provider = new_provider(clock)
    desk = new_desk(provider, TillStore(open_store(tmp_path / "t.db", package="pos.store")))
    sale = collecting.show_code(desk, open_sale(desk).sale_id, Profile.SIGNED)
    payment_id = desk.store.attempts.of_sale(sale.sale_id)[0].payment_id
    told = provider.notification(provider.pay(payment_id), NotificationEvent.PAYMENT_PAID)
    sealed, receipt = messages.seal(told, PROVIDER_KEY), provider.kept[payment_id][0]
    clock.advance(5_000)

    def tell_and_ask() -> None:
        notifications.receive(desk, sealed, receipt)
        Resolver(desk).take_round()

    assert at_once(tell_and_ask) == ["done"] * HANDS
    assert desk.store.sales.get(sale.sale_id).state is SaleState.PAID
    assert desk.store.evidence.receipts(sale.sale_id) == [receipt]
    assert provider.payments[payment_id].state is PaymentState.PAID


def test_one_step_is_taken_by_one_of_many_resolvers(tmp_path: Path) -> None:
    clock = SettableClock(START)
    provider = new_provider(clock)
    desk = new_desk(provider, TillStore(open_store(tmp_path / "t.db", package="pos.store")))
    collecting.show_code(desk, open_sale(desk).sale_id, Profile.SIGNED)
    clock.advance(3_000)
    at_once(Resolver(desk).take_round)
    assert provider.calls == ["request", "query"]
