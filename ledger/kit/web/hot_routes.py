"""The few addresses that everything waits for, answered before Flask's machinery is set going.

    @web.hot_post(app, "/api/checkouts", status=HTTPStatus.CREATED)
    def sell(body: bytes) -> bytes:
        wanted = web.parse(body, OpenSale)
        return msgspec.json.encode(…)

Routing, request and application contexts, a response object: Flask takes some 50 microseconds for a
request that does nothing. A hot route is one function from bytes to bytes, reached in two ways: by
a table in front of Flask, and as an ordinary view. The table takes only what is wholly ordinary: a
POST of plain JSON that says how long it is, to a host that is trusted, from a caller that does not
ask for a page. For anything else the view is there, so each rule of the service is written once and
the table can refuse nothing by itself. Answers are the same to the byte, refusals included, and so
are the lines in the log (``tests/kit/test_hot_routes.py``).

The function sees nothing of the request but its body. Hooks that an app has besides the manners of
``install`` (a signature under each answer, say) are not called for what the table takes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache
from http import HTTPStatus
from io import BytesIO
from typing import TYPE_CHECKING, Final, NamedTuple

import flask
from werkzeug.exceptions import HTTPException
from werkzeug.http import HTTP_STATUS_CODES
from werkzeug.sansio.utils import get_host

from ledger.kit import problems
from ledger.kit.web import request_log
from ledger.kit.web.bodies import plain_body
from ledger.kit.web.manners import (
    BODY_MAX_BYTES,
    SECURITY_HEADERS,
    Manners,
    manners_of,
    reads_up_to,
)

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

JSON: Final = "application/json"

_EXTENSION: Final = "qrpay.web.hot"
_WANTS_NO_PAGE: Final = frozenset({"", "*/*", JSON})
_SECURITY: Final = tuple(SECURITY_HEADERS.items())

HotView = Callable[[bytes], bytes]


class _Route(NamedTuple):
    path: str
    view: HotView
    status: int
    most_bytes: int

    def takes(self, length: str) -> bool:
        """Tell whether this is the length of a body that it reads."""
        return length.isascii() and length.isdecimal() and int(length) <= self.most_bytes


class _Answer(NamedTuple):
    status: int
    content_type: str
    body: bytes
    headers: Iterable[tuple[str, str]] = ()
    code: str = ""


def hot_post(
    app: flask.Flask,
    path: str,
    *,
    status: int = HTTPStatus.OK,
    most_bytes: int = BODY_MAX_BYTES,
) -> Callable[[HotView], HotView]:
    """Answer POSTs to ``path`` by a function of the body; ``web.install`` came before.

    What it returns is sent as JSON with ``status``; what it raises is told as for every view.
    Bodies are read up to ``most_bytes``.
    """

    def register(view: HotView) -> HotView:
        @reads_up_to(most_bytes)
        def behind_flask() -> flask.Response:
            return flask.Response(view(plain_body()), status, mimetype=JSON)

        app.add_url_rule(path, f"hot {path}", behind_flask, methods=["POST"])
        _table_of(app).routes[path] = _Route(path, view, status, most_bytes)
        return view

    return register


def _table_of(app: flask.Flask) -> _HotRoutes:
    table = app.extensions.get(_EXTENSION)
    if isinstance(table, _HotRoutes):
        return table
    table = _HotRoutes(app.wsgi_app, manners_of(app), app.config)
    app.extensions[_EXTENSION] = table
    app.wsgi_app = table  # type: ignore[method-assign]
    return table


class _HotRoutes:
    """The table, as a WSGI app (PEP 3333) in front of another."""

    def __init__(self, behind: WSGIApplication, manners: Manners, config: flask.Config) -> None:
        self.routes: dict[str, _Route] = {}
        self._behind = behind
        self._manners = manners
        self._config = config
        self._is_trusted = lru_cache(maxsize=64)(self._look_at_host)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer what is ordinary; pass on everything else."""
        route = self.routes.get(environ["PATH_INFO"])
        if route is None or not self._is_ordinary(environ, route):
            return self._behind(environ, start_response)
        length = int(environ["CONTENT_LENGTH"])
        body = environ["wsgi.input"].read(length)
        if len(body) != length:
            return self._behind({**environ, "wsgi.input": BytesIO(body)}, start_response)
        answer = self._answer(route, body)
        start_response(
            f"{answer.status} {HTTP_STATUS_CODES[answer.status].upper()}",
            [
                ("Content-Type", answer.content_type),
                ("Content-Length", str(len(answer.body))),
                *answer.headers,
                *_SECURITY,
            ],
        )
        return [answer.body]

    def _is_ordinary(self, environ: WSGIEnvironment, route: _Route) -> bool:
        return (
            environ["REQUEST_METHOD"] == "POST"
            and environ.get("CONTENT_TYPE") == JSON
            and route.takes(environ.get("CONTENT_LENGTH", ""))
            and "HTTP_CONTENT_ENCODING" not in environ
            and "HTTP_TRANSFER_ENCODING" not in environ
            and environ.get("HTTP_ACCEPT", "") in _WANTS_NO_PAGE
            and not environ.get("SCRIPT_NAME")
            and self._is_trusted(environ["wsgi.url_scheme"], environ.get("HTTP_HOST", ""))
        )

    def _look_at_host(self, scheme: str, host: str) -> bool:
        try:
            return get_host(scheme, host, None, self._config["TRUSTED_HOSTS"]) != ""
        except HTTPException:
            return False

    def _answer(self, route: _Route, body: bytes) -> _Answer:
        manners = self._manners
        request_id, began_at_s = manners.new_request_id(), manners.clock.monotonic()
        try:
            answer = _Answer(route.status, JSON, route.view(body))
        except Exception as error:  # noqa: BLE001 (told, as Flask's error handler does)
            told = manners.told(error, request_id)
            answer = _Answer(
                told.problem.status,
                problems.MEDIA_TYPE,
                told.body,
                told.headers.items(),
                told.code,
            )
        line = request_log.Line(request_id, "POST", route.path, [], answer.status, answer.code)
        request_log.write(manners.service, line, manners.clock.monotonic() - began_at_s)
        return answer
