"""The provider of this project as an acquirer, over its SDK (``ledger.client``).

Only here is an exception turned into one of the events that the till decides by:

* a refusal under the provider's signature: nothing was done. The payment's state stands in the way
  (``WRONG_STATE``), there is no such payment (``NOT_FOUND``), or anything else (``REFUSED``);
* ``ServiceUnavailable``: nothing was sent, or the provider says that it did nothing. ``REFUSED``;
* ``NonceReplay``: this very call has arrived before (somebody between repeats what he carries), and
  this is not the answer to the first copy, which may have done it all: ``NO_ANSWER``;
* everything else (no answer, an answer without a valid signature, a failure inside): ``NO_ANSWER``;
* an answer that is genuine and about something else than was asked: ``NO_ANSWER`` as well, and an
  alarm, since somebody's books are wrong.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

from ledger.client import SchemeClient
from ledger.protocol import native_api
from ledger.protocol.errors import CallerError, NotFound, QrpayError, TooMany, Unauthentic
from ledger.protocol.errors.checkout import IllegalTransition
from ledger.protocol.errors.service import InvariantBroken, ServiceUnavailable
from ledger.protocol.errors.trust import AnswerDiffers, NonceReplay
from ledger.protocol.identifiers import PaymentId
from ledger.protocol.lifecycle import PaymentState, RefundState
from ledger.protocol.messages import Signed
from ledger.protocol.money import Money
from ledger.protocol.native_wire import (
    CaptureDeposit,
    CreatePayment,
    CreateRefund,
    Nothing,
    PaymentResult,
    PaymentView,
    RefundResult,
    ReversePayment,
    SignedText,
)
from pos.acquirers import native_statement
from pos.acquirers.intents import Attempt, Refund
from pos.acquirers.port import NATIVE_MANNER, RefundOutcome, RefundReply, Reply
from pos.closing import statement_csv
from pos.closing.statement import Statement
from pos.collect import EVENT_OF_STATE, Event
from pos.goods.catalogue import SHOP_CURRENCY

MONEY_MOVED = frozenset(
    {PaymentState.PAID, PaymentState.REVERSED, PaymentState.FULLY_REFUNDED, PaymentState.FINISHED}
)
"""States of a payment that may have receipts."""


class NativeAcquirer:
    """Collects payments through the provider's native API."""

    name = "qrpay"
    manner = NATIVE_MANNER

    def __init__(self, client: SchemeClient) -> None:
        self._client = client

    def request(self, attempt: Attempt, payment_code: str | None) -> Reply:
        """Ask to be paid; with the payer's payment code, try to collect at once."""
        if attempt.request is None:
            raise InvariantBroken(f"{attempt.payment_id} needs no request: its payer begins it")
        body = CreatePayment(request=SignedText.of(attempt.request), payment_code=payment_code)
        return _told(
            attempt,
            lambda: self._client.call(
                native_api.CREATE_PAYMENT, body, idempotency_key=attempt.request_key
            ),
        )

    def query(self, attempt: Attempt) -> Reply:
        """Ask what became of it; a payment whose money moved comes with its receipts."""
        reply = _told(
            attempt,
            lambda: self._client.call(native_api.GET_PAYMENT, payment_id=attempt.payment_id),
        )
        if reply.event in {EVENT_OF_STATE[state] for state in MONEY_MOVED}:
            return replace(reply, receipts=self.receipts(attempt.payment_id))
        return reply

    def reverse(self, attempt: Attempt) -> Reply:
        """Undo it, whatever became of it."""
        body = ReversePayment(merchant_order_no=attempt.merchant_order_no)
        return _told(
            attempt,
            lambda: self._client.call(
                native_api.REVERSE_PAYMENT,
                body,
                idempotency_key=attempt.reversal_key,
                payment_id=attempt.payment_id,
            ),
        )

    def capture(self, attempt: Attempt, amount: Money) -> Reply:
        """Take a part or all of a held deposit; the same again is the same capture."""
        body = CaptureDeposit(amount_minor=amount.minor_units, currency=amount.currency.code)
        return _told(
            attempt,
            lambda: self._client.call(
                native_api.CAPTURE_DEPOSIT,
                body,
                idempotency_key=attempt.capture_key(amount),
                payment_id=attempt.payment_id,
            ),
        )

    def release(self, attempt: Attempt) -> Reply:
        """Give a held deposit back; again is the same answer."""
        return _told(
            attempt,
            lambda: self._client.call(
                native_api.RELEASE_DEPOSIT,
                Nothing(),
                idempotency_key=attempt.release_key,
                payment_id=attempt.payment_id,
            ),
        )

    def refund(self, attempt: Attempt, refund: Refund) -> RefundReply:
        """Give back a part of a paid attempt or all; the same again is the same refund."""
        body = CreateRefund(
            merchant_refund_no=refund.merchant_refund_no,
            amount_minor=refund.amount.minor_units,
            currency=refund.amount.currency.code,
            reason=refund.asked_reason or None,
        )
        try:
            result = self._client.call(
                native_api.CREATE_REFUND,
                body,
                idempotency_key=refund.refund_key,
                payment_id=attempt.payment_id,
            )
        except (Unauthentic, TooMany) as error:
            # These say nothing about the refund: an earlier call may have made it.
            return RefundReply(RefundOutcome.NO_ANSWER, error.code)
        except CallerError as error:
            return RefundReply(RefundOutcome.REFUSED, error.code)
        except QrpayError as error:
            return RefundReply(RefundOutcome.NO_ANSWER, error.code)
        return _refund_told(refund, result)

    def statement(self, day: date) -> Statement | QrpayError:
        """Give the statement of a business day, or why there is none."""
        try:
            return native_statement.statement(self._client, day)
        except QrpayError as error:
            return error

    def read_file(self, raw: bytes, day: date) -> Statement:
        """Read the provider's statement as CSV."""
        return statement_csv.read(raw, day=day, of=SHOP_CURRENCY)

    def receipts(self, payment_id: PaymentId) -> tuple[Signed, ...]:
        """Give the receipts there are; none when they can't be had at present."""
        try:
            found = self._client.call(native_api.LIST_RECEIPTS, payment_id=payment_id)
        except QrpayError:
            return ()
        return tuple(each.sealed for each in found.receipts)


