"""Services that are open to a network which in a test is this machine, and a browser's view of it.

``kiosk.local`` is mapped to the loopback address inside of the browser, so that its origin is that
of a network while nothing leaves the machine.
"""

from __future__ import annotations

import json
import os
import ssl
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

from ledger.ops.lan.authority import TlsFiles
from tests.processes.services import FREE_PORTS, nothing_left_running, qrpay

MAPPED = ("--host-resolver-rules=MAP kiosk.local 127.0.0.1",)
HERE = ("--lan", "--lan-address", "127.0.0.1", "--lan-port", "0", "--lan-name", "kiosk")


@contextmanager
def opened(data: Path, *words: str) -> Iterator[dict[str, Any]]:
    """Run ``qrpay up --lan``; gives what it says with ``--json``."""
    with nothing_left_running(data):
        up = qrpay("up", "--detach", "--json", *HERE, *words, *FREE_PORTS, data=data)
        assert up.returncode == 0, up.stderr
        try:
            yield json.loads(up.stdout)
        finally:
            qrpay("down", data=data)


def believing_home(folder: Path, authority: Path) -> dict[str, str | float | bool]:
    """Make a home in which Chromium believes an authority; gives the environment that has it."""
    store = folder / ".pki" / "nssdb"
    store.mkdir(parents=True)
    database = ("-d", f"sql:{store}")
    for words in (
        ("-N", *database, "--empty-password"),
        ("-A", *database, "-t", "C,,", "-n", "qrpay", "-i", str(authority)),
    ):
        subprocess.run(["certutil", *words], check=True, capture_output=True)  # noqa: S603, S607
    return {**os.environ, "HOME": str(folder)}


@contextmanager
def tls_server(files: TlsFiles) -> Iterator[int]:
    """Answer by https with these files on a free port, which is given."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(files.certificate, files.key)
    server = HTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
