"""How a service listens: plain on its own machine, by https beyond it.

What stands in an address bar as *not secure* gives a page no camera and no keys, and everybody in
the same Wi-Fi can read it and change it. So it takes a word by name to have it: where a proxy in
front speaks https, or where play money is all there is to steal.

    >>> require_safe("127.0.0.1", PLAIN)
    >>> require_safe("192.168.1.20", Listening(plain_http=True))
    >>> require_safe("0.0.0.0", PLAIN)  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    ...
    ledger.protocol.errors.service.TlsRequired: 0.0.0.0 is reached from other machines: ...
"""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path

from ledger.protocol.errors.service import TlsRequired


@dataclass(frozen=True)
class Listening:
    """A certificate (PEM, with those above it) and its key for https; or plain http, if allowed."""

    certificate: Path | None = None
    key: Path | None = None
    plain_http: bool = False

    @property
    def scheme(self) -> str:
        """What an address of the service begins with."""
        return "https" if self.certificate else "http"


PLAIN = Listening()
"""Plain http, for this machine only."""


def require_safe(host: str, listening: Listening) -> None:
    """Raise ``TlsRequired`` unless a service may listen at ``host`` in this way."""
    if is_loopback(host) or listening.plain_http or (listening.certificate and listening.key):
        return
    raise TlsRequired(
        f"{host} is reached from other machines: name a certificate and its key "
        "(TLS_CERT, TLS_KEY), or say PLAIN_HTTP=1"
    )


def is_loopback(host: str) -> bool:
    """Tell whether only this machine reaches an address.

    >>> is_loopback("localhost"), is_loopback("127.0.0.1"), is_loopback("qrpay.local")
    (True, True, False)
    """
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
