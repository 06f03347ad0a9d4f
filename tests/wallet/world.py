"""A wallet service in front of the real provider, in one process and with one clock.

    world = World(folder)
    scanned = world.scan("anna", world.till().code(1295))
    world.approve("anna", scanned)

``world.network`` is what lies between wallet and provider: it can be cut, and it can lose answers.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import flask

from ledger import app as ledger_app
from ledger import config as ledger_config
from ledger import store as ledger_store
from ledger.client import SchemeClient
from ledger.kit.clock import SettableClock
from ledger.kit.embedded import MEMORY, open_store
from ledger.kit.entropy import SeededEntropy
from ledger.kit.transport import Response, Stream
from ledger.kit.transport.wsgi_transport import WsgiTransport
from ledger.protocol import messages, native_api, signing
from ledger.protocol.errors.service import ServiceUnavailable
from ledger.protocol.errors.trust import AnswerLost
from ledger.protocol.identifiers import IdSource, RequestId
from ledger.protocol.instants import SECOND, later
from ledger.protocol.messages import PaymentRequest, Presented
from ledger.protocol.money import Money
from ledger.protocol.native_wire import (
    CreatePayment,
    CreateRefund,
    EnrolKey,
    Nothing,
    PaymentResult,
    ReversePayment,
    SignedText,
)
from ledger.protocol.signing import KeyDirectory, PrivateKey, b64url
from tests.wallet.shop import DROGERIE, EUR, KIOSK, NOW, Shop
from wallet import app as wallet_app
from wallet.config import Settings
from wallet.device.phones import DEMO_PIN, Phones

LEDGER_URL = "http://127.0.0.1:8400"
Json = Any


@dataclass(frozen=True)
class Answer:
    """What the wallet's API answered."""

    status: int
    media_type: str
    body: bytes

    @property
    def json(self) -> Json:
        """The body as JSON."""
        return json.loads(self.body)

    @property
    def problem(self) -> tuple[int, str]:
        """The status and the code of a refusal."""
        assert self.media_type == "application/problem+json", self.body
        return self.status, self.json["code"]


def nothing_is_lost(_method: str, _path: str) -> bool:
    return False


@dataclass
class Network:
    """The way to the provider; cut, nothing gets through; ``lose`` says which answers are lost."""

    inner: WsgiTransport
    is_cut: bool = False
    lose: Callable[[str, str], bool] = nothing_is_lost
    sent: list[tuple[str, str, bytes]] = field(default_factory=list)

    def request(self, method: str, url: str, headers: Mapping[str, str], body: bytes) -> Response:
        """Carry a request, if the way is open."""
        if self.is_cut:
            raise ServiceUnavailable("the network is cut")
        path = url.removeprefix(LEDGER_URL)
        self.sent.append((method, path, body))
        response = self.inner.request(method, url, headers, body)
        if self.lose(method, path):
            raise AnswerLost("the answer was lost on the way")
        return response

    def stream(self, url: str, headers: Mapping[str, str]) -> Stream:
        """Carry a stream."""
        return self.inner.stream(url, headers)

    def bodies(self, method: str, ends_with: str) -> list[bytes]:
        """Give the bodies of the requests that were carried to such a path."""
        return [body for m, path, body in self.sent if m == method and path.endswith(ends_with)]


class Till:
    """A till of the demo world, as the provider knows it: it asks, and shows codes."""

    def __init__(self, world: World, token: str, shop: Shop, terminal: str) -> None:
        self.shop, self.terminal = shop, terminal
        self._world = world
        raw = b64url(shop.key.public.raw)
        enrol = EnrolKey(token=token, algorithm=shop.algorithm, public_key=raw)
        world.provider_client(None).ask(native_api.ENROL_TERMINAL, enrol)
        self.client = world.provider_client(shop.key)
        self._numbers = 0

    def request(self, minor: int, presented: Presented = Presented.MERCHANT) -> PaymentRequest:
        """Write a payment request."""
        self._numbers += 1
        now = self._world.clock.now()
        return PaymentRequest(
            request_id=RequestId(self._world.ids.body(now)),
            merchant_id=self.shop.merchant_id,
            terminal_id=self.terminal,
            merchant_order_no=f"K{self._numbers:06d}",
            amount=Money(minor, EUR),
            subject=f"Bestellung K{self._numbers:06d}",
            basket_hash="",
            created_at=now,
            expires_at=later(now, 180 * SECOND),
            presented=presented,
        )

    def ask(self, request: PaymentRequest, payment_code: str | None = None) -> PaymentResult:
        """Bring a request before the provider."""
        sealed = SignedText(**messages.seal(request, self.shop.key).to_json())
        return self.client.call(
            native_api.CREATE_PAYMENT,
            CreatePayment(request=sealed, payment_code=payment_code),
            idempotency_key=request.request_id,
        )

    def code(self, minor: int = 1295, name: str = "") -> str:
        """Ask to be paid, and show the code of profile S."""
        request = self.request(minor)
        self.ask(request)
        return self.shop.dynamic(
            minor,
            request_id=request.request_id,
            issued_at=request.created_at,
            terminal=self.terminal,
            name=name,
        )

    def link(self, minor: int = 1295) -> str:
        """Ask to be paid, and show the code of profile L."""
        request = self.request(minor)
        self.ask(request)
        return self.shop.link(minor, request_id=request.request_id, issued_at=request.created_at)

    def sticker(self) -> str:
        """Give the terminal's sticker, profile T."""
        return self.shop.sticker(self.terminal)

    def read_payment_code(self, minor: int, digits: str) -> PaymentResult:
        """Collect by the code a payer shows."""
        return self.ask(self.request(minor, Presented.CONSUMER), digits)

    def refund(self, payment_id: str, minor: int) -> None:
        """Give money back."""
        self.client.call(
            native_api.CREATE_REFUND,
            CreateRefund(merchant_refund_no="R1", amount_minor=minor, currency="EUR"),
            idempotency_key="R1",
            payment_id=payment_id,
        )

    def close(self, payment_id: str) -> None:
        """End an unpaid payment."""
        self.client.call(
            native_api.CLOSE_PAYMENT, Nothing(), idempotency_key="close", payment_id=payment_id
        )

    def reverse(self, payment_id: str) -> None:
        """Undo an attempt that may never have arrived."""
        self.client.call(
            native_api.REVERSE_PAYMENT,
            ReversePayment(merchant_order_no=payment_id.removeprefix("pay_")),
            idempotency_key="reverse",
            payment_id=payment_id,
        )


