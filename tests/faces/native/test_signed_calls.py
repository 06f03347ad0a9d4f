"""Who called: every way a signature can be missing, wrong, old or used twice (RFC 9421)."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace

import pytest

from ledger.core.parties import keys
from ledger.core.parties.register import set_payer_status
from ledger.core.records.parties import PartyStatus
from ledger.faces.native.route import Route
from ledger.protocol.errors.trust import ResponseSignatureInvalid, ResponseSignatureMissing
from ledger.protocol.identifiers import PayerId
from ledger.protocol.instants import DAY, MINUTE, SECOND, Instant, later
from ledger.protocol.native_api import Caller
from ledger.protocol.signing import Algorithm
from ledger.protocol.signing.http_messages import verify_response
from tests.faces.native.examples import SIGNED, example, name_of
from tests.faces.native.http_world import NOON, HttpWorld, enrolment, seeded_key
from tests.faces.native.untouched import untouched
from tests.faces.native.wire import Party, Request


@pytest.mark.parametrize("route", SIGNED, ids=name_of)
def test_an_unsigned_call_of_a_signed_operation_is_refused(
    refusing_world: HttpWorld, route: Route
) -> None:
    call = example(route)
    headers = {"Content-Type": "application/json", "Idempotency-Key": "a"}
    with untouched(refusing_world.store):
        answer = refusing_world.line.send(Request(call.method, call.path, headers, call.body))
    assert answer.said == (401, "SIGNATURE_MISSING")
    assert answer.headers["www-authenticate"] == 'Signature realm="ledger"'


@pytest.mark.parametrize("route", SIGNED, ids=name_of)
def test_an_operation_is_for_its_own_party_only(refusing_world: HttpWorld, route: Route) -> None:
    others: dict[Caller, list[Party]] = {
        Caller.MERCHANT: [refusing_world.wallet("anna")],
        Caller.PAYER: [refusing_world.shop],
        Caller.MERCHANT_OR_PAYER: [],
    }
    operator = Party(refusing_world.line, refusing_world.ledger.provider.signing_key)
    call = example(route)
    for party in [operator, *others[route.operation.caller]]:
        key = "k1" if call.method == "POST" else None
        signed = party.signed(call.method, call.path, call.body, idempotency_key=key)
        with untouched(refusing_world.store):
            assert refusing_world.line.send(signed).said == (403, "ROLE_NOT_ALLOWED")


def payment_call(world: HttpWorld, at: Instant | None = None) -> Request:
    """A till's call that would succeed."""
    body = json.dumps({"request": world.shop.seal(world.shop.request(1295))}).encode()
    return world.shop.signed("POST", "/v1/payments", body, idempotency_key="k1", at=at)


def test_a_signed_call_is_good_once(world: HttpWorld) -> None:
    call = payment_call(world)
    assert world.line.send(call).status == 201
    with untouched(world.store):
        assert world.line.send(call).said == (401, "NONCE_REPLAY")


def test_a_retry_has_a_new_nonce_and_the_same_idempotency_key(world: HttpWorld) -> None:
    call = payment_call(world)
    first = world.line.send(call)
    retry = world.shop.signed("POST", "/v1/payments", call.body, idempotency_key="k1")
    assert world.line.send(retry).body == first.body


def test_a_question_can_not_be_replayed_either(world: HttpWorld) -> None:
    call = world.wallet("anna").signed("GET", "/v1/me")
    assert world.line.send(call).status == 200
    assert world.line.send(call).said == (401, "NONCE_REPLAY")


def test_a_refund_refused_today_can_not_be_replayed_when_it_would_succeed(
    world: HttpWorld,
) -> None:
    shop, anna = world.shop, world.wallet("anna")
    request = shop.request(1295)
    body = json.dumps({"merchant_refund_no": "R1", "amount_minor": 100, "currency": "EUR"})
    address = f"/v1/payments/pay_{request.request_id}/refunds"
    call = shop.signed("POST", address, body.encode(), idempotency_key="k1")
    assert world.line.send(call).said == (404, "ORDER_NOT_FOUND")
    made = shop.post("/v1/payments", {"request": shop.seal(request)}).json["payment"]
    anna.pay(shop, made)

    with untouched(world.store):
        assert world.line.send(call).said == (401, "NONCE_REPLAY")


