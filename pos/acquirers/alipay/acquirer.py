"""What the till asks, in the words of the open platform, and what its words mean to a till.

A code that is shown (``alipay.trade.precreate``) is no trade until somebody scans it: that nobody
knows the trade means that nobody has scanned. A payer's code (``alipay.trade.pay``) is answered at
once: paid, the payer is asked (10003), or refused; anything else is asked about. What can't be
found out is cancelled, which undoes whatever there is; of a trade that nobody knows, cancelling
says nothing, so it counts only once the request can't be on its way any more. On another day a
paid trade can't be cancelled: then the whole is refunded.

A refund's answer says whether money moved by it (``fund_change``); if not, it is asked about.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from ledger.protocol.alipay_wire.spelling import to_beijing
from ledger.protocol.errors import QrpayError
from ledger.protocol.errors.trust import AnswerDiffers
from ledger.protocol.instants import MINUTE
from ledger.protocol.money import Money, to_decimal
from pos.acquirers.alipay import bills, news
from pos.acquirers.alipay.client import DONE, IN_PROCESS, AlipayClient, Node
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

EVENTS: Mapping[str, Event] = {
    "WAIT_BUYER_PAY": Event.AUTHORISING,
    "TRADE_SUCCESS": Event.PAID,
    "TRADE_FINISHED": Event.PAID,
}
"""What a ``trade_status`` means to a till; ``TRADE_CLOSED`` depends on whether it was paid."""

IN_THE_WAY: Final = frozenset(
    {
        "TRADE_HAS_SUCCESS",
        "TRADE_HAS_CLOSE",
        "TRADE_HAS_FINISHED",
        "CONTEXT_INCONSISTENT",
        "TRADE_STATUS_ERROR",
        "REASON_TRADE_REFUND_FEE_ERR",
        "CANCEL_NOT_ALLOWED",
    }
)
"""Refusals that are about the trade's state."""

_BUSINESS_FAILED: Final = "40004"
_SYSTEM: Final = "SYSTEM_ERROR"