class World:
    """Provider, network, wallet service, one clock."""

    def __init__(self, folder: Path, *, is_cut: bool = False, **settings: object) -> None:
        self.clock = SettableClock(NOW)
        self.ids = IdSource(SeededEntropy("till"))
        self.folder = folder
        self._chances = 0
        self.ledger = ledger_app.create_app(
            ledger_config.Settings(data_dir=folder / "ledger", background=False),
            store=ledger_store.open_store(ledger_store.MEMORY),
            clock=self.clock,
            entropy=SeededEntropy("ledger"),
        )
        self.network = Network(WsgiTransport({LEDGER_URL: self.ledger}), is_cut)
        self.store = open_store(MEMORY, package="wallet.store")
        self.settings = settings
        self.app = self._start_wallet()

    def _start_wallet(self) -> flask.Flask:
        defaults = {"data_dir": self.folder / "wallet", "ledger_url": LEDGER_URL}
        return wallet_app.create_app(
            Settings(**defaults | self.settings),  # type: ignore[arg-type]
            store=self.store,
            clock=self.clock,
            entropy=self._chance("wallet"),
            transport=self.network,
        )

    def _chance(self, what: str) -> SeededEntropy:
        # Never the same twice: nonces must not come again after a restart.
        self._chances += 1
        return SeededEntropy(f"{what} {self._chances}")

    def restart(self, **settings: object) -> None:
        """Stop the wallet service and start it again on what it has stored."""
        self.settings |= settings
        self.app = self._start_wallet()

    def close(self) -> None:
        """Stop both services."""
        self.store.close()
        ledger_app.ledger_of(self.ledger).close()

    @property
    def phones(self) -> Phones:
        """The wallets behind the API."""
        return wallet_app.phones_of(self.app)

    def till(self, terminal: str = "T01") -> Till:
        """Enrol a till of the drugstore."""
        return Till(self, f"demo-till-{terminal}", DROGERIE, terminal)

    def kiosk(self) -> Till:
        """Enrol the till of the other merchant."""
        return Till(self, "demo-kiosk-T01", KIOSK, "T01")

    def provider_client(self, key: PrivateKey | None) -> SchemeClient:
        """Open a line past the wallet's network."""

        def keys() -> KeyDirectory:
            key_set = self.provider_client(None).ask(native_api.GET_KEYS)
            return signing.from_jwks({"keys": key_set.keys})

        return SchemeClient(
            LEDGER_URL,
            self.network.inner,
            key=key,
            ledger_keys=keys,
            clock=self.clock,
            entropy=self._chance("line"),
        )

    def get(self, path: str) -> Answer:
        """Ask the wallet's API."""
        return self.send("GET", path, b"", "")

    def post(self, path: str, body: Json = None) -> Answer:
        """Send the wallet's API a JSON body."""
        text = json.dumps({} if body is None else body).encode()
        return self.send("POST", path, text, "application/json")

    def send(self, method: str, path: str, body: bytes, media_type: str) -> Answer:
        """Send the wallet's API any bytes."""
        answer = self.app.test_client().open(
            path, method=method, data=body, content_type=media_type
        )
        return Answer(answer.status_code, answer.mimetype or "", answer.data)

    def scan(self, name: str, text: str, **typed: Json) -> Answer:
        """Scan a text."""
        return self.post(f"/api/wallets/{name}/scan", {"text": text, **typed})

    def approve(self, name: str, scanned: Answer, pin: str | None = DEMO_PIN) -> Answer:
        """Approve what a scan showed."""
        body = {} if pin is None else {"pin": pin}
        return self.post(f"/api/wallets/{name}/reviews/{scanned.json['review_id']}/approve", body)

    def review(self, name: str, scanned: Answer) -> Json:
        """Look at what became of a scan."""
        return self.get(f"/api/wallets/{name}/reviews/{scanned.json['review_id']}").json

    def balance(self, name: str) -> int:
        """Ask what is left."""
        return int(self.get(f"/api/wallets/{name}").json["balance_minor"])

    def state(self) -> dict[str, list[Any]]:
        """Give everything the wallet remembers, to see that nothing has changed."""
        connection = self.store._connection
        rows = connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'").fetchall()
        tables = [str(name) for (name,) in rows]
        return {
            name: connection.execute(f"SELECT * FROM {name}").fetchall()  # noqa: S608
            for name in tables
        }
