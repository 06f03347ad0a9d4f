"""``notifyPayment``: signed like an answer, and answered by a result.

It has no number of its own; what it is about and what came of it name it, so a repetition is known.
"""

from __future__ import annotations

from http import HTTPStatus

from ledger.protocol import strict_json
from ledger.protocol.antom_wire import values
from ledger.protocol.errors import QrpayError
from ledger.protocol.errors.checkout import NotificationSaleUnknown
from ledger.protocol.errors.content import FieldMissing
from ledger.protocol.money import Money
from pos.acquirers.antom.client import Answer, AntomClient, answer_in
from pos.acquirers.numbers import payment_of
from pos.acquirers.port import Acknowledgement, Delivery, News
from pos.collect import Event


def read(client: AntomClient, delivery: Delivery) -> News | None:
    """Read one; that a payment or refund failed, the till hears when it asks.

    Raises what is wrong with the signature, ``AnswerLost`` for another form, ``FieldMissing``,
    ``NotificationSaleUnknown`` and what is wrong with the amount.
    """
    client.believe(delivery.path, delivery.headers, delivery.body)
    said = answer_in(delivery.body)
    # Refunds are found out by asking, and theirs tells no price to hold against the sale.
    if said.status != "S" or said.text("refundRequestId"):
        return None
    number = said.text("paymentRequestId")
    payment_id = payment_of(number)
    if payment_id is None:
        raise NotificationSaleUnknown(number[:40])
    return News(
        notification_id=f"antom {number} {said.text('notifyType')}",
        payment_id=payment_id,
        amount=_amount(said),
        event=Event.PAID,
    )


def acknowledgement(refusal: QrpayError | None) -> Acknowledgement:
    """Answer S where it was taken, else F and the name of the rule."""
    code, status = ("SUCCESS", "S") if refusal is None else (refusal.code, "F")
    told = {"resultCode": code, "resultStatus": status, "resultMessage": code.lower()}
    answered = HTTPStatus.OK if refusal is None else refusal.status
    return Acknowledgement(answered, "application/json", strict_json.dumps({"result": told}))


def _amount(said: Answer) -> Money:
    amount = said.body.get("paymentAmount")
    if not isinstance(amount, dict) or not {"currency", "value"} <= amount.keys():
        raise FieldMissing("paymentAmount")
    return values.amount({name: str(value) for name, value in amount.items()})
