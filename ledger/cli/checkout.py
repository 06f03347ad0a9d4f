"""Both sides of a checkout counter for a script: the till's keys and the phone's screen.

``Till`` and ``Phone`` speak the two services' own HTTP APIs, as their browser pages do, and know no
more than those pages: what is paid is what the other side says it is.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import click

from ledger.cli import TimedOut
from ledger.client.refusals import refusal
from ledger.kit.transport import HttpTransport, Transport
from ledger.protocol.errors.trust import KeyUnknown
from ledger.protocol.errors.vendors import CodesAreIssued

DEMO_PIN = "280601"
COLLECTING = "COLLECTING"
PAID = "PAID"
PAID_WITHIN_S = 60.0
_POLL_S = 0.05
_REFUSED = 400

Document = Mapping[str, Any]
"""A JSON object as a service answered it."""


@dataclass(frozen=True)
class Service:
    """One service's API: JSON and pictures; a refusal raises the error that it names."""

    url: str
    transport: Transport = field(default_factory=HttpTransport)

    def get(self, path: str) -> Document:
        """Read a JSON document."""
        return _document(self._call("GET", path, b"", ""))

    def bytes_of(self, path: str) -> bytes:
        """Read a picture or a text."""
        return self._call("GET", path, b"", "")

    def post(self, path: str, document: Document) -> Document:
        """Send a JSON document."""
        body = json.dumps(document).encode()
        return _document(self._call("POST", path, body, "application/json"))

    def post_picture(self, path: str, picture: bytes) -> Document:
        """Send a PNG file."""
        return _document(self._call("POST", path, picture, "image/png"))

    def _call(self, method: str, path: str, body: bytes, content_type: str) -> bytes:
        headers = {"Content-Type": content_type} if content_type else {}
        answer = self.transport.request(method, f"{self.url}{path}", headers, body)
        if answer.status >= _REFUSED:
            raise refusal(answer.status, answer.body)
        return answer.body


def _document(body: bytes) -> Document:
    document = json.loads(body)
    if not isinstance(document, dict):
        raise TypeError("a service answers with JSON objects")
    return document


class NoCodeShown(click.ClickException):
    """The provider took no payment request of the till's, for a reason that it named."""

    def __init__(self, reason: str) -> None:
        hint = ""
        if reason == KeyUnknown.code:
            hint = "\n  This till is enrolled in other books than these: `qrpay reset` begins anew."
        super().__init__(
            f"not paid: the till shows no code, as the provider answers {reason}{hint}"
        )


@dataclass(frozen=True)
class Till:
    """The till of the demo shop."""

    service: Service

    def acquirer(self) -> str:
        """Name whose protocol it collects in."""
        return str(self.service.get("/health")["acquirer"])

    def ring_up(self, **basket: object) -> Document:
        """Open a sale of ``lines`` of the catalogue or of an ``amount_minor``."""
        return self.service.post("/api/sales", basket)

    def show_code(self, sale: Document, profile: str = "S") -> tuple[str, bytes]:
        """Show a code for a sale; gives its text and its picture, or raises ``NoCodeShown``."""
        shown = self.service.post(
            f"/api/sales/{sale['sale_id']}/collect", {"mode": "show", "profile": profile}
        )
        code = shown["collection"]["code"]
        if code is None:
            raise NoCodeShown(str(shown["collection"]["reason"]))
        return code, self.service.bytes_of(f"/api/sales/{sale['sale_id']}/code.png")

    def sell_at_once(self, amount_minor: int) -> Document:
        """Open a sale and show its code, without a call to the provider."""
        collect = {"mode": "show", "self_contained": True}
        return self.ring_up(amount_minor=amount_minor, collect=collect)

    def read_code(self, sale: Document, digits: str) -> Document:
        """Collect a sale by the payment code a payer shows."""
        request = {"mode": "read", "payment_code": digits}
        return self.service.post(f"/api/sales/{sale['sale_id']}/collect", request)

    def abandon(self, sale: Document) -> Document:
        """Give a sale up."""
        return self.service.post(f"/api/sales/{sale['sale_id']}/abandon", {})

    def refund(self, sale: Document, amount_minor: int, **said: str) -> Document:
        """Give a part of a paid sale back; ``reason`` may say why."""
        path = f"/api/sales/{sale['sale_id']}/refunds"
        return self.service.post(path, {"amount_minor": amount_minor, **said})

    def close_day(self, day: str) -> Document:
        """Count a day once; gives its report."""
        return self.service.post(f"/api/days/{day}/close", {})

    def reconcile(self, day: str, **statement: str) -> Document:
        """Compare a day with the provider's statement, or with the ``statement_csv`` given."""
        return self.service.post(f"/api/days/{day}/reconcile", statement)

    def sticker(self, sticker_id: str = "T02") -> tuple[str, bytes]:
        """Give the text and the picture of a static code.

        Raises ``CodesAreIssued`` at a till that has none.
        """
        codes = {
            each["sticker_id"]: each["code"]
            for each in self.service.get("/api/stickers")["stickers"]
        }
        if sticker_id not in codes:
            raise CodesAreIssued("it has no stickers")
        return codes[sticker_id], self.service.bytes_of(f"/api/stickers/{sticker_id}.png")

    def wait_until_settled(self, sale: Document) -> Document:
        """Wait until the till knows how a collection ended; unpaid, the sale is OPEN again."""
        path = f"/api/sales/{sale['sale_id']}"
        deadline = time.monotonic() + PAID_WITHIN_S
        while (seen := self.service.get(path))["state"] == COLLECTING:
            _pause(deadline, f"sale {sale['sale_id']} is still {seen['state']}")
        return seen

    def wait_for_sticker_sale(self, payment_id: str) -> Document:
        """Wait until the till was told of a payment to one of its stickers."""
        deadline = time.monotonic() + PAID_WITHIN_S
        while True:
            for sale in self.service.get("/api/sales")["sales"]:
                if (sale["collection"] or {}).get("payment_id") == payment_id:
                    return dict(sale)
            _pause(deadline, "the till was not told of the payment to its sticker")


