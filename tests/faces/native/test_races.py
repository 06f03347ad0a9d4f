"""Two at the same instant: one wins, the other is told, nothing happens twice."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from threading import Barrier

import pytest

from ledger.faces.native.desk import REPLAYED
from ledger.ops.audit import audit
from tests.faces.native.http_world import HttpWorld
from tests.faces.native.untouched import untouched
from tests.kit.answered import Answer


@pytest.fixture
def world(tmp_path: Path) -> Iterator[HttpWorld]:
    """A ledger with its books in a file, where readers don't wait for the writer."""
    made = HttpWorld(tmp_path, in_a_file=True)
    yield made
    assert audit(made.store) == []
    made.close()


def at_once(*calls: Callable[[], Answer]) -> list[Answer]:
    """Make these calls together and give their answers in that order."""
    start = Barrier(len(calls))

    def run(call: Callable[[], Answer]) -> Answer:
        start.wait()
        return call()

    with ThreadPoolExecutor(max_workers=len(calls)) as pool:
        return list(pool.map(run, calls))


def captures(world: HttpWorld) -> int:
    """How many debits there are in the books."""
    rows = world.store._writer._connection.execute(
        "SELECT count(*) FROM entry WHERE kind = 'CAPTURE'"
    )
    return int(str(rows.fetchall()[0][0]))


def test_a_thousand_equal_requests_at_once_make_one_debit_and_one_body(world: HttpWorld) -> None:
    shop, anna = world.shop, world.wallet("anna")
    payment = shop.ask(1295)
    code = shop.code(payment)
    consent = anna.consent(anna.scan(payment, code).json, code)
    body = anna.authorise_body(consent)
    address = f"/v1/payments/{payment['payment_id']}/authorise"
    calls = [anna.signed("POST", address, body, idempotency_key="k1") for _ in range(1000)]

    with ThreadPoolExecutor(max_workers=50) as pool:
        answers = list(pool.map(world.line.send, calls))

    assert {answer.status for answer in answers} == {201}
    assert len({answer.body for answer in answers}) == 1
    assert sum(REPLAYED.lower() not in answer.headers for answer in answers) == 1
    assert captures(world) == 1
    assert anna.balance() == 20_000 - 1_295


def test_a_second_payer_can_not_pay_a_paid_payment(world: HttpWorld) -> None:
    shop, anna, li_wei = world.shop, world.wallet("anna"), world.wallet("li-wei")
    payment = shop.ask(1295)
    anna.pay(shop, payment)
    with untouched(world.store):
        answer = li_wei.scan(payment, shop.code(payment))
    assert answer.said == (409, "ORDER_ALREADY_PAID")


def test_of_two_payers_at_the_same_instant_one_pays(world: HttpWorld) -> None:
    shop, wallets = world.shop, [world.wallet("anna"), world.wallet("li-wei")]
    for _ in range(10):
        payment = shop.ask(100)
        code = shop.code(payment)
        scans = at_once(*(partial(wallet.scan, payment, code) for wallet in wallets))
        assert sorted(answer.status for answer in scans) == [200, 409]
        claimed = [answer.status == 200 for answer in scans].index(True)
        winner = wallets[claimed]
        consent = winner.consent(scans[claimed].json, code)
        taps = at_once(*[partial(winner.agree, consent)] * 4)
        assert {answer.status for answer in taps} == {201}
        assert len({answer.body for answer in taps}) == 1
    assert wallets[0].balance() % 100 == 0


def test_parallel_refunds_never_give_back_more_than_was_paid(world: HttpWorld) -> None:
    payment = world.paid(700)

    answers = at_once(*(partial(world.shop.refund, payment, 70, f"R{n}") for n in range(40)))

    assert sum(answer.status == 201 for answer in answers) == 10
    refused = {answer.said for answer in answers if answer.status != 201}
    assert refused == {(409, "REFUND_EXCEEDS_CAPTURED")}
    assert world.wallet("anna").balance() == 20_000


def test_closing_and_paying_at_the_same_instant_has_one_winner(world: HttpWorld) -> None:
    shop, anna = world.shop, world.wallet("anna")
    for _ in range(10):
        payment = shop.ask(100)
        code = shop.code(payment)
        consent = anna.consent(anna.scan(payment, code).json, code)
        address = f"/v1/payments/{payment['payment_id']}"
        paid, closed = at_once(
            partial(anna.agree, consent), partial(shop.post, f"{address}/close", {})
        )
        state = shop.get(address).json["state"]
        if paid.status == 201:
            assert (closed.said, state) == ((409, "ORDER_ALREADY_PAID"), "PAID")
        else:
            assert (paid.status, closed.status, state) == (409, 200, "CLOSED")


def test_a_refund_of_what_was_not_paid_is_refused(world: HttpWorld) -> None:
    payment = world.shop.ask(100)
    with untouched(world.store):
        assert world.shop.refund(payment, 1, "R1").said == (409, "ORDER_NOT_PAID")
    world.shop.post(f"/v1/payments/{payment['payment_id']}/close", {})
    with untouched(world.store):
        assert world.shop.refund(payment, 1, "R2").said == (409, "ORDER_NOT_PAID")


def test_the_same_call_sent_twice_at_the_same_instant_is_taken_once(world: HttpWorld) -> None:
    shop = world.shop
    body = {"request": shop.seal(shop.request(100))}
    for _ in range(5):
        call = shop.signed("GET", "/v1/payments?merchant_order_no=a")
        answers = at_once(*[partial(world.line.send, call)] * 8)
        assert sorted(answer.status for answer in answers) == [200] + 7 * [401]
    assert shop.post("/v1/payments", body).status == 201
