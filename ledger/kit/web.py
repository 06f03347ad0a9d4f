"""The manners of a Flask service: strict bodies, errors with names, careful headers, one log line.

    app = Flask("till")
    web.install(app, "till", health=store.facts)

    @app.post("/v1/payments/<payment_id>/refunds")
    def create_refund(payment_id: str) -> ResponseReturnValue:
        wanted = web.read_json(CreateRefund)

After ``install`` every error becomes a problem document (``problems``), also those of the framework
and those nobody foresaw; ``GET /health`` answers; each request leaves one line in the log. A
service with pages for people passes ``page``, which draws the same problem for a browser.

Bodies are read up to ``BODY_MAX_BYTES``; a view that takes pictures says ``@reads_up_to(...)``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from http import HTTPStatus
from typing import Final, TypeVar

import flask
import msgspec
from msgspec import inspect
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from ledger.kit import problems, request_log
from ledger.kit.clock import Clock, SystemClock
from ledger.kit.entropy import Entropy, SystemEntropy
from ledger.protocol import strict_json
from ledger.protocol.errors import QrpayError, ServiceError
from ledger.protocol.errors.content import (
    ContentTypeUnsupported,
    FieldFormat,
    FieldMissing,
    UnknownField,
)
from ledger.protocol.identifiers import IdSource
from ledger.protocol.native_wire import REFUSED_AS

BODY_MAX_BYTES: Final = 64 * 1024
IMAGE_BODY_MAX_BYTES: Final = 2 * 1024 * 1024

SECURITY_HEADERS: Final = {
    "Content-Security-Policy": (
        "default-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    # With "no-referrer" browsers also blank the Origin of a form, by which a forged one is known.
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-store",
}
"""What every answer carries unless its view has said something else."""

Body = TypeVar("Body", bound=msgspec.Struct)
View = TypeVar("View", bound=Callable[..., object])
Page = Callable[[problems.Problem], str]


def install(
    app: flask.Flask,
    service: str,
    *,
    health: Callable[[], Mapping[str, object]] = dict,
    page: Page | None = None,
    clock: Clock | None = None,
    entropy: Entropy | None = None,
) -> None:
    """Give ``app`` these manners; ``service`` is its name in log and health.

    ``health`` adds facts to ``GET /health`` and raises when the service can't work. ``page`` draws
    a problem as HTML for callers that prefer it. ``clock`` and ``entropy`` make request ids.
    """
    manners = _Manners(service, page, clock or SystemClock(), entropy or SystemEntropy())
    app.config["MAX_CONTENT_LENGTH"] = BODY_MAX_BYTES
    app.before_request(manners.begin)
    app.after_request(manners.finish)
    app.register_error_handler(Exception, manners.refuse)

    @app.get("/health")
    def show_health() -> dict[str, object]:
        return {"status": "ok", "service": service, **health()}


class _Manners:
    """What happens around each request of one service."""

    def __init__(self, service: str, page: Page | None, clock: Clock, entropy: Entropy) -> None:
        self._service = service
        self._page = page
        self._clock = clock
        self._ids = IdSource(entropy)

    def begin(self) -> None:
        flask.g.request_id = self._ids.body(self._clock.now())
        flask.g.began_at_s = self._clock.monotonic()
        flask.g.code = ""
        view = flask.current_app.view_functions.get(flask.request.endpoint or "")
        flask.request.max_content_length = getattr(view, "body_max_bytes", BODY_MAX_BYTES)

    def finish(self, response: flask.Response) -> flask.Response:
        for name, value in SECURITY_HEADERS.items():
            response.headers.setdefault(name, value)
        duration_s = self._clock.monotonic() - flask.g.began_at_s
        request_log.write(self._service, flask.g.request_id, response, flask.g.code, duration_s)
        return response

    def refuse(self, error: Exception) -> Response | HTTPException:
        if isinstance(error, HTTPException) and (error.code is None or error.code < 400):  # noqa: PLR2004
            return error  # a redirection, not a refusal
        named = problems.as_ours(error)
        if isinstance(named, ServiceError):
            request_log.write_failure(self._service, flask.g.request_id, error)
        flask.g.code = named.code
        response = self._draw(problems.problem_of(named, flask.g.request_id))
        response.headers.update(_headers_of(error, named, self._service))
        return response

    def _draw(self, problem: problems.Problem) -> flask.Response:
        accepted = flask.request.accept_mimetypes
        if self._page and accepted.best_match(["application/json", "text/html"]) == "text/html":
            return flask.Response(self._page(problem), problem.status, mimetype="text/html")
        body = msgspec.json.encode(problem)
        return flask.Response(body, problem.status, mimetype=problems.MEDIA_TYPE)


def _headers_of(error: Exception, named: QrpayError, service: str) -> dict[str, str]:
    headers = {}
    if isinstance(error, HTTPException):
        headers = {name: value for name, value in error.get_headers() if name == "Allow"}
    if named.retry_after_s is not None:
        headers["Retry-After"] = str(named.retry_after_s)
    if named.status == HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = f'Signature realm="{service}"'  # RFC 9110, section 15.5.2
    return headers


def reads_up_to(most_bytes: int) -> Callable[[View], View]:
    """Let a view read larger bodies than others do."""

    def mark(view: View) -> View:
        view.body_max_bytes = most_bytes  # type: ignore[attr-defined]
        return view

    return mark


def json_body() -> dict[str, object]:
    """Read the request's body as one JSON object.

    Raises ``ContentTypeUnsupported``, ``BodyTooLarge`` and the refusals of ``strict_json``.
    """
    request = flask.request
    charset = request.mimetype_params.get("charset", "utf-8").lower()
    encoding = request.headers.get("Content-Encoding", "identity").lower()
    if (request.mimetype, charset, encoding) != ("application/json", "utf-8", "identity"):
        raise ContentTypeUnsupported("the body must be application/json in UTF-8, not compressed")
    return strict_json.load_object(request.get_data())


def read_json(body_type: type[Body]) -> Body:
    """Read the request's body as ``body_type``; raises what ``json_body`` and ``decode`` raise."""
    return decode(json_body(), body_type)


