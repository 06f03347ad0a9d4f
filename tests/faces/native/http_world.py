"""A ledger behind its HTTP face, and parties that speak to it with nothing but bytes.

The parties sign by hand, so that a test can also do it wrongly. Each signed answer is checked: its
signature holds for this very call, and a refusal is a whole problem document.

    world = HttpWorld()
    offer = world.scan("li-wei", world.shop.ask(1295))
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from ledger.app import create_app, ledger_of
from ledger.config import Settings
from ledger.kit.clock import SettableClock
from ledger.kit.entropy import SeededEntropy
from ledger.kit.transport import Response, Transport, WsgiTransport
from ledger.ops import seed
from ledger.protocol import messages, payment_code
from ledger.protocol.identifiers import DeviceId, IdSource, Kind, PayerId, PaymentId, RequestId
from ledger.protocol.instants import MINUTE, SECOND, Instant, later
from ledger.protocol.merchant_qr import DynamicCode, StickerCode, profile_s, profile_t
from ledger.protocol.messages import Authorisation, PaymentRequest, Presented, Signed
from ledger.protocol.money import Money, currency
from ledger.protocol.signing import (
    Algorithm,
    KeyDirectory,
    PrivateKey,
    b64url,
    b64url_decode,
    from_jwks,
)
from ledger.protocol.signing.http_messages import RequestParts, sign_request, verify_response
from ledger.store import MEMORY, open_store

BASE = "http://ledger.test"
NOON = Instant(1_795_348_800_000)  # 2026-11-22T12:00:00Z
EUR = currency("EUR")

Json = dict[str, Any]


def seeded_key(name: str, algorithm: Algorithm = Algorithm.ED25519) -> PrivateKey:
    """The key of a test party, always the same."""
    return PrivateKey.from_seed(algorithm, hashlib.sha256(name.encode()).digest())


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Json:
        """The body as an object."""
        decoded = json.loads(self.body)
        assert isinstance(decoded, dict)
        return decoded

    @property
    def code(self) -> str:
        """The broken rule, empty for a success."""
        return str(self.json["code"]) if self.status >= 400 else ""

    @property
    def said(self) -> tuple[int, str]:
        """Status and code, to compare at once."""
        return self.status, self.code


@dataclass
class Party:
    """Somebody with a key."""

    world: HttpWorld
    key: PrivateKey

    def get(self, path: str) -> Answer:
        """Ask for something."""
        return self.call("GET", path)

    def post(self, path: str, body: object, *, idempotency_key: str | None = None) -> Answer:
        """Have something done."""
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        return self.call("POST", path, raw, idempotency_key=idempotency_key or self.world.nonce())

    def call(
        self, method: str, path: str, body: bytes = b"", *, idempotency_key: str | None = None
    ) -> Answer:
        """Send a signed call and check the answer's signature."""
        return self.world.send(self.signed(method, path, body, idempotency_key=idempotency_key))

    def signed(
        self,
        method: str,
        path: str,
        body: bytes = b"",
        *,
        idempotency_key: str | None = None,
        at: Instant | None = None,
        content_type: str = "application/json",
    ) -> Request:
        """Sign a call without sending it."""
        headers = {"Content-Type": content_type} if method == "POST" else {}
        if idempotency_key is not None:
            headers["Idempotency-Key"] = idempotency_key
        parts = RequestParts(method, BASE + path, headers, body)
        now = self.world.clock.now() if at is None else at
        added = sign_request(parts, self.key, now=now, nonce=self.world.nonce())
        return Request(method, path, {**headers, **added}, body)


