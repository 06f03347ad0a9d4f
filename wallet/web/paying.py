"""``POST /api/payments``: the one address of the wallet that everything waits for.

    {wallet, text, amount_minor, currency, payee_name[, pin]}

It pays a scanned code at once (``wallet.direct``) and answers with the review. Whose wallet pays
stands in the body, since a hot route is one address (``web.hot_post``).
"""

from __future__ import annotations

import flask
import msgspec

from ledger.kit import web
from ledger.kit.clock import Clock
from wallet.device.phones import Phones
from wallet.direct import payment
from wallet.web import bodies, views


def add(app: flask.Flask, phones: Phones, clock: Clock) -> None:
    """Add the address to the wallet's app."""

    @web.hot_post(app, "/api/payments")
    def pay_at_once(body: bytes) -> bytes:
        wanted, now = web.parse(body, bodies.AtOnce), clock.now()
        paid = payment.pay(
            phones.named(wanted.wallet, now=now),
            phones.sender,
            wanted.text,
            wanted.seen,
            pin=wanted.pin,
            now=now,
        )
        return msgspec.json.encode(views.review(paid.review, paid.receipts, now))
