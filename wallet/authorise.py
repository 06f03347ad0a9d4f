"""From a review to money: confirm, sign, send, and find out what became of it.

``approve`` in the sequence that a crash anywhere leaves good:

1. ask the provider once more; what differs from what was shown is ``ReviewMismatch``;
2. take the key: above the limit with the PIN (``vault``), below it from the unlocked wallet;
3. sign, and read the signed text back: it must say what was shown;
4. store consent and state APPROVED, committed, *before* anything is sent;
5. send; store what came of it.

An answer that is lost after step 4 is not a failure: the same consent is sent again, and the
provider, which knows it by its text, answers what it answered before. A refusal counts only after
the provider was asked about the payment, because an earlier try may have arrived: when money moved,
the review is PAID whatever the last answer said. And an earlier try may still be on its way, so the
refusal of a later one is final only when the payment is, or its time is over. Until somebody can
say, the review stays APPROVED.

What is paid at once (``wallet.direct``) goes the same way from step 4 on. The provider may not have
heard of such a payment, so its consent is sent with the code, and "no such payment" means only that
it has not arrived yet.

A deposit is held, without a receipt: there the provider's signed answer that it is HELD counts.
What became of it is asked whenever it is looked at (``resume``).
"""

from __future__ import annotations

from collections.abc import Sequence

from ledger.client import refusals
from ledger.protocol import messages, native_api
from ledger.protocol.errors import CallerError, Gone, QrpayError
from ledger.protocol.errors.checkout import OrderNotFound, ReviewMismatch, ReviewState
from ledger.protocol.errors.codes import QrExpired
from ledger.protocol.errors.content import FieldMissing
from ledger.protocol.errors.service import InvariantBroken
from ledger.protocol.errors.trust import AnswerLost
from ledger.protocol.identifiers import Kind
from ledger.protocol.instants import Instant
from ledger.protocol.lifecycle import PAYMENT, PaymentState
from ledger.protocol.messages import Authorisation, Intent, Receipt, ReceiptKind, Signed
from ledger.protocol.native_wire import (
    AuthoriseCodes,
    AuthorisePayment,
    CodeAuthorisation,
    CodeResult,
    Nothing,
    PaymentResult,
    SignedText,
)
from ledger.protocol.signing import KeyDirectory, PrivateKey
from wallet import activity
from wallet.device.knowledge import NO_ANSWER
from wallet.device.phone import Phone
from wallet.review import AGREED, REVIEW, Event, Review, Shown, State, require_same

WAS_HELD = frozenset({PaymentState.HELD, PaymentState.PAID, PaymentState.FULLY_REFUNDED})
"""States of a deposit's payment that it has only after it was held."""


def approve(phone: Phone, review_id: str, *, pin: str | None, now: Instant) -> Review:
    """Agree to what was shown; an approved review is asked about again instead.

    Gives the review as PAID, HELD, REFUSED (with the provider's code) or still APPROVED (nobody can
    say yet). Raises ``ReviewNotFound``, ``ReviewState``, ``QrExpired`` (its time is over),
    ``ReviewMismatch``, ``FieldMissing`` (a PIN is needed), ``FieldFormat``, ``PinWrong``,
    ``PinBlocked``, ``WalletLocked``, and what asking the provider raises; nothing was signed then.
    """
    review = phone.store.reviews.get(phone.wallet.name, review_id)
    if review.state in AGREED:
        return resume(phone, review, now=now)
    REVIEW.advance(review.state, Event.APPROVE)
    if now >= review.shown.expires_at:
        raise QrExpired("the time to approve is over; scan again")
    _require_unchanged(phone, review.shown)
    signing_key = key(phone, review.shown, pin, now=now)
    approved = review.approved(sign(phone, review.shown, signing_key, now=now))
    try:
        with phone.store.transaction():
            phone.store.reviews.replace(review, approved)
    except ReviewState:
        return _join_a_quicker_tap(phone, review_id, now=now)
    return bring_to_an_end(phone, approved, is_first_try=True, now=now)


def _join_a_quicker_tap(phone: Phone, review_id: str, *, now: Instant) -> Review:
    """Go on with the consent of another tap at the same moment; ``ReviewState`` if it was a no."""
    review = phone.store.reviews.get(phone.wallet.name, review_id)
    if review.state not in AGREED:
        raise ReviewState(f"{REVIEW.noun} {review_id} was changed meanwhile")
    return resume(phone, review, now=now)