@dataclass(frozen=True)
class Request:
    """A call, ready to be sent, altered or sent again."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes = b""

    def without(self, *names: str) -> Request:
        """The same call without some header fields."""
        kept = {name: value for name, value in self.headers.items() if name not in names}
        return replace(self, headers=kept)

    def having(self, **headers: str) -> Request:
        """The same call with other header fields; underscores stand for hyphens."""
        changed = {name.replace("_", "-"): value for name, value in headers.items()}
        return replace(self, headers={**self.headers, **changed})


@dataclass
class Till(Party):
    """A shop's till."""

    merchant: Json = field(default_factory=dict)
    terminal: Json = field(default_factory=dict)

    def request(
        self,
        amount_minor: int,
        *,
        order_no: str | None = None,
        presented: Presented = Presented.MERCHANT,
        subject: str = "Tea",
    ) -> PaymentRequest:
        """A fresh payment request."""
        now = self.world.clock.now()
        request_id = RequestId(self.world.ids.body(now))
        return PaymentRequest(
            request_id=request_id,
            merchant_id=self.merchant["merchant_id"],
            terminal_id=self.terminal["terminal_id"],
            merchant_order_no=order_no or f"K{request_id}",
            amount=Money(amount_minor, EUR),
            subject=subject,
            basket_hash="",
            created_at=now,
            expires_at=later(now, 3 * MINUTE),
            presented=presented,
        )

    def seal(self, request: PaymentRequest) -> Json:
        """A request as it stands in a body."""
        return messages.seal(request, self.key).to_json()

    def ask(self, amount_minor: int, *, order_no: str | None = None) -> Json:
        """Ask to be paid; the payment."""
        body = {"request": self.seal(self.request(amount_minor, order_no=order_no))}
        answer = self.post("/v1/payments", body)
        assert answer.status == 201, answer.body
        return dict(answer.json["payment"])

    def code(
        self, payment: Json, change: Callable[[DynamicCode], DynamicCode] = lambda code: code
    ) -> str:
        """The code that the till shows for a payment."""
        now = self.world.clock.now()
        code = DynamicCode(
            merchant_id=self.merchant["merchant_id"],
            merchant_name=self.merchant["name"],
            merchant_city=self.merchant["city"],
            country=self.merchant["country"],
            mcc=self.merchant["mcc"],
            terminal_label=self.terminal["terminal_id"],
            key_id=self.key.public.key_id,
            amount=Money(payment["amount_minor"], EUR),
            request_id=RequestId(payment["payment_id"].removeprefix("pay_")),
            issued_at=Instant(now - now % SECOND),
            expires_at=later(Instant(now - now % SECOND), 2 * MINUTE),
            nonce=self.world.entropy(12),
        )
        return profile_s.encode(change(code), self.key)

    def sticker(self) -> str:
        """The sticker on the counter."""
        code = StickerCode(
            merchant_id=self.merchant["merchant_id"],
            merchant_name=self.merchant["name"],
            merchant_city=self.merchant["city"],
            country=self.merchant["country"],
            mcc=self.merchant["mcc"],
            terminal_label=self.terminal["terminal_id"],
            key_id=self.key.public.key_id,
            currency=EUR,
        )
        return profile_t.encode(code, self.key)

    def collect(self, amount_minor: int, shown: str) -> Answer:
        """Present a payer's payment code."""
        request = self.request(amount_minor, presented=Presented.CONSUMER)
        return self.post("/v1/payments", {"request": self.seal(request), "payment_code": shown})

    def refund(self, payment: Json, amount_minor: int, number: str) -> Answer:
        """Give a part back."""
        body = {"merchant_refund_no": number, "amount_minor": amount_minor, "currency": "EUR"}
        return self.post(f"/v1/payments/{payment['payment_id']}/refunds", body)


@dataclass
class Wallet(Party):
    """A payer's phone."""

    payer: Json = field(default_factory=dict)
    device_id: str = ""
    code_secret: bytes = b""

    def scan(self, payment: Json, code: str) -> Answer:
        """Scan a payment's code."""
        return self.post(f"/v1/payments/{payment['payment_id']}/claim", {"code": code})

    def consent(self, offer: Json, code: str) -> Authorisation:
        """What the payer agrees to, after having been shown an offer."""
        now = self.world.clock.now()
        payer_currency = currency(offer["payer_currency"])
        return Authorisation(
            authorisation_id=self.world.ids.new(Kind.AUTHORISATION, now),
            payment_id=PaymentId(offer["payment"]["payment_id"]),
            payer_id=PayerId(self.payer["payer_id"]),
            device_id=DeviceId(self.device_id),
            merchant_id=offer["payee"]["merchant_id"],
            payee_name=offer["payee"]["name"],
            amount=Money(offer["amount_minor"], currency(offer["currency"])),
            payer_amount=Money(offer["payer_amount_minor"], payer_currency),
            quote_id=offer["quote"]["quote_id"] if offer["quote"] else "",
            code_digest=hashlib.sha256(code.encode()).hexdigest() if code else "",
            authorised_at=now,
        )

    def agree(self, authorisation: Authorisation, *, idempotency_key: str | None = None) -> Answer:
        """Sign a consent and bring it to the ledger."""
        return self.post(
            f"/v1/payments/{authorisation.payment_id}/authorise",
            {"authorisation": messages.seal(authorisation, self.key).to_json()},
            idempotency_key=idempotency_key,
        )

    def pay(self, till: Till, payment: Json) -> Json:
        """Scan and agree; the payment afterwards, and its receipt."""
        code = till.code(payment)
        offer = self.scan(payment, code)
        assert offer.status == 200, offer.body
        paid = self.agree(self.consent(offer.json, code))
        assert paid.status == 201, paid.body
        return paid.json

    def shown_code(self) -> str:
        """Show a payment code from a fresh pool."""
        answer = self.post("/v1/me/payment-codes", {})
        assert answer.status == 201, answer.body
        handle = answer.json["handles"][0]
        return payment_code.make(handle, self.code_secret, self.world.clock.now()).text

    def balance(self) -> int:
        """What the payer has, in minor units."""
        return int(self.get("/v1/me").json["balance_minor"])