def test_a_decision_against_a_caller_can_not_be_replayed_either(world: HttpWorld) -> None:
    chen_jing, shop = world.wallet("chen-jing"), world.shop
    payment = shop.ask(1295)
    blocked = PayerId(chen_jing.payer["payer_id"])
    with world.store.transaction() as books:
        set_payer_status(books, payer_id=blocked, status=PartyStatus.BLOCKED)
    claim = json.dumps({"code": shop.code(payment)}).encode()
    address = f"/v1/payments/{payment['payment_id']}/claim"
    call = chen_jing.signed("POST", address, claim, idempotency_key="k1")
    assert world.line.send(call).said == (403, "PAYER_BLOCKED")
    with world.store.transaction() as books:
        set_payer_status(books, payer_id=blocked, status=PartyStatus.ACTIVE)

    assert world.line.send(call).said == (401, "NONCE_REPLAY")


@pytest.mark.parametrize("skew_s", [-301, 301, 3600])
def test_a_signature_301_seconds_off_is_refused(world: HttpWorld, skew_s: int) -> None:
    call = payment_call(world, at=later(NOON, skew_s * SECOND))
    with untouched(world.store):
        assert world.line.send(call).said == (401, "TIMESTAMP_SKEW")


@pytest.mark.parametrize("skew_s", [-300, 0, 300])
def test_a_signature_300_seconds_off_is_taken(world: HttpWorld, skew_s: int) -> None:
    assert world.line.send(payment_call(world, at=later(NOON, skew_s * SECOND))).status == 201


def test_a_nonce_is_remembered_for_as_long_as_its_signature_could_be_accepted(
    world: HttpWorld,
) -> None:
    call = world.shop.signed("GET", "/v1/payments?merchant_order_no=a", at=later(NOON, 300_000))
    assert world.line.send(call).status == 200
    world.clock.advance(10 * MINUTE)
    world.ledger.sweeper.sweep()
    assert world.line.send(call).said == (401, "NONCE_REPLAY")
    world.clock.advance(1 * SECOND)
    assert world.line.send(call).said == (401, "TIMESTAMP_SKEW")


def test_a_clock_that_is_set_back_does_not_open_a_gap(world: HttpWorld) -> None:
    call = world.shop.signed("GET", "/v1/payments?merchant_order_no=a")
    assert world.line.send(call).status == 200
    world.clock.advance(4 * MINUTE)
    world.ledger.sweeper.sweep()
    world.clock.set(NOON)
    assert world.line.send(call).said == (401, "NONCE_REPLAY")


Alteration = Callable[[Request], Request]

ALTERATIONS: dict[str, tuple[Alteration, str]] = {
    "another body": (lambda call: replace(call, body=b"{}"), "DIGEST_MISMATCH"),
    "another address": (lambda call: replace(call, path="/v1/stickers/claim"), "SIGNATURE_INVALID"),
    "another idempotency key": (
        lambda call: call.having(Idempotency_Key="k2"),
        "SIGNATURE_INVALID",
    ),
    "another digest": (
        lambda call: call.having(Content_Digest="sha-256=:" + "A" * 43 + "=:"),
        "DIGEST_MISMATCH",
    ),
    "no digest": (lambda call: call.without("Content-Digest"), "DIGEST_MISMATCH"),
    "another host": (lambda call: call.having(Host="other.test"), "SIGNATURE_INVALID"),
    "no signature": (lambda call: call.without("Signature"), "SIGNATURE_MISSING"),
    "no signature input": (lambda call: call.without("Signature-Input"), "SIGNATURE_MISSING"),
}


@pytest.mark.parametrize("alteration", ALTERATIONS)
def test_an_altered_call_is_refused(refusing_world: HttpWorld, alteration: str) -> None:
    alter, code = ALTERATIONS[alteration]
    call = alter(payment_call(refusing_world))
    with untouched(refusing_world.store):
        response = refusing_world.line.receive(call)
    assert (response.status, json.loads(response.body)["code"]) == (401, code)


@pytest.mark.parametrize("covered", ['"@method"', '"@target-uri"', '"content-digest"',
                                     '"idempotency-key"'])  # fmt: skip
def test_a_signature_over_less_is_none(refusing_world: HttpWorld, covered: str) -> None:
    call = payment_call(refusing_world)
    less = call.headers["Signature-Input"].replace(f" {covered}", "").replace(f"{covered} ", "")
    assert refusing_world.line.send(call.having(Signature_Input=less)).said == (
        401,
        "SIGNATURE_MISSING",
    )


@pytest.mark.parametrize("alg", ["none", "hmac-sha256", "rsa-v1_5-sha256", "ecdsa-p256-sha256"])
def test_another_algorithm_than_the_keys_is_refused(refusing_world: HttpWorld, alg: str) -> None:
    call = payment_call(refusing_world)
    claimed = call.headers["Signature-Input"] + f';alg="{alg}"'
    with untouched(refusing_world.store):
        answer = refusing_world.line.send(call.having(Signature_Input=claimed))
    assert answer.said == (401, "ALG_MISMATCH")


