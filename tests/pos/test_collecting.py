"""Codes shown and read, with a provider that pays, refuses, falls silent or comes late."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from ledger.kit.clock import SettableClock
from ledger.protocol import merchant_qr, messages
from ledger.protocol.errors import checkout
from ledger.protocol.errors.codes import AuthCodeFormat, PaymentCodeExpected
from ledger.protocol.instants import MINUTE, SECOND
from ledger.protocol.lifecycle import PaymentState
from ledger.protocol.merchant_qr import DynamicCode, LinkCode
from ledger.protocol.messages import PaymentRequest, Presented
from ledger.protocol.money import Money
from ledger.protocol.signing import KeyDirectory, merchant_owner
from pos.acquirers.intents import Attempt, Profile
from pos.acquirers.port import Reply
from pos.collect import Event, Mode, Phase
from pos.counter import collecting, sales
from pos.counter.desk import Desk
from pos.goods import catalogue
from pos.goods.basket import Basket
from pos.till import Sale, SaleState
from tests.pos.provider import (
    MERCHANT_ID,
    LostOnTheWay,
    MiniProvider,
    lose_answers,
    lose_calls,
    record,
    work,
)
from tests.pos.shop import EUR, IDENTITY, PAYMENT_CODE, PRICE, TILL_KEY, let_pass, open_sale


def attempt_of(desk: Desk, sale: Sale) -> Attempt:
    return desk.store.attempts.of_sale(sale.sale_id)[0]


def state_of(desk: Desk, sale: Sale) -> SaleState:
    return desk.store.sales.get(sale.sale_id).state


def test_a_shown_code_waits_for_its_payer(desk: Desk, provider: MiniProvider) -> None:
    sale = collecting.show_code(desk, open_sale(desk).sale_id, Profile.SIGNED)
    assert sale.state is SaleState.COLLECTING
    assert attempt_of(desk, sale).collection.phase is Phase.WAITING
    assert provider.calls == ["request"]


def test_the_request_says_the_amount_and_hides_the_basket(desk: Desk) -> None:
    shampoo = catalogue.load().product("shampoo-300ml")
    sale = sales.ring_up(desk, Basket.of_goods([(shampoo, 2)]))
    collecting.show_code(desk, sale.sale_id, Profile.SIGNED)
    sealed = attempt_of(desk, sale).request
    assert sealed is not None
    assert "shampoo" not in sealed.text.lower()
    till = KeyDirectory([record(TILL_KEY, merchant_owner(MERCHANT_ID))])
    request = messages.open_(
        sealed, PaymentRequest, till, at=desk.clock.now(), owner=merchant_owner(MERCHANT_ID)
    )
    assert request.amount == Money(590, EUR)
    assert request.basket_hash == sale.basket.salted_hash(sale.salt)
    assert request.presented is Presented.MERCHANT


@pytest.mark.parametrize("profile", [Profile.SIGNED, Profile.LINK])
def test_the_code_says_what_the_request_says_and_verifies(desk: Desk, profile: Profile) -> None:
    sale = collecting.show_code(desk, open_sale(desk).sale_id, profile)
    attempt = attempt_of(desk, sale)
    till = KeyDirectory([record(TILL_KEY, merchant_owner(MERCHANT_ID))])
    code = merchant_qr.verify(attempt.code, till, now=desk.clock.now())
    assert isinstance(code, DynamicCode if profile is Profile.SIGNED else LinkCode)
    assert (code.merchant_id, code.amount) == (MERCHANT_ID, PRICE)
    assert code.expires_at == attempt.expires_at
    assert f"pay_{code.request_id}" == attempt.payment_id
    if isinstance(code, DynamicCode):
        assert code.terminal_label == IDENTITY.terminal.terminal_id


def test_a_code_is_not_shown_before_the_provider_knows_the_payment(
    desk: Desk, provider: MiniProvider
) -> None:
    provider.network = lose_calls
    sale = collecting.show_code(desk, open_sale(desk).sale_id, Profile.SIGNED)
    assert attempt_of(desk, sale).code
    assert attempt_of(desk, sale).shown_code is None
    assert sale.state is SaleState.OUTCOME_UNKNOWN


def test_a_paid_sale_is_found_out_by_asking_when_nobody_tells(
    desk: Desk, provider: MiniProvider, clock: SettableClock
) -> None:
    sale = collecting.show_code(desk, open_sale(desk).sale_id, Profile.SIGNED)
    provider.pay(attempt_of(desk, sale).payment_id)
    let_pass(desk, clock, 5 * SECOND)
    assert state_of(desk, sale) is SaleState.PAID
    assert len(desk.store.evidence.receipts(sale.sale_id)) == 1


def test_a_scanned_code_is_seen_to_be_scanned(
    desk: Desk, provider: MiniProvider, clock: SettableClock
) -> None:
    sale = collecting.show_code(desk, open_sale(desk).sale_id, Profile.SIGNED)
    provider.set_state(attempt_of(desk, sale).payment_id, PaymentState.AUTHORISING)
    let_pass(desk, clock, 5 * SECOND)
    assert attempt_of(desk, sale).collection.told is Event.AUTHORISING


def test_an_expired_code_leaves_the_basket_and_a_new_code_is_a_new_payment(
    desk: Desk, provider: MiniProvider, clock: SettableClock
) -> None:
    sale = collecting.show_code(desk, open_sale(desk).sale_id, Profile.SIGNED)
    first = attempt_of(desk, sale)
    clock.advance(3 * MINUTE)
    provider.set_state(first.payment_id, PaymentState.CLOSED)
    let_pass(desk, clock, 10 * SECOND)
    assert state_of(desk, sale) is SaleState.OPEN
    ended = attempt_of(desk, sale).collection
    assert (ended.phase, ended.reason) == (Phase.NOT_PAID, "EXPIRED")
    collecting.show_code(desk, sale.sale_id, Profile.SIGNED)
    second = attempt_of(desk, sale)
    assert second.payment_id != first.payment_id
    assert second.merchant_order_no != first.merchant_order_no


def test_nobody_pays_and_the_provider_forgets_to_close_it(
    desk: Desk, provider: MiniProvider, clock: SettableClock
) -> None:
    sale = collecting.show_code(desk, open_sale(desk).sale_id, Profile.SIGNED)
    let_pass(desk, clock, 4 * MINUTE + 2 * SECOND)
    assert state_of(desk, sale) is SaleState.OPEN
    ended = attempt_of(desk, sale).collection
    assert (ended.phase, ended.reason) == (Phase.REVERSED, "TIMED_OUT")
    assert provider.calls.count("reverse") == 1


def test_a_sale_is_collected_once_at_a_time(desk: Desk) -> None:
    sale = collecting.show_code(desk, open_sale(desk).sale_id, Profile.SIGNED)
    with pytest.raises(checkout.SaleState):
        collecting.show_code(desk, sale.sale_id, Profile.LINK)
    with pytest.raises(checkout.SaleState):
        collecting.read_code(desk, sale.sale_id, PAYMENT_CODE)
    assert len(desk.store.attempts.of_sale(sale.sale_id)) == 1


def test_a_payment_code_pays_at_once(desk: Desk, provider: MiniProvider) -> None:
    sale = collecting.read_code(desk, open_sale(desk).sale_id, PAYMENT_CODE)
    assert sale.state is SaleState.PAID
    assert provider.codes == {attempt_of(desk, sale).payment_id: [PAYMENT_CODE]}
    assert len(desk.store.evidence.receipts(sale.sale_id)) == 1


def test_a_paid_sale_is_not_collected_again(desk: Desk) -> None:
    sale = collecting.read_code(desk, open_sale(desk).sale_id, PAYMENT_CODE)
    with pytest.raises(checkout.SaleState):
        collecting.read_code(desk, sale.sale_id, PAYMENT_CODE)


def test_a_payment_code_is_never_stored(desk: Desk) -> None:
    sale = collecting.read_code(desk, open_sale(desk).sale_id, PAYMENT_CODE)
    assert PAYMENT_CODE not in repr(attempt_of(desk, sale))


def test_a_payer_who_has_to_agree_on_the_phone_is_waited_for(
    desk: Desk, provider: MiniProvider, clock: SettableClock
) -> None:
    provider.on_payment_code = PaymentState.AUTHORISING
    sale = collecting.read_code(desk, open_sale(desk).sale_id, PAYMENT_CODE)
    assert sale.state is SaleState.COLLECTING
    let_pass(desk, clock, 20 * SECOND)
    provider.pay(attempt_of(desk, sale).payment_id)
    let_pass(desk, clock, 5 * SECOND)
    assert state_of(desk, sale) is SaleState.PAID


def test_a_payer_who_never_agrees_is_reversed_after_a_minute(
    desk: Desk, provider: MiniProvider, clock: SettableClock
) -> None:
    provider.on_payment_code = PaymentState.AUTHORISING
    sale = collecting.read_code(desk, open_sale(desk).sale_id, PAYMENT_CODE)
    let_pass(desk, clock, 62 * SECOND)
    assert state_of(desk, sale) is SaleState.OPEN
    assert attempt_of(desk, sale).collection.phase is Phase.REVERSED


def test_a_refused_payment_code_leaves_the_sale_open_with_the_reason(
    desk: Desk, provider: MiniProvider
) -> None:
    provider.refuse_payment_codes = "NOT_ENOUGH_FUNDS"
    sale = collecting.read_code(desk, open_sale(desk).sale_id, PAYMENT_CODE)
    assert sale.state is SaleState.OPEN
    assert attempt_of(desk, sale).collection.reason == "NOT_ENOUGH_FUNDS"


def test_a_lost_answer_is_asked_about_and_found_to_be_paid(
    desk: Desk, provider: MiniProvider, clock: SettableClock
) -> None:
    provider.network = lose_answers
    sale = collecting.read_code(desk, open_sale(desk).sale_id, PAYMENT_CODE)
    assert sale.state is SaleState.OUTCOME_UNKNOWN
    provider.network = work
    let_pass(desk, clock, 3 * SECOND)
    assert state_of(desk, sale) is SaleState.PAID
    assert provider.calls.count("request") == 1


def test_an_outcome_that_can_not_be_found_out_is_reversed_and_the_money_comes_back(
    desk: Desk, provider: MiniProvider, clock: SettableClock
) -> None:
    provider.network = lose_answers
    sale = collecting.read_code(desk, open_sale(desk).sale_id, PAYMENT_CODE)
    let_pass(desk, clock, 70 * SECOND)
    assert state_of(desk, sale) is SaleState.OUTCOME_UNKNOWN
    provider.network = work
    let_pass(desk, clock, 60 * SECOND)
    payment_id = attempt_of(desk, sale).payment_id
    assert provider.payments[payment_id].state is PaymentState.REVERSED
    assert state_of(desk, sale) is SaleState.OPEN
    assert attempt_of(desk, sale).collection.phase is Phase.REVERSED


def test_a_request_that_never_arrived_is_buried_before_it_can(
    desk: Desk, provider: MiniProvider, clock: SettableClock
) -> None:
    late: list[Callable[[], Reply]] = []

    def keep(name: str, call: Callable[[], Reply]) -> Reply:
        if name == "request":
            late.append(call)
            raise LostOnTheWay
        return call()

    provider.network = keep
    sale = collecting.read_code(desk, open_sale(desk).sale_id, PAYMENT_CODE)
    let_pass(desk, clock, 62 * SECOND)
    assert state_of(desk, sale) is SaleState.OPEN
    assert late[0]().event is Event.WRONG_STATE
    assert provider.payments[attempt_of(desk, sale).payment_id].state is PaymentState.REVERSED


def test_a_lost_request_for_a_shown_code_is_sent_again_as_the_same(
    desk: Desk, provider: MiniProvider, clock: SettableClock
) -> None:
    provider.network = lose_calls
    sale = collecting.show_code(desk, open_sale(desk).sale_id, Profile.SIGNED)
    provider.network = work
    let_pass(desk, clock, 2 * SECOND)
    assert state_of(desk, sale) is SaleState.COLLECTING
    assert list(provider.payments) == [attempt_of(desk, sale).payment_id]
    assert provider.calls == ["request", "query", "request"]


def test_an_answer_about_something_else_proves_nothing_and_raises_an_alarm(
    desk: Desk, provider: MiniProvider
) -> None:
    provider.network = lambda _, __: Reply(Event.NO_ANSWER, "ANSWER_DIFFERS")
    sale = collecting.read_code(desk, open_sale(desk).sale_id, PAYMENT_CODE)
    assert sale.state is SaleState.OUTCOME_UNKNOWN
    assert [alarm.code for alarm in desk.store.evidence.alarms()] == ["ANSWER_DIFFERS"]


def test_a_receipt_that_does_not_hold_is_not_kept(desk: Desk, provider: MiniProvider) -> None:
    def forge(name: str, call: Callable[[], Reply]) -> Reply:
        del name
        reply = call()
        broken = tuple(
            messages.Signed(each.text.replace("1295", "1296"), each.key_id, each.signature)
            for each in reply.receipts
        )
        return Reply(reply.event, reply.reason, broken)

    provider.network = forge
    sale = collecting.read_code(desk, open_sale(desk).sale_id, PAYMENT_CODE)
    assert sale.state is SaleState.PAID
    assert desk.store.evidence.receipts(sale.sale_id) == []
    assert [alarm.code for alarm in desk.store.evidence.alarms()] == ["SIGNATURE_INVALID"]
    assert len(collecting.receipts_of(desk, sale)) == 1


@pytest.mark.parametrize(
    ("scanned", "error"),
    [
        ("00020101021226330010test.qrpay", PaymentCodeExpected),
        ("https://example.org/p#token", PaymentCodeExpected),
        ("weixin://wxpay/bizpayurl?pr=NwY5Mz9", PaymentCodeExpected),
        ("hQVDUFYwMWEaTwegAAAAVVVVVw8SNFZ4kBI0WNGRIgESNF8=", PaymentCodeExpected),
        ("4006381333931", AuthCodeFormat),
        ("99483011726527989", AuthCodeFormat),
        ("９９4830117265279893", PaymentCodeExpected),
        ("", PaymentCodeExpected),
    ],
)
def test_what_is_no_payment_code_is_explained_and_sent_nowhere(
    desk: Desk, provider: MiniProvider, scanned: str, error: type[Exception]
) -> None:
    sale = open_sale(desk)
    with pytest.raises(error):
        collecting.read_code(desk, sale.sale_id, scanned)
    assert state_of(desk, sale) is SaleState.OPEN
    assert provider.calls == []


def test_abandoning_an_open_sale_asks_nobody(desk: Desk, provider: MiniProvider) -> None:
    sale = sales.abandon(desk, open_sale(desk).sale_id)
    assert sale.state is SaleState.ABANDONED
    assert sales.abandon(desk, sale.sale_id) == sale
    assert provider.calls == []


def test_abandoning_while_a_code_is_shown_ends_the_payment_first(
    desk: Desk, provider: MiniProvider
) -> None:
    sale = collecting.show_code(desk, open_sale(desk).sale_id, Profile.SIGNED)
    assert sales.abandon(desk, sale.sale_id).state is SaleState.ABANDONED
    ended = attempt_of(desk, sale)
    assert provider.payments[ended.payment_id].state is PaymentState.REVERSED
    assert ended.collection.reason == "ABANDONED"


def test_what_was_paid_just_before_abandoning_goes_back(desk: Desk, provider: MiniProvider) -> None:
    sale = collecting.show_code(desk, open_sale(desk).sale_id, Profile.SIGNED)
    provider.pay(attempt_of(desk, sale).payment_id)
    assert sales.abandon(desk, sale.sale_id).state is SaleState.ABANDONED
    kinds = [
        messages.open_receipt(each, desk.provider_keys()).kind
        for each in desk.store.evidence.receipts(sale.sale_id)
    ]
    assert kinds == ["payment", "reversal"]


def test_an_abandoned_sale_without_an_answer_ends_when_one_comes(
    desk: Desk, provider: MiniProvider, clock: SettableClock
) -> None:
    sale = collecting.show_code(desk, open_sale(desk).sale_id, Profile.SIGNED)
    provider.network = lose_calls
    assert sales.abandon(desk, sale.sale_id).state is SaleState.OUTCOME_UNKNOWN
    assert sales.abandon(desk, sale.sale_id).state is SaleState.OUTCOME_UNKNOWN
    let_pass(desk, clock, 30 * SECOND)
    provider.network = work
    let_pass(desk, clock, 60 * SECOND)
    assert state_of(desk, sale) is SaleState.ABANDONED


def test_a_paid_sale_is_not_abandoned(desk: Desk) -> None:
    sale = collecting.read_code(desk, open_sale(desk).sale_id, PAYMENT_CODE)
    with pytest.raises(checkout.SaleState):
        sales.abandon(desk, sale.sale_id)


def test_reading_a_code_makes_no_code_to_show(desk: Desk) -> None:
    sale = collecting.read_code(desk, open_sale(desk).sale_id, PAYMENT_CODE)
    attempt = attempt_of(desk, sale)
    assert (attempt.code, attempt.profile) == ("", Profile.NONE)
    assert attempt.collection.mode is Mode.READ
