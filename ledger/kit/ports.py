"""Ports of this machine: find one that is free, or make sure that one is."""

from __future__ import annotations

import socket

from ledger.protocol.errors.checkout import PortTaken


def free_port() -> int:
    """Find a port of 127.0.0.1 that nobody listens on at this moment."""
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