@dataclass(frozen=True)
class AlipayAcquirer(Vendor):
    """Collects payments through Alipay; ``terminal_id`` is the till's, ``notify_url`` too."""

    client: AlipayClient
    terminal_id: str
    notify_url: str

    name = "alipay"

    def request(self, attempt: Attempt, payment_code: str | None) -> Reply:
        """Ask for a code, or collect by the payer's."""
        if payment_code is None:
            return told(lambda: self._shown(attempt))
        return told(lambda: self._collected(attempt, payment_code))

    def query(self, attempt: Attempt) -> Reply:
        """Ask for the trade's status."""
        return told(lambda: self._status(attempt))

    def reverse(self, attempt: Attempt) -> Reply:
        """Cancel it, whatever became of it."""
        return told(lambda: self._cancelled(attempt))

    def statement(self, day: date) -> Statement | QrpayError:
        """Give a day's business bill as a statement, or why there is none."""
        try:
            return bills.statement(self.client, day, terminal=self.terminal_id)
        except QrpayError as error:
            return error

    def _read_bill(self, raw: bytes, day: date) -> Statement:
        """Read a business bill."""
        return bills.read(raw, day, terminal=self.terminal_id)

    def open(self, delivery: Delivery) -> News | None:
        """Read a notification that the platform signed."""
        return news.read(self.client, delivery)

    def acknowledge(self, refusal: QrpayError | None) -> Acknowledgement:
        """Say ``success``, or anything else."""
        return news.acknowledgement(refusal)

    # --- Trades ---------------------------------------------------------------------------------

    def _shown(self, attempt: Attempt) -> Reply:
        life_m = -((attempt.created_at - attempt.expires_at) // MINUTE)
        content = self._terms(attempt) | {"qr_code_timeout_express": f"{max(1, life_m)}m"}
        node = self.client.call("alipay.trade.precreate", content, notify_url=self.notify_url)
        if node.code != DONE:
            return _refused(node)
        return Reply(Event.AWAITING_PAYER, code=node.text("qr_code"))

    def _collected(self, attempt: Attempt, payment_code: str) -> Reply:
        content = self._terms(attempt) | {"auth_code": payment_code, "scene": "bar_code"}
        node = self.client.call("alipay.trade.pay", content, notify_url=self.notify_url)
        if node.code == IN_PROCESS:
            return Reply(Event.AUTHORISING)
        if node.code != DONE:
            return _refused(node)
        _require_about(attempt, node)
        return Reply(Event.PAID)

    def _terms(self, attempt: Attempt) -> dict[str, object]:
        number = out_trade_no(attempt)
        return {
            "out_trade_no": number,
            "total_amount": to_decimal(attempt.amount),
            "subject": f"Order {number}",
            "terminal_id": self.terminal_id,
            "time_expire": to_beijing(attempt.collection.give_up_at),
        }

    def _status(self, attempt: Attempt) -> Reply:
        node = self.client.call("alipay.trade.query", {"out_trade_no": out_trade_no(attempt)})
        if node.refusal == "TRADE_NOT_EXIST" and attempt.code:
            return Reply(Event.AWAITING_PAYER)  # nobody has scanned the code
        if node.code != DONE:
            return _refused(node)
        _require_about(attempt, node)
        status = node.text("trade_status")
        if status == "TRADE_CLOSED":
            return Reply(Event.RETURNED if node.text("send_pay_date") else Event.CLOSED)
        return Reply(EVENTS.get(status, Event.NO_ANSWER), "" if status in EVENTS else status)

    def _cancelled(self, attempt: Attempt) -> Reply:
        node = self.client.call("alipay.trade.cancel", {"out_trade_no": out_trade_no(attempt)})
        if node.refusal == "TRADE_CANCEL_TIME_OUT":
            return returned(self._given_back(attempt, reversal_no(attempt), attempt.amount, ""))
        if node.code != DONE:
            return _refused(node)
        if node.text("retry_flag") == "Y":
            return Reply(Event.NO_ANSWER, "RETRY")
        unknown = not node.text("action") and attempt.collection.mode is Mode.READ
        if unknown and may_be_on_its_way(attempt, self.client.clock.now()):
            return TOO_EARLY
        return Reply(Event.REVERSED)

    # --- Refunds --------------------------------------------------------------------------------

    def _given_back(
        self, attempt: Attempt, refund_no: str, amount: Money, reason: str
    ) -> RefundReply:
        named = {"out_trade_no": out_trade_no(attempt), "out_request_no": refund_no}
        content = named | {"refund_amount": to_decimal(amount)}
        node = self.client.call(
            "alipay.trade.refund", content | ({"refund_reason": reason} if reason else {})
        )
        if node.code != DONE:
            refused = node.code == _BUSINESS_FAILED and node.refusal != _SYSTEM
            outcome = RefundOutcome.REFUSED if refused else RefundOutcome.NO_ANSWER
            return RefundReply(outcome, node.refusal or node.code)
        if node.text("fund_change") != "Y":
            node = self.client.call("alipay.trade.fastpay.refund.query", named)
            if node.text("refund_status") != "REFUND_SUCCESS":
                return RefundReply(RefundOutcome.NO_ANSWER, node.refusal)
            if node.text("refund_amount") != to_decimal(amount):
                return RefundReply(RefundOutcome.NO_ANSWER, AnswerDiffers.code)
        return RefundReply(RefundOutcome.DONE, "", f"{node.text('trade_no')}/{refund_no}")


def out_trade_no(attempt: Attempt) -> str:
    """Spell the order number as the platform wants it: letters, digits, underscores."""
    return attempt.merchant_order_no.replace("-", "_")


def _refused(node: Node) -> Reply:
    reason = node.refusal or node.code
    if node.refusal == "TRADE_NOT_EXIST":
        return Reply(Event.NOT_FOUND, reason)
    if node.refusal in IN_THE_WAY:
        return Reply(Event.WRONG_STATE, reason)
    unknown = node.code.startswith("2") or node.refusal == _SYSTEM
    return Reply(Event.NO_ANSWER if unknown else Event.REFUSED, reason)


def _require_about(attempt: Attempt, node: Node) -> None:
    """Refuse an answer about another trade or price; raises ``AnswerDiffers``."""
    said = (node.text("out_trade_no"), node.text("total_amount"))
    if said != (out_trade_no(attempt), to_decimal(attempt.amount)):
        raise AnswerDiffers(f"it is about {said[0][:40]!r} of {said[1][:16]}")
