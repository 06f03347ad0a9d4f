"""A provider that verifies, answers as it is told and signs; and an enemy on the wire behind it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from itertools import chain

import flask

from ledger.client import SchemeClient
from ledger.kit.clock import SettableClock
from ledger.kit.entropy import SeededEntropy
from ledger.kit.transport import Transport
from ledger.kit.transport.wsgi_transport import WsgiTransport
from ledger.protocol.instants import DAY, Instant
from ledger.protocol.signing import (
    LEDGER,
    Algorithm,
    KeyDirectory,
    KeyRecord,
    KeyStatus,
    PrivateKey,
)
from ledger.protocol.signing.http_messages import RequestParts, sign_response, verify_request

ORIGIN = "http://ledger.test:8400"
NOW = Instant(1795300180123)

LEDGER_KEY = PrivateKey.from_seed(Algorithm.ED25519, b"l" * 32)
MERCHANT_KEY = PrivateKey.from_seed(Algorithm.P256, b"m" * 32)
REVOKED_KEY = PrivateKey.from_seed(Algorithm.ED25519, b"r" * 32)


def record(key: PrivateKey, owner: str) -> KeyRecord:
    return KeyRecord(
        key_id=key.public.key_id,
        public_key=key.public,
        owner=owner,
        status=KeyStatus.ACTIVE,
        not_before=Instant(0),
        not_after=Instant(NOW + 3650 * DAY),
    )


DIRECTORY = KeyDirectory(
    [
        record(LEDGER_KEY, LEDGER),
        record(MERCHANT_KEY, "merchant:M2088DEMO000001"),
        record(REVOKED_KEY, LEDGER).revoked(),
    ]
)


@dataclass(frozen=True)
class Answer:
    """What goes over the wire; several values of a header are several header fields."""

    status: int
    body: bytes
    headers: tuple[tuple[str, str], ...] = ()

    def header(self, name: str) -> str:
        return next(value for found, value in self.headers if found == name)

    def with_header(self, name: str, *values: str) -> Answer:
        kept = [(found, value) for found, value in self.headers if found != name]
        return replace(self, headers=(*kept, *((name, value) for value in values)))


@dataclass
class StubLedger:
    """Answers each request with the next of ``answers``, signed; ``tamper`` is the enemy."""

    answers: list[Answer] = field(default_factory=list)
    tamper: Callable[[Answer], Answer] = lambda answer: answer
    key: PrivateKey = LEDGER_KEY
    seen: list[RequestParts] = field(default_factory=list)
    sent: list[Answer] = field(default_factory=list)

    def app(self) -> flask.Flask:
        app = flask.Flask("ledger")

        @app.route("/<path:_path>", methods=["GET", "POST"])
        def answer(_path: str) -> flask.Response:
            request = flask.request
            target = f"{ORIGIN}{request.path}"
            if request.query_string:
                target += f"?{request.query_string.decode()}"
            parts = RequestParts(request.method, target, dict(request.headers), request.get_data())
            answer = self.tamper(self._answer(parts))
            response = flask.Response(answer.body, answer.status)
            response.headers.extend(answer.headers)
            return response

        return app

    def _answer(self, parts: RequestParts) -> Answer:
        self.seen.append(parts)
        answer = self.answers[len(self.seen) - 1]
        if "Signature" in parts.headers:
            verify_request(parts, DIRECTORY, now=NOW)
            added = sign_response(
                answer.status,
                answer.body,
                request_signature=parts.headers["Signature"],
                key=self.key,
                now=NOW,
            )
            answer = replace(answer, headers=tuple(chain(answer.headers, added.items())))
        self.sent.append(answer)
        return answer

    def client(self, key: PrivateKey | None = MERCHANT_KEY) -> SchemeClient:
        return client_over(WsgiTransport({ORIGIN: self.app()}), key)


def client_over(transport: Transport, key: PrivateKey | None = MERCHANT_KEY) -> SchemeClient:
    return SchemeClient(
        ORIGIN,
        transport,
        key=key,
        ledger_keys=lambda: DIRECTORY,
        clock=SettableClock(NOW),
        entropy=SeededEntropy("client"),
    )


@dataclass
class ScriptedStream:
    """A stream that gives these lines and then, perhaps, breaks off."""

    given: list[bytes]
    status: int = 200
    breaks_with: Exception | None = None
    headers: dict[str, str] = field(default_factory=dict)
    closed: bool = False

    def lines(self) -> Iterator[bytes]:
        yield from self.given
        if self.breaks_with is not None:
            raise self.breaks_with

    def close(self) -> None:
        self.closed = True
