"""A call is signed, its answer believed only under the provider's signature over this very call."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping

import pytest

from ledger.kit.transport import Response, Stream
from ledger.kit.transport.wsgi_transport import WsgiTransport
from ledger.protocol import native_api, native_wire
from ledger.protocol.errors import Conflict, OutcomeUnknown, QrpayError
from ledger.protocol.errors.checkout import IdempotencyKeyMissing, OrderAlreadyPaid
from ledger.protocol.errors.content import IdentifierFormat
from ledger.protocol.errors.service import InvariantBroken, ServiceUnavailable
from ledger.protocol.errors.trust import (
    AnswerLost,
    ResponseSignatureInvalid,
    ResponseSignatureMissing,
)
from ledger.protocol.identifiers import PaymentId
from ledger.protocol.lifecycle import PaymentState
from ledger.protocol.signing import PrivateKey
from ledger.protocol.signing.http_messages import sign_response
from tests.client.stub_ledger import (
    MERCHANT_KEY,
    NOW,
    ORIGIN,
    REVOKED_KEY,
    Answer,
    StubLedger,
    client_over,
)

PAYMENT_ID = PaymentId("pay_01M803NG4V00000000000000")
PAYMENT: dict[str, object] = {
    "payment_id": PAYMENT_ID,
    "merchant_id": "M2088DEMO000001",
    "terminal_id": "T01",
    "merchant_order_no": "K1-0001",
    "amount_minor": 1295,
    "currency": "EUR",
    "state": "AWAITING_PAYER",
    "next_actor": "payer",
    "presented": "merchant",
    "subject": "Order K1-0001",
    "created_at": "2026-11-21T22:29:40.123Z",
    "expires_at": "2026-11-21T22:34:40.123Z",
    "paid_at": None,
    "refunded_minor": 0,
}
PAID = PAYMENT | {"state": "PAID", "next_actor": "nobody"}


def answer(body: object, status: int = 200) -> Answer:
    return Answer(status, json.dumps(body).encode())


def problem(code: str, status: int, detail: str = "") -> Answer:
    return answer(
        {"code": code, "status": status, "detail": detail, "title": "", "type": ""}, status
    )


def ask_how_it_stands(ledger: StubLedger) -> native_wire.PaymentView:
    return ledger.client().call(native_api.GET_PAYMENT, payment_id=PAYMENT_ID)


# --- What is asked ------------------------------------------------------------------------------


def test_an_answer_comes_back_as_the_record_that_the_operation_promises() -> None:
    view = ask_how_it_stands(StubLedger([answer(PAYMENT)]))
    assert view.state is PaymentState.AWAITING_PAYER
    assert str(view.amount) == "12.95 EUR"


def test_an_answer_may_have_members_that_this_version_does_not_know() -> None:
    assert ask_how_it_stands(StubLedger([answer(PAYMENT | {"tip_minor": 0})])).refunded_minor == 0


def test_every_request_is_signed_over_its_address_and_body_under_a_nonce_of_its_own() -> None:
    ledger = StubLedger([answer({"payments": [PAYMENT]}), answer(PAID)])  # verifies what it is sent
    client = ledger.client()
    found = client.call(native_api.FIND_PAYMENTS, query={"merchant_order_no": "K|1*"})
    client.call(
        native_api.CLOSE_PAYMENT,
        native_wire.Nothing(),
        payment_id=PAYMENT_ID,
        idempotency_key="close-1",
    )
    assert [payment.payment_id for payment in found.payments] == [PAYMENT_ID]
    first, second = ledger.seen
    assert first.target_uri == f"{ORIGIN}/v1/payments?merchant_order_no=K%7C1%2A"
    assert second.target_uri == f"{ORIGIN}/v1/payments/{PAYMENT_ID}/close"
    assert (second.method, second.body) == ("POST", b"{}")
    assert second.headers["Idempotency-Key"] == "close-1"
    assert second.headers["Content-Type"] == "application/json"
    assert first.headers["Signature-Input"] != second.headers["Signature-Input"]


def test_a_change_without_an_idempotency_key_is_not_sent() -> None:
    ledger = StubLedger()
    body = native_wire.Nothing()
    with pytest.raises(IdempotencyKeyMissing):
        ledger.client().call(
            native_api.CLOSE_PAYMENT, body, payment_id=PAYMENT_ID, idempotency_key=""
        )
    assert ledger.seen == []


@pytest.mark.parametrize("payment_id", ["", "../me", "a/b", "a?b", "a%2Fb", "ä", "x" * 65])
def test_what_can_not_be_an_identifier_is_not_put_into_an_address(payment_id: str) -> None:
    ledger = StubLedger()
    with pytest.raises(IdentifierFormat):
        ledger.client().call(native_api.GET_PAYMENT, payment_id=payment_id)
    assert ledger.seen == []


def test_a_stranger_asks_unsigned_what_anybody_may_and_nothing_else() -> None:
    ledger = StubLedger([answer({"keys": []})])
    stranger = ledger.client(key=None)
    assert stranger.ask(native_api.GET_KEYS).keys == []
    assert "Signature" not in ledger.seen[0].headers
    with pytest.raises(InvariantBroken):
        stranger.call(native_api.GET_ME)


# --- What is answered ---------------------------------------------------------------------------


def without(name: str) -> Callable[[Answer], Answer]:
    return lambda answer: answer.with_header(name)


def twice(name: str) -> Callable[[Answer], Answer]:
    return lambda answer: answer.with_header(name, answer.header(name), answer.header(name))


def edited(name: str, old: str, new: str) -> Callable[[Answer], Answer]:
    return lambda answer: answer.with_header(name, answer.header(name).replace(old, new, 1))


def saying(body: object, status: int = 200) -> Callable[[Answer], Answer]:
    return lambda genuine: Answer(status, json.dumps(body).encode(), genuine.headers)


@pytest.mark.parametrize(
    "tamper",
    [
        pytest.param(without("Signature"), id="no signature"),
        pytest.param(without("Signature-Input"), id="no signature input"),
        pytest.param(lambda answer: Answer(answer.status, answer.body), id="no headers at all"),
        pytest.param(edited("Signature-Input", ' "content-digest"', ""), id="body not covered"),
        pytest.param(edited("Signature-Input", '"@status" ', ""), id="status not covered"),
        pytest.param(edited("Signature-Input", ' "signature";req', ""), id="request not covered"),
        pytest.param(edited("Signature-Input", 'tag="qrpay"', 'tag="other"'), id="other purpose"),
    ],
)
def test_an_answer_without_a_signature_over_all_of_it_proves_nothing(
    tamper: Callable[[Answer], Answer],
) -> None:
    with pytest.raises(ResponseSignatureMissing):
        ask_how_it_stands(StubLedger([answer(PAYMENT)], tamper))


@pytest.mark.parametrize(
    "tamper",
    [
        pytest.param(saying(PAID), id="body edited"),
        pytest.param(saying(PAYMENT, status=201), id="status edited"),
        pytest.param(without("Content-Digest"), id="no digest"),
        pytest.param(edited("Content-Digest", "sha-256", "sha-512"), id="other digest"),
        pytest.param(edited("Signature", ":", ":AAAA"), id="signature edited"),
        pytest.param(edited("Signature-Input", "created=1", "created=2"), id="time edited"),
        pytest.param(twice("Signature"), id="signature twice"),
        pytest.param(twice("Signature-Input"), id="signature input twice"),
        pytest.param(twice("Content-Digest"), id="digest twice"),
    ],
)
def test_an_answer_that_was_changed_on_the_way_proves_nothing(
    tamper: Callable[[Answer], Answer],
) -> None:
    with pytest.raises(ResponseSignatureInvalid):
        ask_how_it_stands(StubLedger([answer(PAYMENT)], tamper))


def test_a_changed_body_with_a_fitting_digest_proves_nothing() -> None:
    def tamper(genuine: Answer) -> Answer:
        body = json.dumps(PAID).encode()
        forged = sign_response(
            200, body, request_signature=genuine.header("Signature"), key=MERCHANT_KEY, now=NOW
        )
        changed = Answer(200, body, genuine.headers)
        return changed.with_header("Content-Digest", forged["Content-Digest"])

    with pytest.raises(ResponseSignatureInvalid):
        ask_how_it_stands(StubLedger([answer(PAYMENT)], tamper))


@pytest.mark.parametrize("key", [MERCHANT_KEY, REVOKED_KEY], ids=["a merchant's", "a revoked"])
def test_only_a_good_key_of_the_provider_can_answer(key: PrivateKey) -> None:
    with pytest.raises(ResponseSignatureInvalid):
        ask_how_it_stands(StubLedger([answer(PAYMENT)], key=key))


def test_the_genuine_answer_to_another_request_proves_nothing() -> None:
    ledger = StubLedger([answer(PAYMENT), answer(PAID)])
    client = ledger.client()
    client.call(native_api.GET_PAYMENT, payment_id=PAYMENT_ID)
    ledger.tamper = lambda _: ledger.sent[0]
    with pytest.raises(ResponseSignatureInvalid):
        client.call(native_api.GET_PAYMENT, payment_id=PAYMENT_ID)


def test_the_same_request_sent_twice_has_two_answers_that_can_not_be_swapped() -> None:
    ledger = StubLedger([answer(PAYMENT)] * 2)
    client = ledger.client()
    for _ in range(2):
        client.call(native_api.GET_PAYMENT, payment_id=PAYMENT_ID)
    assert ledger.sent[0].body == ledger.sent[1].body
    assert ledger.sent[0].header("Signature") != ledger.sent[1].header("Signature")


@pytest.mark.parametrize(
    "body",
    [
        b"<html>maintenance</html>",
        b"",
        b"[]",
        b'{"payment_id": "pay_1"}',
        json.dumps(PAYMENT | {"amount_minor": "1295"}).encode(),
        json.dumps(PAYMENT | {"state": "SOLD"}).encode(),
        json.dumps(PAYMENT).encode()[:-1] + b', "state": "PAID"}',
    ],
)
def test_signed_nonsense_leaves_the_outcome_unknown(body: bytes) -> None:
    with pytest.raises(AnswerLost):
        ask_how_it_stands(StubLedger([Answer(200, body)]))


# --- Refusals -----------------------------------------------------------------------------------


def test_a_signed_refusal_is_raised_as_the_rule_it_names() -> None:
    with pytest.raises(OrderAlreadyPaid) as caught:
        ask_how_it_stands(StubLedger([problem("ORDER_ALREADY_PAID", 409, "at 22:30")]))
    assert caught.value.detail == "at 22:30"


def test_a_rule_this_version_does_not_know_is_still_a_refusal() -> None:
    with pytest.raises(Conflict, match="MOON_IN_WRONG_PHASE"):
        ask_how_it_stands(StubLedger([problem("MOON_IN_WRONG_PHASE", 409)]))


def test_an_unsigned_refusal_refuses_nothing() -> None:
    ledger = StubLedger(
        [problem("ORDER_NOT_FOUND", 404)], lambda answer: Answer(answer.status, answer.body)
    )
    with pytest.raises(OutcomeUnknown):
        ask_how_it_stands(ledger)


# --- Nothing came back --------------------------------------------------------------------------


class FailingTransport:
    """A network that does what is asked and then fails."""

    def __init__(self, inner: WsgiTransport, error: QrpayError) -> None:
        self._inner = inner
        self._error = error

    def request(self, method: str, url: str, headers: Mapping[str, str], body: bytes) -> Response:
        self._inner.request(method, url, headers, body)
        raise self._error

    def stream(self, url: str, headers: Mapping[str, str]) -> Stream:
        del url, headers
        raise self._error


def test_a_lost_answer_is_told_and_the_request_is_not_repeated() -> None:
    ledger = StubLedger([answer(PAYMENT)] * 2)
    client = client_over(FailingTransport(WsgiTransport({ORIGIN: ledger.app()}), AnswerLost("cut")))
    with pytest.raises(AnswerLost):
        client.call(native_api.GET_PAYMENT, payment_id=PAYMENT_ID)
    assert len(ledger.seen) == 1


def test_a_provider_that_can_not_be_reached_did_nothing() -> None:
    with pytest.raises(ServiceUnavailable):
        client_over(WsgiTransport({})).call(native_api.GET_PAYMENT, payment_id=PAYMENT_ID)
