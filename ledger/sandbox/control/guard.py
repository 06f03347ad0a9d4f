"""Who may steer a sandbox: a caller of this machine that shows the token.

The token stands in a header, so no page of another site can send it along; it is compared in
constant time. From elsewhere the addresses are not there at all.
"""

from __future__ import annotations

import hmac
import ipaddress
from typing import Final

import flask

from ledger.protocol.errors.content import RouteNotFound
from ledger.protocol.errors.sandbox import TokenNeeded

PREFIX: Final = "/_sandbox/v1"
_BEARER: Final = "Bearer "


def require_steering(token: str) -> None:
    """Let the request at hand steer, or raise ``TokenNeeded``, from elsewhere ``RouteNotFound``."""
    if not _is_here(flask.request.remote_addr or ""):
        raise RouteNotFound("a sandbox is steered from its own machine")
    shown = flask.request.headers.get("Authorization", "").removeprefix(_BEARER)
    if not hmac.compare_digest(shown.encode(), token.encode()):
        raise TokenNeeded("show it as Authorization: Bearer …")


def _is_here(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False
