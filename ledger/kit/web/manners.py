"""What happens around each request: an id, limits, careful headers, named errors, one log line."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Final, TypeVar

import flask
import msgspec
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from ledger.kit import problems
from ledger.kit.clock import Clock, SystemClock
from ledger.kit.entropy import Entropy, SystemEntropy
from ledger.kit.web import request_log
from ledger.protocol.errors import QrpayError, ServiceError
from ledger.protocol.identifiers import IdSource

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
