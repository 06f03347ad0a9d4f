"""A till's service and the real provider behind it, in one process, on one clock."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import flask

from ledger.kit.entropy import SeededEntropy
from ledger.kit.transport import Response, Stream, Transport
from ledger.kit.transport.wsgi_transport import WsgiTransport
from ledger.protocol.signing import KeyDirectory
from pos import app as till
from pos.acquirers.intents import Attempt
from pos.config import Settings
from tests.faces.native.http_world import HttpWorld
from tests.faces.native.wire import BASE
from tests.kit.answered import Answer

TILL_URL = "http://127.0.0.1:8401"

Meddle = Callable[[str, Response], Response]


class Wire:
    """The way to the provider; ``meddle`` may alter every answer, or take it away."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self.meddle: Meddle = lambda _, answer: answer
        self.sent: list[bytes] = []

    def request(self, method: str, url: str, headers: Mapping[str, str], body: bytes) -> Response:
        self.sent.append(body)
        return self.meddle(url, self._transport.request(method, url, headers, body))

    def stream(self, url: str, headers: Mapping[str, str]) -> Stream:
        return self._transport.stream(url, headers)


class Back:
    """The way from the provider to the till that runs at present."""

    def __init__(self) -> None:
        self.app: flask.Flask | None = None

    def request(self, method: str, url: str, headers: Mapping[str, str], body: bytes) -> Response:
        apps = {} if self.app is None else {TILL_URL: self.app}
        return WsgiTransport(apps).request(method, url, headers, body)

    def stream(self, url: str, headers: Mapping[str, str]) -> Stream:
        return WsgiTransport({}).stream(url, headers)


class Checkout:
    """One provider with the demo world and its phones, and tills that start and stop."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._back = Back()
        self.world = HttpWorld(folder / "ledger", transport=self._back)
        self.clock = self.world.clock
        self.wire = Wire(WsgiTransport({BASE: self.world.app}))
        self.nobody = WsgiTransport({})
        self.settings = Settings(data_dir=folder / "pos", ledger_url=BASE, background=False)
        self._starts = 0

    def start(self, transport: Transport | None = None, **changed: object) -> flask.Flask:
        """Start the till's service, as a process would."""
        self._starts += 1
        self._back.app = till.create_app(
            replace(self.settings, **changed),  # type: ignore[arg-type]
            clock=self.clock,
            entropy=SeededEntropy(f"till {self._starts}"),
            transport=transport or self.wire,
        )
        return self._back.app

    def unplug(self) -> None:
        """Let nothing of the provider's reach the till."""
        self._back.app = None

    def plug_in(self, app: flask.Flask) -> None:
        """Let the provider reach this till."""
        self._back.app = app

    def keys(self) -> KeyDirectory:
        """The keys the provider publishes now."""
        with self.world.ledger.store.reading() as books:
            return KeyDirectory(books.directory.published_keys())

    def scan_and_agree(self, attempt: Attempt, name: str = "anna") -> Answer:
        """Let a payer scan the till's code and agree."""
        wallet = self.world.wallet(name)
        offer = wallet.scan({"payment_id": attempt.payment_id}, attempt.code)
        return wallet.agree(wallet.consent(offer.json, attempt.code))

    def deliver(self) -> None:
        """Let the provider tell the till what happened."""
        while self.world.ledger.notifier.deliver_due():
            pass
