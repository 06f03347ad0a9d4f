"""One call from its bytes to its answer, exactly once.

The nonce, the reply under its Idempotency-Key and the effect are one unit of work. A refusal undoes
the effect alone: the nonce stays, so that a call that was refused today can't be sent again by
somebody else when it would succeed. A failure of our own undoes everything, and the same call may
come again.

Each answer to a signed call is signed, refusals included; answers are bound to the call, so a
replayed reply has the same bytes under another signature.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import Final

import flask
import msgspec

from ledger.core import idempotency
from ledger.core.idempotency import Reply
from ledger.core.ports import Books
from ledger.core.records.notices import StoredReply
from ledger.faces import Provider
from ledger.faces.native import reception
from ledger.faces.native.call import Call
from ledger.faces.native.route import Route
from ledger.kit import problems
from ledger.protocol.errors import CallerError, QrpayError
from ledger.protocol.errors.service import InvariantBroken
from ledger.protocol.native_wire import Document
from ledger.protocol.signing.http_messages import sign_response, signature_to_answer

REPLAYED: Final = "Idempotency-Replayed"


def answer(provider: Provider, route: Route, path: dict[str, str]) -> flask.Response:
    """Answer the request at hand; raises what refuses it."""
    call = reception.receive(provider, route, path)
    if route.leaves_a_trace:
        return _respond(route, _answer_once(provider, route, call))
    with provider.store.reading() as books:
        return _respond(route, _perform(provider, route, call, books))


def _answer_once(provider: Provider, route: Route, call: Call) -> Reply | StoredReply:
    refusal: CallerError
    with provider.store.transaction() as books:
        reception.admit_once(books, call)
        try:
            with books.savepoint():
                reception.require_role(route, call)
                return _reply(provider, route, call, books)
        except CallerError as error:
            refusal = error  # raised after the commit, so that the nonce stays
    raise refusal


def _reply(provider: Provider, route: Route, call: Call, books: Books) -> Reply | StoredReply:
    if not route.keyed:
        return _perform(provider, route, call, books)
    method, path = route.operation.method, flask.request.path
    return idempotency.once(
        books,
        scope=f"{call.owner} {method} {path}",
        key=call.idempotency_key,
        fingerprint=idempotency.fingerprint(method, path, call.raw_body),
        now=call.now,
        perform=lambda: _perform(provider, route, call, books),
        refuse=_refused,
        after_refusal=lambda error: route.after_refusal(books, call, error),
    )


def _perform(provider: Provider, route: Route, call: Call, books: Books) -> Reply:
    if route.handler is None:
        raise InvariantBroken(f"{route.operation.name} has a view of its own")
    view = route.handler(provider, books, call)
    text = view.text if isinstance(view, Document) else msgspec.json.encode(view).decode()
    return Reply(route.operation.status, text)


def _refused(error: QrpayError) -> Reply:
    flask.g.code = error.code
    problem = problems.problem_of(error, flask.g.request_id)
    return Reply(problem.status, msgspec.json.encode(problem).decode())


def _respond(route: Route, reply: Reply | StoredReply) -> flask.Response:
    mimetype = route.media_type if reply.status < HTTPStatus.BAD_REQUEST else problems.MEDIA_TYPE
    response = flask.Response(reply.body, reply.status, mimetype=mimetype)
    if isinstance(reply, StoredReply) and reply.replayed:
        response.headers[REPLAYED] = "true"
    return response


def sign(provider: Provider, response: flask.Response) -> flask.Response:
    """Sign the answer to a call that carries a signature, whatever the answer is."""
    signature = signature_to_answer(dict(flask.request.headers))
    if signature is not None and not response.is_streamed:
        response.headers.update(
            sign_response(
                response.status_code,
                response.get_data(),
                request_signature=signature,
                key=provider.signing_key,
                now=provider.clock.now(),
            )
        )
    return response