def decline(phone: Phone, review_id: str) -> Review:
    """Say no, for good; raises ``ReviewNotFound``, ``ReviewState``, and what the provider says."""
    review = phone.store.reviews.get(phone.wallet.name, review_id)
    declined = review.declined()
    phone.client.call(
        native_api.DECLINE_PAYMENT,
        Nothing(),
        idempotency_key=review.review_id,
        payment_id=review.shown.payment_id,
    )
    with phone.store.transaction():
        phone.store.reviews.replace(review, declined)
    return declined


def resume(phone: Phone, review: Review, *, now: Instant) -> Review:
    """Send an approved review's consent (again), and store what came of it.

    Of a held deposit, ask what became of it. A review in any other state, or of a locked wallet, is
    given back as it is.
    """
    if not phone.vault.is_unlocked(phone.wallet.name):
        return review
    if review.state is State.HELD:
        return _follow(phone, review)
    if review.state is not State.APPROVED:
        return review
    return bring_to_an_end(phone, review, is_first_try=False, now=now)


def payment_state(phone: Phone, review: Review) -> str:
    """Ask where the payment stands that a payer has not decided on yet; empty if nobody can say.

    A shop may have closed it meanwhile, and somebody looks at a question that has no answer now.
    """
    if review.state is not State.SHOWN or not phone.vault.is_unlocked(phone.wallet.name):
        return ""
    try:
        asked = phone.client.call(native_api.GET_PAYMENT, payment_id=review.shown.payment_id)
    except (CallerError, *NO_ANSWER):
        return ""
    return asked.state


def _follow(phone: Phone, review: Review) -> Review:
    try:
        payment = phone.client.call(native_api.GET_PAYMENT, payment_id=review.shown.payment_id)
        receipts = activity.receipts_of(phone, review.shown.payment_id)
    except (CallerError, *NO_ANSWER):
        return review
    if payment.state is PaymentState.HELD:
        return review
    event = Event.RELEASE if payment.captured_minor is None else Event.CAPTURE
    return _settle(phone, review, review.followed(event), receipts)


def bring_to_an_end(phone: Phone, review: Review, *, is_first_try: bool, now: Instant) -> Review:
    """Send the consent of an approved review, and store what came of it.

    ``is_first_try`` says that no other try of it can be on its way.
    """
    consent = consent_of(review)
    refusal: CallerError | None = None
    result: PaymentResult | None = None
    try:
        result = _send(phone, review, consent)
    except CallerError as refused:
        refusal = refused
    except NO_ANSWER:
        pass
    if result is not None and review.shown.intent is Intent.DEPOSIT:
        return _settle(phone, review, review.held())
    receipt = activity.signed(result.receipt) if result and result.receipt else None
    if receipt is not None and _is_ours(phone, review, receipt, now=now):
        return _settle(phone, review, review.paid(), [receipt])
    is_final = is_first_try or isinstance(refusal, Gone)
    return ask(phone, review, refusal, is_final=is_final, now=now)


def consent_of(review: Review) -> Signed:
    """Give the consent of a review that was approved."""
    if review.consent is None:
        raise InvariantBroken(f"{review.review_id} was approved without a consent")
    return review.consent


def _require_unchanged(phone: Phone, shown: Shown) -> None:
    offer = phone.client.call(native_api.GET_OFFER, payment_id=shown.payment_id)
    current = Shown.of(offer, code_digest=shown.code_digest)
    require_same(shown, current)


def key(phone: Phone, shown: Shown, pin: str | None, *, now: Instant) -> PrivateKey:
    """Take the key that agrees: by the PIN, or from the unlocked wallet where none is needed.

    Raises ``FieldMissing``, ``WalletLocked``, and what ``Vault.open_key`` raises.
    """
    if pin is not None:
        return phone.vault.open_key(phone.wallet.name, pin, now=now)
    if shown.needs_pin:
        raise FieldMissing("pin")
    return phone.vault.unlocked_key(phone.wallet.name)


def sign(phone: Phone, shown: Shown, key: PrivateKey, *, now: Instant) -> Signed:
    """Sign the consent to what was shown, and read back that it is that."""
    consent = messages.seal(
        shown.authorisation(
            authorisation_id=phone.ids.new(Kind.AUTHORISATION, now),
            payer_id=phone.wallet.payer_id,
            device_id=phone.wallet.device_id,
            now=now,
        ),
        key,
    )
    require_signed_is_shown(consent, shown)
    return consent


