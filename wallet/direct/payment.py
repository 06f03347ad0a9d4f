"""Pay a scanned code at once: what was shown is what is signed, and it is signed once.

The screen has read the code by itself, so it says back what it showed: amount, currency, and the
payee's registered name. Anything else than what would be signed is ``ReviewMismatch`` and nothing
is signed (dynamic linking, Regulation (EU) 2018/389, article 5: as with ``wallet.review``, the
payer agrees to one amount and one payee). The PIN is asked for by the same limits as an offer would
(``wallet.device.allowances``), and taken as everywhere (``authorise.key``).

A payment that this wallet knows already is not agreed to a second time: who asks again, for example
because an answer was lost, gets the review that there is, also when the code has run out by then.
"""

from __future__ import annotations

from ledger.protocol.errors.checkout import ReviewMismatch
from ledger.protocol.errors.codes import QrExpired
from ledger.protocol.identifiers import Kind, check_body, payment_id_of
from ledger.protocol.instants import Instant
from ledger.protocol.merchant_qr import seal
from ledger.protocol.money import Money
from ledger.protocol.records import record
from wallet import activity, authorise
from wallet.activity import ShownReceipt
from wallet.device.phone import Phone
from wallet.direct import screen
from wallet.direct.sender import Came, Sender
from wallet.review import AGREED, REVIEW, Review, Shown


@record(frozen=True, slots=True)
class Seen:
    """What the payer has seen on the screen and agrees to."""

    amount: Money
    payee_name: str


@record(frozen=True, slots=True)
class Paid:
    """The review and the receipts of its payment, as they verify now."""

    review: Review
    receipts: list[ShownReceipt]


def pay(
    phone: Phone, sender: Sender, text: str, seen: Seen, *, pin: str | None, now: Instant
) -> Paid:
    """Agree to pay a code of profile S; the review is PAID, REFUSED, or APPROVED: nobody knows yet.

    Raises what ``screen.look`` raises, ``ReviewMismatch``, ``FieldMissing`` (a PIN is needed),
    ``FieldFormat``, ``PinWrong``, ``PinBlocked``, ``ReviewState`` (declined before), and what
    storing raises; nothing was sent then.
    """
    try:
        shown = screen.look(phone, text, now=now)
    except QrExpired:
        known = _agreed_before(phone, text)
        if known is None:
            raise
        return _with_receipts(phone, authorise.resume(phone, known, now=now))
    require_seen(shown, seen)
    key = authorise.key(phone, shown, pin, now=now)
    review = Review(
        review_id=phone.ids.new(Kind.REVIEW, now),
        wallet=phone.wallet.name,
        state=REVIEW.initial,
        shown=shown,
        created_at=now,
    ).approved(authorise.sign(phone, shown, key, now=now), text)
    outcome = sender.bring(phone, review)
    if outcome.came is Came.PAID and outcome.receipt is not None:
        return Paid(review.paid(), [outcome.receipt])
    if outcome.came is Came.NOT_STORED:
        return _with_receipts(phone, _alone(phone, review, now=now))
    if outcome.came in (Came.NOT_SENT, Came.NOT_KEPT):
        is_first = outcome.came is Came.NOT_SENT
        ended = authorise.bring_to_an_end(phone, review, is_first_try=is_first, now=now)
        return _with_receipts(phone, ended)
    ended = authorise.ask(phone, review, outcome.refusal, is_final=True, now=now)
    if outcome.refusal is not None:
        # It may be the shop's name that has changed since it was looked up.
        phone.shops.forget(shown.merchant_id)
    return _with_receipts(phone, ended)


def require_seen(shown: Shown, seen: Seen) -> None:
    """Refuse where the payer saw something else than what would be signed (``ReviewMismatch``)."""
    seen_and_shown = {
        "amount": (seen.amount, shown.amount),
        "payee's name": (seen.payee_name, shown.payee_name),
    }
    for subject, (was_seen, is_signed) in seen_and_shown.items():
        if was_seen != is_signed:
            raise ReviewMismatch(f"the {subject} that was seen is not the {subject} of the code")


def _alone(phone: Phone, review: Review, *, now: Instant) -> Review:
    """Store one consent by itself, in place of what is known of its payment, and send it."""
    with phone.store.transaction():
        known = phone.store.reviews.of_payment(review.wallet, review.shown.payment_id)
        if known is None:
            phone.store.reviews.add(review)
        elif known.state not in AGREED:
            again = known.again(review.shown).approved(authorise.consent_of(review), review.code)
            phone.store.reviews.replace(known, again)
            review = again
    if known is not None and known.state in AGREED:
        return authorise.resume(phone, known, now=now)
    return authorise.bring_to_an_end(phone, review, is_first_try=True, now=now)


def _agreed_before(phone: Phone, text: str) -> Review | None:
    """Find the review of a code that has run out, if it was agreed to while it had not."""
    payment_id = payment_id_of(check_body(seal.parse_signed(text).value("62.05")))
    known = phone.store.reviews.of_payment(phone.wallet.name, payment_id)
    return known if known is not None and known.state in AGREED else None


def _with_receipts(phone: Phone, review: Review) -> Paid:
    return Paid(review, activity.of_payment(phone, review.shown.payment_id))
