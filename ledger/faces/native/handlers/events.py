"""The stream of a caller's live events: admitted like every signed call, then answered for a while.

The answer carries no signature, since it has no end to sign; ``live`` says what that means.
"""

from __future__ import annotations

import flask

from ledger.faces import Provider
from ledger.faces.native import reception, rules
from ledger.faces.native.call import Call
from ledger.faces.native.live import MEDIA_TYPE, LiveEvents
from ledger.faces.native.route import Route
from ledger.protocol.errors.checkout import TooManyStreams
from ledger.protocol.native_api import FOLLOW_EVENTS

ROUTE = Route(FOLLOW_EVENTS, None, (TooManyStreams,), media_type=MEDIA_TYPE)


def follow_events(provider: Provider, live: LiveEvents) -> flask.Response:
    """Answer the request at hand with the caller's own events, as they happen."""
    call = reception.receive(provider, ROUTE, {})
    with provider.store.transaction() as books:
        reception.admit_once(books, call)
    reception.require_role(ROUTE, call)
    audience = call.audience
    live.take_place(audience)
    response = flask.Response(live.frames(audience, _after(call)), mimetype=MEDIA_TYPE)
    response.call_on_close(lambda: live.give_place_back(audience))
    return response


def _after(call: Call) -> int | None:
    """Read where the caller was; the header is newer than the query when a browser reconnects."""
    last = flask.request.headers.get(rules.LAST_EVENT_ID.name)
    if last is not None:
        return int(rules.LAST_EVENT_ID.check(last))
    after = call.query.get("after")
    return None if after is None else int(after)
