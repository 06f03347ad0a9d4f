"""Our own till, collecting by Alipay's protocol, is seen to do much right and nothing wrong."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ledger.kit.network.ports import free_port
from ledger.protocol.money import Money
from ledger.sandbox.checklist.judging import Verdict
from ledger.testing.play import HOST, Play, served
from pos.acquirers.intents import Profile
from pos.app import create_app, till_of
from pos.config import Settings
from pos.counter import collecting, refunds
from pos.counter.desk import Desk
from pos.till import Sale, SaleState
from tests.pos.shop import EUR, open_sale

WITHIN_S = 60.0
LOOK_S = 0.02


@pytest.fixture
def desk(qrpay: Play, tmp_path: Path) -> Iterator[Desk]:
    """The counter of a till that answers, and is told, at an address of its own."""
    port = free_port()
    app = create_app(
        Settings(
            tmp_path / "pos",
            ledger_url=qrpay.ledger_url,
            acquirer="alipay",
            acquirer_keys=qrpay.alipay.files,
            notify_base=f"http://{HOST}:{port}",
        )
    )
    with served(app, port):
        yield till_of(app).desk
    till_of(app).close()


def until(is_so: Callable[[], bool]) -> None:
    ends_at = time.monotonic() + WITHIN_S
    while not is_so():
        assert time.monotonic() < ends_at
        time.sleep(LOOK_S)


def sold(desk: Desk, qrpay: Play) -> Sale:
    """Sell something to anna; the sale, which the till knows to be paid."""
    sale = open_sale(desk)
    collecting.show_code(desk, sale.sale_id, Profile.SIGNED)

    def code() -> str:
        return desk.store.attempts.of_sale(sale.sale_id)[0].code

    until(lambda: bool(code()))
    qrpay.wallet("anna").pay(code())
    until(lambda: desk.store.sales.get(sale.sale_id).state is SaleState.PAID)
    return desk.store.sales.get(sale.sale_id)


def test_our_own_till_is_seen_to_do_nothing_wrong(qrpay: Play, desk: Desk) -> None:
    qrpay.faults.add("call.unknown", call="alipay.trade.precreate", times=1)
    qrpay.faults.add("notification.doubled", event="payment.paid", times=1)
    first = sold(desk, qrpay)
    qrpay.faults.add("notification.lost", event="payment.paid", times=1)
    sold(desk, qrpay)
    qrpay.faults.add("notification.wrongly-signed", event="payment.paid", times=1)
    sold(desk, qrpay)
    qrpay.faults.add("answer.lost", call="alipay.trade.refund", times=1)
    refunds.give_back(desk, first.sale_id, Money(3_00, EUR))
    until(lambda: len(qrpay.requests.find("alipay.trade.refund")) > 1)
    until(lambda: len(qrpay.notifications.all()) > 3)
    qrpay.clock.advance("2m")  # what was left undone counts by now
    stands = {name: line.verdict for name, line in qrpay.checklist("alipay").items()}
    assert [name for name, verdict in stands.items() if verdict is Verdict.VIOLATED] == []
    seen = {"notice.answered", "notice.twice", "notice.verified", "notice.missed", "number.once"}
    seen |= {"doubt.asked", "refund.same-number"}
    assert {name for name in seen if stands[name] is not Verdict.TICKED} == set()
