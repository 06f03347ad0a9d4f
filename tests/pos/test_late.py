"""A payment that comes after its attempt had ended goes back, and is shown as what it is."""

from __future__ import annotations

from dataclasses import replace

import flask
import pytest

from ledger.protocol.errors import checkout
from ledger.protocol.errors.checkout import (
    NotificationAmountDiffers,
    NotificationContradicts,
    OrderNotPaid,
)
from ledger.protocol.errors.content import FieldMissing
from ledger.protocol.instants import MINUTE, SECOND
from ledger.protocol.lifecycle import PaymentState, RefundState
from ledger.protocol.messages import Notification, NotificationEvent, ReceiptKind, Signed
from ledger.protocol.money import Money
from pos.collect import Phase
from pos.counter import collecting, late, refunds, review
from pos.counter.resolver import Resolver
from pos.counter.review import Verdict
from pos.goods import catalogue
from pos.goods.catalogue import Language
from pos.store.late_payments import LateState
from pos.till import SaleState
from pos.web import routes
from tests.pos.provider import lose_answers, work
from tests.pos.scene import Scene
from tests.pos.shop import EUR, PAYMENT_CODE


def closed_then_paid(scene: Scene) -> tuple[Notification, Signed]:
    """The till is told that the payment is closed; then it is paid after all."""
    payment = scene.provider.set_state(scene.payment_id, PaymentState.CLOSED)
    scene.receive(scene.provider.notification(payment, NotificationEvent.PAYMENT_CLOSED), None)
    assert (scene.state, scene.phase) == (SaleState.OPEN, Phase.NOT_PAID)
    return scene.pay()


def resolve(scene: Scene) -> None:
    Resolver(scene.desk).take_round()


def states(scene: Scene) -> list[LateState]:
    return [each.state for each in scene.desk.store.late_payments.of_sale(scene.sale.sale_id)]


def under_review(scene: Scene) -> None:
    """The till was told "paid", then "closed"."""
    scene.receive(*scene.pay())
    payment = scene.provider.set_state(scene.payment_id, PaymentState.CLOSED)
    with pytest.raises(NotificationContradicts):
        scene.receive(scene.provider.notification(payment, NotificationEvent.PAYMENT_CLOSED), None)
    scene.provider.set_state(scene.payment_id, PaymentState.PAID)
    assert scene.state is SaleState.REVIEW


def test_a_payment_after_the_end_is_reversed_without_anybody_asking(scene: Scene) -> None:
    scene.receive(*closed_then_paid(scene))
    assert (states(scene), scene.state) == ([LateState.GIVING_BACK], SaleState.OPEN)
    resolve(scene)
    assert (states(scene), scene.state) == ([LateState.GIVEN_BACK], SaleState.OPEN)
    assert scene.provider.payments[scene.payment_id].state is PaymentState.REVERSED
    attempt = scene.desk.store.attempts.find(scene.payment_id)
    assert attempt is not None
    assert (attempt.collection.phase, attempt.collection.reason) == (
        Phase.REVERSED,
        late.CAME_TOO_LATE,
    )
    assert scene.alarms == []


def test_the_news_may_come_any_number_of_times(scene: Scene) -> None:
    told, receipt = closed_then_paid(scene)
    for _ in range(3):
        scene.receive(told, receipt)
        resolve(scene)
    again = scene.provider.notification(scene.provider.payments[scene.payment_id], told.event)
    scene.receive(again, receipt)
    resolve(scene)
    assert states(scene) == [LateState.GIVEN_BACK]
    assert scene.provider.calls.count("reverse") == 1


def test_it_is_reversed_until_somebody_answers(scene: Scene) -> None:
    scene.receive(*closed_then_paid(scene))
    scene.provider.network = lose_answers
    for _ in range(3):
        resolve(scene)
        scene.clock.advance(MINUTE)
    assert states(scene) == [LateState.GIVING_BACK]
    scene.provider.network = work
    resolve(scene)
    assert states(scene) == [LateState.GIVEN_BACK]


def test_a_till_that_was_killed_goes_on_with_it(scene: Scene) -> None:
    scene.receive(*closed_then_paid(scene))
    scene.provider.network = lose_answers
    resolve(scene)
    scene.provider.network = work
    restarted = Resolver(scene.desk)
    restarted.wake_all()
    restarted.take_round()
    assert states(scene) == [LateState.GIVEN_BACK]


def test_the_sale_is_collected_anew_while_the_late_payment_goes_back(scene: Scene) -> None:
    told, receipt = closed_then_paid(scene)
    collecting.read_code(scene.desk, scene.sale.sale_id, PAYMENT_CODE)
    assert scene.state is SaleState.PAID
    scene.receive(told, receipt)
    resolve(scene)
    assert (states(scene), scene.state) == ([LateState.GIVEN_BACK], SaleState.PAID)
    assert refunds.give_back(scene.desk, scene.sale.sale_id, Money(295, EUR)).refund_id


