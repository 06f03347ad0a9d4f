"""The browser at the other end: its cookie, and whether the request is its own page's.

The cookie can't be read by scripts and goes along with requests of our own pages only
(``HttpOnly``, ``SameSite=Strict``; over https also ``Secure`` under a ``__Host-`` name). Besides, a
POST with another site's ``Origin`` or ``Sec-Fetch-Site`` is refused (``CrossSite``), and all bodies
are JSON or pictures, which no form can send.
"""

from __future__ import annotations

import ipaddress
from typing import Final

import flask

from ledger.protocol.errors.guests import CrossSite, NotFromHere

COOKIE: Final = "qrpay-wallet"
SECURE_COOKIE: Final = "__Host-qrpay-wallet"
COOKIE_AGE_S: Final = 30 * 24 * 3600


def token() -> str | None:
    """Give the session's cookie, if the browser has one."""
    return flask.request.cookies.get(_name())


def remember(response: flask.Response, given: str) -> flask.Response:
    """Have the browser keep its session."""
    response.set_cookie(
        _name(),
        given,
        max_age=COOKIE_AGE_S,
        secure=flask.request.is_secure,
        httponly=True,
        samesite="Strict",
    )
    return response


def forget(response: flask.Response) -> flask.Response:
    """Have the browser forget its session."""
    response.delete_cookie(
        _name(), secure=flask.request.is_secure, httponly=True, samesite="Strict"
    )
    return response


def require_own_page() -> None:
    """Refuse what another site's page has sent (``CrossSite``)."""
    request = flask.request
    if request.method in ("GET", "HEAD"):
        return
    origin = request.headers.get("Origin")
    site = request.headers.get("Sec-Fetch-Site", "same-origin")
    if site not in ("same-origin", "none") or origin not in (None, own_origin()):
        raise CrossSite(origin or site)


def require_this_machine() -> None:
    """Refuse who asks from elsewhere (``NotFromHere``)."""
    if not is_at_this_machine():
        raise NotFromHere(str(flask.request.remote_addr))


def is_at_this_machine() -> bool:
    """Tell whether who asks sits at the machine that this service runs on."""
    address = flask.request.remote_addr
    return address is None or ipaddress.ip_address(address).is_loopback


def own_origin() -> str:
    """Give the origin of our own pages, as this browser calls it."""
    return flask.request.host_url.rstrip("/")


def _name() -> str:
    return SECURE_COOKIE if flask.request.is_secure else COOKIE
