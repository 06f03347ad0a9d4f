"""Decide on consents that came with their codes: open, claim and capture in one.

Each goes the same way as a till's request, a wallet's claim and its authorisation would, one behind
the other, with the same rules; only that what a claim would have offered must be what the payer has
agreed to already. Where it is not (another currency, coupons that would pay a part), the payer has
to see an offer first: ``OfferNeeded``.

Many at once are decided in memory (``ledger.core.gathering``) by the same function that decides on
one. The rare ones go by the tables, in their turn; and where the tables do not take what many have
come to, all are decided anew, in the end one by one.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from typing import Protocol

from ledger.core.books import funding
from ledger.core.books.fx import RateTable
from ledger.core.checkout import authorisations, claims, codes, progress
from ledger.core.checkout.capture import Captured
from ledger.core.checkout.deposits.holds import Held
from ledger.core.checkout.scans import openings
from ledger.core.checkout.scans.ahead import wanted_for
from ledger.core.checkout.scans.consents import ScannedConsent
from ledger.core.checkout.scans.unheard import unheard
from ledger.core.gathering import GatheredBooks, NotReadAhead
from ledger.core.limits import Policy, require_merchant_may_sell
from ledger.core.parties import keys
from ledger.core.parties.register import require_merchant
from ledger.core.ports import Books
from ledger.core.records.parties import payer_audience
from ledger.core.records.payments import Payment
from ledger.protocol.errors import CallerError, QrpayError
from ledger.protocol.errors.checkout import OrderState
from ledger.protocol.errors.codes import OfferNeeded
from ledger.protocol.errors.service import InvariantBroken
from ledger.protocol.identifiers import IdSource
from ledger.protocol.instants import Instant
from ledger.protocol.signing import PrivateKey, merchant_owner

Agreed = Captured | Held
Result = Agreed | QrpayError


TRIES_TOGETHER = 2
"""What another ledger has opened meanwhile is refused the first time, and found the second."""


class Decide(Protocol):
    """Decides on one."""

    def __call__(self, books: Books, *, scanned: ScannedConsent) -> Agreed:
        """Give what it was agreed to; raises what refuses it."""


def agree(
    books: Books,
    *,
    scanned: Sequence[ScannedConsent],
    rates: RateTable,
    policy: Policy,
    now: Instant,
    ids: IdSource,
    key: PrivateKey,
) -> list[Result]:
    """Decide on each, in order; a result for each, in the same order.

    A refusal is returned and has changed nothing, and neither has a failure of our own that is one
    item's alone. What is the whole store's failure is raised.
    """
    decide = partial(agree_one, rates=rates, policy=policy, now=now, ids=ids, key=key)
    for _ in range(TRIES_TOGETHER):
        with suppress(InvariantBroken), books.savepoint():
            return _together(books, scanned, decide, now=now)
    return [_settled(books, each, decide, also=InvariantBroken) for each in scanned]


def _together(
    books: Books, scanned: Sequence[ScannedConsent], decide: Decide, *, now: Instant
) -> list[Result]:
    results: list[Result] = []
    while len(results) < len(scanned):
        rest = scanned[len(results) :]
        gathered = GatheredBooks(books, books.gathering.ahead(wanted_for(rest, now=now)))
        try:
            for each in rest:
                results.append(_settled(gathered, each, decide))  # noqa: PERF401 (kept if it ends)
        except NotReadAhead:
            gathered.write()
            results.append(_settled(books, scanned[len(results)], decide))
        else:
            gathered.write()
    return results


def _settled(
    books: Books,
    scanned: ScannedConsent,
    decide: Decide,
    *,
    also: type[QrpayError] = CallerError,
) -> Result:
    """Decide on one; what it is refused with is its result, ``also`` what is our failure."""
    try:
        with books.savepoint():
            return decide(books, scanned=scanned)
    except (CallerError, also) as refusal:
        return refusal


def agree_one(
    books: Books,
    *,
    scanned: ScannedConsent,
    rates: RateTable,
    policy: Policy,
    now: Instant,
    ids: IdSource,
    key: PrivateKey,
) -> Agreed:
    """Pay what was scanned; the same consent again gives the same receipt.

    Raises what is wrong with the code, what ``openings.open_payment``, ``claims.take`` and
    ``authorisations.authorise_one`` raise, ``QrOrderMismatch``, ``OfferNeeded``.
    """
    consent = scanned.consent
    payment = books.payments.find(consent.authorisation.payment_id)
    if payment is not None:
        known = authorisations.same_consent(books, payment, consent)
        if known is not None:
            return known
    told_of_the_end = (
        merchant_owner(scanned.code.merchant_id),
        payer_audience(consent.device.payer_id),
    )
    steps = unheard(books, told_of_the_end)
    payment = _claimable(steps, scanned, payment, policy=policy, now=now)
    payment = claims.take(
        steps,
        payment=payment,
        payer_id=consent.device.payer_id,
        code_digest=codes.digest(scanned.code.text),
        rates=rates,
        policy=policy,
        now=now,
        ids=ids,
    )
    _require_offered(books, payment, scanned)
    return authorisations.authorise_one(
        books, consent=consent, policy=policy, now=now, ids=ids, key=key
    )


def _claimable(
    books: Books,
    scanned: ScannedConsent,
    known: Payment | None,
    *,
    policy: Policy,
    now: Instant,
) -> Payment:
    """Give the payment that a code stands for, opened by the code where nobody else has."""
    code = scanned.code
    keys.key_record(books, key_id=code.key_id).require(at=now)
    payment = known or openings.open_payment(books, code=code, policy=policy, now=now)
    if payment.is_tombstone:
        raise OrderState(f"{payment.payment_id} was reversed before its code was paid")
    progress.require_payable(payment, now=now)
    merchant = require_merchant(books, payment.merchant_id)
    codes.require_stands_for(books, code, payment=payment, merchant=merchant)
    require_merchant_may_sell(merchant)
    return payment


def _require_offered(books: Books, payment: Payment, scanned: ScannedConsent) -> None:
    """Refuse a consent to the price where the payer would pay something else (``OfferNeeded``)."""
    authorisation = scanned.consent.authorisation
    claim = claims.require_claim(books, payment)
    funded = funding.paid(books.funding.lines(payment.payment_id))
    if (claim.quote_id or "", funded) != (authorisation.quote_id, authorisation.funding):
        raise OfferNeeded("a rate, or coupons, are to be agreed to as well")
