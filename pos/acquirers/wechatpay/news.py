"""Notifications of API v3: stamped, and sealed with the secret that shop and platform share.

Told are a payment by a shown code and a refund; the status of the answer says whether it was taken.
"""

from __future__ import annotations

from http import HTTPStatus

from ledger.protocol import strict_json
from ledger.protocol.errors import QrpayError
from ledger.protocol.errors.checkout import NotificationSaleUnknown
from ledger.protocol.errors.content import FieldFormat, FieldMissing
from ledger.protocol.money import Money, parse_minor
from pos.acquirers.numbers import is_reversal, payment_of
from pos.acquirers.port import Acknowledgement, Delivery, News
from pos.acquirers.wechatpay.client import Json, WeChatPayClient
from pos.collect import Event
from pos.goods.catalogue import SHOP_CURRENCY

PAID = "TRANSACTION.SUCCESS"


def read(client: WeChatPayClient, delivery: Delivery) -> News | None:
    """Read one.

    Raises what is wrong with the stamp, ``SealBroken``, ``FieldMissing``, ``FieldFormat``,
    ``NotificationSaleUnknown``.
    """
    client.believe(delivery.headers, delivery.body)
    envelope = strict_json.load_object(delivery.body)
    resource = envelope.get("resource")
    if not isinstance(resource, dict):
        raise FieldMissing("resource")
    told = strict_json.load_object(client.opened(resource))
    refund_no = str(told.get("out_refund_no", ""))
    if is_reversal(refund_no):
        return None
    number = str(told.get("out_trade_no", ""))
    payment_id = payment_of(number)
    if payment_id is None:
        raise NotificationSaleUnknown(number[:40])
    is_paid = envelope.get("event_type") == PAID and told.get("trade_state") == "SUCCESS"
    if not is_paid and not refund_no:
        return None
    if not envelope.get("id"):
        raise FieldMissing("id")
    return News(
        notification_id=str(envelope["id"]),
        payment_id=payment_id,
        amount=_amount(told),
        event=Event.PAID,
        refund_no=refund_no,
    )


def acknowledgement(refusal: QrpayError | None) -> Acknowledgement:
    """Say 204 where it was taken, else a refusal in the platform's form."""
    if refusal is None:
        return Acknowledgement(HTTPStatus.NO_CONTENT, "", b"")
    told = strict_json.dumps({"code": "FAIL", "message": refusal.code})
    return Acknowledgement(refusal.status, "application/json", told)


def _amount(told: Json) -> Money:
    """Read the order's price; a refund's news does not name the currency."""
    amount = told.get("amount")
    if not isinstance(amount, dict):
        raise FieldFormat("amount")
    return parse_minor(amount.get("total"), str(amount.get("currency", SHOP_CURRENCY.code)))
