"""Calls and answers as bytes, and the line they go over: an app, a clock, randomness.

Each signed answer is checked on arrival: its signature holds for this very call, and a refusal is a
whole problem document.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace

from ledger.kit.clock import SettableClock
from ledger.kit.entropy import SeededEntropy
from ledger.kit.transport import Response
from ledger.kit.transport.wsgi_transport import WsgiTransport
from ledger.protocol.identifiers import IdSource
from ledger.protocol.instants import Instant
from ledger.protocol.signing import KeyDirectory, PrivateKey, b64url, from_jwks
from ledger.protocol.signing.http_messages import RequestParts, sign_request, verify_response
from tests.kit.answered import Answer

BASE = "http://ledger.test"


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


class Line:
    """The way to one ledger."""

    def __init__(self, wire: WsgiTransport, clock: SettableClock) -> None:
        self.wire = wire
        self.clock = clock
        self.entropy = SeededEntropy("parties")
        self.ids = IdSource(self.entropy)
        self.directory = KeyDirectory()
        self.look_keys_up()

    def nonce(self) -> str:
        """A fresh nonce or Idempotency-Key."""
        return b64url(self.entropy(16))

    def look_keys_up(self) -> None:
        """Fetch the published keys."""
        published = self.wire.request("GET", f"{BASE}/v1/keys", {}, b"")
        self.directory = from_jwks(json.loads(published.body))

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
        return self.send(self.unsigned(path, in_bytes(body)))

    def unsigned(self, path: str, body: bytes, content_type: str = "application/json") -> Request:
        """Make a call that anybody could make."""
        return Request("POST", path, {"Content-Type": content_type}, body)


@dataclass
class Party:
    """Somebody with a key at one end of the line."""

    line: Line
    key: PrivateKey

    def get(self, path: str) -> Answer:
        """Ask for something."""
        return self.line.send(self.signed("GET", path))

    def post(self, path: str, body: object, *, idempotency_key: str | None = None) -> Answer:
        """Have something done."""
        key = idempotency_key or self.line.nonce()
        return self.line.send(self.signed("POST", path, in_bytes(body), idempotency_key=key))

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
        now = self.line.clock.now() if at is None else at
        added = sign_request(parts, self.key, now=now, nonce=self.line.nonce())
        return Request(method, path, {**headers, **added}, body)


def in_bytes(body: object) -> bytes:
    """A body as it goes over the line; bytes stay as they are."""
    return body if isinstance(body, bytes) else json.dumps(body).encode()


def assert_whole_problem(answer: Answer) -> None:
    """A refusal is a problem document whose status is the answer's."""
    assert answer.headers["content-type"] == "application/problem+json"
    assert set(answer.json) == {"type", "title", "status", "detail", "instance", "code"}
    assert answer.json["status"] == answer.status
    assert answer.status < 500, answer.body
