"""The wallet of the browser that asks: ``/api/session`` and ``/api/me``, by cookie.

GET  /api/session                    which wallet this browser has, if any
POST /api/session {currency}         a stranger becomes a guest with play money
GET  /api/keys                       the provider's keys, to verify receipts by
GET  /api/me                         and all that a named wallet has: ``routes.add_paying``
GET  /api/me/payment-codes           the digits of this minute and of the next ones
POST /api/me/top-up {}               play money, filled up
POST /api/me/forget {}               the guest and all that is known of them
"""

from __future__ import annotations

from collections.abc import Callable

import flask

from ledger.kit import web
from ledger.kit.clock import Clock
from ledger.protocol.errors.checkout import WalletNotFound
from ledger.protocol.errors.guests import SessionMissing
from ledger.protocol.errors.service import ServiceUnavailable
from ledger.protocol.instants import to_text
from wallet import present
from wallet.device.phone import Phone
from wallet.device.phones import DEMO_PIN
from wallet.visitors import names
from wallet.visitors.guests import Guests
from wallet.visitors.sessions import Sessions
from wallet.web import bodies, routes, views
from wallet.web.session import visitor, visitor_views


def api(
    sessions: Sessions,
    guests: Guests,
    clock: Clock,
    *,
    has_card: bool = False,
    behind_door: bool = False,
) -> list[flask.Blueprint]:
    """Make the part of the API that goes by the browser's cookie.

    ``has_card`` says that pages at this machine have the sandbox card, ``behind_door`` that a door
    of the local network stands in front.
    """
    session = flask.Blueprint("session", __name__, url_prefix="/api")
    mine = flask.Blueprint("mine", __name__, url_prefix="/api/me")
    session.before_request(visitor.require_own_page)
    mine.before_request(visitor.require_own_page)

    def phone(name: str) -> Phone:
        if not names.has_its_key_here(name):
            raise WalletNotFound("the key of this wallet is in the browser")
        return guests.phone(name, now=clock.now())

    @mine.before_request
    def name_the_wallet() -> None:
        name = sessions.wallet_of(visitor.token(), now=clock.now())
        flask.request.view_args = {**(flask.request.view_args or {}), "name": name}

    def session_of(name: str) -> visitor_views.SessionView:
        return visitor_views.SessionView(
            kind=names.kind(name),
            name=name,
            demo_pin=DEMO_PIN,
            currencies=guests.currencies,
            now=to_text(clock.now()),
            sandbox=has_card and visitor.is_at_this_machine(),
            has_trust_page=behind_door,
        )

    _add_session(session, sessions, guests, clock, session_of)
    _add_own(mine, phone, guests, clock)
    routes.add_paying(mine, phone, clock)
    return [session, mine]


def _add_session(
    blueprint: flask.Blueprint,
    sessions: Sessions,
    guests: Guests,
    clock: Clock,
    session_of: Callable[[str], visitor_views.SessionView],
) -> None:
    @blueprint.get("/session")
    def show_session() -> flask.Response:
        try:
            name = sessions.wallet_of(visitor.token(), now=clock.now())
        except SessionMissing:
            name = ""
        return routes.as_json(session_of(name))

    @blueprint.post("/session")
    def begin_session() -> flask.Response:
        wanted, now = web.read_json(bodies.Arrival), clock.now()
        token, phone = guests.arrive(wanted.currency, now=now)
        answer = routes.as_json(session_of(phone.wallet.name), status=201)
        return visitor.remember(answer, token)

    @blueprint.get("/keys")
    def show_keys() -> flask.Response:
        known = guests.published_keys()
        if known is None:
            raise ServiceUnavailable("the provider's keys were never fetched")
        return flask.Response(known, mimetype="application/json")


def _add_own(blueprint: flask.Blueprint, phone: routes.Find, guests: Guests, clock: Clock) -> None:
    @blueprint.get("")
    def show_me(name: str) -> flask.Response:
        holder = phone(name)
        return routes.as_json(views.wallet(holder, routes.payer_of(holder)))

    @blueprint.get("/payment-codes")
    def show_payment_codes(name: str) -> flask.Response:
        now = clock.now()
        codes = present.ahead(phone(name), now=now)
        shown = [visitor_views.code_ahead(code) for code in codes]
        return routes.as_json({"codes": shown, "now": to_text(now)})

    @blueprint.post("/top-up")
    def top_up(name: str) -> flask.Response:
        web.read_json(bodies.Empty)
        holder = phone(name)
        return routes.as_json(views.wallet(holder, guests.top_up(holder, now=clock.now())))

    @blueprint.post("/forget")
    def forget(name: str) -> flask.Response:
        web.read_json(bodies.Empty)
        guests.forget(phone(name), now=clock.now())
        return visitor.forget(routes.as_json({"forgotten": True}))
