"""What the till asks, in the words of API v3, and what the platform's words mean to a till.

A code that is shown belongs to an order (``native``), whose state is asked for, and which is closed
when the time is over. Closing is refused once it is paid: then the whole goes back as a refund. A
payer's code collects at once (``codepay``) or leaves the payer to type a password (``USERPAYING``);
what is not known after that is reversed, as the platform demands, no sooner than fifteen seconds
after it was asked for, and so is what failed (``PAYERROR``).

A refund that is accepted is not done: it is done when asking says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from ledger.protocol.errors import QrpayError
from ledger.protocol.errors.trust import AnswerDiffers
from ledger.protocol.instants import SECOND, later
from ledger.protocol.money import Money
from ledger.protocol.wechatpay_wire import times
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
from pos.acquirers.vendor import TOO_EARLY, Vendor, returned, told
from pos.acquirers.wechatpay import bills, news
from pos.acquirers.wechatpay.client import Answer, Json, WeChatPayClient
from pos.closing.statement import Statement
from pos.collect import Event, Mode

PAYMENTS: Final = "/v3/pay/transactions"
REFUNDS: Final = "/v3/refund/domestic/refunds"
REVERSIBLE_AFTER_MS: Final = 15 * SECOND

EVENTS: Mapping[str, Event] = {
    "SUCCESS": Event.PAID,
    "NOTPAY": Event.AWAITING_PAYER,
    "USERPAYING": Event.AUTHORISING,
    "CLOSED": Event.CLOSED,
    "REVOKED": Event.REVERSED,
    "PAYERROR": Event.DECLINED,
}
"""What a ``trade_state`` means to a till; ``REFUND`` depends on what was given back."""

IN_THE_WAY: Final = frozenset(
    {"ORDER_PAID", "ORDER_CLOSED", "OUT_TRADE_NO_USED", "INVALID_REQUEST", "TRADE_ERROR"}
)
"""Refusals that are about the order's state."""

SAYS_NOTHING: Final = frozenset({"SYSTEM_ERROR", "BANK_ERROR", "SIGN_ERROR", "FREQUENCY_LIMITED"})
"""Refusals after which it may have happened all the same, or an earlier call may have done it."""