@dataclass(frozen=True)
class Phone:
    """One payer's wallet."""

    service: Service
    name: str

    def balance(self) -> Document:
        """Look at the profile and what is in it."""
        return self.service.get(f"/api/wallets/{self.name}")

    def scan(self, picture: bytes) -> Document:
        """Point the camera at a picture; gives what the wallet made of it, with a ``review``."""
        return self.service.post_picture(f"/api/wallets/{self.name}/scan", picture)

    def scan_text(self, text: str, **typed: object) -> Document:
        """Paste a code's text, with the amount typed in for a sticker."""
        return self.service.post(f"/api/wallets/{self.name}/scan", {"text": text, **typed})

    def approve(self, review: Document, pin: str = DEMO_PIN) -> Document:
        """Agree to what was shown."""
        path = f"/api/wallets/{self.name}/reviews/{review['review_id']}/approve"
        return self.service.post(path, {"pin": pin})

    def decline(self, review: Document) -> Document:
        """Say no to what was shown."""
        path = f"/api/wallets/{self.name}/reviews/{review['review_id']}/decline"
        return self.service.post(path, {})

    def look(self, text: str) -> Document:
        """See what a code asks for that can be paid at once."""
        return self.service.post(f"/api/wallets/{self.name}/look", {"text": text})

    def pay_at_once(self, text: str, seen: Document, pin: str = DEMO_PIN) -> Document:
        """Agree to what was seen of a code, in one request."""
        said = {
            "amount_minor": seen["amount_minor"],
            "currency": seen["currency"],
            "payee_name": seen["payee"]["name"],
        }
        with_pin = {"pin": pin} if seen["needs_pin"] else {}
        body = {"wallet": self.name, "text": text, **said, **with_pin}
        return self.service.post("/api/payments", body)

    def payment_code(self, till: str = "native") -> str:
        """Show fresh digits; ``till`` is a name of ``payment_code.PREFIXES``."""
        path = f"/api/wallets/{self.name}/payment-code?for={till}"
        return str(self.service.post(path, {})["digits"])

    def pending(self) -> list[Document]:
        """List what waits for a yes."""
        return list(self.service.get(f"/api/wallets/{self.name}/pending")["reviews"])

    def history(self) -> list[Document]:
        """List receipts, each checked again."""
        return list(self.service.get(f"/api/wallets/{self.name}/history")["receipts"])

    def wait_for_question(self) -> Document:
        """Wait until a till's request for more than may be paid without asking arrives."""
        deadline = time.monotonic() + PAID_WITHIN_S
        while not (waiting := self.pending()):
            _pause(deadline, "no request reached the wallet")
        return waiting[0]


def _pause(deadline: float, waiting_for: str) -> None:
    if time.monotonic() > deadline:
        raise TimedOut(waiting_for)
    time.sleep(_POLL_S)
