"""What others call: the provider notifies, and a payer's browser comes back from a wallet.

The two could not differ more. A notification is signed and is checked against all that the till
knows; each is answered ``success``, or with the name of the rule that refuses it. A browser says
what its address bar says, which anybody can type: the page it gets tells nothing but to wait.
"""

from __future__ import annotations

import flask
import msgspec

from ledger.kit import web
from ledger.kit.pages import Site
from ledger.protocol.errors import QrpayError
from ledger.protocol.native_wire import (
    TAKEN,
    NotificationAnswers,
    NotificationDeliveries,
    NotificationDelivery,
)
from pos.acquirers.port import Delivery, Teller
from pos.counter import notifications
from pos.counter.desk import Desk
from pos.counter.news import vendors

DELIVERIES_MAX_BYTES = 512 * 1024
"""64 notifications with their receipts, each of some KiB at most."""


def calls(site: Site) -> flask.Blueprint:
    """Make the address to which a payer's browser comes back."""
    blueprint = flask.Blueprint("incoming", __name__)

    @blueprint.get("/return")
    def show_waiting() -> flask.Response:
        return site.show("return.html")

    return blueprint


def add_notify(app: flask.Flask, desk: Desk) -> None:
    """Add the address to which the provider brings its notifications."""

    @web.hot_post(app, "/notify", most_bytes=DELIVERIES_MAX_BYTES)
    def take_notifications(body: bytes) -> bytes:
        brought = web.parse(body, NotificationDeliveries).notifications
        refusals = notifications.receive_all(desk, [_sealed(each) for each in brought])
        answers = [TAKEN if refusal is None else refusal.code for refusal in refusals]
        return msgspec.json.encode(NotificationAnswers(answers=answers))


def add_news(app: flask.Flask, desk: Desk, teller: Teller) -> None:
    """Add the address to which the till's acquirer brings its notifications."""

    @app.post(f"/notify/{desk.acquirer.name}")
    def take_news() -> flask.Response:
        request = flask.request
        headers = {name.lower(): value for name, value in request.headers.items()}
        delivery = Delivery(request.path, headers, request.get_data())
        refusal: QrpayError | None = None
        try:
            vendors.receive(desk, teller, delivery)
        except QrpayError as error:
            refusal = error
        said = teller.acknowledge(refusal)
        answer = flask.Response(said.body, said.status, content_type=said.content_type or None)
        if not said.content_type:
            del answer.headers["Content-Type"]
        return answer


def _sealed(item: NotificationDelivery) -> notifications.Delivered:
    return item.notification.sealed, None if item.receipt is None else item.receipt.sealed
