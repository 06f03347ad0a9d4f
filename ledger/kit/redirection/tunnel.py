"""A proxy that ends the connections to some hosts on this machine, and refuses all others.

    program ── CONNECT api.mch.weixin.qq.com:443 ──► proxy port ─┐
    program ── TLS for api.mch.weixin.qq.com ──────► TLS port ───┴─► service (plain HTTP)

A program that is told of a proxy asks it for a tunnel to the vendor's host. Here the tunnel ends at
once: we answer as that host, with a certificate that only this run's authority vouches for, and
pass on what was said, byte for byte, to the service, and its answers when they are whole
(``answers.py``). A connection to any other host is refused, so that a program under test never
reaches the real platform by mistake. The TLS port is for programs that can be sent there without a
proxy.
"""

from __future__ import annotations

import re
import select
import socket
import socketserver
import ssl
import threading
from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from ledger.kit.redirection.answers import Answers

LOOPBACK: Final = "127.0.0.1"
HEAD_MAX_BYTES: Final = 8192
QUIET_MAX_S: Final = 60.0
_PIECE_BYTES: Final = 65_536
_CONNECT: Final = re.compile(rb"CONNECT ([A-Za-z0-9.-]{1,253}):(\d{1,5}) HTTP/1\.[01]\r\n")
_OPEN: Final = b"HTTP/1.1 200 Connection established\r\n\r\n"
_CLOSED: Final = (
    b"HTTP/1.1 403 Forbidden\r\nContent-Type: text/plain\r\nConnection: close\r\n\r\n"
    b"qrpay run leads to the sandbox only; this host is none of a vendor it plays.\n"
)


@dataclass(frozen=True)
class Destination:
    """Which hosts lead here, by which certificate, and to which local port.

    ``spelled`` are header names of answers that programs are to see spelled like this.
    """

    hosts: Collection[str]
    certificate: Path
    key: Path
    port: int
    spelled: Collection[str] = ()


class Tunnel:
    """Both ports, open while ``with Tunnel(destination) as tunnel`` runs."""

    def __init__(self, destination: Destination) -> None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(destination.certificate, destination.key)
        context.set_alpn_protocols(["http/1.1"])
        self._servers = [
            _Server(destination, context, asks=True),
            _Server(destination, context, asks=False),
        ]

    @property
    def proxy_port(self) -> int:
        """Where programs ask for tunnels."""
        return self._servers[0].port

    @property
    def tls_port(self) -> int:
        """Where programs may speak TLS at once."""
        return self._servers[1].port

    def __enter__(self) -> Self:
        for server in self._servers:
            threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for server in self._servers:
            server.shutdown()
            server.server_close()


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    block_on_close = False

    def __init__(self, destination: Destination, tls: ssl.SSLContext, *, asks: bool) -> None:
        super().__init__((LOOPBACK, 0), _Connection)
        self.destination = destination
        self.tls = tls
        self.asks = asks

    @property
    def port(self) -> int:
        """The port the system gave."""
        port: int = self.server_address[1]
        return port

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing: a program that hangs up in the middle is no failure of ours."""


class _Connection(socketserver.BaseRequestHandler):
    server: _Server

    def handle(self) -> None:
        client: socket.socket = self.request
        client.settimeout(QUIET_MAX_S)
        if self.server.asks and not self._is_granted(client):
            return
        destination = self.server.destination
        with (
            self.server.tls.wrap_socket(client, server_side=True) as secured,
            socket.create_connection((LOOPBACK, destination.port), QUIET_MAX_S) as service,
        ):
            _relay(secured, service, Answers(destination.spelled))

    def _is_granted(self, client: socket.socket) -> bool:
        head = b""
        while b"\r\n\r\n" not in head and len(head) < HEAD_MAX_BYTES:
            piece = client.recv(HEAD_MAX_BYTES - len(head))
            if not piece:
                return False
            head += piece
        asked = _CONNECT.match(head)
        if asked is None or asked[1].decode().lower() not in self.server.destination.hosts:
            client.sendall(_CLOSED)
            return False
        client.sendall(_OPEN)
        return True


def _relay(secured: ssl.SSLSocket, service: socket.socket, answers: Answers) -> None:
    """Pass bytes on both ways until one side has nothing more to say.

    One thread does both, because a TLS connection is not to be read and written at once.
    """
    across: dict[socket.socket, socket.socket] = {secured: service, service: secured}
    with suppress(OSError):
        while True:
            ready = [secured] if secured.pending() else _ready(list(across))
            for source in ready:
                piece = source.recv(_PIECE_BYTES)
                if not piece:
                    return
                across[source].sendall(answers.passed_on(piece) if source is service else piece)
            if not ready:
                return


def _ready(sockets: list[socket.socket]) -> list[socket.socket]:
    return select.select(sockets, [], [], QUIET_MAX_S)[0]