def test_a_key_that_is_not_registered_is_unknown(world: HttpWorld) -> None:
    stranger = Party(world.line, seeded_key("stranger"))
    assert stranger.get("/v1/me").said == (401, "KEY_UNKNOWN")


def test_a_retired_a_revoked_and_an_expired_key_are_refused(world: HttpWorld) -> None:
    shop, kiosk, anna = world.shop, world.kiosk, world.wallet("anna")
    with world.store.transaction() as books:
        keys.retire(books, key_id=shop.key.public.key_id, now=NOON)
        keys.revoke(books, key_id=kiosk.key.public.key_id)
    assert shop.get("/v1/payments?merchant_order_no=a").said == (401, "KEY_EXPIRED")
    assert kiosk.get("/v1/payments?merchant_order_no=a").said == (401, "KEY_REVOKED")
    world.clock.advance(5 * 365 * DAY)
    # The ledger's own key is as old, so its answer proves nothing any more.
    late = world.line.receive(anna.signed("GET", "/v1/me"))
    assert json.loads(late.body)["code"] == "KEY_EXPIRED"


@pytest.mark.parametrize(
    ("algorithm", "public_key", "said"),
    [
        ("Ed25519", "AQ" + "A" * 41, (422, "WEAK_KEY")),  # the identity: y = 1
        ("Ed25519", "A" * 43, (422, "WEAK_KEY")),  # y = 0, order 4
        ("P-256", "BA" + "A" * 84 + "E", (422, "WEAK_KEY")),  # off the curve
        ("Ed25519", "AAAA", (400, "KEY_FORMAT")),
        ("Ed25519", "A" * 42 + "B", (400, "KEY_FORMAT")),  # not canonical base64url
        ("P-256", "A" * 43, (400, "KEY_FORMAT")),
        ("RS256", "A" * 43, (400, "FIELD_FORMAT")),
    ],
)
@pytest.mark.parametrize("path", ["/v1/enrolments", "/v1/devices"])
def test_a_weak_or_malformed_key_is_not_let_in(
    world: HttpWorld, path: str, algorithm: str, public_key: str, said: tuple[int, str]
) -> None:
    token = "demo-till-T01" if path == "/v1/enrolments" else "demo-wallet-anna"
    body = {"token": token, "algorithm": algorithm, "public_key": public_key}
    with untouched(world.store):
        assert world.line.post_unsigned(path, body).said == said


def test_a_key_has_one_owner(world: HttpWorld) -> None:
    body = enrolment("demo-kiosk-T01", world.shop.key)
    with untouched(world.store):
        assert world.line.post_unsigned("/v1/enrolments", body).said == (
            409,
            "KEY_ALREADY_REGISTERED",
        )


def test_a_token_is_good_for_its_own_kind_only(world: HttpWorld) -> None:
    key = seeded_key("fresh", Algorithm.ED25519)
    for path, token in (("/v1/devices", "demo-till-T02"), ("/v1/enrolments", "demo-wallet-yuki")):
        with untouched(world.store):
            answer = world.line.post_unsigned(path, enrolment(token, key))
        assert answer.said == (403, "ENROLMENT_TOKEN_INVALID")


def test_an_answer_without_its_signature_is_noticed(world: HttpWorld) -> None:
    call = world.wallet("anna").signed("GET", "/v1/me")
    response = world.line.receive(call)
    for stripped in ("signature", "signature-input"):
        headers = {name: value for name, value in response.headers.items() if name != stripped}
        with pytest.raises(ResponseSignatureMissing):
            _verify(world, call, response.status, response.body, headers)
    with pytest.raises(ResponseSignatureInvalid):
        _verify(world, call, response.status, response.body + b" ", dict(response.headers))
    with pytest.raises(ResponseSignatureInvalid):
        _verify(world, call, 201, response.body, dict(response.headers))


def test_an_answer_to_another_call_does_not_fit(world: HttpWorld) -> None:
    anna = world.wallet("anna")
    call, other = anna.signed("GET", "/v1/me"), anna.signed("GET", "/v1/me")
    answer_to_other = world.line.receive(other)
    with pytest.raises(ResponseSignatureInvalid):
        _verify(world, call, 200, answer_to_other.body, dict(answer_to_other.headers))


def _verify(
    world: HttpWorld, call: Request, status: int, body: bytes, headers: dict[str, str]
) -> None:
    verify_response(
        status,
        body,
        headers,
        request_signature=call.headers["Signature"],
        directory=world.line.directory,
        now=world.clock.now(),
    )
