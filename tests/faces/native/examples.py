"""A well-formed call of every signed operation, for tests that go through all of them.

The bodies say nothing true; each is whole in its form, so that whatever refuses the call is not the
form. A test in here's user proves that no operation is missing.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from ledger.faces.native.handlers import events
from ledger.faces.native.route import Route
from ledger.faces.native.routes import ROUTES
from ledger.protocol.native_api import Caller
from tests.kit.answered import Json

NO_PAYMENT = "pay_01M803NG4V00000000000000"

_TEXT = {"text": "", "key_id": "k", "signature": ""}

SCANNED: Json = {"code": "a", "authorisation": _TEXT}

BODIES: dict[str, Json] = {
    "createPayment": {"request": _TEXT},
    "closePayment": {},
    "reversePayment": {"merchant_order_no": "a"},
    "captureDeposit": {"amount_minor": 1, "currency": "EUR"},
    "releaseDeposit": {},
    "createRefund": {"merchant_refund_no": "a", "amount_minor": 1, "currency": "EUR"},
    "claimPayment": {"code": "a"},
    "claimSticker": {
        "code": "a",
        "amount_minor": 1,
        "currency": "EUR",
        "request_id": "01M803NG4V00000000000000",
    },
    "claimCode": {"code": "a"},
    "authorisePayment": {"authorisation": _TEXT},
    "declinePayment": {},
    "releasePayment": {},
    "issuePaymentCodes": {},
    "topMeUp": {},
    "giveAllBack": {},
    "eraseMe": {},
}

SIGNED = [
    route for route in (*ROUTES, events.ROUTE) if route.operation.caller is not Caller.ANYBODY
]
CHANGING = [route for route in SIGNED if route.operation.method == "POST"]


def name_of(route: Route) -> str:
    """How a test that goes through all operations calls each."""
    return str(route.operation.name)


@dataclass(frozen=True)
class Example:
    """One call: ``body`` is empty for a GET."""

    method: str
    path: str
    body: bytes


def example(route: Route, payment_id: str = NO_PAYMENT) -> Example:
    """A call of a route, about a payment."""
    operation = route.operation
    path = operation.path.format(payment_id=payment_id, business_day="2026-11-21")
    if operation.name == "findPayments":
        path += "?merchant_order_no=a"
    if operation.method == "GET":
        return Example("GET", path, b"")
    return Example("POST", path, json.dumps(BODIES[operation.name]).encode())
