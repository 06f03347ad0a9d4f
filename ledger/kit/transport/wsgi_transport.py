"""A transport without a network: straight into the other service's WSGI app (PEP 3333).

A journey through three services takes milliseconds this way and needs no ports. What the app gets
is what a server would give it: bytes, percent-encoding and header names included.

    >>> def app(environ, start_response):
    ...     start_response("200 OK", [("Content-Type", "text/plain")])
    ...     return [environ["PATH_INFO"].encode("latin-1")]
    >>> transport = WsgiTransport({"http://shop.test": app})
    >>> transport.request("GET", "http://shop.test/caf%C3%A9", {}, b"").body.decode()
    '/café'
"""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import SplitResult, unquote_to_bytes, urlsplit

from werkzeug.test import run_wsgi_app

from ledger.kit.transport.message import Response, joined
from ledger.protocol.errors.service import ServiceUnavailable
from ledger.protocol.errors.trust import AnswerLost

App = Callable[..., Iterable[bytes]]


class WsgiTransport:
    """Sends requests into apps, each known by its origin (``http://127.0.0.1:8400``)."""

    def __init__(self, apps: Mapping[str, App]) -> None:
        self._apps = apps

    def request(self, method: str, url: str, headers: Mapping[str, str], body: bytes) -> Response:
        """Send a request; an origin without an app is unavailable, as a closed port would be.

        Raises ``AnswerLost`` where the app breaks off its answer.
        """
        answer = self._call(method, url, headers, body)
        try:
            return Response(answer.status, answer.headers, b"".join(answer.pieces))
        except ConnectionAbortedError as error:
            raise AnswerLost(f"{url} broke off") from error
        finally:
            answer.close()

    def stream(self, url: str, headers: Mapping[str, str]) -> WsgiStream:
        """Send a GET and give its answer line by line."""
        return self._call("GET", url, headers, b"")

    def _call(self, method: str, url: str, headers: Mapping[str, str], body: bytes) -> WsgiStream:
        address = urlsplit(url)
        app = self._apps.get(f"{address.scheme}://{address.netloc}")
        if app is None:
            raise ServiceUnavailable(f"nobody listens at {address.netloc}")
        environ = _environ(method, address, headers, body)
        pieces, status, fields = run_wsgi_app(app, environ)
        return WsgiStream(int(status.split(" ")[0]), joined(fields.items()), pieces)


class WsgiStream:
    """An answer of an app that may go on speaking."""

    def __init__(self, status: int, headers: Mapping[str, str], pieces: Iterable[bytes]) -> None:
        self.status = status
        self.headers = headers
        self.pieces = pieces

    def lines(self) -> Iterator[bytes]:
        """Give line after line without its end."""
        rest = b""
        for piece in self.pieces:
            *complete, rest = (rest + piece).split(b"\n")
            yield from (line.rstrip(b"\r") for line in complete)
        if rest:
            yield rest

    def close(self) -> None:
        """Tell the app that nobody listens any more."""
        close = getattr(self.pieces, "close", None)
        if close is not None:
            close()


def _environ(
    method: str, address: SplitResult, headers: Mapping[str, str], body: bytes
) -> dict[str, Any]:
    environ: dict[str, Any] = {
        "REQUEST_METHOD": method,
        "SCRIPT_NAME": "",
        # PEP 3333: decoded bytes, dressed up as Latin-1 text.
        "PATH_INFO": unquote_to_bytes(address.path or "/").decode("latin-1"),
        "QUERY_STRING": address.query,
        # No part of PEP 3333, but what servers add: the address as it was sent.
        "REQUEST_URI": f"{address.path or '/'}?{address.query}" if address.query else address.path,
        "SERVER_NAME": address.hostname or "",
        "SERVER_PORT": str(address.port or {"http": 80, "https": 443}[address.scheme]),
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "HTTP_HOST": address.netloc,
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": address.scheme,
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    for name, value in headers.items():
        key = name.upper().replace("-", "_")
        environ[key if key == "CONTENT_TYPE" else f"HTTP_{key}"] = value
    return environ
