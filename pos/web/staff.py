"""Who works here: what a shopper must not do at a till asks for the staff's PIN.

    POST /api/staff {"pin": "…"}    opens it for this browser
    POST /api/staff/leave {}        closes it

A till has a PIN if its operator set one (``QRPAY_POS_STAFF_PIN``); without one nothing is asked.
Whoever has typed it may give money back, decide about sales, and close days, until five minutes
have passed in which nothing of that was done. Programs send the PIN along, in ``Qrpay-Staff-Pin``.

Five wrong PINs close it to everybody for five minutes, whoever typed them: there is one PIN, and
nobody could tell guesses apart by where they come from. Selling goes on meanwhile. What is open is
kept in memory alone, so a till that starts again asks again.
"""

from __future__ import annotations

import hmac
import threading
from typing import Final

import flask
import msgspec

from ledger.kit import web
from ledger.kit.clock import Clock
from ledger.kit.entropy import Entropy
from ledger.protocol.errors.checkout import PinBlocked, PinWrong
from ledger.protocol.errors.service import StaffPinNeeded
from ledger.protocol.signing import b64url
from pos.web import bodies
from pos.web.answers import json_answer

HEADER: Final = "Qrpay-Staff-Pin"
COOKIE: Final = "qrpay-pos-staff"
QUIET_S: Final = 300.0
WRONG_MOST: Final = 5
BLOCKED_S: Final = 300.0
TOKEN_BYTES: Final = 18

FOR_STAFF: Final = frozenset(
    {
        *("api.refund_sale", "api.decide", "api.capture_deposit", "api.release_deposit"),
        *("days.close_day", "days.show_day", "days.print_day", "days.reconcile_day"),
    }
)
"""The addresses that ask, by the names of their views."""


class Typed(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What somebody typed."""

    pin: str


class Staff:
    """Knows the PIN, and which browsers have told it; ``timer`` measures how long ago."""

    def __init__(self, pin: str, *, timer: Clock, entropy: Entropy) -> None:
        self._pin = pin
        self._timer = timer
        self._entropy = entropy
        self._lock = threading.Lock()
        self._open: dict[str, float] = {}
        self._wrong = 0
        self._blocked_until = 0.0

    def check(self, pin: str) -> None:
        """Compare a PIN; raises ``PinWrong``, and ``PinBlocked`` after five of those."""
        with self._lock:
            if self._timer.monotonic() < self._blocked_until:
                raise PinBlocked
            if hmac.compare_digest(pin.encode(), self._pin.encode()):
                self._wrong = 0
                return
            self._wrong += 1
            if self._wrong >= WRONG_MOST:
                self._wrong, self._blocked_until = 0, self._timer.monotonic() + BLOCKED_S
        raise PinWrong

    def enter(self, pin: str) -> str:
        """Give the token of a browser that told the PIN; raises what ``check`` raises."""
        self.check(pin)
        token = b64url(self._entropy(TOKEN_BYTES))
        with self._lock:
            now = self._timer.monotonic()
            self._open = {each: at for each, at in self._open.items() if now - at < QUIET_S}
            self._open[token] = now
        return token

    def leave(self, token: str) -> None:
        """Forget a browser."""
        with self._lock:
            self._open.pop(token, None)

    def require(self, token: str, pin: str | None) -> None:
        """Let one pass who has a token or tells the PIN; raises ``StaffPinNeeded``."""
        if not self._pin:
            return
        if pin is not None:
            self.check(pin)
            return
        with self._lock:
            now = self._timer.monotonic()
            if now - self._open.get(token, -QUIET_S) >= QUIET_S:
                raise StaffPinNeeded
            self._open[token] = now


def add(app: flask.Flask, staff: Staff) -> None:
    """Add the addresses, and ask at those that are for staff."""

    @app.before_request
    def ask() -> None:
        if flask.request.endpoint in FOR_STAFF:
            staff.require(_token(), flask.request.headers.get(HEADER))

    @app.post("/api/staff")
    def enter() -> flask.Response:
        token = staff.enter(web.read_json(Typed).pin)
        answer = json_answer({"entered": True})
        answer.set_cookie(
            COOKIE, token, path="/api", httponly=True, samesite="Strict", secure=_is_secure()
        )
        return answer

    @app.post("/api/staff/leave")
    def leave() -> flask.Response:
        web.read_json(bodies.Empty)
        staff.leave(_token())
        return json_answer({"entered": False})


def _token() -> str:
    return flask.request.cookies.get(COOKIE, "")


def _is_secure() -> bool:
    return flask.request.scheme == "https"
