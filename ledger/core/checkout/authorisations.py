"""The payer agrees, to pay or to have a deposit held: the hot operation of the ledger.

What the wallet showed and signed is compared, field by field, with the ledger's own rows (dynamic
linking, Regulation (EU) 2018/389, article 5): another amount, payee, rate, payer or scanned code is
``ScaMismatch`` and nothing moves. Paying at most once is the lifecycle itself: only a payment that
is AUTHORISING can be captured, and capturing leaves that state for good.

It takes a *list*. One unit of work for many consents costs one wait for the disk; each has its own
savepoint and its own result, so a bad one never fails its neighbours.
"""

from __future__ import annotations

from collections.abc import Sequence

from ledger.core.books import funding
from ledger.core.checkout import progress
from ledger.core.checkout.capture import Captured, capture
from ledger.core.checkout.claims import require_claim
from ledger.core.checkout.consents import Consent
from ledger.core.checkout.deposits.holds import Held, hold
from ledger.core.limits import (
    Policy,
    require_merchant_may_sell,
    require_payer_may_pay,
    require_sticker_allowance,
    spend,
)
from ledger.core.notices.receipts import Sides
from ledger.core.parties import keys
from ledger.core.parties.register import require_merchant, require_payer
from ledger.core.ports import Books
from ledger.core.records.parties import Merchant
from ledger.core.records.payments import AuthorisationKept, Claim, Payment, Rate
from ledger.protocol.errors import CallerError
from ledger.protocol.errors.checkout import OrderClaimed, QuoteExpired, ScaMismatch
from ledger.protocol.errors.service import InvariantBroken
from ledger.protocol.errors.trust import TimestampSkew
from ledger.protocol.identifiers import IdSource
from ledger.protocol.instants import MINUTE, Instant
from ledger.protocol.lifecycle import PaymentState
from ledger.protocol.messages import Authorisation, Intent, Presented, ReceiptKind
from ledger.protocol.signing import PrivateKey

CLOCKS_DIFFER_MS = 5 * MINUTE


def authorise(
    books: Books,
    *,
    consents: Sequence[Consent],
    policy: Policy,
    now: Instant,
    ids: IdSource,
    key: PrivateKey,
) -> list[Captured | Held | CallerError]:
    """Capture or hold each consent's payment, or say why not; results in the order of the consents.

    A refusal is returned and has changed nothing. Only failures of our own are raised.
    """
    results: list[Captured | Held | CallerError] = []
    for consent in consents:
        try:
            with books.savepoint():
                agreed = authorise_one(
                    books, consent=consent, policy=policy, now=now, ids=ids, key=key
                )
        except CallerError as refusal:
            results.append(refusal)
        else:
            results.append(agreed)
    return results


def authorise_one(
    books: Books,
    *,
    consent: Consent,
    policy: Policy,
    now: Instant,
    ids: IdSource,
    key: PrivateKey,
) -> Captured | Held:
    """Capture one payment, or hold it; the same consent again gives the same receipt.

    Raises ``OrderNotFound``, ``OrderAlreadyPaid``, ``QrExpired``, ``OrderState``,
    ``OrderClaimed``, ``ScaMismatch``, ``QuoteExpired``, ``TimestampSkew``, ``MerchantBlocked``,
    ``PayerBlocked``, ``StaticQrDailyLimit``, ``DailyLimit``, ``MonthlyLimit``, ``NotEnoughFunds``,
    and ``KeyRevoked`` or ``KeyExpired`` where the device's key was ended meanwhile.
    """
    payment = progress.require_payment(books, consent.authorisation.payment_id)
    known = same_consent(books, payment, consent)
    if known is not None:
        return known
    progress.require_payable(payment, now=now)
    claim = require_own_claim(books, payment, consent)
    merchant = require_merchant(books, payment.merchant_id)
    require_merchant_may_sell(merchant)
    payer = require_payer(books, claim.payer_id)
    require_payer_may_pay(payer)
    require_key_in_use(books, consent, now=now)
    require_now(consent.authorisation, now=now)
    require_same(books, consent, payment=payment, claim=claim, merchant=merchant)
    rate = require_rate(books, claim, now=now)
    if payment.presented is Presented.STICKER:
        require_sticker_allowance(
            books, payer_id=claim.payer_id, amount=payment.amount, policy=policy, now=now
        )
    if payment.intent is Intent.DEPOSIT:
        held = hold(books, payment=payment, claim=claim, policy=policy, now=now, ids=ids, key=key)
        books.payments.add_authorisation(_evidence(consent, now=now))
        return held
    sides = Sides(merchant, payer, rate)
    paid = capture(books, payment=payment, claim=claim, sides=sides, now=now, ids=ids, key=key)
    books.payments.add_authorisation(_evidence(consent, now=now))
    spend(books, payer=payer, payment=paid.payment, policy=policy, now=now)
    return paid