class HttpWorld:
    """A ledger with the demo world in it, its clock standing still at noon."""

    def __init__(
        self,
        folder: Path,
        transport: Transport | None = None,
        change: Callable[[Settings], Settings] = lambda settings: settings,
    ) -> None:
        self.clock = SettableClock(NOON)
        self.entropy = SeededEntropy("parties")
        self.ids = IdSource(self.entropy)
        self.store = open_store(MEMORY)
        self.app = create_app(
            change(Settings(data_dir=folder, background=False)),
            store=self.store,
            clock=self.clock,
            entropy=SeededEntropy("ledger"),
            transport=transport,
        )
        self.ledger = ledger_of(self.app)
        self.wire = WsgiTransport({BASE: self.app})
        self.directory = self._published()
        self._tills: dict[str, Till] = {}
        self._wallets: dict[str, Wallet] = {}

    def close(self) -> None:
        """Stop."""
        self.ledger.close()

    def nonce(self) -> str:
        """A fresh nonce or Idempotency-Key."""
        return b64url(self.entropy(16))

    def _published(self) -> KeyDirectory:
        published = self.wire.request("GET", f"{BASE}/v1/keys", {}, b"")
        return from_jwks(json.loads(published.body))

    def receive(self, request: Request) -> Response:
        """Send a call and give the bare answer."""
        return self.wire.request(request.method, BASE + request.path, request.headers, request.body)

    def send(self, request: Request) -> Answer:
        """Send a call; a signed one must be answered with a signature that fits."""
        response = self.receive(request)
        if "Signature" in request.headers:
            verify_response(
                response.status,
                response.body,
                response.headers,
                request_signature=request.headers["Signature"],
                directory=self.directory,
                now=self.clock.now(),
            )
        answer = Answer(response.status, response.headers, response.body)
        if answer.status >= 400:
            assert_whole_problem(answer)
        return answer

    def post_unsigned(self, path: str, body: object) -> Answer:
        """Have something done that anybody may have done."""
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        return self.send(Request("POST", path, {"Content-Type": "application/json"}, raw))

    def till(self, token: str, algorithm: Algorithm = Algorithm.ED25519) -> Till:
        """The till of a token, enrolled when it is first asked for."""
        if token not in self._tills:
            key = seeded_key(token, algorithm)
            enrolled = self.post_unsigned("/v1/enrolments", enrolment(token, key))
            assert enrolled.status == 201, enrolled.body
            view = enrolled.json
            self._tills[token] = Till(self, key, view["merchant"], view["terminal"])
            self.directory = self._published()
        return self._tills[token]

    def wallet(self, name: str, algorithm: Algorithm = Algorithm.ED25519) -> Wallet:
        """The phone of a demo payer, enrolled when it is first asked for."""
        if name not in self._wallets:
            key = seeded_key(name, algorithm)
            enrolled = self.post_unsigned("/v1/devices", enrolment(f"demo-wallet-{name}", key))
            assert enrolled.status == 201, enrolled.body
            view = enrolled.json
            secret = b64url_decode(view["code_secret"], 32)
            self._wallets[name] = Wallet(self, key, view["payer"], view["device_id"], secret)
        return self._wallets[name]

    @property
    def shop(self) -> Till:
        """Till T01 of the drugstore."""
        return self.till(seed.TILLS[0].token)

    @property
    def kiosk(self) -> Till:
        """The other merchant's till."""
        return self.till(seed.TILLS[2].token)

    def paid(self, amount_minor: int, name: str = "anna") -> Json:
        """A payment at the shop from request to receipt."""
        result = self.wallet(name).pay(self.shop, self.shop.ask(amount_minor))
        return dict(result["payment"])


def enrolment(token: str, key: PrivateKey) -> Json:
    """The body that brings a key in."""
    return {
        "token": token,
        "algorithm": str(key.public.algorithm),
        "public_key": b64url(key.public.raw),
    }


def assert_whole_problem(answer: Answer) -> None:
    """A refusal is a problem document whose status is the answer's."""
    assert answer.headers["content-type"] == "application/problem+json"
    assert set(answer.json) == {"type", "title", "status", "detail", "instance", "code"}
    assert answer.json["status"] == answer.status
    assert answer.status < 500, answer.body


def signed_of(body: Json) -> Signed:
    """A signed text as it stands in an answer."""
    return Signed.from_json(body)
