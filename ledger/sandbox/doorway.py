"""Stands in front of the ledger's app: writes down each request with its answer, and breaks some.

    call.lost              the connection breaks, the app never hears of it
    call.failed            the app is told to refuse, in the form of the face that was called
    call.refused           the face that was called is told by which of its codes to refuse
    refund.abnormal, refund.closed   the face is told what becomes of the refund
    call.unknown           the app works, and is then told to refuse
    answer.slow            the answer waits, in real time
    answer.wrongly-signed, answer.unsigned
    answer.lost            the app works, and the connection breaks

It is WSGI around the whole app, so no face knows of it. Streams are let through as they are, and so
is what the sandbox itself is asked.
"""

from __future__ import annotations

import io
import threading
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Final

import flask

from ledger.core.ports import Books
from ledger.kit.serving.hanging_up import hang_up
from ledger.kit.web.on_demand import FAILURE, WANTED_CODE
from ledger.protocol.errors.sandbox import Played
from ledger.protocol.instants import SECOND
from ledger.sandbox.faults import Concerned, Fault, FaultKind, Faults
from ledger.sandbox.faults.kinds import REFUND_OUTCOMES, Strikes
from ledger.sandbox.faults.magic import Magic
from ledger.sandbox.faults.spoil import altered, stripped
from ledger.sandbox.parts import Parts
from ledger.sandbox.record.calls import Called, called
from ledger.sandbox.record.journal import KEPT_BYTES, Exchange, Journal
from ledger.sandbox.record.whose import NATIVE, merchant_of
from ledger.sandbox.wallets import name_of

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

UNSEEN: Final = ("/health", "/_sandbox/")
"""Addresses whose calls are no part of any checkout."""

READ_MOST: Final = 4 * 1024 * 1024
_STREAM: Final = "text/event-stream"


class _Answer:
    """An answer while it is on its way out."""

    def __init__(self) -> None:
        self.status = ""
        self.headers: dict[str, str] = {}
        self.body = b""
        self.stream: Iterable[bytes] | None = None

    @property
    def code(self) -> int:
        """The status as a number."""
        return int(self.status.partition(" ")[0] or 0)

    def send(self, start_response: StartResponse) -> Iterable[bytes]:
        """Give it to the server."""
        if self.stream is not None:
            start_response(self.status, list(self.headers.items()))
            return self.stream
        kept = {name: text for name, text in self.headers.items() if name != "Content-Length"}
        start_response(self.status, [*kept.items(), ("Content-Length", str(len(self.body)))])
        return [self.body]