def require_signed_is_shown(consent: Signed, shown: Shown) -> None:
    """Read a signed consent back; if it says anything else than was shown: ``ReviewMismatch``."""
    signed = messages.decode(Authorisation, consent.text)
    said_and_seen = {
        "payment": (signed.payment_id, shown.payment_id),
        "merchant": (signed.merchant_id, shown.merchant_id),
        "payee's name": (signed.payee_name, shown.payee_name),
        "amount": (signed.amount, shown.amount),
        "payer's amount": (signed.payer_amount, shown.payer_amount),
        "quote": (signed.quote_id, shown.quote_id),
        "code": (signed.code_digest, shown.code_digest),
        "intent": (signed.intent, shown.intent),
        "funding": (signed.funding, shown.funding),
    }
    for subject, (said, seen) in said_and_seen.items():
        if said != seen:
            raise ReviewMismatch(f"the {subject} signed is not the {subject} shown")


def _send(phone: Phone, review: Review, consent: Signed) -> PaymentResult:
    if review.code:
        answered = phone.client.call(
            native_api.AUTHORISE_CODES,
            AuthoriseCodes(authorisations=[with_code(review)]),
            idempotency_key=review.review_id,
        )
        return result_of(answered.results[0])
    return phone.client.call(
        native_api.AUTHORISE_PAYMENT,
        AuthorisePayment(authorisation=SignedText(**consent.to_json())),
        idempotency_key=messages.decode(Authorisation, consent.text).authorisation_id,
        payment_id=review.shown.payment_id,
    )


def with_code(review: Review) -> CodeAuthorisation:
    """Give the consent of what is paid at once, as it is sent."""
    return CodeAuthorisation(code=review.code, authorisation=SignedText.of(consent_of(review)))


def result_of(result: CodeResult) -> PaymentResult:
    """Give what the provider says of one consent; raises its refusal."""
    if result.payment is not None:
        return PaymentResult(payment=result.payment, receipt=result.receipt)
    problem = result.problem
    if problem is None:
        raise AnswerLost("neither a payment nor a problem")
    raise refusals.named(problem.status, problem.code, problem.detail)


def ask(
    phone: Phone, review: Review, refusal: CallerError | None, *, is_final: bool, now: Instant
) -> Review:
    """Find out from the payment itself what became of a consent.

    ``is_final`` says that the refusal, if there is one, holds whatever else is on its way.
    """
    try:
        payment = phone.client.call(native_api.GET_PAYMENT, payment_id=review.shown.payment_id)
        receipts = activity.receipts_of(phone, review.shown.payment_id)
    except OrderNotFound as gone:
        return _without_payment(phone, review, refusal, gone, is_final=is_final)
    except (CallerError, *NO_ANSWER):
        return review
    if review.shown.intent is Intent.DEPOSIT and payment.state in WAS_HELD:
        return _settle(phone, review, review.held())
    if any(_is_ours(phone, review, receipt, now=now) for receipt in receipts):
        return _settle(phone, review, review.paid(), receipts)
    if refusal is not None and (is_final or PAYMENT.is_final(payment.state)):
        return _settle(phone, review, review.refused(refusal.code))
    return review


def _without_payment(
    phone: Phone,
    review: Review,
    refusal: CallerError | None,
    gone: OrderNotFound,
    *,
    is_final: bool,
) -> Review:
    """Settle a review of whose payment the provider says that it is not this payer's."""
    if review.code and not (refusal and is_final):
        # It may not have heard of it yet.
        return review
    # Not this payer's any more, so it was not this payer who paid it.
    return _settle(phone, review, review.refused((refusal or gone).code))


def _is_ours(phone: Phone, review: Review, receipt: Signed, *, now: Instant) -> bool:
    """Tell whether a receipt proves that this review's payment was paid as it was shown."""
    try:
        directory = phone.directory(now=now)
    except QrpayError:
        return False
    return proven(review, receipt, directory) is not None


def proven(review: Review, receipt: Signed, directory: KeyDirectory) -> Receipt | None:
    """Read a receipt if it proves that this review's payment was paid as it was shown."""
    try:
        read = messages.open_receipt(receipt, directory)
    except QrpayError:
        return None
    shown = review.shown
    is_ours = read.kind is ReceiptKind.PAYMENT and (
        read.payment_id,
        read.merchant_id,
        read.amount,
        read.payer_amount,
        read.funding,
    ) == (shown.payment_id, shown.merchant_id, shown.amount, shown.payer_amount, shown.funding)
    return read if is_ours else None


def _settle(phone: Phone, before: Review, after: Review, receipts: Sequence[Signed] = ()) -> Review:
    try:
        with phone.store.transaction():
            phone.store.reviews.replace(before, after)
            activity.keep(phone, receipts)
    except ReviewState:
        # Somebody else has settled it meanwhile, by the same provider's word.
        return phone.store.reviews.get(phone.wallet.name, before.review_id)
    return after
