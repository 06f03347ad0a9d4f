"""Bodies of payments whose code was scanned and agreed to at once: brought in lists."""

from __future__ import annotations

from typing import Annotated, Final

from msgspec import Meta

from ledger.protocol.native_wire.basics import Problem, Request, SignedText, View
from ledger.protocol.native_wire.payments import PaymentView

CODES_MOST: Final = 256
"""How many may be brought at once."""


class CodeAuthorisation(Request, frozen=True, kw_only=True):
    """A self-contained code, exactly as it was read, and the payer's consent to pay it."""

    code: str
    authorisation: SignedText


class AuthoriseCodes(Request, frozen=True, kw_only=True):
    """Scanned codes with their consents, of whichever payers."""

    authorisations: Annotated[
        list[CodeAuthorisation],
        Meta(description="1 to 256", min_length=1, max_length=CODES_MOST),
    ]


class CodeResult(View, frozen=True, kw_only=True):
    """What became of one: the payment with its receipt, or the rule that was broken.

    A rule of ``claimPayment``, ``authorisePayment`` or ``createPayment``, or ``OFFER_NEEDED``:
    claim the code instead, and agree to the offer.
    """

    payment: PaymentView | None
    receipt: SignedText | None
    problem: Problem | None


class AuthorisedCodes(View, frozen=True, kw_only=True):
    """A result for each, in the sequence they were brought in."""

    results: list[CodeResult]
