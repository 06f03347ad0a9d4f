"""A browser's own key: its signed calls are carried, nobody else's, and a consent needs the PIN."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass

import msgspec
import pytest

from ledger.protocol import messages
from ledger.protocol.identifiers import DeviceId, IdSource, Kind, PayerId
from ledger.protocol.native_wire import Offer
from ledger.protocol.signing import Algorithm, PrivateKey, b64url
from ledger.protocol.signing.http_messages import RequestParts, sign_request
from tests.wallet.visiting import Visitor
from tests.wallet.world import LEDGER_URL, Answer, Json, World
from wallet.device.phones import DEMO_PIN
from wallet.review import Shown


@dataclass
class Browser:
    """A page that signs by itself."""

    world: World
    visitor: Visitor
    key: PrivateKey
    told: Json
    ids: IdSource

    def signed(self, method: str, target: str, body: Json = None) -> Json:
        """Sign a call, as ``own/line.js`` does."""
        content = "" if body is None else json.dumps(body)
        headers = {"content-type": "application/json"} if content else {}
        if method == "POST":
            headers["idempotency-key"] = self.ids.body(self.world.clock.now())
        parts = RequestParts(method, LEDGER_URL + target, headers, content.encode())
        nonce = self.ids.body(self.world.clock.now())
        added = sign_request(parts, self.key, now=self.world.clock.now(), nonce=nonce)
        headers |= {name.lower(): value for name, value in added.items()}
        return {"method": method, "target": target, "headers": headers, "body": content}

    def relay(self, call: Json, **confirmation: str) -> Answer:
        """Have a call carried."""
        return self.visitor.post("/api/browser/relay", {**call, **confirmation})

    def claim(self, minor: int) -> Json:
        """Scan a till's link and have it offered."""
        link = self.world.till().link(minor)
        self.relay(self.signed("GET", "/v1/keys"))
        code = self.visitor.post("/api/browser/read", {"text": link}).json
        target = f"/v1/payments/{code['payment_id']}/claim"
        answer = self.relay(self.signed("POST", target, {"code": link})).json
        assert answer["status"] == 200, answer
        return json.loads(answer["body"]) | {"link": link}

    def consent(self, offer: Json) -> Json:
        """Sign the consent to an offer, and the call that brings it."""
        read = read_offer(offer)
        text = read.authorisation(
            authorisation_id=self.ids.new(Kind.AUTHORISATION, self.world.clock.now()),
            payer_id=PayerId(self.told["payer_id"]),
            device_id=DeviceId(self.told["device_id"]),
            now=self.world.clock.now(),
        )
        sealed = messages.seal(text, self.key).to_json()
        target = f"/v1/payments/{read.payment_id}/authorise"
        return self.signed("POST", target, {"authorisation": sealed})


def read_offer(offer: Json) -> Shown:
    """Read an offer as the wallet does."""
    digest = hashlib.sha256(offer["link"].encode()).hexdigest()
    return Shown.of(msgspec.convert(offer, Offer), code_digest=digest)


@pytest.fixture
def browser(world: World) -> Browser:
    key = PrivateKey.from_seed(Algorithm.ED25519, bytes(range(32)))
    visitor = Visitor(world)
    body = {"algorithm": "Ed25519", "public_key": b64url(key.public.raw), "currency": "EUR"}
    answer = visitor.post("/api/browser", body)
    assert answer.status == 201, answer.body
    return Browser(world, visitor, key, answer.json, world.ids)


def test_a_browsers_key_is_let_in_and_its_calls_are_carried(browser: Browser) -> None:
    answer = browser.relay(browser.signed("GET", "/v1/me")).json
    assert answer["status"] == 200
    assert json.loads(answer["body"])["balance_minor"] == 10_000
    assert set(answer["headers"]) == {
        "content-digest",
        "content-type",
        "signature",
        "signature-input",
    }
    assert browser.visitor.get("/api/session").json["kind"] == "browser"


def test_the_service_keeps_neither_the_key_nor_the_secret_of_the_codes(browser: Browser) -> None:
    kept = repr(browser.world.state())
    assert browser.told["code_secret"] not in kept
    assert repr(bytes(range(32)))[2:-1] not in kept
    assert browser.visitor.get("/api/me").problem == (404, "WALLET_NOT_FOUND")