def _told(attempt: Attempt, call: Callable[[], PaymentResult | PaymentView]) -> Reply:
    """Make a call and name what came of it; see the head of the module."""
    try:
        answer = call()
        view = answer if isinstance(answer, PaymentView) else answer.payment
        _require_about(attempt, view)
    except NotFound as error:
        return Reply(Event.NOT_FOUND, error.code)
    except IllegalTransition as error:
        return Reply(Event.WRONG_STATE, error.code)
    except NonceReplay as error:
        return Reply(Event.NO_ANSWER, error.code)
    except (CallerError, ServiceUnavailable) as error:
        return Reply(Event.REFUSED, error.code)
    except QrpayError as error:
        return Reply(Event.NO_ANSWER, error.code)
    receipt = None if isinstance(answer, PaymentView) else answer.receipt
    receipts = () if receipt is None else (receipt.sealed,)
    return Reply(_event_of(view), receipts=receipts, discount=view.discount)


def _event_of(view: PaymentView) -> Event:
    """Tell what the payment's state means for collecting it: a deposit is collected once held."""
    event = EVENT_OF_STATE[view.state]
    return Event.HELD if view.captured is not None and event is Event.PAID else event


def _require_about(attempt: Attempt, view: PaymentView) -> None:
    asked = (attempt.payment_id, attempt.merchant_order_no)
    if (view.payment_id, view.merchant_order_no) != asked:
        raise AnswerDiffers(f"it is about {view.payment_id}")
    # Reversed before the provider had ever heard of it: a payment of nothing.
    unheard_of = view.state is PaymentState.REVERSED and view.amount_minor == 0
    if view.amount != attempt.amount and not unheard_of:
        raise AnswerDiffers(f"it states {view.amount}, the sale is {attempt.amount}")
    if view.discount > attempt.amount:
        raise AnswerDiffers(f"it takes {view.discount} off {attempt.amount}")


def _refund_told(refund: Refund, result: RefundResult) -> RefundReply:
    view = result.refund
    asked = (refund.merchant_refund_no, refund.payment_id, refund.amount)
    if (view.merchant_refund_no, view.payment_id, view.amount) != asked:
        return RefundReply(RefundOutcome.NO_ANSWER, AnswerDiffers.code)
    if view.state is RefundState.FAILED:
        return RefundReply(RefundOutcome.REFUSED, view.state, view.refund_id)
    if view.state is RefundState.PROCESSING:
        return RefundReply(RefundOutcome.NO_ANSWER, view.state, view.refund_id)
    return RefundReply(RefundOutcome.DONE, "", view.refund_id, (result.receipt.sealed,))
