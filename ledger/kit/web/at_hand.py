"""The request at hand and its answer, for views that are reached in front of Flask and behind it.

    def show(order_no: str) -> Answer:
        shop = asked().header("client-id")
        return Answer(b"{}", content_type="application/json", headers={"client-id": shop})

Flask's own ``request``, ``g`` and ``Response`` cost more than many a view. ``Asked`` has of them
what such views need, by the rules that Flask has: made of the server's environment (PEP 3333) in
front of it (``hot_routes``), of Flask's request behind it. A view can't tell which it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextvars import ContextVar
from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple
from urllib.parse import parse_qsl

import flask
from werkzeug.http import parse_options_header
from werkzeug.sansio.utils import get_host
from werkzeug.wrappers import Response

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment


class Asked:
    """A request. ``code`` names the refusal it came to, for the log; empty if there was none."""

    __slots__ = ("_body", "code", "environ", "method", "path", "query_string", "request_id")

    def __init__(self, environ: WSGIEnvironment, path: str, body: bytes, request_id: str) -> None:
        self.environ = environ
        self.method: str = environ["REQUEST_METHOD"]
        self.path = path
        self.query_string: bytes = environ.get("QUERY_STRING", "").encode("latin-1")
        self.request_id = request_id
        self._body = body
        self._begin()

    def _begin(self) -> None:
        self.code = ""

    @property
    def body(self) -> bytes:
        """The body; raises ``BodyTooLarge`` as Flask does."""
        return self._body

    def header(self, name: str) -> str:
        """Give a header field by its name in any case; empty if there is none."""
        value: str = self.environ.get(_key(name), "")
        return value

    @property
    def media_type(self) -> str:
        """The type of the body in small letters, without parameters."""
        return _media_type(self.header("Content-Type"))

    @property
    def scheme(self) -> str:
        """By which it was called, ``http`` or ``https``."""
        scheme: str = self.environ["wsgi.url_scheme"]
        return scheme

    @property
    def host(self) -> str:
        """Host and port that were called."""
        environ = self.environ
        server = (environ["SERVER_NAME"], int(environ["SERVER_PORT"]))
        return get_host(self.scheme, environ.get("HTTP_HOST"), server)

    def query(self) -> dict[str, str]:
        """Read the query; of a name that comes twice the first value counts."""
        if not self.query_string:
            return {}
        pairs = parse_qsl(
            self.query_string.decode(errors="replace"),
            keep_blank_values=True,
            errors="werkzeug.url_quote",
        )
        return dict(reversed(pairs))


@lru_cache(256)
def _key(name: str) -> str:
    key = name.upper().replace("-", "_")
    return key if key in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{key}"


@lru_cache(256)
def _media_type(content_type: str) -> str:
    return parse_options_header(content_type)[0].lower()


class _BehindFlask(Asked):
    """The request that Flask is answering; its body is read when it is asked for."""

    __slots__ = ()

    def __init__(self) -> None:
        request = flask.request
        super().__init__(request.environ, request.path, b"", flask.g.request_id)

    def _begin(self) -> None:
        """Leave the code as it is."""

    @property
    def body(self) -> bytes:
        return flask.request.get_data()

    @property
    def code(self) -> str:
        said: str = flask.g.code
        return said

    @code.setter
    def code(self, code: str) -> None:
        flask.g.code = code


class Answer(NamedTuple):
    """An answer: with 204 there is no body, and no content type."""

    body: bytes
    status: int = 200
    content_type: str = ""
    headers: Mapping[str, str] = {}

    def to_flask(self) -> flask.Response:
        """Give it as Flask's."""
        response = flask.Response(self.body, self.status, content_type=self.content_type)
        if not self.content_type:
            del response.headers["Content-Type"]
        for name, value in self.headers.items():
            response.headers[name] = value
        return response


class FlaskIsNeeded(Exception):
    """A view in front of Flask found that it needs Flask; nothing was done so far."""


_IN_FRONT: Final[ContextVar[Asked | None]] = ContextVar("qrpay.asked", default=None)
_KEPT: Final = "qrpay_asked"


def asked() -> Asked:
    """Give the request at hand."""
    found = _IN_FRONT.get()
    if found is not None:
        return found
    if _KEPT not in flask.g:
        setattr(flask.g, _KEPT, _BehindFlask())
    kept: Asked = getattr(flask.g, _KEPT)
    return kept


class in_front:  # noqa: N801 (used as a function; as a generator it would cost more than its block)
    """Make a request the one at hand, in front of Flask, for the time of a block."""

    __slots__ = ("_request", "_token")

    def __init__(self, request: Asked) -> None:
        self._request = request

    def __enter__(self) -> None:
        self._token = _IN_FRONT.set(self._request)

    def __exit__(self, *_: object) -> None:
        _IN_FRONT.reset(self._token)


def require_flask() -> None:
    """Have the request at hand answered behind Flask, where its pages and forms are.

    For a view that has not done anything yet; in front of Flask it ends here.
    """
    if _IN_FRONT.get() is not None:
        raise FlaskIsNeeded


def flask_response(answer: Answer | Response) -> Response:
    """Give what a view answered as Flask's."""
    return answer.to_flask() if isinstance(answer, Answer) else answer
