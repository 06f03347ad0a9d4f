"""What Python runs at the start of a program under ``qrpay run``, as its ``sitecustomize``.

Not every library asks a proxy: what is built on ``http.client`` alone calls its host directly. So
the names of the vendors' hosts are answered with this machine, at the port where the tunnel speaks
TLS; certificates are checked as before, and no other name or port is touched. This file is copied
to where the program's Python looks first (``PYTHONPATH``), so it may import nothing of ours; a
``sitecustomize`` that it hides is run after it.
"""

from __future__ import annotations

import os
import socket
import sys
from importlib.machinery import PathFinder
from importlib.util import module_from_spec
from pathlib import Path

HOSTS = frozenset(filter(None, os.environ.get("QRPAY_RUN_HOSTS", "").split(",")))
PORT = int(os.environ.get("QRPAY_RUN_TLS_PORT", "0"))
HTTPS = (443, "443", "https")

_looked_up = socket.getaddrinfo


def _led(host, port, *args, **kwargs):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN002, ANN003, ANN202
    name = host.decode("ascii", "replace") if isinstance(host, bytes) else host
    if name in HOSTS and port in HTTPS:
        host, port = "127.0.0.1", PORT
    return _looked_up(host, port, *args, **kwargs)


def _run_the_hidden_one() -> None:
    own = Path(__file__).parent
    others = [each for each in sys.path if Path(each).resolve() != own.resolve()]
    spec = PathFinder.find_spec("sitecustomize", others)
    if spec is not None and spec.loader is not None:
        spec.loader.exec_module(module_from_spec(spec))


if HOSTS and PORT and __name__ == "sitecustomize":
    socket.getaddrinfo = _led
    _run_the_hidden_one()
