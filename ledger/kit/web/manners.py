"""What happens around each request: an id, limits, careful headers, named errors, one log line."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Final, NamedTuple, TypeVar

import flask
import msgspec
from werkzeug.exceptions import HTTPException
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.wrappers import Response

from ledger.kit import problems
from ledger.kit.clock import Clock, SystemClock
from ledger.kit.entropy import Entropy, SystemEntropy
from ledger.kit.web import request_log
from ledger.kit.web.addresses import Address
from ledger.kit.web.at_hand import Answer, flask_response
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

_EXTENSION: Final = "qrpay.web"

View = TypeVar("View", bound=Callable[..., object])
Page = Callable[[problems.Problem], str]
Drawing = Callable[[QrpayError], Answer | Response]


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
    manners = Manners(service, page, clock or SystemClock(), entropy or SystemEntropy())
    app.extensions[_EXTENSION] = manners
    app.url_rule_class = Address
    app.config["MAX_CONTENT_LENGTH"] = BODY_MAX_BYTES
    app.before_request(manners.begin)
    app.after_request(manners.finish)
    app.register_error_handler(Exception, manners.refuse)

    @app.get("/health")
    def show_health() -> dict[str, object]:
        return {"status": "ok", "service": service, **health()}


def believe_door(app: flask.Flask) -> None:
    """Believe what a door in front tells: who asks, and whether by https (``serving.forwarder``).

    For a service that only its own machine reaches; anybody else could write the same fields.
    """
    app.wsgi_app = ProxyFix(app.wsgi_app, x_for=1, x_proto=1, x_host=0)  # type: ignore[method-assign]


def manners_of(app: flask.Flask) -> Manners:
    """Give the manners that ``install`` gave to ``app``."""
    manners = app.extensions[_EXTENSION]
    if not isinstance(manners, Manners):
        raise TypeError("not an app with our manners")
    return manners


def draw_under(app: flask.Flask, prefix: str, drawing: Drawing) -> None:
    """Let errors at addresses that begin with ``prefix`` be told by ``drawing``, not as problems.

    For addresses that imitate somebody else's. It is given what the rules call the error, those of
    the framework included (``RouteNotFound``, ``MethodNotAllowed``, ``BodyTooLarge``); the
    longest prefix counts.
    """
    manners_of(app).drawings[prefix] = drawing


class Refusal(NamedTuple):
    """An error as it is told: its name, its document, and headers of its own."""

    code: str
    problem: problems.Problem
    headers: dict[str, str]

    @property
    def body(self) -> bytes:
        """The document as JSON."""
        return msgspec.json.encode(self.problem)


class Manners:
    """What happens around each request of one service."""

    def __init__(self, service: str, page: Page | None, clock: Clock, entropy: Entropy) -> None:
        self.service = service
        self.clock = clock
        self.drawings: dict[str, Drawing] = {}
        self._page = page
        self._ids = IdSource(entropy)

    def new_request_id(self) -> str:
        """Give the name of the request that begins."""
        return self._ids.body(self.clock.now())

    def told(self, error: Exception, request_id: str) -> Refusal:
        """Tell an error as a problem document; one of our own goes into the log as well."""
        named = problems.as_ours(error)
        if isinstance(named, ServiceError):
            request_log.write_failure(self.service, request_id, error)
        problem = problems.problem_of(named, request_id)
        return Refusal(named.code, problem, _headers_of(error, named, self.service))

    def begin(self) -> None:
        """Do what comes before each of Flask's requests."""
        flask.g.request_id = self.new_request_id()
        flask.g.began_at_s = self.clock.monotonic()
        flask.g.code = ""
        view = flask.current_app.view_functions.get(flask.request.endpoint or "")
        flask.request.max_content_length = getattr(view, "body_max_bytes", BODY_MAX_BYTES)

    def finish(self, response: flask.Response) -> flask.Response:
        """Do what comes after each of Flask's requests."""
        for name, value in SECURITY_HEADERS.items():
            response.headers.setdefault(name, value)
        duration_s = self.clock.monotonic() - flask.g.began_at_s
        request_log.write(
            request_log.line_of_flask(
                self.service, flask.g.request_id, response.status_code, flask.g.code, duration_s
            )
        )
        return response

    def refuse(self, error: Exception) -> Response | HTTPException:
        """Answer one of Flask's requests by an error."""
        if isinstance(error, HTTPException) and (error.code is None or error.code < 400):  # noqa: PLR2004
            return error  # a redirection, not a refusal
        refusal = self.told(error, flask.g.request_id)
        flask.g.code = refusal.code
        drawing = self.drawing_at(flask.request.path)
        if drawing is not None:
            return flask_response(drawing(problems.as_ours(error)))
        response = self._draw(refusal)
        response.headers.update(refusal.headers)
        return response

    def drawing_at(self, path: str) -> Drawing | None:
        """Give who tells errors at an address; None where they are told as problems."""
        fitting = [prefix for prefix in self.drawings if path.startswith(prefix)]
        return self.drawings[max(fitting, key=len)] if fitting else None

    def _draw(self, refusal: Refusal) -> flask.Response:
        problem, accepted = refusal.problem, flask.request.accept_mimetypes
        if self._page and accepted.best_match(["application/json", "text/html"]) == "text/html":
            return flask.Response(self._page(problem), problem.status, mimetype="text/html")
        return flask.Response(refusal.body, problem.status, mimetype=problems.MEDIA_TYPE)


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