def test_a_reversal_that_is_refused_is_a_matter_for_a_person(scene: Scene) -> None:
    scene.receive(*closed_then_paid(scene))
    scene.provider.set_state(scene.payment_id, PaymentState.CLOSED)
    resolve(scene)
    assert (states(scene), scene.state) == ([LateState.REFUSED], SaleState.REVIEW)
    assert scene.alarms == ["NOTIFICATION_CONTRADICTS"]


def test_screens_and_paper_say_that_it_came_too_late(scene: Scene) -> None:
    scene.receive(*closed_then_paid(scene))
    resolve(scene)
    app = flask.Flask("till", static_folder=None)
    app.register_blueprint(routes.api(scene.desk, catalogue.load()))
    address = f"/api/sales/{scene.sale.sale_id}"
    (shown,) = app.test_client().get(address).json["late_payments"]  # type: ignore[index]
    assert (shown["state"], shown["meaning"]) == ("GIVEN_BACK", "Came too late, given back.")
    papers = {
        language: app.test_client().get(f"{address}/receipts?lang={language}").json["paper"]  # type: ignore[index]
        for language in Language
    }
    assert "Kam zu spät, zurückgegeben" in papers[Language.DE]
    assert "Came too late, given back" in papers[Language.EN]
    assert "付款过迟，已退回" in papers[Language.ZH]


# --- What a person decides ----------------------------------------------------------------------


def test_a_person_can_accept_what_was_paid(scene: Scene) -> None:
    under_review(scene)
    sale = review.decide(scene.desk, scene.sale.sale_id, Verdict.ACCEPT, "bank says it is there")
    assert sale == scene.desk.store.sales.get(sale.sale_id)
    (decided,) = scene.desk.store.late_payments.decisions(sale.sale_id)
    assert (decided.decision, decided.reason) == ("accept", "bank says it is there")
    refund = refunds.give_back(scene.desk, sale.sale_id, None)
    assert (sale.state, refund.state) == (SaleState.PAID, RefundState.SUCCEEDED)


def test_a_person_can_give_back_what_was_paid(scene: Scene) -> None:
    under_review(scene)
    review.decide(scene.desk, scene.sale.sale_id, Verdict.GIVE_BACK, "customer left")
    resolve(scene)
    assert (states(scene), scene.state) == ([LateState.GIVEN_BACK], SaleState.ABANDONED)
    assert scene.provider.payments[scene.payment_id].state is PaymentState.REVERSED
    kinds = [
        each.text.partition("kind=")[2].partition("\n")[0]
        for each in collecting.receipts_of(
            scene.desk, scene.desk.store.sales.get(scene.sale.sale_id)
        )
    ]
    assert sorted(kinds) == [ReceiptKind.PAYMENT, ReceiptKind.REVERSAL]


def test_giving_back_also_ends_what_is_still_being_collected(scene: Scene) -> None:
    payment = scene.provider.pay(scene.payment_id)
    scene.provider.set_state(scene.payment_id, PaymentState.AWAITING_PAYER)
    told = scene.provider.notification(payment, NotificationEvent.PAYMENT_PAID)
    wrong = Money(1296, EUR)
    with pytest.raises(NotificationAmountDiffers):
        scene.receive(replace(told, amount=wrong), scene.provider.kept[scene.payment_id][-1])
    assert (scene.state, scene.phase) == (SaleState.REVIEW, Phase.WAITING)
    review.decide(scene.desk, scene.sale.sale_id, Verdict.GIVE_BACK, "amount is off")
    scene.clock.advance(SECOND)
    resolve(scene)
    assert (scene.state, scene.phase) == (SaleState.ABANDONED, Phase.REVERSED)


def test_what_could_not_be_given_back_is_tried_again_when_a_person_says_so(scene: Scene) -> None:
    scene.receive(*closed_then_paid(scene))
    scene.provider.set_state(scene.payment_id, PaymentState.CLOSED)
    resolve(scene)
    scene.provider.set_state(scene.payment_id, PaymentState.PAID)
    review.decide(scene.desk, scene.sale.sale_id, Verdict.GIVE_BACK, "provider put it right")
    resolve(scene)
    assert (states(scene), scene.state) == ([LateState.GIVEN_BACK], SaleState.ABANDONED)


def test_nothing_is_there_to_accept_where_no_payment_is_known(scene: Scene) -> None:
    scene.receive(*closed_then_paid(scene))
    scene.provider.set_state(scene.payment_id, PaymentState.CLOSED)
    resolve(scene)
    before = scene.everything()
    with pytest.raises(OrderNotPaid):
        review.decide(scene.desk, scene.sale.sale_id, Verdict.ACCEPT, "looks fine")
    assert scene.everything() == before


@pytest.mark.parametrize("verdict", list(Verdict))
def test_only_a_sale_under_review_is_decided_about_and_with_a_reason(
    scene: Scene, verdict: Verdict
) -> None:
    with pytest.raises(checkout.SaleState):
        review.decide(scene.desk, scene.sale.sale_id, verdict, "why not")
    under_review(scene)
    with pytest.raises(FieldMissing):
        review.decide(scene.desk, scene.sale.sale_id, verdict, "  ")
    assert scene.state is SaleState.REVIEW
    assert scene.desk.store.late_payments.decisions(scene.sale.sale_id) == []
