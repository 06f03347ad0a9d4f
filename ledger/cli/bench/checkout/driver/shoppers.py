"""Who checks out in a load test, and by which requests.

``AtOnce`` takes two, of which each does all that has to be done: the till opens a sale and shows
its code, the wallet pays it. ``Reviewed`` is the flow of the browser pages, four requests: a sale
is opened, its code shown; the code is scanned, what it asks for approved. It is what currencies,
coupons and deposits need.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

import msgspec

from ledger.cli.bench.checkout.driver.play import Steps
from ledger.cli.bench.checkout.driver.wire import Connection
from ledger.protocol.errors.service import InvariantBroken

PAID = "PAID"
_SELL = b'{"amount_minor":%d,"collect":{"mode":"show","self_contained":true}}'

Told = TypeVar("Told", bound=msgspec.Struct)


class _Sale(msgspec.Struct):
    sale_id: str


class _Collection(msgspec.Struct):
    code: str


class _Shown(msgspec.Struct):
    collection: _Collection


class _Scanned(msgspec.Struct):
    review_id: str


class _Review(msgspec.Struct):
    state: str
    payment_id: str
    refusal: str


@dataclass
class AShopper:
    """A shopper at one shop's till with one wallet; ``price`` gives what the next sale costs."""

    till: Connection
    wallet: Connection
    name: str
    shop: str
    price: Callable[[], int]

    @property
    def connections(self) -> Sequence[Connection]:
        """The connections that nobody else uses."""
        return self.till, self.wallet


class AtOnce(AShopper):
    """Pays with one request what the till shows with one."""

    def checkout(self) -> Steps:
        """Buy something, and agree to what the code says."""
        price = self.price()
        sale = _read(_Shown, (yield self.till, "/api/sales", _SELL % price))
        seen = {
            "wallet": self.name,
            "text": sale.collection.code,
            "amount_minor": price,
            "currency": "EUR",
            "payee_name": self.shop,
        }
        return _paid(
            _read(_Review, (yield self.wallet, "/api/payments", msgspec.json.encode(seen)))
        )


class Reviewed(AShopper):
    """Scans, looks at the offer, and agrees to it."""

    def checkout(self) -> Steps:
        """Buy something, scan, look, agree."""
        till, wallet, path = self.till, self.wallet, f"/api/wallets/{self.name}"
        sale = _read(_Sale, (yield till, "/api/sales", b'{"amount_minor":%d}' % self.price()))
        collect = f"/api/sales/{sale.sale_id}/collect"
        shown = _read(_Shown, (yield till, collect, b'{"mode":"show","profile":"S"}'))
        text = msgspec.json.encode({"text": shown.collection.code})
        scanned = _read(_Scanned, (yield wallet, f"{path}/scan", text))
        approve = f"{path}/reviews/{scanned.review_id}/approve"
        return _paid(_read(_Review, (yield wallet, approve, b"{}")))


def _read(kind: type[Told], body: bytes) -> Told:
    return msgspec.json.decode(body, type=kind)


def _paid(review: _Review) -> str:
    if review.state != PAID:
        raise InvariantBroken(f"{review.payment_id} is {review.state} {review.refusal}")
    return review.payment_id
