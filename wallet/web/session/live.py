"""News for the wallet's pages: ``/api/live``, by cookie.

GET  /api/live              what ``visitors.news`` tells: a snapshot, then a stream
POST /api/live {}           have the provider heard, by a guest's key, which lies here
POST /api/live {headers}    the same by the browser's own: header fields of a signed GET /v1/events
"""

from __future__ import annotations

import flask
from msgspec import Struct

from ledger.kit import web
from ledger.kit.clock import Clock
from ledger.kit.transport import Stream
from wallet.visitors import names
from wallet.visitors.guests import Guests
from wallet.visitors.news import News
from wallet.visitors.sessions import Sessions
from wallet.web.routes import as_json
from wallet.web.session import visitor
from wallet.web.session.browser_keys import Doors


class Heard(Struct, frozen=True, forbid_unknown_fields=True):
    """The header fields of a browser's signed call; none for a guest."""

    headers: dict[str, str] = {}


def api(
    sessions: Sessions, guests: Guests, doors: Doors, news: News, clock: Clock
) -> flask.Blueprint:
    """Make the part of the API that tells news."""
    blueprint = flask.Blueprint("live", __name__, url_prefix="/api/live")
    blueprint.before_request(visitor.require_own_page)

    def wallet() -> str:
        return sessions.wallet_of(visitor.token(), now=clock.now())

    @blueprint.get("")
    def follow_news() -> flask.Response:
        return news.feed(wallet()).answer()

    @blueprint.post("")
    def listen() -> flask.Response:
        sent, name = web.read_json(Heard), wallet()

        def open_stream() -> Stream:
            if names.has_its_key_here(name):
                return guests.phone(name, now=clock.now()).client.listen()
            return doors.relay.listen(doors.wallet(), sent.headers)

        news.listen(name, open_stream)
        return as_json({"listening": True})

    return blueprint
