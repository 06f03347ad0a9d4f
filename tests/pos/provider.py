"""A provider in miniature behind the till's port: keeps payments, signs, and can be made to fail.

It is what the tests of the till need and nothing more; the real one is met in the journeys.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date

from ledger.kit.clock import SettableClock
from ledger.protocol import messages
from ledger.protocol.errors import QrpayError
from ledger.protocol.errors.checkout import BillNotReady
from ledger.protocol.identifiers import IdSource, Kind, PaymentId, ReceiptId
from ledger.protocol.instants import DAY, Instant
from ledger.protocol.lifecycle import PaymentState
from ledger.protocol.messages import (
    Funded,
    FundingSource,
    Notification,
    NotificationEvent,
    PaymentRequest,
    Presented,
    Receipt,
    ReceiptKind,
    Signed,
)
from ledger.protocol.money import Money
from ledger.protocol.signing import (
    LEDGER,
    Algorithm,
    KeyDirectory,
    KeyRecord,
    KeyStatus,
    PrivateKey,
)
from pos.acquirers.intents import Attempt, Refund
from pos.acquirers.port import NATIVE_MANNER, Manner, RefundOutcome, RefundReply, Reply
from pos.closing import statement_csv
from pos.closing.statement import Statement
from pos.collect import EVENT_OF_STATE, Event
from pos.goods.catalogue import SHOP_CURRENCY

PROVIDER_KEY = PrivateKey.from_seed(Algorithm.ED25519, b"p" * 32)
OTHER_KEY = PrivateKey.from_seed(Algorithm.ED25519, b"o" * 32)
PPID = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
MERCHANT_ID = "M2088DEMO000001"


def record(key: PrivateKey, owner: str) -> KeyRecord:
    return KeyRecord(
        key_id=key.public.key_id,
        public_key=key.public,
        owner=owner,
        status=KeyStatus.ACTIVE,
        not_before=Instant(0),
        not_after=Instant(100_000 * DAY),
    )


def provider_keys() -> KeyDirectory:
    return KeyDirectory([record(PROVIDER_KEY, LEDGER), record(OTHER_KEY, "merchant:M2")])


@dataclass(frozen=True)
class Payment:
    payment_id: PaymentId
    merchant_order_no: str
    terminal_id: str
    amount: Money
    presented: Presented
    state: PaymentState
    refunded_minor: int = 0


class LostOnTheWay(Exception):
    """The call or its answer went missing."""


def lose_answers(name: str, call: Callable[[], Reply]) -> Reply:
    """A network on which the provider does what is asked and is never heard."""
    del name
    call()
    raise LostOnTheWay


def lose_calls(name: str, call: Callable[[], Reply]) -> Reply:
    """A network on which nothing arrives."""
    del name, call
    raise LostOnTheWay


def work(name: str, call: Callable[[], Reply]) -> Reply:
    """A network that works."""
    del name
    return call()


@dataclass
class MiniProvider:
    """Implements ``pos.acquirers.port.Acquirer``.

    ``network`` decides the fate of each call: it gets the call's name and the function that does
    it, and gives the reply. By default every call is made and answered. Every payer has one coupon
    of the shop's own over ``own_coupon_minor``.
    """

    clock: SettableClock
    ids: IdSource
    name: str = "mini"
    manner: Manner = NATIVE_MANNER
    payments: dict[PaymentId, Payment] = field(default_factory=dict)
    refunds: dict[str, Refund] = field(default_factory=dict)
    kept: dict[PaymentId, list[Signed]] = field(default_factory=dict)
    calls: list[str] = field(default_factory=list)
    codes: dict[PaymentId, list[str | None]] = field(default_factory=dict)
    network: Callable[[str, Callable[[], Reply]], Reply] = work
    statements: dict[date, Statement] = field(default_factory=dict)
    on_payment_code: PaymentState = PaymentState.PAID
    refuse_payment_codes: str = ""
    receipts_with_answers: bool = True
    own_coupon_minor: int = 0

    def request(self, attempt: Attempt, payment_code: str | None) -> Reply:
        self.codes.setdefault(attempt.payment_id, []).append(payment_code)
        return self._over_the_network("request", lambda: self._request(attempt))

    def query(self, attempt: Attempt) -> Reply:
        return self._over_the_network("query", lambda: self._tell(attempt.payment_id))

    def reverse(self, attempt: Attempt) -> Reply:
        return self._over_the_network("reverse", lambda: self._reverse(attempt))

    def capture(self, attempt: Attempt, amount: Money) -> Reply:
        del attempt, amount
        return self._over_the_network("capture", lambda: Reply(Event.WRONG_STATE, "NOT_HELD"))

    def release(self, attempt: Attempt) -> Reply:
        del attempt
        return self._over_the_network("release", lambda: Reply(Event.WRONG_STATE, "NOT_HELD"))

    def refund(self, attempt: Attempt, refund: Refund) -> RefundReply:
        assert attempt.payment_id == refund.payment_id
        done: list[RefundReply] = []

        def call() -> Reply:
            done.append(self._refund(refund))
            return Reply(Event.PAID)

        reply = self._over_the_network("refund", call)
        answered = done and reply.event is Event.PAID
        return done[0] if answered else RefundReply(RefundOutcome.NO_ANSWER)

    def statement(self, day: date) -> Statement | QrpayError:
        self.calls.append(f"statement {day}")
        return self.statements.get(day) or BillNotReady(day.isoformat())

    def read_file(self, raw: bytes, day: date) -> Statement:
        return statement_csv.read(raw, day=day, of=SHOP_CURRENCY)

    def receipts(self, payment_id: PaymentId) -> tuple[Signed, ...]:
        return tuple(self.kept.get(payment_id, []))

    def open_by_code(self, attempt: Attempt) -> None:
        """Hear of a payment from whoever scanned its self-contained code."""
        self.payments[attempt.payment_id] = Payment(
            payment_id=attempt.payment_id,
            merchant_order_no=attempt.merchant_order_no,
            terminal_id="T01",
            amount=attempt.amount,
            presented=Presented.MERCHANT,
            state=PaymentState.AWAITING_PAYER,
        )

    def pay(self, payment_id: PaymentId) -> Payment:
        """Let the payer agree."""
        paid = self._put(payment_id, PaymentState.PAID)
        self.seal_receipt(paid, ReceiptKind.PAYMENT)
        return paid

    def set_state(self, payment_id: PaymentId, state: PaymentState) -> Payment:
        return self._put(payment_id, state)

    def notification(
        self, payment: Payment, event: NotificationEvent, refund: Receipt | None = None
    ) -> Notification:
        now = self.clock.now()
        return Notification(
            notification_id=self.ids.new(Kind.NOTIFICATION, now),
            event=event,
            merchant_id=MERCHANT_ID,
            payment_id=payment.payment_id,
            merchant_order_no=payment.merchant_order_no,
            terminal_id=payment.terminal_id,
            state=payment.state,
            amount=payment.amount,
            refund_id=refund.refund_id if refund else "",
            refund_amount=refund.amount if refund else None,
            presented=payment.presented,
            occurred_at=now,
            funding=refund.funding if refund else self.funding(payment),
        )

    def funding(self, payment: Payment, refund: Money | None = None) -> tuple[Funded, ...]:
        """What the shop's own coupon took off a payment, or what of it falls on its last refund."""
        of = payment.amount.minor_units
        before = payment.refunded_minor - refund.minor_units if refund else 0
        until = payment.refunded_minor if refund else of
        first, last = (self.own_coupon_minor * each // of for each in (before, until))
        return (Funded(FundingSource.MERCHANT_COUPON, last - first),) if last > first else ()

    def receipt(
        self, payment: Payment, kind: ReceiptKind, amount: Money | None = None, refund_id: str = ""
    ) -> Receipt:
        now = self.clock.now()
        of = amount or payment.amount
        funded = self.funding(payment, amount if kind is ReceiptKind.REFUND else None)
        return Receipt(
            receipt_id=ReceiptId(self.ids.new(Kind.RECEIPT, now)),
            kind=kind,
            payment_id=payment.payment_id,
            refund_id=refund_id,
            merchant_id=MERCHANT_ID,
            payee_name="Demo Drogerie",
            payee_city="Berlin",
            merchant_order_no=payment.merchant_order_no,
            terminal_id=payment.terminal_id,
            ppid=PPID,
            amount=of,
            payer_amount=Money(of.minor_units - messages.discount(funded), of.currency),
            rate="",
            rate_set_by="",
            occurred_at=now,
            funding=funded,
        )

    def seal_receipt(
        self, payment: Payment, kind: ReceiptKind, amount: Money | None = None, refund_id: str = ""
    ) -> Signed:
        sealed = messages.seal(self.receipt(payment, kind, amount, refund_id), PROVIDER_KEY)
        self.kept.setdefault(payment.payment_id, []).append(sealed)
        return sealed

    def _over_the_network(self, name: str, call: Callable[[], Reply]) -> Reply:
        self.calls.append(name)
        try:
            return self.network(name, call)
        except LostOnTheWay:
            return Reply(Event.NO_ANSWER)

    def _request(self, attempt: Attempt) -> Reply:
        if attempt.payment_id in self.payments:
            if self.payments[attempt.payment_id].state is PaymentState.REVERSED:
                return Reply(Event.WRONG_STATE, "ORDER_STATE")
            return self._tell(attempt.payment_id)
        assert attempt.request is not None
        request = messages.decode(PaymentRequest, attempt.request.text)
        consumer = request.presented is Presented.CONSUMER
        if consumer and self.refuse_payment_codes:
            return Reply(Event.REFUSED, self.refuse_payment_codes)
        self.payments[attempt.payment_id] = Payment(
            payment_id=attempt.payment_id,
            merchant_order_no=request.merchant_order_no,
            terminal_id=request.terminal_id,
            amount=request.amount,
            presented=request.presented,
            state=PaymentState.AWAITING_PAYER,
        )
        if consumer and self.on_payment_code is PaymentState.PAID:
            self.pay(attempt.payment_id)
        elif consumer:
            self._put(attempt.payment_id, PaymentState.AUTHORISING)
        told = self._tell(attempt.payment_id)
        issues = self.manner.issues_codes and not consumer
        return replace(told, code=f"code of {attempt.payment_id}") if issues else told

    def _reverse(self, attempt: Attempt) -> Reply:
        known = self.payments.get(attempt.payment_id)
        if known is None:
            self.payments[attempt.payment_id] = Payment(
                payment_id=attempt.payment_id,
                merchant_order_no=attempt.merchant_order_no,
                terminal_id="T01",
                amount=attempt.amount,
                presented=Presented.MERCHANT,
                state=PaymentState.REVERSED,
            )
        elif known.state in (PaymentState.DECLINED, PaymentState.CLOSED):
            return Reply(Event.WRONG_STATE, "ORDER_STATE")
        else:
            after = self._put(attempt.payment_id, PaymentState.REVERSED)
            if known.state is PaymentState.PAID:
                self.seal_receipt(after, ReceiptKind.REVERSAL)
        return self._tell(attempt.payment_id)

    def _refund(self, refund: Refund) -> RefundReply:
        payment = self.payments[refund.payment_id]
        known = self.refunds.get(refund.merchant_refund_no)
        if known is None:
            refunded = payment.refunded_minor + refund.amount.minor_units
            if refunded > payment.amount.minor_units:
                return RefundReply(RefundOutcome.REFUSED, "REFUND_EXCEEDS_CAPTURED")
            refund_id = self.ids.new(Kind.REFUND, self.clock.now())
            known = replace(refund, refund_id=refund_id)
            self.refunds[refund.merchant_refund_no] = known
            after = replace(payment, refunded_minor=refunded)
            self.payments[refund.payment_id] = after
            self.seal_receipt(after, ReceiptKind.REFUND, refund.amount, refund_id)
        receipts = tuple(self.kept[refund.payment_id])
        return RefundReply(RefundOutcome.DONE, "", known.refund_id, receipts)

    def _tell(self, payment_id: PaymentId) -> Reply:
        payment = self.payments.get(payment_id)
        if payment is None:
            return Reply(Event.NOT_FOUND, "ORDER_NOT_FOUND")
        receipts = self.receipts(payment_id) if self.receipts_with_answers else ()
        off = Money(self.own_coupon_minor, payment.amount.currency)
        return Reply(EVENT_OF_STATE[payment.state], "", receipts, off)

    def _put(self, payment_id: PaymentId, state: PaymentState) -> Payment:
        self.payments[payment_id] = replace(self.payments[payment_id], state=state)
        return self.payments[payment_id]