def same_consent(books: Books, payment: Payment, consent: Consent) -> Captured | Held | None:
    """Find what this very consent has led to before."""
    kept = books.payments.authorisation(payment.payment_id)
    if kept is None or (kept.text, kept.device_id) != (
        consent.signed.text,
        consent.device.device_id,
    ):
        return None
    if payment.intent is Intent.DEPOSIT:
        return Held(payment)
    for receipt in books.receipts.of_payment(payment.payment_id):
        if receipt.kind is ReceiptKind.PAYMENT:
            return Captured(payment, receipt.signed)
    raise InvariantBroken(f"{payment.payment_id} was captured without a receipt")


def require_own_claim(books: Books, payment: Payment, consent: Consent) -> Claim:
    """Find the claim, which must be this payer's; raises ``OrderClaimed``, ``OrderState``."""
    claim = require_claim(books, payment)
    if payment.state is PaymentState.AUTHORISING and claim.payer_id != consent.device.payer_id:
        raise OrderClaimed(payment.payment_id)
    return claim


def require_key_in_use(books: Books, consent: Consent, *, now: Instant) -> None:
    """Refuse a device's key that was ended since its signature was checked."""
    keys.key_record(books, key_id=consent.signed.key_id).require(at=now)


def require_now(authorisation: Authorisation, *, now: Instant) -> None:
    """Refuse a consent that was not given now, give or take a clock (``TimestampSkew``)."""
    if abs(authorisation.authorised_at - now) > CLOCKS_DIFFER_MS:
        raise TimestampSkew("the consent was not given within five minutes of the ledger's clock")


def require_same(
    books: Books, consent: Consent, *, payment: Payment, claim: Claim, merchant: Merchant
) -> None:
    """Refuse what was signed where it is not what the ledger's rows say (``ScaMismatch``)."""
    authorisation = consent.authorisation
    signed_and_kept = {
        "payment": (authorisation.payment_id, payment.payment_id),
        "payer": (authorisation.payer_id, claim.payer_id),
        "device": (authorisation.device_id, consent.device.device_id),
        "merchant": (authorisation.merchant_id, payment.merchant_id),
        "payee's name": (authorisation.payee_name, merchant.name),
        "amount": (authorisation.amount, payment.amount),
        "payer's amount": (authorisation.payer_amount, claim.payer_amount),
        "quote": (authorisation.quote_id, claim.quote_id or ""),
        "code": (authorisation.code_digest, claim.code_digest),
        "intent": (authorisation.intent, payment.intent),
        "funding": (authorisation.funding, funding.paid(books.funding.lines(payment.payment_id))),
    }
    for subject, (signed, kept) in signed_and_kept.items():
        if signed != kept:
            raise ScaMismatch(f"the {subject} signed is not the {subject} of the payment")


def require_rate(books: Books, claim: Claim, *, now: Instant) -> Rate | None:
    """Find the rate locked for a claim, if any; from ``valid_until`` on, ``QuoteExpired``."""
    quote = books.payments.quote(claim.quote_id) if claim.quote_id else None
    if quote is not None and now >= quote.valid_until:
        raise QuoteExpired
    return quote.rate if quote else None


def _evidence(consent: Consent, *, now: Instant) -> AuthorisationKept:
    return AuthorisationKept(
        payment_id=consent.authorisation.payment_id,
        authorisation_id=consent.authorisation.authorisation_id,
        payer_id=consent.authorisation.payer_id,
        device_id=consent.device.device_id,
        text=consent.signed.text,
        key_id=consent.signed.key_id,
        signature=consent.signed.signature,
        kept_at=now,
    )
