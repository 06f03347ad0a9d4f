"""What the till asks, in the words of Antom's in-store API, and what its words mean to a till.

Every call has a result: S done, F failed, U unknown. ``PAYMENT_IN_PROCESS`` is the U that means
that the payer has not decided; after any other the till inquires, and in the end cancels, as the
documentation demands of tills. Past midnight in Beijing a payment can't be cancelled any more, and
what was paid is refunded. A refund names the payment by Antom's number, which an inquiry gives.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from ledger.protocol.antom_wire import values
from ledger.protocol.errors import QrpayError
from ledger.protocol.errors.checkout import BillNotReady
from ledger.protocol.errors.codes import PaymentAuthCodeInvalid
from ledger.protocol.errors.trust import AnswerDiffers
from ledger.protocol.money import Money
from ledger.protocol.native_wire import MerchantView
from pos.acquirers.antom import news, reports
from pos.acquirers.antom.client import Answer, AntomClient
from pos.acquirers.intents import Attempt
from pos.acquirers.numbers import reversal_no
from pos.acquirers.port import (
    Acknowledgement,
    Delivery,
    News,
    RefundOutcome,
    RefundReply,
    Reply,
)
from pos.acquirers.vendor import (
    TOO_EARLY,
    Vendor,
    may_be_on_its_way,
    returned,
    told,
)
from pos.closing.statement import Statement
from pos.collect import Event, Mode

DONE, FAILED = "S", "F"
WALLET: Final = "CONNECT_WALLET"
IN_PROCESS: Final = "PAYMENT_IN_PROCESS"
EVENTS: Mapping[str, Event] = {
    "SUCCESS": Event.PAID,
    "FAIL": Event.CLOSED,
    "CANCELLED": Event.REVERSED,
}
"""What a ``paymentStatus`` means to a till; ``PROCESSING`` depends on who shows the code."""

IN_THE_WAY: Final = frozenset(
    {
        "ORDER_IS_CANCELED",
        "ORDER_IS_CLOSED",
        "ORDER_STATUS_INVALID",
        "REPEAT_REQ_INCONSISTENT",
        "PROCESS_FAIL",
    }
)
"""Refusals that are about the payment's state."""

BAD_CODES: Final = frozenset({"INVALID_PAYMENT_CODE", "EXPIRED_CODE"})


