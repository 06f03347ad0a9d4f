"""The ledger's own API: signed texts, up to 64 in one post (docs/use/ledger.md)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

import msgspec

from ledger.core.ports import Books
from ledger.core.records.payments import Payment
from ledger.core.vendors.announcing import Post
from ledger.faces import Provider
from ledger.ops.seed import DROGERIE, TILLS
from ledger.protocol import messages
from ledger.protocol.lifecycle import PaymentState
from ledger.protocol.messages import Notification, NotificationEvent
from ledger.protocol.money import Money, currency
from ledger.protocol.native_wire import (
    NotificationDeliveries,
    NotificationDelivery,
    SignedText,
)
from ledger.protocol.signing import Algorithm, PrivateKey
from ledger.sandbox.record.deliveries import Delivery
from ledger.testing.conformance.forgery import Forgery, Sealing

_SEED_BYTES: Final = 32
_OTHER_MERCHANT: Final = "M2088DEMO000002"


class NativeDialect:
    """The demo drugstore's till."""

    name = "native"
    wallet = "native"
    currency = "EUR"
    payer = "anna"
    poor_payer = "chen-jing"
    asked_price_minor = 60_00
    has_currency = True
    tells_charges = True
    sealings = frozenset({Sealing.RIGHT, Sealing.OTHER_KEY, Sealing.BEFORE_THE_CHANGE})
    calls: Mapping[str, str] = {
        "show": "POST /v1/payments",
        "charge": "POST /v1/payments",
        "query": "GET /v1/payments",
        "refund": "POST /v1/payments/refunds",
    }

    def __init__(self, provider: Provider, ledger_url: str) -> None:
        self._provider = provider
        self._ledger_url = ledger_url

    def settings(self) -> Mapping[str, str]:
        """Give the address, and the token by which a till is enrolled."""
        return {"ledger_url": self._ledger_url, "enrolment_token": TILLS[0].token}

    def payment(self, books: Books, order_no: str) -> Payment | None:
        """Find what became of a ``merchant_order_no``."""
        return books.payments.by_order_no(DROGERIE.merchant_id, order_no)

    def forged(self, genuine: Delivery, forgery: Forgery) -> Post:
        """Make a delivery out of a genuine one; the receipt with it stays the other sale's."""
        carried = _carried(genuine)
        before = carried.notification.sealed
        told = messages.decode(Notification, before.text)
        in_currency = currency(forgery.currency or self.currency)
        target = forgery.target
        told = replace(
            told,
            merchant_order_no=target.order_no,
            payment_id=target.payment_id or told.payment_id,
            amount=Money(target.amount_minor - forgery.less_minor, in_currency),
        )
        if forgery.elsewhere:
            told = replace(told, merchant_id=_OTHER_MERCHANT)
        if forgery.unpaid:
            told = replace(
                told, event=NotificationEvent.PAYMENT_DECLINED, state=PaymentState.DECLINED
            )
        sealed = messages.seal(told, self._key(forgery.sealing))
        if forgery.sealing is Sealing.BEFORE_THE_CHANGE:
            sealed = replace(sealed, signature=before.signature)
        if forgery.sealing is Sealing.OTHER_KEY:
            sealed = replace(sealed, key_id=before.key_id)
        item = NotificationDelivery(notification=SignedText.of(sealed), receipt=carried.receipt)
        body = msgspec.json.encode(NotificationDeliveries(notifications=[item]))
        return Post(genuine.url, body, genuine.headers)

    def with_number_twice(self, genuine: Delivery, order_no: str) -> Post:
        """Write a second order number into the signed text."""
        carried = _carried(genuine)
        sealed = carried.notification.sealed
        text = f"{sealed.text}merchant_order_no={order_no}\n"
        item = NotificationDelivery(
            notification=SignedText.of(replace(sealed, text=text)), receipt=carried.receipt
        )
        body = msgspec.json.encode(NotificationDeliveries(notifications=[item]))
        return Post(genuine.url, body, genuine.headers)

    def _key(self, sealing: Sealing) -> PrivateKey:
        if sealing is Sealing.OTHER_KEY:
            return PrivateKey.from_seed(Algorithm.ED25519, self._provider.entropy(_SEED_BYTES))
        return self._provider.signing_key


def _carried(genuine: Delivery) -> NotificationDelivery:
    return msgspec.json.decode(genuine.body, type=NotificationDeliveries).notifications[0]
