"""Call operations of the native API: sign what is asked, verify what is answered, then read it.

An answer is looked at in one order, and nothing of it is used before the step is passed:

1. it came back whole, else ``AnswerLost`` (``ServiceUnavailable`` if nothing was even sent);
2. it is signed by the provider, as the answer to this very request, else
   ``ResponseSignatureMissing`` or ``ResponseSignatureInvalid``;
3. it is a refusal: then the error it names is raised (``refusals``);
4. it has the form that the operation promises, else ``AnswerLost``: signed nonsense says nothing.

Steps 1, 2 and 4 end in an ``OutcomeUnknown``: the till must query, not repeat as new.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TypeVar
from urllib.parse import urlencode

import msgspec

from ledger.client.refusals import refusal
from ledger.kit.clock import Clock
from ledger.kit.entropy import Entropy
from ledger.kit.transport import Response, Transport
from ledger.protocol import native_api, native_wire
from ledger.protocol.errors.checkout import InvariantBroken
from ledger.protocol.errors.trust import AnswerLost
from ledger.protocol.native_api import Operation
from ledger.protocol.signing import KeyDirectory, PrivateKey, b64url
from ledger.protocol.signing.http_messages import RequestParts, sign_request, verify_response

NONCE_BYTES = 18
_REFUSED_FROM = 400

Sent = TypeVar("Sent", bound=native_wire.Request | None)
Answered = TypeVar("Answered", bound=native_wire.View)


class SchemeClient:
    """One party's connection to the provider; safe to share between threads.

    ``key`` signs the requests, None for a party that has none yet (``ask`` is all it can do then).
    ``ledger_keys`` gives the directory by which answers are believed.
    """

    def __init__(
        self,
        base_url: str,
        transport: Transport,
        *,
        key: PrivateKey | None,
        ledger_keys: Callable[[], KeyDirectory],
        clock: Clock,
        entropy: Entropy,
    ) -> None:
        self._base_url = base_url.rstrip("/")
        self._transport = transport
        self._key = key
        self._ledger_keys = ledger_keys
        self._clock = clock
        self._entropy = entropy

    def ask(
        self, operation: Operation[Sent, Answered], body: Sent | None = None, **path: str
    ) -> Answered:
        """Call an operation open to anybody, unsigned; its answer proves nothing by itself."""
        sent = _encode(body)
        url = self._url(operation, path, {})
        response = self._transport.request(operation.method, url, _content_type(sent), sent)
        return _read(operation, response)

    def call(
        self,
        operation: Operation[Sent, Answered],
        body: Sent | None = None,
        *,
        idempotency_key: str = "",
        query: Mapping[str, str] | None = None,
        **path: str,
    ) -> Answered:
        """Call an operation under this party's signature and give its verified answer.

        A POST needs an ``idempotency_key``; the same key and body again get the same answer. The
        path's parameters are named like in the operation: ``payment_id=...``.
        """
        sent = _encode(body)
        headers = _content_type(sent)
        if idempotency_key:
            headers["Idempotency-Key"] = idempotency_key
        url = self._url(operation, path, query or {})
        headers |= self._signature(RequestParts(operation.method, url, headers, sent))
        response = self._transport.request(operation.method, url, headers, sent)
        verify_response(
            response.status,
            response.body,
            response.headers,
            request_signature=headers["Signature"],
            directory=self._ledger_keys(),
            now=self._clock.now(),
        )
        return _read(operation, response)

    def follow_events(self, after: int = 0) -> Iterator[native_wire.EventView]:
        """Give one's own events as they happen, until the provider ends the stream.

        Events are hints: query before acting on one. Raises ``AnswerLost`` if it breaks off.
        """
        operation = native_api.FOLLOW_EVENTS
        url = self._url(operation, {}, {"after": str(after)})
        headers = self._signature(RequestParts(operation.method, url, {}, b""))
        stream = self._transport.stream(url, headers)
        try:
            if stream.status >= _REFUSED_FROM:
                raise refusal(stream.status, b"\n".join(stream.lines()))
            for line in stream.lines():
                if line.startswith(b"data:"):
                    yield msgspec.json.decode(line[len(b"data:") :], type=native_wire.EventView)
        finally:
            stream.close()

    def _url(
        self,
        operation: Operation[Sent, Answered],
        path: Mapping[str, str],
        query: Mapping[str, str],
    ) -> str:
        target = f"{self._base_url}{operation.url(**path)}"
        return f"{target}?{urlencode(query)}" if query else target

    def _signature(self, parts: RequestParts) -> dict[str, str]:
        if self._key is None:
            raise InvariantBroken("a party without a key can only ask what anybody may")
        nonce = b64url(self._entropy(NONCE_BYTES))
        return sign_request(parts, self._key, now=self._clock.now(), nonce=nonce)


def _encode(body: native_wire.Request | None) -> bytes:
    return b"" if body is None else msgspec.json.encode(body)


def _content_type(body: bytes) -> dict[str, str]:
    return {"Content-Type": "application/json"} if body else {}


def _read(operation: Operation[Sent, Answered], response: Response) -> Answered:
    if response.status >= _REFUSED_FROM:
        raise refusal(response.status, response.body)
    try:
        return msgspec.json.decode(response.body, type=operation.answers)
    except msgspec.DecodeError as error:
        raise AnswerLost(f"{operation.name} was answered in another form: {error}") from error
