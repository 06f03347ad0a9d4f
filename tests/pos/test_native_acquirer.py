"""Whatever the provider's SDK answers or raises becomes one of the events that the till knows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, cast

import pytest

from ledger.client import SchemeClient
from ledger.protocol import messages, native_api
from ledger.protocol.errors import CallerError, OutcomeUnknown, QrpayError, ServiceError
from ledger.protocol.errors.checkout import (
    MerchantBlocked,
    NotEnoughFunds,
    OrderAlreadyPaid,
    OrderNotFound,
    OrderNotPaid,
    OrderNumberReused,
    OrderState,
    RefundExceedsCaptured,
    TerminalNotFound,
)
from ledger.protocol.errors.codes import PaymentAuthCodeInvalid, TooManyAttempts
from ledger.protocol.errors.service import InvariantBroken, ServiceUnavailable, StorageFull
from ledger.protocol.errors.trust import (
    AnswerLost,
    NonceReplay,
    ResponseSignatureInvalid,
    ResponseSignatureMissing,
    TimestampSkew,
)
from ledger.protocol.identifiers import PaymentId, RefundId
from ledger.protocol.lifecycle import NextActor, PaymentState, RefundState
from ledger.protocol.messages import ReceiptKind
from ledger.protocol.money import Money
from ledger.protocol.native_api import Operation
from ledger.protocol.native_wire import (
    PaymentResult,
    PaymentView,
    Receipts,
    RefundResult,
    RefundView,
    SignedText,
)
from pos.acquirers.intents import Attempt, Profile, Refund
from pos.acquirers.native import NativeAcquirer
from pos.acquirers.port import RefundOutcome, Reply
from pos.collect import EVENT_OF_STATE, Event
from pos.counter import collecting
from pos.counter.desk import Desk
from tests.pos.provider import MiniProvider
from tests.pos.shop import EUR, open_sale

REFUND_ID = RefundId("rfd_01M803NG4V00000000000000")
OTHER_ID = PaymentId("pay_01M803NG4V00000000000000")


class Scripted:
    """An SDK that gives what it is told to, keeps what it was asked, and the acquirer on it."""

    def __init__(self) -> None:
        self.answers: dict[str, Any] = {}
        self.asked: list[tuple[str, str]] = []
        self.acquirer = NativeAcquirer(cast("SchemeClient", self))

    def call(self, operation: Operation[Any, Any], *_: object, **details: str) -> Any:  # noqa: ANN401
        self.asked.append((operation.name, details.get("idempotency_key", "")))
        answer = self.answers[operation.name]
        if isinstance(answer, QrpayError):
            raise answer
        return answer


@pytest.fixture
def client() -> Scripted:
    return Scripted()


@pytest.fixture
def attempt(desk: Desk) -> Attempt:
    sale = collecting.show_code(desk, open_sale(desk).sale_id, Profile.SIGNED)
    return desk.store.attempts.of_sale(sale.sale_id)[0]


@pytest.fixture
def receipt(provider: MiniProvider, attempt: Attempt) -> messages.Signed:
    return provider.seal_receipt(provider.payments[attempt.payment_id], ReceiptKind.PAYMENT)


def view(
    attempt: Attempt, state: PaymentState, amount_minor: int = 1295, discount_minor: int = 0
) -> PaymentView:
    return PaymentView(
        payment_id=attempt.payment_id,
        merchant_id="M2088DEMO000001",
        terminal_id="T01",
        merchant_order_no=attempt.merchant_order_no,
        amount_minor=amount_minor,
        currency="EUR",
        state=state,
        next_actor=NextActor.NOBODY,
        presented="merchant",
        subject="",
        created_at="",
        expires_at="",
        paid_at=None,
        refunded_minor=0,
        discount_minor=discount_minor,
    )


NOTHING_OFF = Money(0, EUR)


Ask = Callable[[NativeAcquirer, Attempt], Reply]

ASKED: dict[str, tuple[Ask, str]] = {
    "request": (lambda acquirer, attempt: acquirer.request(attempt, None), "createPayment"),
    "query": (lambda acquirer, attempt: acquirer.query(attempt), "getPayment"),
    "reverse": (lambda acquirer, attempt: acquirer.reverse(attempt), "reversePayment"),
}

RAISED: list[tuple[QrpayError, Event]] = [
    (OrderNotFound(), Event.NOT_FOUND),
    (TerminalNotFound(), Event.NOT_FOUND),
    (OrderState(), Event.WRONG_STATE),
    (OrderAlreadyPaid(), Event.WRONG_STATE),
    (NotEnoughFunds(), Event.REFUSED),
    (PaymentAuthCodeInvalid(), Event.REFUSED),
    (OrderNumberReused(), Event.REFUSED),
    (MerchantBlocked(), Event.REFUSED),
    (TimestampSkew(), Event.REFUSED),
    (TooManyAttempts(), Event.REFUSED),
    (CallerError(), Event.REFUSED),
    (ServiceUnavailable(), Event.REFUSED),
    (ServiceError(), Event.NO_ANSWER),
    (StorageFull(), Event.NO_ANSWER),
    (InvariantBroken(), Event.NO_ANSWER),
    (OutcomeUnknown(), Event.NO_ANSWER),
    (AnswerLost(), Event.NO_ANSWER),
    (NonceReplay(), Event.NO_ANSWER),
    (ResponseSignatureMissing(), Event.NO_ANSWER),
    (ResponseSignatureInvalid(), Event.NO_ANSWER),
]


@pytest.mark.parametrize("name", ASKED)
@pytest.mark.parametrize(("error", "event"), RAISED, ids=[row[0].code for row in RAISED])
def test_every_error_is_an_event(
    client: Scripted,
    attempt: Attempt,
    name: str,
    error: QrpayError,
    event: Event,
) -> None:
    ask, operation = ASKED[name]
    client.answers[operation] = error
    assert ask(client.acquirer, attempt) == Reply(event, error.code)


@pytest.mark.parametrize("name", ["request", "reverse"])
@pytest.mark.parametrize("state", list(PaymentState))
def test_every_state_is_an_event(
    client: Scripted,
    attempt: Attempt,
    receipt: messages.Signed,
    name: str,
    state: PaymentState,
) -> None:
    ask, operation = ASKED[name]
    text = SignedText.of(receipt)
    client.answers[operation] = PaymentResult(payment=view(attempt, state), receipt=text)
    assert ask(client.acquirer, attempt) == Reply(
        EVENT_OF_STATE[state], "", (receipt,), NOTHING_OFF
    )


@pytest.mark.parametrize("state", list(PaymentState))
def test_receipts_are_fetched_where_money_moved(
    client: Scripted,
    attempt: Attempt,
    receipt: messages.Signed,
    state: PaymentState,
) -> None:
    client.answers["getPayment"] = view(attempt, state)
    client.answers["listReceipts"] = Receipts(receipts=[SignedText.of(receipt)])
    unpaid = {
        PaymentState.AWAITING_PAYER,
        PaymentState.AUTHORISING,
        PaymentState.HELD,
        PaymentState.DECLINED,
        PaymentState.CLOSED,
    }
    expected = () if state in unpaid else (receipt,)
    assert client.acquirer.query(attempt) == Reply(EVENT_OF_STATE[state], "", expected, NOTHING_OFF)


def test_paid_without_its_receipts_is_still_paid(client: Scripted, attempt: Attempt) -> None:
    client.answers["getPayment"] = view(attempt, PaymentState.PAID)
    client.answers["listReceipts"] = AnswerLost()
    assert client.acquirer.query(attempt) == Reply(Event.PAID, discount=NOTHING_OFF)


def test_a_genuine_answer_about_something_else_proves_nothing(
    client: Scripted, attempt: Attempt
) -> None:
    other = replace(attempt, merchant_order_no="OTHER")
    for wrong in (
        view(other, PaymentState.PAID),
        view(replace(attempt, payment_id=OTHER_ID), PaymentState.PAID),
        view(attempt, PaymentState.PAID, 1294),
        view(attempt, PaymentState.REVERSED, 1294),
        view(attempt, PaymentState.PAID, 0),
        view(attempt, PaymentState.PAID, discount_minor=1296),
    ):
        client.answers["reversePayment"] = PaymentResult(payment=wrong, receipt=None)
        assert client.acquirer.reverse(attempt) == Reply(Event.NO_ANSWER, "ANSWER_DIFFERS")


def test_what_the_shops_own_coupon_took_off_comes_with_the_answer(
    client: Scripted, attempt: Attempt
) -> None:
    paid = view(attempt, PaymentState.PAID, discount_minor=200)
    client.answers["createPayment"] = PaymentResult(payment=paid, receipt=None)
    assert client.acquirer.request(attempt, None).discount == Money(200, EUR)


def test_what_was_reversed_before_it_was_heard_of_has_no_amount(
    client: Scripted, attempt: Attempt
) -> None:
    buried = view(attempt, PaymentState.REVERSED, 0)
    client.answers["reversePayment"] = PaymentResult(payment=buried, receipt=None)
    assert client.acquirer.reverse(attempt) == Reply(Event.REVERSED, discount=NOTHING_OFF)


def test_the_same_step_goes_out_under_the_same_key(client: Scripted, attempt: Attempt) -> None:
    client.answers = {"createPayment": AnswerLost(), "reversePayment": AnswerLost()}
    for _ in range(2):
        client.acquirer.request(attempt, None)
        client.acquirer.reverse(attempt)
    assert client.asked[:2] == client.asked[2:]
    assert len({key for _, key in client.asked}) == 2
    assert all(key for _, key in client.asked)


def test_a_stickers_payment_is_never_asked_for(client: Scripted, attempt: Attempt) -> None:
    with pytest.raises(InvariantBroken):
        client.acquirer.request(replace(attempt, request=None), None)


@pytest.fixture
def refund(attempt: Attempt) -> Refund:
    return Refund(
        merchant_refund_no="R1",
        sale_id=attempt.sale_id,
        payment_id=attempt.payment_id,
        amount=Money(295, EUR),
        asked_key="",
        state=RefundState.PROCESSING,
        created_at=attempt.created_at,
        due_at=attempt.created_at,
    )


Made = Callable[[Refund, RefundState], RefundResult]


@pytest.fixture
def made(attempt: Attempt, receipt: messages.Signed) -> Made:
    def answer(refund: Refund, state: RefundState) -> RefundResult:
        given = RefundView(
            refund_id=REFUND_ID,
            payment_id=refund.payment_id,
            merchant_refund_no=refund.merchant_refund_no,
            amount_minor=refund.amount.minor_units,
            currency="EUR",
            discount_minor=0,
            fee_minor=0,
            state=state,
            reason=None,
            created_at="",
        )
        paid = view(attempt, PaymentState.PAID)
        return RefundResult(refund=given, payment=paid, receipt=SignedText.of(receipt))

    return answer


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (RefundExceedsCaptured(), RefundOutcome.REFUSED),
        (OrderNotPaid(), RefundOutcome.REFUSED),
        (OrderNotFound(), RefundOutcome.REFUSED),
        (TimestampSkew(), RefundOutcome.NO_ANSWER),
        (TooManyAttempts(), RefundOutcome.NO_ANSWER),
        (ServiceUnavailable(), RefundOutcome.NO_ANSWER),
        (AnswerLost(), RefundOutcome.NO_ANSWER),
        (ResponseSignatureInvalid(), RefundOutcome.NO_ANSWER),
    ],
    ids=lambda value: getattr(value, "code", str(value)),
)
def test_a_refund_ends_only_by_what_is_said_about_the_refund(
    client: Scripted,
    attempt: Attempt,
    refund: Refund,
    error: QrpayError,
    outcome: RefundOutcome,
) -> None:
    client.answers["createRefund"] = error
    reply = client.acquirer.refund(attempt, refund)
    assert (reply.outcome, reply.reason, reply.receipts) == (outcome, error.code, ())


OUTCOMES = {
    RefundState.SUCCEEDED: RefundOutcome.DONE,
    RefundState.FAILED: RefundOutcome.REFUSED,
    RefundState.PROCESSING: RefundOutcome.NO_ANSWER,
}


@pytest.mark.parametrize("state", OUTCOMES)
def test_every_state_of_a_refund_is_an_outcome(
    client: Scripted, attempt: Attempt, refund: Refund, made: Made, state: RefundState
) -> None:
    outcome = OUTCOMES[state]
    answered = client.answers["createRefund"] = made(refund, state)
    reply = client.acquirer.refund(attempt, refund)
    assert (reply.outcome, reply.refund_id) == (outcome, REFUND_ID)
    done = outcome is RefundOutcome.DONE
    assert reply.receipts == ((answered.receipt.sealed,) if done else ())


def test_a_refund_that_is_another_one_proves_nothing(
    client: Scripted, attempt: Attempt, refund: Refund, made: Made
) -> None:
    for other in (replace(refund, merchant_refund_no="R2"), replace(refund, amount=Money(1, EUR))):
        client.answers["createRefund"] = made(other, RefundState.SUCCEEDED)
        reply = client.acquirer.refund(attempt, refund)
        assert (reply.outcome, reply.reason) == (RefundOutcome.NO_ANSWER, "ANSWER_DIFFERS")


def test_the_operations_are_the_published_ones() -> None:
    names = {operation.name for operation in native_api.OPERATIONS}
    assert {operation for _, operation in ASKED.values()} < names
