"""A review: what a payer was shown about one payment, and what became of it.

    SHOWN ──APPROVE──► APPROVED ──PAY────► PAID
     │ ▲ ▲                │
     │ │ └──SHOW── REFUSED ◄──REFUSE──┘
     │ └─SHOW (again)
     └──DECLINE──► DECLINED

A deposit is HELD where a sale is PAID (``HOLD``), until the shop has captured a part (``CAPTURE``)
or it is back whole (``RELEASE``).

``APPROVED`` means: the consent is signed and stored, and may have been sent. Nobody knows yet
whether money moved; it is never shown as failed, and it is left only by what the provider says.

``Shown`` is exactly what the payer saw, and it is what gets signed: ``authorisation`` is made of
nothing else. Before signing, the provider is asked once more; whatever differs from what was shown,
be it a cent, the rate or the payee's name, is ``ReviewMismatch`` (dynamic linking, Regulation (EU)
2018/389, Article 5: any change to amount or payee ends the consent).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from enum import StrEnum

from ledger.protocol import instants
from ledger.protocol.errors.checkout import ReviewMismatch, ReviewState
from ledger.protocol.identifiers import DeviceId, PayerId, PaymentId
from ledger.protocol.instants import Instant
from ledger.protocol.lifecycle import Lifecycle
from ledger.protocol.messages import Authorisation, Funded, Intent, Presented, Signed
from ledger.protocol.money import Money
from ledger.protocol.native_wire import Offer
from ledger.protocol.records import record, replace


class State(StrEnum):
    """Where a review stands."""

    SHOWN = "SHOWN"
    APPROVED = "APPROVED"
    PAID = "PAID"
    HELD = "HELD"
    CAPTURED = "CAPTURED"
    RELEASED = "RELEASED"
    REFUSED = "REFUSED"
    DECLINED = "DECLINED"


class Event(StrEnum):
    """What happens to a review."""

    SHOW = "SHOW"
    APPROVE = "APPROVE"
    PAY = "PAY"
    HOLD = "HOLD"
    CAPTURE = "CAPTURE"
    RELEASE = "RELEASE"
    REFUSE = "REFUSE"
    DECLINE = "DECLINE"


REVIEW = Lifecycle(
    noun="review",
    initial=State.SHOWN,
    refusal=ReviewState,
    table={
        State.SHOWN: {
            Event.SHOW: State.SHOWN,
            Event.APPROVE: State.APPROVED,
            Event.DECLINE: State.DECLINED,
        },
        State.APPROVED: {
            Event.PAY: State.PAID,
            Event.HOLD: State.HELD,
            Event.REFUSE: State.REFUSED,
        },
        State.HELD: {Event.CAPTURE: State.CAPTURED, Event.RELEASE: State.RELEASED},
        State.REFUSED: {Event.SHOW: State.SHOWN},
        State.PAID: {},
        State.CAPTURED: {},
        State.RELEASED: {},
        State.DECLINED: {},
    },
)


AGREED = frozenset({State.APPROVED, State.PAID, State.HELD, State.CAPTURED, State.RELEASED})
"""The states of a review that the payer has agreed to; agreeing again is the same agreement."""


@record(frozen=True, slots=True, kw_only=True)
class Shown:
    """What a payer sees of a payment; the payee is named as the provider registered it.

    ``payer_amount`` leaves the account, in its currency. ``rate`` is an exact fraction, empty like
    ``rate_set_by`` and ``quote_id`` where no currency is changed. ``code_digest`` is the SHA-256 of
    the scanned text, empty for a payment code. From ``expires_at`` on it can't be approved. A
    deposit is held, not paid (``intent``), until ``hold_until`` at most, which is empty for a sale.
    ``funding`` is what coupons and points pay of the amount; the rest is the payer's own part.
    """

    payment_id: PaymentId
    merchant_id: str
    payee_name: str
    payee_names: Mapping[str, str]
    payee_city: str
    presented: Presented
    subject: str
    amount: Money
    payer_amount: Money
    rate: str
    rate_set_by: str
    quote_id: str
    code_digest: str
    needs_pin: bool
    expires_at: Instant
    intent: Intent = Intent.SALE
    hold_until: str = ""
    funding: tuple[Funded, ...] = ()

    @classmethod
    def of(cls, offer: Offer, *, code_digest: str) -> Shown:
        """Take what is to be shown from the provider's offer; the digest is this wallet's own."""
        quote = offer.quote
        return cls(
            payment_id=offer.payment.payment_id,
            merchant_id=offer.payee.merchant_id,
            payee_name=offer.payee.name,
            payee_names=dict(offer.payee.names),
            payee_city=offer.payee.city,
            presented=Presented(offer.payment.presented),
            subject=offer.payment.subject,
            amount=offer.amount,
            payer_amount=offer.payer_amount,
            rate=quote.rate if quote else "",
            rate_set_by=quote.rate_set_by if quote else "",
            quote_id=quote.quote_id if quote else "",
            code_digest=code_digest,
            needs_pin=offer.needs_pin,
            expires_at=instants.from_text(offer.claimed_until),
            intent=offer.payment.intent,
            hold_until=offer.payment.hold_until or "",
            funding=tuple(Funded(part.source, part.amount_minor) for part in offer.funding),
        )

    def authorisation(
        self, *, authorisation_id: str, payer_id: PayerId, device_id: DeviceId, now: Instant
    ) -> Authorisation:
        """Write the consent to exactly this."""
        return Authorisation(
            authorisation_id=authorisation_id,
            payment_id=self.payment_id,
            payer_id=payer_id,
            device_id=device_id,
            merchant_id=self.merchant_id,
            payee_name=self.payee_name,
            amount=self.amount,
            payer_amount=self.payer_amount,
            quote_id=self.quote_id,
            code_digest=self.code_digest,
            authorised_at=now,
            intent=self.intent,
            funding=self.funding,
        )


def require_same(shown: Shown, current: Shown) -> None:
    """Refuse with ``ReviewMismatch`` where the offer is no longer what the payer saw.

    Only the end of its time may have moved.
    """
    for field in fields(Shown):
        if field.name != "expires_at" and getattr(shown, field.name) != getattr(
            current, field.name
        ):
            raise ReviewMismatch(f"{field.name} is another one than was shown")


@record(frozen=True, slots=True, kw_only=True)
class Review:
    """One payment in front of one payer. ``refusal`` is the code of the rule it was refused by.

    ``code`` is the text that was scanned where it is paid at once, without an offer: the provider
    may not have heard of it, so it goes with the consent. Empty where an offer was agreed to.
    """

    review_id: str
    wallet: str
    state: State
    shown: Shown
    created_at: Instant
    consent: Signed | None = None
    refusal: str = ""
    code: str = ""

    def again(self, shown: Shown) -> Review:
        """Show it anew, as when the code is scanned a second time."""
        state = REVIEW.advance(self.state, Event.SHOW)
        return replace(self, state=state, shown=shown, consent=None, refusal="", code="")

    def approved(self, consent: Signed, code: str = "") -> Review:
        """Keep the payer's consent, and the code that it is sent with where there is no offer."""
        state = REVIEW.advance(self.state, Event.APPROVE)
        return replace(self, state=state, consent=consent, code=code)

    def paid(self) -> Review:
        """Note that the provider took the money."""
        return replace(self, state=REVIEW.advance(self.state, Event.PAY))

    def held(self) -> Review:
        """Note that the provider holds the deposit."""
        return replace(self, state=REVIEW.advance(self.state, Event.HOLD))

    def followed(self, event: Event) -> Review:
        """Note what became of a held deposit: ``CAPTURE`` or ``RELEASE``."""
        return replace(self, state=REVIEW.advance(self.state, event))

    def refused(self, code: str) -> Review:
        """Note that the provider did not take the money, and by which rule."""
        return replace(self, state=REVIEW.advance(self.state, Event.REFUSE), refusal=code)

    def declined(self) -> Review:
        """Note that the payer said no."""
        return replace(self, state=REVIEW.advance(self.state, Event.DECLINE))
