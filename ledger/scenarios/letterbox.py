"""The address at which the demo shops take notifications, and say that they have them."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Final

import msgspec

from ledger.protocol.native_wire import NotificationAnswers, NotificationDeliveries

HOST: Final = "127.0.0.1"
PATH: Final = "/notify"
_TAKEN: Final = "success"
_TAKEN_OF_ANTOM: Final = b'{"result":{"resultCode":"SUCCESS","resultStatus":"S"}}'
_POLL_S: Final = 0.05


class _Taking(BaseHTTPRequestHandler):
    """Takes whatever comes; WeChat Pay reads the status, Antom a result, Alipay the word."""

    def do_POST(self) -> None:
        """Take a notification."""
        raw = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        said = _TAKEN_OF_ANTOM if "client-id" in self.headers else _taken(raw)
        self.send_response(200)
        self.send_header("Content-Length", str(len(said)))
        self.end_headers()
        self.wfile.write(said)

    def log_message(self, format: str, *_: object) -> None:  # noqa: A002 (the library's)
        """Say nothing."""


def _taken(raw: bytes) -> bytes:
    """Say so in the provider's own way where it tells of several, else by the word."""
    try:
        told = msgspec.json.decode(raw, type=NotificationDeliveries)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return _TAKEN.encode()
    return msgspec.json.encode(NotificationAnswers(answers=[_TAKEN] * len(told.notifications)))


@contextmanager
def letterbox() -> Iterator[str]:
    """Take notifications until the block ends; gives the address."""
    server = ThreadingHTTPServer((HOST, 0), _Taking)
    thread = threading.Thread(target=server.serve_forever, args=(_POLL_S,), daemon=True)
    thread.start()
    try:
        yield f"http://{HOST}:{server.server_port}{PATH}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