def decode(body: Mapping[str, object], body_type: type[Body]) -> Body:
    """Make a record of a JSON object, taking nothing for something else.

    Raises ``UnknownField``, ``FieldMissing``, ``FieldFormat`` or the error that the field's
    ``refused_as`` names; the detail begins with the path of the field (``request.key_id``).
    """
    try:
        return msgspec.convert(body, body_type, strict=True)
    except msgspec.ValidationError as error:
        raise _refusal(str(error), body_type) from error


_UNKNOWN = re.compile(r"Object contains unknown field `(.*?)`(?: - at `\$\.?(.*)`)?", re.DOTALL)
_MISSING = re.compile(r"Object missing required field `(.*?)`(?: - at `\$\.?(.*)`)?", re.DOTALL)
_FOUND_MAX_CHARS = 60
_WRONG = re.compile(r"(.*?)(?: - at `\$\.?(.*)`)?", re.DOTALL)


def _refusal(message: str, body_type: type[msgspec.Struct]) -> QrpayError:
    if match := _UNKNOWN.fullmatch(message):
        return UnknownField(_join(match[2], match[1]))
    if match := _MISSING.fullmatch(message):
        return FieldMissing(_join(match[2], match[1]))
    match = _WRONG.fullmatch(message)
    found, path = (match[1], match[2] or "") if match else (message, "")
    found = found.replace(strict_json.JsonNumberText.__name__, "a number that is no integer")
    names = re.findall(r"\w+", re.sub(r"\[.*?\]", "", path))
    refusal = _refused_as(inspect.type_info(body_type), names)
    return refusal(f"{path}: {found[:_FOUND_MAX_CHARS]}" if path else found)


def _join(path: str | None, name: str) -> str:
    return f"{path}.{name[:_FOUND_MAX_CHARS]}" if path else name[:_FOUND_MAX_CHARS]


def _refused_as(node: inspect.Type, names: Sequence[str]) -> type[QrpayError]:
    """Find what the field at the end of ``names`` says it is refused as."""
    if isinstance(node, inspect.Metadata):
        named = (node.extra or {}).get(REFUSED_AS)
        return named if named and not names else _refused_as(node.type, names)
    if isinstance(node, inspect.UnionType):
        found = (_refused_as(kind, names) for kind in node.types)
        return next((named for named in found if named is not FieldFormat), FieldFormat)
    if isinstance(node, inspect.ListType):
        return _refused_as(node.item_type, names)
    if isinstance(node, inspect.StructType) and names:
        for field in node.fields:
            if field.encode_name == names[0]:
                return _refused_as(field.type, names[1:])
    return FieldFormat
