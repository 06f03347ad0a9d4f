"""What the till knows of money that moved: sales that were paid, refunds, reversals.

A movement is signed like a line of the statement: what comes in is positive, what goes back is
negative. When, how much and at which rate is taken from the provider's signed receipt, if the till
holds one; else from what the till itself stored, and then nothing is known of the payer's side.

A collection that ended unpaid moved money only if there are receipts of it: a payment that came too
late, or that a person gave back, and its reversal. Of an acquirer that gives no receipts, what the
till has undone and a statement mentions has moved both ways. A deposit is held money, and nobody's;
it moved when there is a receipt of its capture.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ledger.protocol.identifiers import PaymentId
from ledger.protocol.instants import Instant
from ledger.protocol.lifecycle import RefundState
from ledger.protocol.messages import Receipt, ReceiptKind, discount
from ledger.protocol.money import Money
from ledger.protocol.native_wire import MovementKind
from pos.acquirers.intents import Attempt, Refund
from pos.collect import Phase

WHOLE_BPS = 10_000

_ENDED_UNPAID = frozenset({Phase.NOT_PAID, Phase.REVERSED})


Key = tuple[MovementKind, PaymentId, str]
"""What makes a movement the same on both sides: kind, payment, the till's number of a refund."""


@dataclass(frozen=True, slots=True)
class Movement:
    """One movement of money in the till's books.

    ``amount``, ``discount`` and ``fee`` are in the shop's currency, ``payer_amount`` in the
    payer's; each is negative for what went back. ``discount`` is what the receipt says of the
    shop's own coupon, nothing without one; what the shop gets is ``amount`` without it, and that
    is what the fee is of. ``rate`` is ``num/den``, empty without exchange. ``payer_amount``
    is None when no receipt tells it, ``fee`` when no rate was agreed.
    """

    kind: MovementKind
    payment_id: PaymentId
    merchant_order_no: str
    merchant_refund_no: str
    sale_id: str
    occurred_at: Instant
    amount: Money
    discount: Money
    fee: Money | None
    payer_amount: Money | None
    rate: str

    @property
    def key(self) -> Key:
        """What it is compared by."""
        return self.kind, self.payment_id, self.merchant_refund_no


def movements_of(
    attempt: Attempt,
    refunds: Sequence[Refund],
    receipts: Sequence[Receipt],
    *,
    fee_bps: int | None = None,
    took_and_returned: bool = False,
) -> list[Movement]:
    """List what moved by one attempt to collect.

    ``refunds`` and ``receipts`` may be about other payments as well. ``fee_bps`` is
    the fee agreed upon, if any. ``took_and_returned``: without receipts, the till believes of what
    it undid that it moved both ways.
    """
    ours = [each for each in receipts if each.payment_id == attempt.payment_id]
    taken = _receipt_of(ours, ReceiptKind.PAYMENT)
    undone = _receipt_of(ours, ReceiptKind.REVERSAL)
    proven = undone is not None or (
        took_and_returned and attempt.collection.phase is Phase.REVERSED
    )
    went_back = proven and attempt.collection.phase in _ENDED_UNPAID
    captured = attempt.collection.phase is Phase.HELD and taken is not None
    if not (attempt.collection.phase is Phase.PAID or captured or went_back):
        return []
    paid = _movement(attempt, MovementKind.PAYMENT, taken, fee_bps)
    moved = [paid, *_given_back(attempt, paid, refunds, ours, fee_bps)]
    if went_back:
        moved.append(_movement(attempt, MovementKind.REVERSAL, undone, fee_bps))
    return moved


def fee_of(amount: Money, bps: int) -> Money:
    """Give ``bps`` basis points of an amount that is not negative, an exact half rounded up."""
    return Money((amount.minor_units * bps + WHOLE_BPS // 2) // WHOLE_BPS, amount.currency)


def _movement(
    attempt: Attempt, kind: MovementKind, receipt: Receipt | None, fee_bps: int | None
) -> Movement:
    amount = receipt.amount if receipt else attempt.amount
    off = _discount(receipt, amount)
    fee = None if fee_bps is None else fee_of(amount - off, fee_bps)
    back = kind is MovementKind.REVERSAL
    return Movement(
        kind=kind,
        payment_id=attempt.payment_id,
        merchant_order_no=attempt.merchant_order_no,
        merchant_refund_no="",
        sale_id=attempt.sale_id,
        occurred_at=receipt.occurred_at if receipt else attempt.created_at,
        amount=-amount if back else amount,
        discount=-off if back else off,
        fee=-fee if fee and back else fee,
        payer_amount=_of_payer(receipt, back=back),
        rate=receipt.rate if receipt else "",
    )


def _given_back(
    attempt: Attempt,
    paid: Movement,
    refunds: Sequence[Refund],
    receipts: Sequence[Receipt],
    fee_bps: int | None,
) -> Iterator[Movement]:
    by_refund = {each.refund_id: each for each in receipts if each.kind is ReceiptKind.REFUND}
    done = [
        (each, by_refund.get(each.refund_id))
        for each in refunds
        if each.payment_id == attempt.payment_id and each.state is RefundState.SUCCEEDED
    ]
    left = paid.amount - paid.discount
    for refund, receipt in sorted(done, key=lambda pair: (_when(*pair), pair[0].refund_id)):
        # The fee comes back as the fee of what was left before less the fee of what is left now.
        off = _discount(receipt, refund.amount)
        before, left = left, left - (refund.amount - off)
        yield Movement(
            kind=MovementKind.REFUND,
            payment_id=attempt.payment_id,
            merchant_order_no=attempt.merchant_order_no,
            merchant_refund_no=refund.merchant_refund_no,
            sale_id=attempt.sale_id,
            occurred_at=_when(refund, receipt),
            amount=-refund.amount,
            discount=-off,
            fee=None if fee_bps is None else fee_of(left, fee_bps) - fee_of(before, fee_bps),
            payer_amount=_of_payer(receipt, back=True),
            rate=receipt.rate if receipt else "",
        )


def _discount(receipt: Receipt | None, of: Money) -> Money:
    return Money(discount(receipt.funding) if receipt else 0, of.currency)


def _when(refund: Refund, receipt: Receipt | None) -> Instant:
    return receipt.occurred_at if receipt else refund.created_at


def _of_payer(receipt: Receipt | None, *, back: bool) -> Money | None:
    if receipt is None:
        return None
    return -receipt.payer_amount if back else receipt.payer_amount


def _receipt_of(receipts: Sequence[Receipt], kind: ReceiptKind) -> Receipt | None:
    return next((each for each in receipts if each.kind is kind), None)
