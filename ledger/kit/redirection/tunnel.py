"""A proxy that ends the connections to some hosts on this machine, and refuses all others.

    program ── CONNECT api.mch.weixin.qq.com:443 ──► proxy port ─┐
    program ── TLS for api.mch.weixin.qq.com ──────► TLS port ───┴─► service (plain HTTP)

A program that is told of a proxy asks it for a tunnel to the vendor's host. Here the tunnel ends at
once: we answer as that host, with a certificate that only this run's authority vouches for, and
pass on what was said, byte for byte, to the service; of its answers, header names alone are spelled
anew (``answers.py``). A connection to any other host is refused, so that a program under test
never reaches the real platform by mistake. The TLS port is for programs that can be sent there
without a proxy.

For programs that no variable reaches there is an ``Entry``: the ports that the vendors' hosts have,
80 and 443, at an address of this machine, to which a hosts file leads their names.

What keeps a program out is often buried in the program's own words, or in no words at all, so who
opens ports may be told of it (``Trouble``).
"""

from __future__ import annotations

import re
import select
import socket
import socketserver
import ssl
import threading
from collections.abc import Callable, Collection
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum, auto
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from ledger.kit.redirection.answers import Answers

LOOPBACK: Final = "127.0.0.1"
HEAD_MAX_BYTES: Final = 8192
QUIET_MAX_S: Final = 60.0
_PIECE_BYTES: Final = 65_536
_CONNECT: Final = re.compile(rb"CONNECT ([A-Za-z0-9.-]{1,253}):(\d{1,5}) HTTP/1\.[01]\r\n")
# OpenSSL's names of RFC 8446's unknown_ca, bad_certificate and certificate_unknown: programs choose
# differently among them for the same refusal. Some (tokio-rustls) hang up without a word.
_NOT_BELIEVED: Final = frozenset(
    {
        "TLSV1_ALERT_UNKNOWN_CA",
        "SSLV3_ALERT_BAD_CERTIFICATE",
        "SSLV3_ALERT_CERTIFICATE_UNKNOWN",
        "UNEXPECTED_EOF_WHILE_READING",
    }
)
_OPEN: Final = b"HTTP/1.1 200 Connection established\r\n\r\n"
_CLOSED: Final = (
    b"HTTP/1.1 403 Forbidden\r\nContent-Type: text/plain\r\nConnection: close\r\n\r\n"
    b"qrpay run leads to the sandbox only; this host is none of a vendor it plays.\n"
)


class Trouble(Enum):
    """What keeps a program from the service."""

    NOT_BELIEVED = auto()
    """It hung up when it saw our certificate (RFC 8446, section 6.2: unknown_ca and its like)."""
    OTHER_HOST = auto()
    """It asked for a host that is none of a vendor's."""


Tell = Callable[[Trouble, str], None]
"""Is told, in a connection's own thread, of a trouble and the host asked for, if that is known."""


def tell_nobody(trouble: Trouble, host: str) -> None:
    """Leave it to the program's own words."""


@dataclass(frozen=True)
class Destination:
    """Which hosts lead here, by which certificate, and to which local port.

    ``spelled`` are header names of answers that programs are to see spelled like this; ``tell`` is
    told of what keeps them out.
    """

    hosts: Collection[str]
    certificate: Path
    key: Path
    port: int
    spelled: Collection[str] = ()
    tell: Tell = tell_nobody


class _Ports:
    """Ports that are open while ``with`` runs."""

    def __init__(self, *servers: _Server) -> None:
        self._servers = servers

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
    allow_reuse_address = True

    def __init__(
        self,
        destination: Destination,
        tls: ssl.SSLContext | None,
        *,
        asks: bool = False,
        at: tuple[str, int] = (LOOPBACK, 0),
    ) -> None:
        super().__init__(at, _Connection)
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

    _host = ""

    def handle(self) -> None:
        client: socket.socket = self.request
        client.settimeout(QUIET_MAX_S)
        if self.server.asks and not self._is_granted(client):
            return
        destination, tls = self.server.destination, self.server.tls
        with (
            self._secured(client, tls) if tls else client as program,
            socket.create_connection((LOOPBACK, destination.port), QUIET_MAX_S) as service,
        ):
            _relay(program, service, Answers(destination.spelled))

    def _is_granted(self, client: socket.socket) -> bool:
        head = b""
        while b"\r\n\r\n" not in head and len(head) < HEAD_MAX_BYTES:
            piece = client.recv(HEAD_MAX_BYTES - len(head))
            if not piece:
                return False
            head += piece
        asked = _CONNECT.match(head)
        self._host = asked[1].decode().lower() if asked else ""
        if self._host not in self.server.destination.hosts:
            self.server.destination.tell(Trouble.OTHER_HOST, self._host)
            client.sendall(_CLOSED)
            return False
        client.sendall(_OPEN)
        return True

    def _secured(self, client: socket.socket, tls: ssl.SSLContext) -> ssl.SSLSocket:
        try:
            return tls.wrap_socket(client, server_side=True)
        except ssl.SSLError as error:
            if error.reason in _NOT_BELIEVED:
                self.server.destination.tell(Trouble.NOT_BELIEVED, self._host)
            raise


class Tunnel(_Ports):
    """Both ports of a program that is told of a proxy."""

    def __init__(self, destination: Destination) -> None:
        tls = _tls(destination)
        self._proxy = _Server(destination, tls, asks=True)
        self._direct = _Server(destination, tls)
        super().__init__(self._proxy, self._direct)

    @property
    def proxy_port(self) -> int:
        """Where programs ask for tunnels."""
        return self._proxy.port

    @property
    def tls_port(self) -> int:
        """Where programs may speak TLS at once."""
        return self._direct.port


class Entry(_Ports):
    """The ports for http and https at an address of this machine; 0 is any free one.

    Raises ``OSError`` for a port that is taken, or that only root may open.
    """

    def __init__(
        self, destination: Destination, *, address: str, http_port: int, https_port: int
    ) -> None:
        self._http = _Server(destination, None, at=(address, http_port))
        try:
            self._https = _Server(destination, _tls(destination), at=(address, https_port))
        except OSError:
            self._http.server_close()
            raise
        super().__init__(self._http, self._https)

    @property
    def http_port(self) -> int:
        """Where programs speak plain HTTP."""
        return self._http.port

    @property
    def https_port(self) -> int:
        """Where programs speak TLS."""
        return self._https.port


def _tls(destination: Destination) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(destination.certificate, destination.key)
    context.set_alpn_protocols(["http/1.1"])
    return context


def _relay(program: socket.socket, service: socket.socket, answers: Answers) -> None:
    """Pass bytes on both ways until one side has nothing more to say.

    One thread does both, because a TLS connection is not to be read and written at once.
    """
    across = {program: service, service: program}
    with suppress(OSError):
        while True:
            read_ahead = isinstance(program, ssl.SSLSocket) and program.pending()
            ready = [program] if read_ahead else _ready(list(across))
            for source in ready:
                piece = source.recv(_PIECE_BYTES)
                if not piece:
                    return
                across[source].sendall(answers.passed_on(piece) if source is service else piece)
            if not ready:
                return


def _ready(sockets: list[socket.socket]) -> list[socket.socket]:
    return select.select(sockets, [], [], QUIET_MAX_S)[0]
