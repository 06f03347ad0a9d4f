"""Call operations of the native API: sign what is asked, verify what is answered, then read it.

An answer is looked at in one order, and nothing of it is used before the step is passed:

1. it came back whole, else ``AnswerLost`` (``ServiceUnavailable`` if nothing was even sent);
2. it is signed by the provider, as the answer to this very request, else
   ``ResponseSignatureMissing`` or ``ResponseSignatureInvalid``;
3. it is a refusal: then the error it names is raised (``refusals``);
4. it has the form that the operation promises, else ``AnswerLost``: signed nonsense says nothing.

Steps 1, 2 and 4 end in an ``OutcomeUnknown``: query, do not repeat as new. Nothing is ever repeated
here; whoever repeats a POST gives it the same idempotency key again.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Final, TypeVar, overload
from urllib.parse import urlencode

import msgspec

from ledger.client.refusals import refusal
from ledger.kit.clock import Clock
from ledger.kit.entropy import Entropy
from ledger.kit.transport import Stream, Transport
from ledger.kit.web import parse
from ledger.protocol import native_api, native_wire
from ledger.protocol.errors import QrpayError
from ledger.protocol.errors.content import IdentifierFormat
from ledger.protocol.errors.service import InvariantBroken
from ledger.protocol.errors.trust import AnswerLost
from ledger.protocol.native_api import Operation
from ledger.protocol.signing import KeyDirectory, PrivateKey, b64url
from ledger.protocol.signing.http_messages import RequestParts, sign_request, verify_response

Sent = TypeVar("Sent", bound=native_wire.Request | None)
Body = TypeVar("Body", bound=native_wire.Request)
Answered = TypeVar("Answered", bound=native_wire.View)

_NONCE_BYTES: Final = 18
_REFUSED_FROM: Final = 400
_PATH_PARAMETER: Final = re.compile(r"[A-Za-z0-9_-]{1,64}", re.ASCII)


class SchemeClient:
    """One party's connection to the provider; safe to share between threads.

    ``key`` signs the requests, None for a party that has none yet (``ask`` is all it can do then).
    ``ledger_keys`` gives the directory by which answers are believed; it is asked each time,
    because keys change.
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
        url = self._url(operation, path, {})
        sent, headers = _encode(body)
        response = self._transport.request(operation.method, url, headers, sent)
        return _read(operation, response.status, response.body)

    def post_form(self, path: str, form: bytes) -> bytes:
        """Post a form that somebody else has signed, unsigned by us; the answer proves nothing.

        Raises what a problem document names.
        """
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        answer = self._transport.request("POST", f"{self._base_url}{path}", headers, form)
        if answer.status >= _REFUSED_FROM:
            raise refusal(answer.status, answer.body)
        return answer.body

    @overload
    def call(
        self,
        operation: Operation[None, Answered],
        /,
        *,
        query: Mapping[str, str] | None = None,
        **path: str,
    ) -> Answered: ...

    @overload
    def call(
        self,
        operation: Operation[Body, Answered],
        body: Body,
        /,
        *,
        idempotency_key: str,
        query: None = None,
        **path: str,
    ) -> Answered: ...

    def call(
        self,
        operation: Operation[Sent, Answered],
        body: Sent | None = None,
        /,
        *,
        idempotency_key: str = "",
        query: Mapping[str, str] | None = None,
        **path: str,
    ) -> Answered:
        """Call an operation under this party's signature and give its verified answer.

        A POST takes its body and an ``idempotency_key`` (else ``IdempotencyKeyMissing``), a GET
        perhaps a ``query``. The path's parameters are named as in the operation: ``payment_id=``.
        """
        url = self._url(operation, path, query or {})
        sent, headers = _encode(body)
        if idempotency_key:
            headers["Idempotency-Key"] = idempotency_key
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
        return _read(operation, response.status, response.body)

    def follow_events(
        self, after: int | None = None, *, opened: Callable[[], None] = lambda: None
    ) -> Iterator[native_wire.EventView]:
        """Give one's own events as they happen, until the provider ends the stream.

        ``after`` is the ``event_id`` of the last event seen, so that none is missed; None begins
        with what comes next. ``opened`` is called once the provider has begun to speak, which may
        be long before the first event. Nothing of a stream is signed: query before acting on an
        event. Raises ``AnswerLost`` when it breaks off.
        """
        operation, stream = native_api.FOLLOW_EVENTS, self.listen(after)
        try:
            if stream.status >= _REFUSED_FROM:
                raise refusal(stream.status, b"\n".join(stream.lines()))
            opened()
            for line in stream.lines():
                name, _, value = line.partition(b":")
                if name == b"data":
                    yield _read(operation, stream.status, value.strip())
        finally:
            stream.close()

    def listen(self, after: int | None = None) -> Stream:
        """Open the stream that ``follow_events`` reads, pings and all; whoever opens it closes it.

        It may be a refusal: look at its status.
        """
        query = {} if after is None else {"after": str(after)}
        url = self._url(native_api.FOLLOW_EVENTS, {}, query)
        headers = {"Accept": "text/event-stream"}
        headers |= self._signature(RequestParts("GET", url, headers, b""))
        return self._transport.stream(url, headers)

    def _url(
        self,
        operation: Operation[Sent, Answered],
        path: Mapping[str, str],
        query: Mapping[str, str],
    ) -> str:
        for name, value in path.items():
            if not _PATH_PARAMETER.fullmatch(value):
                raise IdentifierFormat(f"{name} can't be {value[:40]!r}")
        target = self._base_url + operation.url(**path)
        return f"{target}?{urlencode(query)}" if query else target

    def _signature(self, parts: RequestParts) -> dict[str, str]:
        if self._key is None:
            raise InvariantBroken("a party without a key can only ask what anybody may")
        nonce = b64url(self._entropy(_NONCE_BYTES))
        return sign_request(parts, self._key, now=self._clock.now(), nonce=nonce)


def _encode(body: native_wire.Request | None) -> tuple[bytes, dict[str, str]]:
    if body is None:
        return b"", {}
    return msgspec.json.encode(body), {"Content-Type": "application/json"}


def _read(operation: Operation[Sent, Answered], status: int, body: bytes) -> Answered:
    if status >= _REFUSED_FROM:
        raise refusal(status, body)
    try:
        if issubclass(operation.answers, native_wire.Document):
            return msgspec.convert({"text": body.decode()}, operation.answers)
        return parse(body, operation.answers)
    except (msgspec.ValidationError, UnicodeDecodeError, QrpayError) as error:
        raise AnswerLost(f"{operation.name} was answered in another form: {error}") from error
