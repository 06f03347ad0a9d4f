"""Payments in memory: those that were there, and those that are opened."""

from __future__ import annotations

from ledger.core.gathering.undo import InMemory, NotReadAhead, Undo, ahead_of
from ledger.core.records.gathering import Ahead, Gathered, OrderNo
from ledger.core.records.payments import AuthorisationKept, Claim, Payment, Quote, StateChange
from ledger.protocol.errors.checkout import OrderState
from ledger.protocol.errors.service import InvariantBroken
from ledger.protocol.identifiers import PaymentId, QuoteId


class GatheredPayments(InMemory):
    """Payments with their claims, quotes and consents."""

    def __init__(self, ahead: Ahead, gathered: Gathered, undo: Undo) -> None:
        self._gathered = gathered
        self._undo = undo
        wanted = ahead.wanted
        self._found: dict[PaymentId, Payment | None] = dict.fromkeys(wanted.payment_ids)
        self._numbers: dict[OrderNo, PaymentId | None] = dict.fromkeys(wanted.order_nos)
        for payment in ahead.payments:
            self._found[payment.payment_id] = payment
            self._numbers[payment.merchant_id, payment.merchant_order_no] = payment.payment_id
        self._claims: dict[PaymentId, Claim | None] = dict.fromkeys(self._found)
        self._claims.update({row.payment_id: row for row in ahead.claims})
        self._consents: dict[PaymentId, AuthorisationKept | None] = dict.fromkeys(self._found)
        self._consents.update({row.payment_id: row for row in ahead.consents})
        self._quotes: dict[QuoteId, Quote] = {}

    def find(self, payment_id: PaymentId) -> Payment | None:
        """Find a payment."""
        return ahead_of(self._found, payment_id)

    def by_order_no(self, merchant_id: str, merchant_order_no: str) -> Payment | None:
        """Find a payment by the merchant's own number."""
        payment_id = ahead_of(self._numbers, (merchant_id, merchant_order_no))
        return None if payment_id is None else ahead_of(self._found, payment_id)

    def add(self, payment: Payment) -> None:
        """Add a payment."""
        number = payment.merchant_id, payment.merchant_order_no
        if ahead_of(self._found, payment.payment_id) or ahead_of(self._numbers, number):
            raise InvariantBroken(f"{payment.payment_id} is there already")
        self._undo.put(self._found, payment.payment_id, payment)
        self._undo.put(self._numbers, number, payment.payment_id)
        self._undo.put(self._gathered.opened, payment.payment_id, payment)

    def replace(self, before: Payment, after: Payment) -> None:
        """Put the next version of a payment in place; ``OrderState`` if it is another's turn."""
        payment_id = before.payment_id
        kept = ahead_of(self._found, payment_id)
        if kept is None or kept.version != before.version:
            raise OrderState(f"{payment_id} has changed meanwhile")
        self._undo.put(self._found, payment_id, after)
        if payment_id in self._gathered.opened:
            self._undo.put(self._gathered.opened, payment_id, after)
            return
        first, _ = self._gathered.changed.get(payment_id, (before, before))
        self._undo.put(self._gathered.changed, payment_id, (first, after))

    def add_step(self, step: StateChange) -> None:
        """Add the next step."""
        self._undo.append(self._gathered.steps, step)

    def claim(self, payment_id: PaymentId) -> Claim | None:
        """Find the claim on a payment."""
        return ahead_of(self._claims, payment_id)

    def set_claim(self, claim: Claim) -> None:
        """Keep a claim in place of an older one on the same payment."""
        self._undo.put(self._claims, claim.payment_id, claim)
        self._undo.put(self._gathered.claims, claim.payment_id, claim)

    def quote(self, quote_id: QuoteId) -> Quote | None:
        """Find a quote that was made here."""
        return ahead_of(self._quotes, quote_id)

    def add_quote(self, quote: Quote) -> None:
        """Add a quote."""
        self._undo.put(self._quotes, quote.quote_id, quote)
        self._undo.append(self._gathered.quotes, quote)

    def authorisation(self, payment_id: PaymentId) -> AuthorisationKept | None:
        """Find the consent a payment was captured or held with."""
        return ahead_of(self._consents, payment_id)

    def add_authorisation(self, kept: AuthorisationKept) -> None:
        """Add a consent."""
        if ahead_of(self._consents, kept.payment_id) is not None:
            raise NotReadAhead(kept.payment_id)
        self._undo.put(self._consents, kept.payment_id, kept)
        self._undo.append(self._gathered.consents, kept)
