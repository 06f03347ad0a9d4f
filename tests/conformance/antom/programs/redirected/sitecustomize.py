"""Python reads this at its start: connections to Antom's hosts end at the test's own server.

The SDK always calls port 443 of its host by https, whatever port it is given; who may not listen
there, or not for that name, needs the connection led elsewhere. Names, certificates and signatures
are checked as ever.
"""

from __future__ import annotations

import os
import socket

_HOSTS = set(os.environ["REDIRECTED_HOSTS"].split(","))
_PORT = int(os.environ["REDIRECTED_PORT"])
_connect = socket.create_connection


def _redirected(address, *args, **kwargs):  # type: ignore[no-untyped-def]
    if address[0] in _HOSTS:
        address = ("127.0.0.1", _PORT)
    return _connect(address, *args, **kwargs)


socket.create_connection = _redirected  # type: ignore[assignment]
