"""A door of a service: a WSGI app (PEP 3333) that passes requests on to another address.

The service itself listens on its own machine only. The door stands where strangers can reach it,
speaks https, and is the one place that says what of the service they reach. It passes on what comes
and what is answered, streams piece by piece, with the fields that belong to one connection left out
(RFC 9110, section 7.6.1). It tells the service by whom it was asked, in ``X-Forwarded-For`` and
``X-Forwarded-Proto``; what a caller has written there itself is dropped. The host stays the one
that was asked for, because a service knows its own names.
"""

from __future__ import annotations

import http.client
from collections.abc import Iterable, Iterator, Mapping
from http import HTTPStatus
from typing import TYPE_CHECKING, Final
from urllib.parse import quote, urlsplit

import msgspec
from werkzeug.http import HTTP_STATUS_CODES

from ledger.kit import problems
from ledger.protocol.errors import QrpayError
from ledger.protocol.errors.content import BodyTooLarge
from ledger.protocol.errors.service import ClosedToNetwork, ServiceUnavailable

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

BODY_MAX_BYTES: Final = 4 * 1024 * 1024
_READ_BYTES: Final = 64 * 1024
_QUIET_MAX_S: Final = 60.0
_OF_ONE_CONNECTION: Final = {
    *("connection", "keep-alive", "proxy-authenticate", "proxy-authorization", "proxy-connection"),
    *("te", "trailer", "transfer-encoding", "upgrade"),
}
_SAID_BY_DOORS: Final = {"forwarded", "x-forwarded-for", "x-forwarded-proto", "x-forwarded-host"}
_NOT_PASSED_ON: Final = _OF_ONE_CONNECTION | _SAID_BY_DOORS | {"host", "content-length"}
_WITH_A_BODY: Final = {"POST", "PUT", "PATCH", "DELETE"}
_IN_A_PATH: Final = "/:@!$&'()*+,;=~"


class Forwarder:
    """Passes requests on by their path: the longest beginning that a table has decides.

    ``table`` names an address such as ``http://127.0.0.1:8402`` for each beginning; an empty one
    closes it (``ClosedToNetwork``), and so is whatever is in no row.
    """

    def __init__(self, table: Mapping[str, str]) -> None:
        self._table = sorted(table.items(), key=lambda row: -len(row[0]))

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Pass a request on and give the answer as it comes."""
        try:
            origin = self._origin_of(environ["PATH_INFO"])
            body = _body_of(environ)
            connection, answer = _ask(origin, environ, body)
        except QrpayError as error:
            return _refused(error, start_response)
        fields = [
            (name, value)
            for name, value in answer.getheaders()
            if name.lower() not in _OF_ONE_CONNECTION
        ]
        start_response(f"{answer.status} {HTTP_STATUS_CODES.get(answer.status, '')}", fields)
        return _pieces(connection, answer)

    def _origin_of(self, path: str) -> str:
        origin = next((to for beginning, to in self._table if path.startswith(beginning)), "")
        if not origin:
            raise ClosedToNetwork(path)
        return origin


def _body_of(environ: WSGIEnvironment) -> bytes:
    if environ["REQUEST_METHOD"] not in _WITH_A_BODY:
        return b""
    # HTTP/2 and chunked bodies don't say how long they are; one byte more says that it is too much.
    body: bytes = environ["wsgi.input"].read(BODY_MAX_BYTES + 1)
    if len(body) > BODY_MAX_BYTES:
        raise BodyTooLarge(f"more than {BODY_MAX_BYTES} bytes")
    return body


def _ask(
    origin: str, environ: WSGIEnvironment, body: bytes
) -> tuple[http.client.HTTPConnection, http.client.HTTPResponse]:
    parts = urlsplit(origin)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=_QUIET_MAX_S)
    target = quote(environ["PATH_INFO"].encode("latin-1"), safe=_IN_A_PATH)
    if environ.get("QUERY_STRING"):
        target += "?" + environ["QUERY_STRING"]
    try:
        method = environ["REQUEST_METHOD"]
        connection.putrequest(method, target, skip_host=True, skip_accept_encoding=True)
        for name, value in _fields_of(environ, body):
            connection.putheader(name, value)
        connection.endheaders(body or None)
        return connection, connection.getresponse()
    except (OSError, http.client.HTTPException, ValueError) as error:
        connection.close()
        raise ServiceUnavailable(f"the service behind this door: {error!r}") from error


def _fields_of(environ: WSGIEnvironment, body: bytes) -> Iterator[tuple[str, str]]:
    yield "Host", environ.get("HTTP_HOST") or environ["SERVER_NAME"]
    yield "X-Forwarded-For", environ.get("REMOTE_ADDR", "")
    yield "X-Forwarded-Proto", environ["wsgi.url_scheme"]
    yield "Connection", "close"
    if environ["REQUEST_METHOD"] in _WITH_A_BODY:
        yield "Content-Length", str(len(body))
    if environ.get("CONTENT_TYPE"):
        yield "Content-Type", environ["CONTENT_TYPE"]
    for key, value in environ.items():
        name = key[5:].replace("_", "-").lower()
        if key.startswith("HTTP_") and name not in _NOT_PASSED_ON:
            yield name, value


def _pieces(
    connection: http.client.HTTPConnection, answer: http.client.HTTPResponse
) -> Iterator[bytes]:
    try:
        while piece := answer.read1(_READ_BYTES):
            yield piece
    finally:
        answer.close()
        connection.close()


def _refused(error: QrpayError, start_response: StartResponse) -> Iterable[bytes]:
    body = msgspec.json.encode(problems.problem_of(error, ""))
    status = HTTPStatus(error.status)
    fields = [("Content-Type", problems.MEDIA_TYPE), ("Content-Length", str(len(body)))]
    start_response(f"{status.value} {status.phrase}", fields)
    return [body]