def test_another_wallets_signature_is_not_carried(browser: Browser, world: World) -> None:
    other = Visitor(world)
    key = PrivateKey.from_seed(Algorithm.ED25519, bytes(32))
    body = {"algorithm": "Ed25519", "public_key": b64url(key.public.raw)}
    other.post("/api/browser", body)
    call = browser.signed("GET", "/v1/me")
    sent = len(world.network.sent)
    assert other.post("/api/browser/relay", call).problem == (422, "NOT_RELAYED")
    assert len(world.network.sent) == sent


@pytest.mark.parametrize(
    ("method", "target"),
    [
        ("POST", "/v1/payments"),
        ("POST", "/v1/payments/pay_01M803NG4V00000000000000/refunds"),
        ("POST", "/v1/devices"),
        ("GET", "/v1/events"),
        ("GET", "/health"),
        ("GET", "/v1/me/../keys"),
        ("GET", "//elsewhere.example/v1/me"),
        ("DELETE", "/v1/me"),
    ],
)
def test_only_a_payers_operations_are_carried(browser: Browser, method: str, target: str) -> None:
    call = browser.signed("GET", "/v1/me") | {"method": method, "target": target}
    sent = len(browser.world.network.sent)
    assert browser.relay(call).problem == (422, "NOT_RELAYED")
    assert len(browser.world.network.sent) == sent


def test_a_header_that_no_signature_covers_is_not_carried(browser: Browser) -> None:
    call = browser.signed("GET", "/v1/me")
    call["headers"]["host"] = "elsewhere.example"
    assert browser.relay(call).problem == (422, "NOT_RELAYED")


def test_a_consent_above_the_limit_is_carried_with_the_pin_only(browser: Browser) -> None:
    offer = browser.claim(6000)
    assert offer["needs_pin"]
    call = browser.consent(offer)
    assert browser.relay(call).problem == (400, "FIELD_MISSING")
    assert browser.relay(call, pin="000000").problem == (403, "PIN_WRONG")
    assert browser.world.network.bodies("POST", "/authorise") == []
    assert browser.relay(call, pin=DEMO_PIN).json["status"] == 201


def test_a_consent_below_the_limit_needs_nothing_more(browser: Browser) -> None:
    call = browser.consent(browser.claim(1295))
    answer = browser.relay(call).json
    assert answer["status"] == 201
    assert json.loads(answer["body"])["payment"]["state"] == "PAID"


def test_what_was_never_offered_here_needs_the_pin(browser: Browser) -> None:
    offer = browser.claim(1295)
    browser.world.restart()
    cookie = str(browser.visitor.cookie())
    browser.visitor = Visitor(browser.world)
    browser.visitor.bring(cookie)
    call = browser.consent(offer)
    assert browser.relay(call).problem == (400, "FIELD_MISSING")


def test_a_passkey_that_nobody_has_agrees_to_nothing(browser: Browser) -> None:
    call = browser.consent(browser.claim(6000))
    for passkey in ({}, {"id": "AAAA", "rawId": "AAAA", "type": "public-key", "response": {}}):
        answer = browser.visitor.post("/api/browser/relay", {**call, "passkey": passkey})
        assert answer.problem == (403, "PASSKEY_INVALID")
    answer = browser.visitor.post("/api/browser/passkeys", {"credential": {}})
    assert answer.problem == (403, "PASSKEY_INVALID")


def test_another_sites_page_can_not_have_a_call_carried(browser: Browser) -> None:
    evil = Visitor(browser.world, origin="http://evil.example")
    evil.bring(str(browser.visitor.cookie()))
    call = browser.signed("GET", "/v1/me")
    assert evil.post("/api/browser/relay", call).problem == (403, "CROSS_SITE")


def test_a_browser_is_forgotten_here(browser: Browser) -> None:
    name = browser.visitor.get("/api/session").json["name"]
    assert browser.visitor.post("/api/browser/forget").json == {"forgotten": True}
    assert name not in repr(browser.world.state())
    assert browser.relay({"method": "GET", "target": "/v1/me", "headers": {}}).problem == (
        401,
        "SESSION_MISSING",
    )
