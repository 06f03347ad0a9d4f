"""What holds for a till whoever its vendor is: what is proven counts, and nothing else does."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ledger.kit.transport import Response
from ledger.protocol.errors.service import ServiceUnavailable
from ledger.protocol.errors.trust import AnswerLost
from ledger.protocol.money import Money
from pos.acquirers.port import RefundOutcome
from pos.collect import Event, Phase
from pos.counter import refunds
from pos.till import SaleState
from tests.pos.shop import EUR
from tests.pos.vendors.conftest import Shop


def test_news_of_a_payment_ends_the_sale_without_asking(shop: Shop) -> None:
    attempt = shop.show()
    shop.pay(attempt)
    assert shop.sale(attempt).state is SaleState.COLLECTING
    shop.checkout.deliver()
    assert shop.sale(attempt).state is SaleState.PAID


def test_news_that_comes_again_is_taken_and_changes_nothing(shop: Shop) -> None:
    attempt = shop.show()
    shop.pay(attempt)
    [news] = shop.told()
    assert [shop.bring(news) for _ in range(3)] in ([200] * 3, [204] * 3)
    assert shop.sale(attempt).state is SaleState.PAID


def test_news_that_was_altered_is_refused(shop: Shop) -> None:
    attempt = shop.show()
    shop.pay(attempt)
    [news] = shop.told()
    is_form = b"sign_type=" in news.body
    shop.bring(news, news.body + (b"&x=1" if is_form else b" "))  # says the same, for a reader
    assert shop.sale(attempt).state is SaleState.COLLECTING
    bare = replace(news, headers={"Content-Type": news.headers["Content-Type"]})
    shop.bring(bare, b"{}")
    shop.bring(bare, b"\xff\x00")
    assert shop.sale(attempt).state is SaleState.COLLECTING


def test_news_of_another_price_is_a_matter_for_a_person(shop: Shop) -> None:
    attempt = shop.show()
    shop.pay(attempt)
    [news] = shop.told()
    sql = "UPDATE attempt SET amount_minor = amount_minor + 1 WHERE payment_id = ?"
    shop.desk.store.attempts._store.execute(sql, (attempt.payment_id,))
    shop.bring(news)
    assert shop.sale(attempt).state is SaleState.REVIEW
    alarms = shop.desk.store.evidence.alarms()
    assert "NOTIFICATION_AMOUNT_DIFFERS" in {each.code for each in alarms}


def test_a_payment_of_which_the_till_hears_too_late_goes_back(shop: Shop) -> None:
    before = shop.checkout.world.wallet("li-wei").get("/v1/me").json["balance_minor"]
    attempt = shop.show()
    shop.pay(attempt, "li-wei")  # and the news of it is slow
    shop.checkout.clock.advance(attempt.collection.give_up_at - shop.checkout.clock.now())
    shop.pass_by(20)
    ended = shop.latest(attempt.sale_id).collection
    assert (ended.phase, shop.sale(attempt).state) == (Phase.REVERSED, SaleState.OPEN)
    assert shop.checkout.world.wallet("li-wei").get("/v1/me").json["balance_minor"] == before


def forged(_: str, answer: Response) -> Response:
    """An answer by somebody who has no key of the vendor's."""
    body = answer.body.replace(b'"Success"', b'"success"')
    changed = body if body != answer.body else body + b" "
    return Response(answer.status, answer.headers, changed)


def unstamped(_: str, answer: Response) -> Response:
    """An answer without any signature."""
    headers = {"content-type": answer.headers.get("content-type", "")}
    body = b"{}" if b'"sign"' in answer.body else answer.body
    return Response(answer.status, headers, body)


@pytest.mark.parametrize("meddle", [forged, unstamped])
def test_an_answer_that_nobody_signed_proves_nothing(shop: Shop, meddle: object) -> None:
    attempt = shop.show()
    shop.pay(attempt)
    shop.while_answers_are(meddle)  # type: ignore[arg-type]
    asked = shop.latest(attempt.sale_id)
    assert shop.desk.acquirer.query(asked).event is Event.NO_ANSWER
    shop.while_answers_are(lambda _, answer: answer)
    assert shop.desk.acquirer.query(asked).event is Event.PAID
    shop.checkout.deliver()


def test_what_was_never_sent_is_refused_and_what_was_lost_is_unknown(shop: Shop) -> None:
    def nobody_there(_: str, __: Response) -> Response:
        raise ServiceUnavailable

    def lost(_: str, __: Response) -> Response:
        raise AnswerLost

    attempt = shop.show()
    shop.while_answers_are(nobody_there)
    assert shop.desk.acquirer.query(attempt).event is Event.REFUSED
    shop.while_answers_are(lost)
    assert shop.desk.acquirer.query(attempt).event is Event.NO_ANSWER


def test_a_lost_refund_is_asked_for_again_and_happens_once(shop: Shop) -> None:
    def lost(_: str, __: Response) -> Response:
        raise AnswerLost

    attempt = shop.show()
    shop.pay(attempt)
    shop.checkout.deliver()
    shop.while_answers_are(lost)
    refund = refunds.give_back(shop.desk, attempt.sale_id, Money(3_00, EUR))
    shop.while_answers_are(lambda _, answer: answer)
    shop.pass_by(4)
    again = shop.desk.acquirer.refund(attempt, refund)
    assert again.outcome is RefundOutcome.DONE
    assert refunds.refunded(
        shop.desk.store.refunds.of_sale(attempt.sale_id), attempt.amount
    ) == Money(3_00, EUR)
    too_much = replace(refund, merchant_refund_no=f"{refund.merchant_refund_no[:-1]}Z")
    too_much = replace(too_much, amount=Money(12_00, EUR))
    assert shop.desk.acquirer.refund(attempt, too_much).outcome is RefundOutcome.REFUSED


def test_a_refund_whose_answers_all_get_lost_is_not_taken_for_done(shop: Shop) -> None:
    attempt = shop.show()
    shop.pay(attempt)
    shop.checkout.deliver()

    def lost(_: str, answer: Response) -> Response:
        del answer
        raise AnswerLost("nobody answers")

    shop.while_answers_are(lost)
    refund = refunds.give_back(shop.desk, attempt.sale_id, Money(3_00, EUR))
    told = shop.desk.acquirer.refund(shop.latest(attempt.sale_id), refund)
    assert told.outcome is RefundOutcome.NO_ANSWER


def test_a_payment_that_was_never_asked_for_is_not_found_and_can_be_buried(shop: Shop) -> None:
    attempt = replace(shop.show(), merchant_order_no="T01-01KAK9Q3ZV7T2M5X8B4C6D0E", code="")
    assert shop.desk.acquirer.query(attempt).event is Event.NOT_FOUND
    assert shop.desk.acquirer.reverse(attempt).event is Event.REVERSED
