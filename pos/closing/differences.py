"""Every way in which till and statement can disagree, with what it means and what to do then.

>>> EXPLANATIONS[DifferenceKind.DUPLICATE].meaning
'The statement counts the same movement twice.'
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from ledger.protocol.identifiers import PaymentId
from ledger.protocol.money import Money


class DifferenceKind(StrEnum):
    """What is wrong."""

    MISSING_AT_PROVIDER = "MISSING_AT_PROVIDER"
    MISSING_AT_TILL = "MISSING_AT_TILL"
    MISSING_REFUND = "MISSING_REFUND"
    UNKNOWN_REFUND = "UNKNOWN_REFUND"
    STATE = "STATE"
    DUPLICATE = "DUPLICATE"
    AMOUNT = "AMOUNT"
    DISCOUNT = "DISCOUNT"
    WRONG_DAY = "WRONG_DAY"
    WRONG_FX = "WRONG_FX"
    FEE = "FEE"


@dataclass(frozen=True, slots=True)
class Explanation:
    """What a kind of difference means, and what the shop does about it."""

    meaning: str
    advice: str


EXPLANATIONS: Mapping[DifferenceKind, Explanation] = {
    DifferenceKind.MISSING_AT_PROVIDER: Explanation(
        "The till has this sale as paid, the statement does not have it.",
        "Claim the money: send the provider the signed receipt of this sale. It proves the payment"
        " whatever the statement says.",
    ),
    DifferenceKind.MISSING_AT_TILL: Explanation(
        "The statement has a payment that the till does not have, or does not have as paid.",
        "Look for the sale by its order number. If goods were handed over, keep the money and note"
        " the sale; if not, refund the payer.",
    ),
    DifferenceKind.MISSING_REFUND: Explanation(
        "The till has this refund as done, the statement does not have it.",
        "The payer may still wait for the money: send the provider the signed receipt of the"
        " refund. Do not refund again.",
    ),
    DifferenceKind.UNKNOWN_REFUND: Explanation(
        "The statement has a refund that this till never made.",
        "Ask who else may refund in this shop's name. If nobody did, dispute it with the provider"
        " and have the key of the till replaced.",
    ),
    DifferenceKind.STATE: Explanation(
        "One side has undone this payment, the other has not.",
        "If goods were handed over for a payment that the provider reversed, claim the money with"
        " the signed receipt; if the till reversed it, ask the provider to book the reversal.",
    ),
    DifferenceKind.DUPLICATE: Explanation(
        "The statement counts the same movement twice.",
        "Tell the provider the payment and both lines; too much was paid out or held back.",
    ),
    DifferenceKind.AMOUNT: Explanation(
        "Till and statement have different amounts for the same movement.",
        "The signed receipt decides: send it to the provider if it agrees with the till.",
    ),
    DifferenceKind.DISCOUNT: Explanation(
        "The statement takes off another coupon of the shop's own than the signed receipt states.",
        "The signed receipt decides: claim what was paid out too little for a coupon that it does"
        " not have, and ask the provider who gave it in this shop's name.",
    ),
    DifferenceKind.WRONG_DAY: Explanation(
        "The movement stands in another day's statement than its time says.",
        "No money is missing. Note it against the other day; if it happens again, ask the provider"
        " which cut-off it uses.",
    ),
    DifferenceKind.WRONG_FX: Explanation(
        "The payer's amount or the exchange rate is not that of the signed receipt.",
        "The shop's money is right. Tell the provider, since a payer was shown something else.",
    ),
    DifferenceKind.FEE: Explanation(
        "The fee is not the one agreed upon.",
        "Compare with the contract and claim the difference.",
    ),
}
"""Each kind in the words that a shop is told."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One disagreement. ``found`` says in a sentence what each side has.

    ``effect`` is by how much it makes the statement's total larger than the till's; ``line`` is the
    statement's, None when it has none. ``sale_id`` is empty when the till knows no sale of it.
    """

    kind: DifferenceKind
    payment_id: PaymentId
    merchant_order_no: str
    merchant_refund_no: str
    sale_id: str
    line: int | None
    effect: Money
    found: str
