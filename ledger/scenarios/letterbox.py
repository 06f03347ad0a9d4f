"""The address at which the demo shops take notifications, and say that they have them."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Final

HOST: Final = "127.0.0.1"
PATH: Final = "/notify"
_TAKEN: Final = b"success"
_POLL_S: Final = 0.05


class _Taking(BaseHTTPRequestHandler):
    """Takes whatever comes; Alipay reads the word, WeChat Pay the status."""

    def do_POST(self) -> None:
        """Take a notification."""
        self.rfile.read(int(self.headers.get("Content-Length", "0")))
        self.send_response(200)
        self.send_header("Content-Length", str(len(_TAKEN)))
        self.end_headers()
        self.wfile.write(_TAKEN)

    def log_message(self, format: str, *_: object) -> None:  # noqa: A002 (the library's)
        """Say nothing."""


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