class Doorway:
    """A WSGI app around another (PEP 3333)."""

    def __init__(
        self,
        behind: WSGIApplication,
        parts: Parts,
        faults: Faults,
        journal: Journal,
        magic: Magic,
    ) -> None:
        self._behind = behind
        self._parts = parts
        self._faults = faults
        self._journal = journal
        self._magic = magic

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Let one request through."""
        if environ["PATH_INFO"].startswith(UNSEEN):
            return self._behind(environ, start_response)
        body = _read(environ)
        seen = _Seen(environ, body)
        kinds = self._struck(seen.called)
        number = self._journal.next_number()
        answer = self._answered(environ, body, kinds)
        self._journal.add(seen.exchange(number, self._parts, answer, kinds))
        if answer is None or FaultKind.ANSWER_LOST in kinds:
            return hang_up(environ, start_response)
        return answer.send(start_response)

    def _answered(
        self, environ: WSGIEnvironment, body: bytes, kinds: Mapping[FaultKind, Fault]
    ) -> _Answer | None:
        """Have it answered; None where the request got lost on its way."""
        if FaultKind.CALL_LOST in kinds or FaultKind.WALLET_OFFLINE in kinds:
            return None
        if FaultKind.CALL_REFUSED in kinds:
            environ = {**environ, WANTED_CODE: kinds[FaultKind.CALL_REFUSED].code}
        for kind in REFUND_OUTCOMES.keys() & kinds.keys():
            environ = {**environ, WANTED_CODE: REFUND_OUTCOMES[kind]}
        answer = self._ask(environ, body, played=FaultKind.CALL_FAILED in kinds)
        if FaultKind.CALL_UNKNOWN in kinds:
            answer = self._ask(environ, body, played=True)
        if FaultKind.ANSWER_SLOW in kinds:
            threading.Event().wait(kinds[FaultKind.ANSWER_SLOW].delay_ms / SECOND)
        if FaultKind.ANSWER_ALTERED in kinds:
            answer.headers, answer.body = altered(answer.headers, answer.body)
        if FaultKind.ANSWER_UNSIGNED in kinds:
            answer.headers, answer.body = stripped(answer.headers, answer.body)
        return answer

    def _ask(self, environ: WSGIEnvironment, body: bytes, *, played: bool) -> _Answer:
        answer = _Answer()

        def start(status: str, headers: list[tuple[str, str]], *_: object) -> object:
            answer.status, answer.headers = status, dict(headers)
            return lambda _: None

        given = {**environ, "wsgi.input": io.BytesIO(body), FAILURE: played}
        pieces = self._behind(given, start)  # type: ignore[arg-type] # nobody calls ``write``
        if answer.headers.get("Content-Type", "").startswith(_STREAM):
            answer.stream = pieces
            return answer
        try:
            answer.body = b"".join(pieces)
        finally:
            close = getattr(pieces, "close", None)
            if close is not None:
                close()
        return answer

    def _struck(self, named: Called) -> dict[FaultKind, Fault]:
        """Tell what happens to this call."""
        whose = (named.face, named.account, named.order_no)
        struck = self._magic.strike(Strikes.CALL, named.amount_minor, *whose)
        struck += self._magic.strike_refund(named.name, named.refund_minor, *whose)
        if self._faults.is_empty:
            return {fault.kind: fault for fault in struck}
        with self._parts.store.reading() as books:
            concerned = _concerned(books, named)
        struck += self._faults.strike(Strikes.CALL, concerned)
        kinds = {fault.kind: fault for fault in struck}
        if concerned.payer and self._faults.is_offline(concerned.payer):
            kinds[FaultKind.WALLET_OFFLINE] = Fault(FaultKind.WALLET_OFFLINE)
        return kinds


class _Seen:
    """A request as it arrived."""

    def __init__(self, environ: WSGIEnvironment, body: bytes) -> None:
        self.method = environ["REQUEST_METHOD"]
        self.path = environ["PATH_INFO"].encode("latin-1").decode("utf-8", "replace")
        self.query = environ.get("QUERY_STRING", "")
        self.body = body
        self.headers = {
            name.removeprefix("HTTP_").lower().replace("_", "-"): value
            for name, value in environ.items()
            if name.startswith("HTTP_") or name == "CONTENT_TYPE"
        }
        self.called = called(self.method, self.path, self.query, self.headers, body)

    def exchange(
        self, number: int, parts: Parts, answer: _Answer | None, kinds: Mapping[FaultKind, Fault]
    ) -> Exchange:
        """Give what the journal keeps."""
        return Exchange(
            number=number,
            at=parts.clock.now(),
            called=self.called,
            method=self.method,
            target=f"{self.path}?{self.query}" if self.query else self.path,
            headers=self.headers,
            body=self.body[:KEPT_BYTES],
            status=answer.code if answer else 0,
            answer_headers={name.lower(): text for name, text in answer.headers.items()}
            if answer
            else {},
            answer=answer.body[:KEPT_BYTES] if answer else b"",
            faults=tuple(kind.label for kind in kinds),
        )


def _read(environ: WSGIEnvironment) -> bytes:
    """Read the body, as long as it says it is; the app judges what is too long for it."""
    length = environ.get("CONTENT_LENGTH", "")
    if not length:
        return environ["wsgi.input"].read(READ_MOST) if _is_chunked(environ) else b""
    return environ["wsgi.input"].read(min(int(length), READ_MOST)) if length.isdecimal() else b""


def _is_chunked(environ: WSGIEnvironment) -> bool:
    return bool(environ.get("wsgi.input_terminated"))


def _concerned(books: Books, named: Called) -> Concerned:
    payer = ""
    if named.face == NATIVE:
        device = books.directory.device_of_key(named.account)
        found = books.directory.payer(device.payer_id) if device else None
        payer = name_of(found.display_name) if found else ""
    return Concerned(
        merchant=merchant_of(books, named.face, named.account),
        account=named.account,
        order_no=named.order_no,
        call=named.name,
        payer=payer,
    )


def refuse_when_told(app: flask.Flask) -> None:
    """Let the doorway have a request refused, in the form of the face it is for."""

    @app.before_request
    def refuse() -> None:
        if flask.request.environ.get(FAILURE):
            raise Played
