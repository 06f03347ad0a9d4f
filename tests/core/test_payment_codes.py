"""The shop scans a number from the payer's phone: good for one payment, a minute, a small sum."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ledger.core.checkout import claims, payment_codes
from ledger.core.parties import keys, register
from ledger.core.records.parties import PartyStatus
from ledger.core.records.payments import CodeHandle
from ledger.protocol import payment_code
from ledger.protocol.errors.checkout import (
    MerchantBlocked,
    NotEnoughFunds,
    OrderNumberReused,
    OrderState,
    PayerBlocked,
)
from ledger.protocol.errors.codes import (
    AuthCodeFormat,
    PaymentAuthCodeInvalid,
    TooManyAttempts,
)
from ledger.protocol.errors.content import FieldFormat
from ledger.protocol.identifiers import PaymentId
from ledger.protocol.instants import HOUR, MINUTE, SECOND
from ledger.protocol.lifecycle import PaymentCodeState, PaymentEvent, PaymentState
from ledger.protocol.messages import PaymentRequest, Presented
from tests.core.demo_world import KIOSK, SHOP, World
from tests.core.state import refused, state_of


def consumer_request(world: World, amount_minor: int, merchant_id: str = SHOP) -> PaymentRequest:
    return world.new_request(amount_minor, presented=Presented.CONSUMER, merchant_id=merchant_id)


def history(world: World, payment_id: PaymentId) -> list[PaymentEvent | None]:
    with world.store.reading() as books:
        return [step.event for step in books.payments.history(payment_id)]


def test_a_small_sum_is_paid_at_once(world: World) -> None:
    paid = world.collect(1295, "li-wei")
    assert paid.payment.state is PaymentState.PAID
    assert paid.receipt is not None
    assert world.balance("li-wei") == 500_000 - 10_118
    assert history(world, paid.payment.payment_id) == [
        None,
        PaymentEvent.SCAN,
        PaymentEvent.CAPTURE,
    ]


@pytest.mark.parametrize(("amount_minor", "asked"), [(5_000, False), (5_001, True)])
def test_above_the_limit_the_payer_is_asked(world: World, amount_minor: int, asked: bool) -> None:  # noqa: FBT001
    paid = world.collect(amount_minor, "anna")
    assert (paid.payment.state is PaymentState.AUTHORISING) is asked
    assert (paid.receipt is None) is asked
    assert paid.payment.payer_id == world.payer_id("anna")


@pytest.mark.parametrize("limit", ["without_pin", "without_pin_daily"])
def test_without_a_limit_for_a_currency_every_payer_is_asked(world: World, limit: str) -> None:
    world.policy = replace(world.policy, **{limit: {}})  # type: ignore[arg-type]
    assert world.collect(1, "anna").payment.state is PaymentState.AUTHORISING


def test_a_payer_who_was_asked_sees_the_offer_and_agrees(world: World) -> None:
    asked = world.collect(9_000, "anna")
    with world.store.reading() as books:
        offer = claims.offer(
            books,
            payer_id=world.payer_id("anna"),
            payment_id=asked.payment.payment_id,
            policy=world.policy,
            now=world.now,
        )
    assert offer.needs_pin
    assert world.authorise(asked.payment, "anna").payment.state is PaymentState.PAID


def test_a_payer_who_was_asked_has_until_the_payment_expires(world: World) -> None:
    asked = world.collect(9_000, "li-wei")
    world.wait(3 * MINUTE - 1)
    assert world.authorise(asked.payment, "li-wei").payment.state is PaymentState.PAID


def test_many_small_sums_in_a_day_are_asked_about_too(world: World) -> None:
    states = [world.collect(5_000, "anna").payment.state for _ in range(4)]
    assert states == [PaymentState.PAID] * 3 + [PaymentState.AUTHORISING]
    world.wait(24 * 60 * MINUTE)
    assert world.collect(1_000, "anna").payment.state is PaymentState.PAID


def test_the_same_request_again_is_the_same_answer_though_the_code_is_used(world: World) -> None:
    request, code = consumer_request(world, 1295), world.shown_code("li-wei")
    paid = world.pay_with_code(request, code)
    before = state_of(world.store)
    world.wait(5 * MINUTE)
    assert world.pay_with_code(request, code) == paid
    assert state_of(world.store) == before


def test_an_order_number_can_not_stand_for_another_payment_by_code(world: World) -> None:
    request = consumer_request(world, 1295)
    world.pay_with_code(request, world.shown_code("li-wei"))
    other = replace(consumer_request(world, 1), merchant_order_no=request.merchant_order_no)
    code = world.shown_code("anna")
    with refused(world, OrderNumberReused):
        world.pay_with_code(other, code)


def test_a_code_pays_once(world: World) -> None:
    code = world.shown_code("li-wei")
    world.pay_with_code(consumer_request(world, 100), code)
    with refused(world, PaymentAuthCodeInvalid):
        world.pay_with_code(consumer_request(world, 100), code)


def test_a_code_pays_once_even_at_two_shops(world: World) -> None:
    code = world.shown_code("li-wei")
    world.pay_with_code(consumer_request(world, 100, SHOP), code)
    with refused(world, PaymentAuthCodeInvalid):
        world.pay_with_code(consumer_request(world, 100, KIOSK), code)


@pytest.mark.parametrize(("age_ms", "good"), [(60 * SECOND + 14_999, True), (75 * SECOND, False)])
def test_a_code_is_good_for_its_minute_and_a_little_longer(
    world: World,
    age_ms: int,
    good: bool,  # noqa: FBT001
) -> None:
    code = world.shown_code("li-wei")
    world.wait(age_ms)
    if good:
        assert world.pay_with_code(consumer_request(world, 100), code).payment.paid_at
    else:
        with refused(world, PaymentAuthCodeInvalid):
            world.pay_with_code(consumer_request(world, 100), code)


def _wrong_proof(world: World) -> str:
    code = world.shown_code("li-wei")
    return code[:-1] + str((int(code[-1]) + 1) % 10)


def _used(world: World) -> str:
    code = world.shown_code("li-wei")
    world.pay_with_code(consumer_request(world, 100), code)
    return code


def _expired(world: World) -> str:
    code = world.shown_code("li-wei")
    world.wait(2 * MINUTE)
    return code


def _of_a_lost_phone(world: World) -> str:
    code = world.shown_code("li-wei")
    with world.store.transaction() as books:
        keys.revoke(books, key_id=world.wallets["li-wei"].key.public.key_id)
    return code


@pytest.mark.parametrize(
    "bad",
    [lambda _: "990000000000000000", _wrong_proof, _used, _expired, _of_a_lost_phone],
    ids=["unknown", "wrong proof", "used", "expired", "lost phone"],
)
def test_whatever_is_wrong_with_a_code_the_answer_is_the_same(world: World, bad: object) -> None:
    assert callable(bad)
    code = bad(world)
    request = consumer_request(world, 100)
    with pytest.raises(PaymentAuthCodeInvalid) as raised:
        world.pay_with_code(request, code)
    assert str(raised.value) == PaymentAuthCodeInvalid.title()
    assert raised.value.detail == ""


@pytest.mark.parametrize(
    "text", ["", "9" * 17, "99" + "0" * 17, "99０000000000000000", "hello", "98" + "0" * 16]
)
def test_what_can_not_be_a_code_is_told_so(world: World, text: str) -> None:
    with refused(world, AuthCodeFormat):
        world.pay_with_code(consumer_request(world, 100), text)


def test_without_funds_nothing_happens_and_the_code_is_still_good(world: World) -> None:
    code = world.shown_code("chen-jing")
    with refused(world, NotEnoughFunds):
        world.pay_with_code(consumer_request(world, 1295), code)
    assert world.pay_with_code(consumer_request(world, 500), code).payment.paid_at == world.now


def test_a_request_for_a_code_on_the_shops_screen_can_not_take_a_payment_code(
    world: World,
) -> None:
    code = world.shown_code("li-wei")
    with refused(world, FieldFormat):
        world.pay_with_code(world.new_request(100), code)


def test_whoever_is_blocked_neither_pays_nor_collects(world: World) -> None:
    code = world.shown_code("li-wei")
    with world.store.transaction() as books:
        register.set_payer_status(
            books, payer_id=world.payer_id("li-wei"), status=PartyStatus.BLOCKED
        )
        register.set_merchant_status(books, merchant_id=KIOSK, status=PartyStatus.BLOCKED)
    with refused(world, PayerBlocked):
        world.pay_with_code(consumer_request(world, 100), code)
    with refused(world, MerchantBlocked):
        world.pay_with_code(consumer_request(world, 100, KIOSK), code)


def test_a_payment_by_code_can_not_be_claimed_by_somebody_else(world: World) -> None:
    asked = world.collect(9_000, "anna")
    with refused(world, OrderState):
        world.release(asked.payment, "anna")


# --- Guessing ---------------------------------------------------------------------------------


def guess(world: World, merchant_id: str = SHOP, code: str = "990000000000000000") -> str:
    return world.guess(code, merchant_id)


def test_the_twenty_first_wrong_code_in_a_minute_is_one_too_many(world: World) -> None:
    good = world.shown_code("li-wei")
    assert {guess(world) for _ in range(20)} == {"PAYMENT_AUTH_CODE_INVALID"}
    with refused(world, TooManyAttempts):
        guess(world)
    with refused(world, TooManyAttempts):
        guess(world, code=good)
    assert TooManyAttempts.retry_after_s == 60


def test_a_merchant_that_guesses_does_not_stop_another(world: World) -> None:
    for _ in range(20):
        guess(world, SHOP)
    code = world.shown_code("li-wei")
    assert guess(world, KIOSK, code) == "PAID"


def test_after_a_minute_a_merchant_may_try_again(world: World) -> None:
    for _ in range(20):
        guess(world)
    world.wait(MINUTE)
    assert guess(world, code=world.shown_code("li-wei")) == "PAID"


def _guess_at_the_proof_of(world: World, code: str, merchant_id: str) -> str:
    wrong = code[:-1] + str((int(code[-1]) + 1) % 10)
    return guess(world, merchant_id, wrong)


def test_a_handle_takes_five_wrong_proofs_from_all_merchants_together(world: World) -> None:
    first, second = world.shown_code("li-wei"), world.shown_code("anna")
    for merchant_id in (SHOP, KIOSK, SHOP, KIOSK):
        _guess_at_the_proof_of(world, first, merchant_id)
        _guess_at_the_proof_of(world, second, merchant_id)
    _guess_at_the_proof_of(world, second, SHOP)
    assert guess(world, code=first) == "PAID"
    assert guess(world, code=second) == "PAYMENT_AUTH_CODE_INVALID"


def test_a_handle_that_was_guessed_at_is_good_again_after_an_hour_of_peace(world: World) -> None:
    code = world.shown_code("li-wei")
    for _ in range(5):
        _guess_at_the_proof_of(world, code, KIOSK)
    world.wait(HOUR - 1)
    assert guess(world, code=world.shown_code("li-wei")) == "PAYMENT_AUTH_CODE_INVALID"
    world.wait(HOUR)
    assert guess(world, code=world.shown_code("li-wei")) == "PAID"


def test_other_refusals_are_no_guesses(world: World) -> None:
    for _ in range(25):
        assert guess(world, code=_code_without_funds(world)) == "NOT_ENOUGH_FUNDS"


def _code_without_funds(world: World) -> str:
    if "penniless" not in world.wallets:
        world.wallets["penniless"] = world.add_payer("penniless", "EUR", 0)
    return world.shown_code("penniless")


# --- Handles ----------------------------------------------------------------------------------


def test_a_pool_is_filled_up_to_twenty_and_not_beyond(world: World) -> None:
    first = world.handles("li-wei")
    assert len(first) == payment_code.POOL_SIZE
    assert world.handles("li-wei") == first
    world.collect(100, "li-wei")
    second = world.handles("li-wei")
    assert len(second) == payment_code.POOL_SIZE
    assert len(set(first) & set(second)) == payment_code.POOL_SIZE - 1


def test_a_handle_says_nothing_of_its_payer_and_is_nobody_elses(world: World) -> None:
    pools = [set(world.handles(name)) for name in ("li-wei", "anna", "yuki")]
    assert len(set.union(*pools)) == 3 * payment_code.POOL_SIZE
    assert all(handle.isdecimal() and len(handle) == 10 for pool in pools for handle in pool)


def test_a_drawn_handle_that_is_taken_is_drawn_again(world: World) -> None:
    taken = world.handles("anna")[0]
    draws = iter([taken, taken, *(f"{number:010d}" for number in range(40))])
    device = world.wallets["yuki"].device
    with world.store.transaction() as books:
        pool = payment_codes.issue_handles(
            books,
            device=device,
            entropy=lambda _: int(next(draws)).to_bytes(12, "big"),
            now=world.now,
        )
    assert [handle.handle for handle in pool] == [f"{number:010d}" for number in range(20)]


def test_a_used_handle_remembers_its_payment(world: World) -> None:
    paid = world.collect(100, "li-wei")
    used = world.sqlite.query(CodeHandle, "SELECT * FROM code_handle WHERE state = 'USED'")
    assert [(row.state, row.payment_id) for row in used] == [
        (PaymentCodeState.USED, paid.payment.payment_id)
    ]
