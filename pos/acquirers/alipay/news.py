"""Notifications of the open platform: a signed form, answered by ``success`` and nothing else.

Told are a trade that was paid and each refund, which is known by ``out_biz_no``; the same
``notify_id`` is the same news.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import Final
from urllib.parse import parse_qsl

from ledger.protocol.errors import QrpayError
from ledger.protocol.errors.checkout import NotificationNotOurs, NotificationSaleUnknown
from ledger.protocol.errors.content import Encoding, FieldFormat, FieldMissing
from ledger.protocol.money import parse_decimal
from pos.acquirers.alipay.client import AlipayClient
from pos.acquirers.numbers import is_reversal, payment_of
from pos.acquirers.port import Acknowledgement, Delivery, News
from pos.collect import Event
from pos.goods.catalogue import SHOP_CURRENCY

_FIELDS_MOST: Final = 100


def read(client: AlipayClient, delivery: Delivery) -> News | None:
    """Read one.

    Raises what is wrong with form or signature, ``NotificationNotOurs``, ``FieldMissing``,
    ``NotificationSaleUnknown`` and what is wrong with the amount.
    """
    said = _form(delivery.body)
    client.believe(said)
    if said.get("app_id") != client.account.app_id:
        raise NotificationNotOurs(f"it is for {said.get('app_id', '')[:32]!r}")
    refund_no = said.get("out_biz_no", "")
    is_paid = said.get("trade_status") in ("TRADE_SUCCESS", "TRADE_FINISHED")
    if is_reversal(refund_no) or not (is_paid or refund_no):
        return None
    payment_id = payment_of(said.get("out_trade_no", ""))
    if payment_id is None:
        raise NotificationSaleUnknown(said.get("out_trade_no", "")[:40])
    if not said.get("notify_id"):
        raise FieldMissing("notify_id")
    return News(
        notification_id=said["notify_id"],
        payment_id=payment_id,
        amount=parse_decimal(said.get("total_amount", ""), SHOP_CURRENCY),
        event=Event.PAID,
        refund_no=refund_no,
    )


def acknowledgement(refusal: QrpayError | None) -> Acknowledgement:
    """Say ``success`` where it was taken, else ``fail``."""
    if refusal is None:
        return Acknowledgement(HTTPStatus.OK, "text/plain", b"success")
    return Acknowledgement(refusal.status, "text/plain", b"fail")


def _form(body: bytes) -> dict[str, str]:
    try:
        pairs = parse_qsl(
            body.decode("ascii"),
            keep_blank_values=True,
            errors="strict",
            max_num_fields=_FIELDS_MOST,
        )
    except UnicodeDecodeError as error:
        raise Encoding("a form is percent-encoded UTF-8") from error
    except ValueError as error:
        raise FieldFormat(f"no form: {error}") from error
    return dict(pairs)
