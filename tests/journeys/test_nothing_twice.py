"""Two payers, a second tap, a thousand equal requests: one debit."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier
from typing import TypeVar

from ledger.protocol.messages import ReceiptKind
from tests.journeys.network import Hop
from tests.journeys.world import POS_URL, World

HANDS = 8

Result = TypeVar("Result")


def at_once(calls: Sequence[Callable[[], Result]]) -> list[Result]:
    """Make these calls with eight hands that begin together."""
    start = Barrier(min(HANDS, len(calls)))

    def work(hand: int) -> list[Result]:
        start.wait()
        return [call() for call in calls[hand::HANDS]]

    with ThreadPoolExecutor(max_workers=HANDS) as pool:
        results = [pool.submit(work, hand) for hand in range(start.parties)]
        return [each for result in results for each in result.result()]


def receipts_in_books(world: World) -> Counter[ReceiptKind]:
    """How many movements of each kind there are."""
    with world.ledger.store.reading() as books:
        return Counter(receipt.kind for receipt in books.receipts.page("", 10_000))


def test_while_one_payer_decides_the_code_is_closed_to_others_and_then_open_again(
    world: World,
) -> None:
    sale_id, code = world.till.new_code(1295)
    hesitant, quick = world.phone("li-wei"), world.phone("anna")
    shown = hesitant.scan(code).done["review"]
    assert quick.scan(code).said == (409, "ORDER_CLAIMED")
    world.clock.advance(120_000)
    assert quick.pay(code)["outcome"] == "paid"
    assert hesitant.approve(shown).is_refusal
    world.catch_up()
    assert world.till.state(sale_id) == "PAID"
    assert hesitant.balance() == 5000_00


def test_a_payer_whose_claim_was_taken_over_is_refused_and_not_debited(world: World) -> None:
    _, code = world.till.new_code(1295)
    first, second = world.phone("yuki"), world.phone("anna")
    shown = first.scan(code).done["review"]
    world.clock.advance(110_000)
    first.scan(code)
    world.clock.advance(10_000)
    taken = second.scan(code).done["review"]
    assert first.approve(shown).is_refusal
    assert second.approve(taken).done["outcome"] == "paid"
    assert first.balance() == 30_000


def test_of_five_payers_at_once_one_pays(world: World) -> None:
    names = ("anna", "li-wei", "yuki", "omar", "chen-jing")
    for _ in range(5):
        _, code = world.till.new_code(100)
        answers = at_once([partial(world.phone(name).scan, code) for name in names])
        assert Counter(answer.said for answer in answers) == {
            (200, ""): 1,
            (409, "ORDER_CLAIMED"): 4,
        }
        review = next(answer.json["review"] for answer in answers if not answer.is_refusal)
        payer = next(name for name in names if world.phone(name).knows(review))
        assert world.phone(payer).approve(review).done["outcome"] == "paid"
    assert receipts_in_books(world) == {ReceiptKind.PAYMENT: 5}


def test_a_second_tap_on_pay_shows_that_it_is_paid(world: World) -> None:
    _, code = world.till.new_code(1295)
    phone = world.phone("anna")
    review = phone.scan(code).done["review"]
    first, second = (phone.approve(review).done for _ in range(2))
    assert first == second
    assert phone.scan(code).done["review"]["outcome"] == "paid"
    assert phone.balance() == 200_00 - 12_95


def test_a_thousand_taps_on_pay_make_one_debit(world: World) -> None:
    _, code = world.till.new_code(1295)
    phone = world.phone("anna")
    review = phone.scan(code).done["review"]
    answers = at_once([partial(phone.approve, review)] * 1000)
    assert {answer.done["outcome"] for answer in answers} <= {"paid", "unknown"}
    assert phone.review(review)["outcome"] == "paid"
    assert receipts_in_books(world) == {ReceiptKind.PAYMENT: 1}
    assert phone.balance() == 200_00 - 12_95


def test_a_thousand_taps_on_refund_give_back_once(world: World) -> None:
    till, phone = world.till, world.phone("anna")
    sale_id, code = till.new_code(1295)
    phone.pay(code)
    world.catch_up()
    answers = at_once([partial(till.refund, sale_id, 300, key="tap")] * 1000)
    assert {answer.status for answer in answers} == {201}
    assert len({answer.json["merchant_refund_no"] for answer in answers}) == 1
    assert receipts_in_books(world) == {ReceiptKind.PAYMENT: 1, ReceiptKind.REFUND: 1}
    assert phone.balance() == 200_00 - 12_95 + 3_00


def test_a_thousand_equal_notifications_have_one_effect(world: World) -> None:
    till = world.till
    sale_id, code = till.new_code(1295)
    world.phone("anna").pay(code)
    world.catch_up()
    told = next(sent for sent in world.network.carried if sent.hop is Hop.LEDGER_TO_TILL)
    paid, papers = till.sale(sale_id), till.receipts(sale_id)
    again = partial(
        world.network.carrier.request, "POST", f"{POS_URL}/notify", told.headers, told.body
    )
    answers = at_once([again] * 1000)
    assert {(answer.status, answer.body) for answer in answers} == {
        (200, b'{"answers":["success"]}')
    }
    assert (till.sale(sale_id), till.receipts(sale_id)) == (paid, papers)


def test_two_cashiers_who_collect_the_same_sale_at_once_make_one_payment(world: World) -> None:
    till = world.till
    for _ in range(5):
        sale_id = till.ring_up(1295)
        answers = at_once([partial(till.show, sale_id)] * HANDS)
        said = Counter(answer.said for answer in answers)
        assert said == {(200, ""): 1, (409, "SALE_STATE"): HANDS - 1}


def test_a_recorded_call_of_a_phone_is_worthless_when_it_is_played_again(world: World) -> None:
    _, code = world.till.new_code(1295)
    world.phone("anna").pay(code)
    recorded = [sent for sent in world.network.carried if sent.path.endswith("/authorise")]
    assert len(recorded) == 1
    again = world.network.carrier.request(
        recorded[0].method, recorded[0].url, recorded[0].headers, recorded[0].body
    )
    assert (again.status, json.loads(again.body)["code"]) == (401, "NONCE_REPLAY")
    assert receipts_in_books(world) == {ReceiptKind.PAYMENT: 1}