@dataclass(frozen=True)
class WeChatPayAcquirer(Vendor):
    """Collects payments through WeChat Pay; ``terminal_id`` is the till's, ``notify_url`` too."""

    client: WeChatPayClient
    terminal_id: str
    notify_url: str

    name = "wechatpay"

    def request(self, attempt: Attempt, payment_code: str | None) -> Reply:
        """Open an order for its code, or collect by the payer's."""
        if payment_code is None:
            return told(lambda: self._opened(attempt))
        return told(lambda: self._collected(attempt, payment_code))

    def query(self, attempt: Attempt) -> Reply:
        """Ask for the order's state."""
        return told(lambda: self._state(attempt))

    def reverse(self, attempt: Attempt) -> Reply:
        """Undo it: reverse what a payer's code began, close what a shown code did."""
        if attempt.collection.mode is Mode.READ:
            return told(lambda: self._reversed(attempt))
        return told(lambda: self._closed(attempt))

    def statement(self, day: date) -> Statement | QrpayError:
        """Give a day's trade bill as a statement, or why there is none."""
        try:
            return bills.statement(self.client, day, terminal=self.terminal_id)
        except QrpayError as error:
            return error

    def _read_bill(self, raw: bytes, day: date) -> Statement:
        """Read a trade bill."""
        return bills.read(raw, day, terminal=self.terminal_id)

    def open(self, delivery: Delivery) -> News | None:
        """Read a notification that the platform stamped."""
        return news.read(self.client, delivery)

    def acknowledge(self, refusal: QrpayError | None) -> Acknowledgement:
        """Answer by the status, which is all that counts."""
        return news.acknowledgement(refusal)

    # --- Orders ---------------------------------------------------------------------------------

    def _opened(self, attempt: Attempt) -> Reply:
        answer = self.client.post(
            f"{PAYMENTS}/native",
            self._basics(attempt)
            | {"time_expire": times.to_text(attempt.expires_at), "notify_url": self.notify_url},
        )
        if answer.is_refusal:
            return _refused(answer)
        return Reply(Event.AWAITING_PAYER, code=str(answer.body.get("code_url", "")))

    def _collected(self, attempt: Attempt, payment_code: str) -> Reply:
        scene = {"device_id": self.terminal_id, "store_info": {"id": self.terminal_id}}
        answer = self.client.post(
            f"{PAYMENTS}/codepay",
            self._basics(attempt) | {"payer": {"auth_code": payment_code}, "scene_info": scene},
        )
        if answer.is_refusal:
            return _refused(answer)
        if "trade_state" not in answer.body:  # 202: the payer types a password
            return Reply(Event.AUTHORISING, answer.code)
        return self._read(attempt, answer.body)

    def _basics(self, attempt: Attempt) -> dict[str, object]:
        return {
            "appid": self.client.account.appid,
            "mchid": self.client.account.mchid,
            "description": f"Order {attempt.merchant_order_no}",
            "out_trade_no": attempt.merchant_order_no,
            "amount": _amount(attempt.amount),
        }

    def _state(self, attempt: Attempt) -> Reply:
        mchid = self.client.account.mchid
        answer = self.client.get(f"{_order_of(attempt)}?mchid={mchid}")
        return _refused(answer) if answer.is_refusal else self._read(attempt, answer.body)

    def _read(self, attempt: Attempt, said: Json) -> Reply:
        _require_about(attempt, said)
        state = str(said.get("trade_state", ""))
        if state == "REFUND":
            return self._read_returned(attempt)
        if state == "PAYERROR":
            return self._declined(attempt)
        if state == "NOTPAY" and attempt.collection.mode is Mode.SHOW and not attempt.code:
            # The answer with its code was lost: as long as nobody has seen it, ask again.
            return Reply(Event.NOT_FOUND, state)
        return Reply(EVENTS.get(state, Event.NO_ANSWER), state if state not in EVENTS else "")

    def _read_returned(self, attempt: Attempt) -> Reply:
        """Tell whether it was given back as a whole by us, or in part by somebody."""
        whole = self.client.get(f"{REFUNDS}/{reversal_no(attempt)}")
        done = not whole.is_refusal and whole.body.get("status") == "SUCCESS"
        return Reply(Event.RETURNED if done else Event.PAID)

    def _declined(self, attempt: Attempt) -> Reply:
        undone = self._reversed(attempt)
        return Reply(Event.DECLINED) if undone.event is Event.REVERSED else undone

    # --- Undoing --------------------------------------------------------------------------------

    def _reversed(self, attempt: Attempt) -> Reply:
        if self.client.clock.now() < later(attempt.created_at, REVERSIBLE_AFTER_MS):
            return TOO_EARLY
        account = self.client.account
        answer = self.client.post(
            f"{_order_of(attempt)}/reverse", {"appid": account.appid, "mchid": account.mchid}
        )
        return _refused(answer) if answer.is_refusal else Reply(Event.REVERSED)

    def _closed(self, attempt: Attempt) -> Reply:
        answer = self.client.post(
            f"{_order_of(attempt)}/close", {"mchid": self.client.account.mchid}
        )
        if answer.code == "ORDER_PAID":
            return self._returned(attempt)
        if answer.code == "ORDER_NOT_EXIST" and not attempt.code:
            return Reply(Event.REVERSED)  # nobody has ever seen a code of it
        return _refused(answer) if answer.is_refusal else Reply(Event.REVERSED)

    def _returned(self, attempt: Attempt) -> Reply:
        back = self._given_back(attempt, reversal_no(attempt), attempt.amount, "")
        return returned(back)

    # --- Refunds --------------------------------------------------------------------------------

    def _given_back(
        self, attempt: Attempt, refund_no: str, amount: Money, reason: str
    ) -> RefundReply:
        answer = self.client.post(
            REFUNDS, _refund(attempt, refund_no, amount, reason, self.notify_url)
        )
        if not answer.is_refusal and answer.body.get("status") == "PROCESSING":
            answer = self.client.get(f"{REFUNDS}/{refund_no}")
        if answer.is_refusal:
            unknown = answer.code in SAYS_NOTHING
            outcome = RefundOutcome.NO_ANSWER if unknown else RefundOutcome.REFUSED
            return RefundReply(outcome, answer.code)
        status, refund_id = str(answer.body.get("status")), str(answer.body.get("refund_id", ""))
        if answer.body.get("out_refund_no") != refund_no:
            return RefundReply(RefundOutcome.NO_ANSWER, AnswerDiffers.code)
        return RefundReply(_OUTCOMES.get(status, RefundOutcome.NO_ANSWER), status, refund_id)


_OUTCOMES: Mapping[str, RefundOutcome] = {
    "SUCCESS": RefundOutcome.DONE,
    "CLOSED": RefundOutcome.REFUSED,
}
"""What a refund's status means; ``PROCESSING`` and ``ABNORMAL`` are asked for again."""


def _refused(answer: Answer) -> Reply:
    if answer.code == "ORDER_NOT_EXIST":
        return Reply(Event.NOT_FOUND, answer.code)
    if answer.code in IN_THE_WAY:
        return Reply(Event.WRONG_STATE, answer.code)
    return Reply(Event.NO_ANSWER if answer.code in SAYS_NOTHING else Event.REFUSED, answer.code)


def _order_of(attempt: Attempt) -> str:
    return f"{PAYMENTS}/out-trade-no/{attempt.merchant_order_no}"


def _amount(amount: Money) -> dict[str, object]:
    return {"total": amount.minor_units, "currency": amount.currency.code}


def _refund(
    attempt: Attempt, refund_no: str, amount: Money, reason: str, notify_url: str
) -> dict[str, object]:
    said: dict[str, object] = {
        "out_trade_no": attempt.merchant_order_no,
        "out_refund_no": refund_no,
        "notify_url": notify_url,
        "amount": {"refund": amount.minor_units, **_amount(attempt.amount)},
    }
    return said | ({"reason": reason} if reason else {})


def _require_about(attempt: Attempt, said: Json) -> None:
    """Refuse an answer about another order or price; raises ``AnswerDiffers``."""
    amount = said.get("amount")
    price = (amount.get("total"), amount.get("currency")) if isinstance(amount, dict) else ()
    if said.get("out_trade_no") != attempt.merchant_order_no:
        raise AnswerDiffers(f"it is about {str(said.get('out_trade_no'))[:40]!r}")
    buried = said.get("trade_state") == "REVOKED"
    if price != (attempt.amount.minor_units, attempt.amount.currency.code) and not buried:
        raise AnswerDiffers(f"it states {price}, the sale is {attempt.amount}")
