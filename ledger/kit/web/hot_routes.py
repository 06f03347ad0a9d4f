"""Addresses that much is asked at, answered before Flask's machinery is set going.

    @web.hot_post(app, "/api/checkouts", status=HTTPStatus.CREATED)
    def sell(body: bytes) -> bytes:
        wanted = web.parse(body, OpenSale)
        return msgspec.json.encode(…)

    web.hot(app, "/v3/orders/<order_no>", show_order, methods=["GET"])

Routing, request and application contexts, a response object: Flask takes some 50 microseconds for a
request that does nothing, and twice that for one with headers of its own. A hot route is one
function, reached in two ways: by a table in front of Flask, and as an ordinary view. The table
takes only what is wholly ordinary: a request that says how long it is, to a host that is trusted.
For anything else the view is there, so each rule of the service is written once and the table can
refuse nothing by itself. Answers are the same to the byte, refusals included, and so are the lines
in the log (``tests/kit/test_hot_routes.py``).

* ``hot_post``: from a body in JSON to JSON, for callers that do not ask for a page.
* ``hot``: any ``Answer`` to what is ``asked()``, for addresses that imitate somebody else's and
  whose errors are drawn accordingly (``draw_under``).

Hooks that an app has besides the manners of ``install`` are not called for what the table takes;
so it leaves alone what they are for: calls signed as ours are (RFC 9421), and those that are to
fail (``on_demand``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from http import HTTPStatus
from io import BytesIO
from typing import TYPE_CHECKING, Final, NamedTuple

import flask
from werkzeug.exceptions import HTTPException
from werkzeug.http import HTTP_STATUS_CODES
from werkzeug.sansio.utils import get_host
from werkzeug.wrappers import Response

from ledger.kit import problems
from ledger.kit.web import request_log
from ledger.kit.web.at_hand import Answer, Asked, FlaskIsNeeded, asked, flask_response, in_front
from ledger.kit.web.bodies import plain_body
from ledger.kit.web.manners import (
    BODY_MAX_BYTES,
    SECURITY_HEADERS,
    Manners,
    manners_of,
    reads_up_to,
)
from ledger.kit.web.on_demand import FAILURE

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

JSON: Final = "application/json"

_EXTENSION: Final = "qrpay.web.hot"
_WANTS_NO_PAGE: Final = frozenset({"", "*/*", JSON})
_SECURITY: Final = tuple(SECURITY_HEADERS.items())

HotView = Callable[[bytes], bytes]
View = Callable[..., "Answer | Response"]


class _Route(NamedTuple):
    rule: str
    view: View
    methods: Sequence[str]
    most_bytes: int = BODY_MAX_BYTES
    only_json: bool = False

    def takes(self, environ: WSGIEnvironment) -> bool:
        """Tell whether these are a method, a length and a kind of body that it reads."""
        method, length = environ["REQUEST_METHOD"], environ.get("CONTENT_LENGTH", "")
        if method not in self.methods:
            return False
        if method == "GET":
            return length in ("", "0")
        fits = length.isascii() and length.isdecimal() and int(length) <= self.most_bytes
        return fits and (not self.only_json or _is_plain_json(environ))


def _is_plain_json(environ: WSGIEnvironment) -> bool:
    accepted = environ.get("HTTP_ACCEPT", "")
    return environ.get("CONTENT_TYPE") == JSON and accepted in _WANTS_NO_PAGE


def hot(app: flask.Flask, rule: str, view: View, *, methods: Sequence[str]) -> None:
    """Answer at an address by a function of what is asked; ``web.install`` came before.

    One part of the rule may be a parameter, which the function is given by its name. It takes the
    request from ``asked()``. Errors here are to be drawn by somebody (``draw_under``).
    """

    def behind_flask(**parameters: str) -> Response:
        return flask_response(view(**parameters))

    app.add_url_rule(rule, f"hot {' '.join(methods)} {rule}", behind_flask, methods=methods)
    _table_of(app).add(_Route(rule, view, methods))


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

        def before_flask() -> Answer:
            return Answer(view(asked().body), status, JSON)

        app.add_url_rule(path, f"hot {path}", behind_flask, methods=["POST"])
        _table_of(app).add(_Route(path, before_flask, ["POST"], most_bytes, only_json=True))
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
        self._plain: dict[str, list[_Route]] = {}
        self._open: dict[str, list[tuple[str, _Route]]] = {}
        self._places: dict[int, set[int]] = {}
        self._behind = behind
        self._manners = manners
        self._config = config
        self._is_trusted = lru_cache(maxsize=64)(self._look_at_host)

    def add(self, route: _Route) -> None:
        """Add a route, found by its path or by all of it but the part that is a parameter."""
        parts = route.rule.split("/")
        place = next((place for place, part in enumerate(parts) if part.startswith("<")), None)
        if place is None:
            self._plain.setdefault(route.rule, []).append(route)
            return
        name = parts[place].strip("<>")
        self._open.setdefault(_without(parts, place), []).append((name, route))
        self._places.setdefault(len(parts), set()).add(place)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer what is ordinary; pass on everything else."""
        found = self._find(environ)
        if found is None or not self._is_ordinary(environ):
            return self._behind(environ, start_response)
        route, parameters = found
        length = int(environ.get("CONTENT_LENGTH") or 0)
        body = environ["wsgi.input"].read(length) if length else b""
        if len(body) != length:
            return self._behind({**environ, "wsgi.input": BytesIO(body)}, start_response)
        request = Asked(environ, environ["PATH_INFO"], body, self._manners.new_request_id())
        try:
            answer = self._answer(route, parameters, request)
        except FlaskIsNeeded:
            return self._behind({**environ, "wsgi.input": BytesIO(body)}, start_response)
        start_response(_STATUS_LINES[answer.status], _headers(answer))
        return [answer.body]

    def _find(self, environ: WSGIEnvironment) -> tuple[_Route, dict[str, str]] | None:
        path = environ["PATH_INFO"]
        for route in self._plain.get(path, ()):
            if route.takes(environ):
                return route, {}
        parts = path.split("/") if path.isascii() else []
        for place in self._places.get(len(parts), ()):
            for name, route in self._open.get(_without(parts, place), ()):
                if parts[place] and route.takes(environ):
                    return route, {name: parts[place]}
        return None

    def _is_ordinary(self, environ: WSGIEnvironment) -> bool:
        return (
            "HTTP_CONTENT_ENCODING" not in environ
            and "HTTP_TRANSFER_ENCODING" not in environ
            and "=:" not in environ.get("HTTP_SIGNATURE", "")
            and not environ.get(FAILURE)
            and not environ.get("SCRIPT_NAME")
            and self._is_trusted(environ["wsgi.url_scheme"], environ.get("HTTP_HOST", ""))
        )

    def _look_at_host(self, scheme: str, host: str) -> bool:
        try:
            return get_host(scheme, host, None, self._config["TRUSTED_HOSTS"]) != ""
        except HTTPException:
            return False

    def _answer(self, route: _Route, parameters: dict[str, str], request: Asked) -> Answer:
        manners = self._manners
        began_at_s = manners.clock.monotonic()
        with in_front(request):
            try:
                answer = _plain(route.view(**parameters))
            except FlaskIsNeeded:
                raise
            except Exception as error:  # noqa: BLE001 (told, as Flask's error handler does)
                answer = self._refused(error, request)
        line = request_log.Line(
            manners.service,
            request.request_id,
            request.method,
            route.rule,
            [value for value in parameters.values() if request_log.is_identifier(value)],
            answer.status,
            request.code,
            request_log.in_ms(manners.clock.monotonic() - began_at_s),
        )
        request_log.write(line)
        return answer

    def _refused(self, error: Exception, request: Asked) -> Answer:
        told = self._manners.told(error, request.request_id)
        request.code = told.code
        drawing = self._manners.drawing_at(request.path)
        if drawing is not None:
            return _plain(drawing(problems.as_ours(error)))
        return Answer(told.body, told.problem.status, problems.MEDIA_TYPE, told.headers)


def _without(parts: Sequence[str], place: int) -> str:
    return "/".join([*parts[:place], "", *parts[place + 1 :]])


_STATUS_LINES: Final = {
    status: f"{status} {phrase.upper()}" for status, phrase in HTTP_STATUS_CODES.items()
}


def _plain(answer: Answer | Response) -> Answer:
    if isinstance(answer, Answer):
        return answer
    raise TypeError("in front of Flask a view has an Answer")


def _headers(answer: Answer) -> list[tuple[str, str]]:
    headers = [("Content-Type", answer.content_type)] if answer.content_type else []
    if answer.status != HTTPStatus.NO_CONTENT:
        headers.append(("Content-Length", str(len(answer.body))))
    own = answer.headers
    return [*headers, *own.items(), *(each for each in _SECURITY if each[0] not in own)]
