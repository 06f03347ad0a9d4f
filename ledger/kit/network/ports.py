"""Ports of this machine: find one that is free, or make sure that one is."""

from __future__ import annotations

import socket
from contextlib import suppress

from ledger.protocol.errors.service import PortTaken

_LOWEST = 10_000
_COUNT = 20_000
_TRIES = 100


def free_port() -> int:
    """Find a port of 127.0.0.1 that nobody listens on at this moment.

    It is below those that the system gives to outgoing connections (Linux: from 32768). Were it one
    of those, a client that asks again and again while the service is down would sooner or later be
    given the very port it asks, be connected to itself, and keep the service from coming back.
    """
    for _ in range(_TRIES):
        port = _LOWEST + _any_port() % _COUNT
        with suppress(PortTaken):
            require_free("127.0.0.1", port)
            return port
    raise PortTaken(f"none of {_TRIES} ports from {_LOWEST} on is free")


def _any_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def require_free(host: str, port: int) -> None:
    """Raise ``PortTaken`` unless a service can listen there alone.

    The server's own sockets share their port (SO_REUSEPORT): a second service would be given half
    of the first one's requests. The socket that is tried here doesn't share, so it is refused.
    """
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise PortTaken(f"{host}:{port}: {error.strerror}") from error