@dataclass(frozen=True)
class AntomAcquirer(Vendor):
    """Collects payments through Antom for a shop and its terminal."""

    client: AntomClient
    merchant: MerchantView
    terminal_id: str
    notify_url: str

    name = "antom"

    def request(self, attempt: Attempt, payment_code: str | None) -> Reply:
        """Ask for an order code, or collect by the payer's code."""
        return told(lambda: self._asked(attempt, payment_code))

    def query(self, attempt: Attempt) -> Reply:
        """Inquire."""
        return told(lambda: self._standing(attempt))

    def reverse(self, attempt: Attempt) -> Reply:
        """Cancel it, whatever became of it."""
        return told(lambda: self._cancelled(attempt))

    def statement(self, day: date) -> Statement | QrpayError:
        """Tell that there is none to be asked for: Antom's reports come as files."""
        return BillNotReady(f"{day}: Antom has no call for it; compare with a file")

    def _read_bill(self, raw: bytes, day: date) -> Statement:
        """Read transaction items or settlement items."""
        return reports.statement(raw, day, terminal=self.terminal_id)

    def open(self, delivery: Delivery) -> News | None:
        """Read a notification that Antom signed."""
        return news.read(self.client, delivery)

    def acknowledge(self, refusal: QrpayError | None) -> Acknowledgement:
        """Answer with a result."""
        return news.acknowledgement(refusal)

    # --- Payments -------------------------------------------------------------------------------

    def _asked(self, attempt: Attempt, payment_code: str | None) -> Reply:
        answer = self.client.call("pay", self._body(attempt, payment_code))
        if answer.status == DONE:
            _require_about(attempt, answer)
            return Reply(Event.PAID)
        if answer.code != IN_PROCESS:
            return _refused(answer)
        if payment_code is not None:
            return Reply(Event.AUTHORISING)
        return Reply(Event.AWAITING_PAYER, code=_shown_code(answer))

    def _body(self, attempt: Attempt, payment_code: str | None) -> dict[str, object]:
        price = values.spell(attempt.amount)
        method = {"paymentMethodType": WALLET}
        if payment_code is not None:
            method["paymentMethodId"] = payment_code
        scenario = "OrderCode" if payment_code is None else "PaymentCode"
        return {
            "productCode": "IN_STORE_PAYMENT",
            "paymentRequestId": attempt.merchant_order_no,
            "order": {
                "referenceOrderId": attempt.merchant_order_no,
                "orderDescription": f"Order {attempt.merchant_order_no}",
                "orderAmount": price,
                "merchant": self._merchant(),
                "env": {"storeTerminalId": self.terminal_id},
            },
            "paymentAmount": price,
            "paymentMethod": method,
            "paymentFactor": {"inStorePaymentScenario": scenario},
            "paymentNotifyUrl": self.notify_url,
            "paymentExpiryTime": values.time_text(attempt.collection.give_up_at),
        }

    def _merchant(self) -> dict[str, object]:
        merchant = self.merchant
        store = {
            "referenceStoreId": self.terminal_id,
            "storeName": merchant.name,
            "storeMCC": merchant.mcc,
        }
        return {
            "referenceMerchantId": merchant.merchant_id,
            "merchantMCC": merchant.mcc,
            "merchantName": merchant.name,
            "store": store,
        }

    def _standing(self, attempt: Attempt) -> Reply:
        answer = self._inquired(attempt)
        if answer.status != DONE:
            return _refused(answer)
        _require_about(attempt, answer)
        status = answer.text("paymentStatus")
        if status == "PROCESSING":
            return _waiting(attempt)
        if answer.text("paymentResultCode") == "PROCESS_FAIL":
            return Reply(Event.DECLINED)
        return Reply(EVENTS.get(status, Event.NO_ANSWER), answer.text("paymentResultCode"))

    def _inquired(self, attempt: Attempt) -> Answer:
        return self.client.call("inquiryPayment", {"paymentRequestId": attempt.merchant_order_no})

    def _cancelled(self, attempt: Attempt) -> Reply:
        answer = self.client.call("cancel", {"paymentRequestId": attempt.merchant_order_no})
        if answer.status == DONE:
            return Reply(Event.REVERSED)
        if answer.code == "CANCEL_WINDOW_EXCEED":
            return returned(self._given_back(attempt, reversal_no(attempt), attempt.amount, ""))
        if answer.code == "ORDER_NOT_EXIST" and not attempt.code:
            late = attempt.collection.mode is Mode.SHOW or not may_be_on_its_way(
                attempt, self.client.clock.now()
            )
            return Reply(Event.REVERSED) if late else TOO_EARLY
        return _refused(answer)

    # --- Refunds --------------------------------------------------------------------------------

    def _given_back(
        self, attempt: Attempt, refund_no: str, amount: Money, reason: str
    ) -> RefundReply:
        found = self._inquired(attempt)
        if found.status != DONE:
            return RefundReply(RefundOutcome.NO_ANSWER, found.code)
        asked: dict[str, object] = {
            "refundRequestId": refund_no,
            "paymentId": found.text("paymentId"),
            "refundAmount": values.spell(amount),
            "refundNotifyUrl": self.notify_url,
        }
        answer = self.client.call("refund", asked | ({"refundReason": reason} if reason else {}))
        if answer.status == FAILED:
            return RefundReply(RefundOutcome.REFUSED, answer.code)
        if answer.status != DONE:
            return RefundReply(RefundOutcome.NO_ANSWER, answer.code)
        if answer.text("refundRequestId") != refund_no:
            return RefundReply(RefundOutcome.NO_ANSWER, AnswerDiffers.code)
        return RefundReply(RefundOutcome.DONE, "", answer.text("refundId"))


def _waiting(attempt: Attempt) -> Reply:
    if attempt.collection.mode is Mode.READ:
        return Reply(Event.AUTHORISING)
    # The answer with the code was lost: as long as nobody has seen it, ask again.
    return Reply(Event.AWAITING_PAYER if attempt.code else Event.NOT_FOUND)


def _shown_code(answer: Answer) -> str:
    form = answer.body.get("orderCodeForm")
    details = form.get("codeDetails") if isinstance(form, dict) else None
    for each in details if isinstance(details, list) else ():
        if isinstance(each, dict) and each.get("codeValueType") == "QRCODE":
            return str(each.get("codeValue", ""))
    return ""


def _refused(answer: Answer) -> Reply:
    if answer.code == "ORDER_NOT_EXIST":
        return Reply(Event.NOT_FOUND, answer.code)
    if answer.status != FAILED:
        return Reply(Event.NO_ANSWER, answer.code)
    if answer.code in IN_THE_WAY:
        return Reply(Event.WRONG_STATE, answer.code)
    reason = PaymentAuthCodeInvalid.code if answer.code in BAD_CODES else answer.code
    return Reply(Event.REFUSED, reason)


def _require_about(attempt: Attempt, answer: Answer) -> None:
    """Refuse an answer about another payment or price; raises ``AnswerDiffers``."""
    said = (answer.text("paymentRequestId"), answer.body.get("paymentAmount"))
    if said != (attempt.merchant_order_no, values.spell(attempt.amount)):
        raise AnswerDiffers(f"it is about {said[0][:40]!r} of {str(said[1])[:60]}")
