"""Scanning: what is this code, and who would be paid how much.

A scanned text goes through three gates, and no amount is shown before the last:

1. *What is it?* Everybody's codes are recognised (``merchant_qr.read``); what this wallet can't pay
   is refused in a plain sentence: ``QrForeign``, ``QrNotPayable``.
2. *Is it genuine?* Each check of the signed code by name (``codes.checks``), with the remembered
   key directory. This needs no network, so a forged code is told as such on a train, too.
3. *What does the provider say?* The provider verifies the same text again and makes an offer. It
   must be for the payment, the merchant and the amount of the code (``QrOrderMismatch``).

A vendor's code (Alipay, Alipay+, WeChat Pay) says nothing but a token, and is not signed: there is
nothing to check without the provider, who knows whether it gave the code out. One that it did not
is for an app of that scheme (``QrForeign``). An app's order string leads to such a code
(``app_orders``), and so does what a shop's page has signed (``page_orders``).

What the payer sees then is the offer: the payee's name as registered, never as the code spells it.
A thief's sticker carries a true signature, of the thief; only the registered name tells (reports of
pasted-over codes: Shanghai 2018, parking meters 2024).
"""

from __future__ import annotations

import hashlib

from ledger.protocol import native_api
from ledger.protocol.errors.checkout import OrderNotFound
from ledger.protocol.errors.codes import QrForeign, QrNotPayable, QrOrderMismatch
from ledger.protocol.errors.content import FieldFormat
from ledger.protocol.errors.trust import KeyUnknown
from ledger.protocol.identifiers import Kind, PaymentId, RequestId, payment_id_of
from ledger.protocol.instants import Instant
from ledger.protocol.merchant_qr import DynamicCode, LinkCode, SignedCode, StickerCode
from ledger.protocol.merchant_qr.read import CodeKind, Reading, read
from ledger.protocol.money import Money, parse_minor
from ledger.protocol.native_wire import ClaimCode, ClaimPayment, ClaimSticker, MerchantView, Offer
from ledger.protocol.records import record
from wallet.codes import app_orders, checks, page_orders
from wallet.codes.checks import CLAIMS_TO_BE_OURS, Verification
from wallet.device.phone import Phone
from wallet.review import REVIEW, Review, Shown, State

NO_REQUEST = frozenset(
    {
        CodeKind.EMV_CONSUMER,
        CodeKind.NATIVE_PAYMENT_CODE,
        CodeKind.ALIPAY_PAYMENT_CODE,
        CodeKind.WECHAT_PAYMENT_CODE,
        CodeKind.TSE_RECEIPT,
        CodeKind.WIFI,
        CodeKind.WEB_ADDRESS,
        CodeKind.TEXT,
    }
)
"""Kinds that ask nobody to pay anybody."""

VENDORS_CODES = frozenset(
    {
        CodeKind.ALIPAY_URL,
        CodeKind.ALIPAY_PLUS_ORDER,
        CodeKind.ALIPAY_PLUS_GENERAL,
        CodeKind.WECHAT_URL,
        CodeKind.WECHAT_PAGE_ORDER,
    }
)
"""Kinds of codes that a vendor's face of our provider may have given out."""

_AMOUNT_IN_CODE = "amount_minor: the code itself says the amount"
_NOTHING_TO_CHECK = Verification((), None, None)


@record(frozen=True, slots=True)
class Scan:
    """What a scan gave: a review to decide on, or a shop whose sticker still needs an amount."""

    reading: Reading
    verification: Verification
    review: Review | None
    sticker_of: MerchantView | None


def scan(phone: Phone, text: str, *, amount_minor: object = None, now: Instant) -> Scan:
    """Say what a scanned text is, and get an offer for it; ``amount_minor`` is for stickers.

    Raises ``QrForeign``, ``QrNotPayable``, what ``merchant_qr.verify`` raises, ``QrOrderMismatch``,
    ``FieldFormat`` (an amount for a code that has one), ``AmountFormat``, ``AmountOutOfRange``,
    ``WalletLocked``, ``ServiceUnavailable`` and what the provider refuses.
    """
    reading, text = told(phone.connect(None).post_form, text)
    if reading.kind in VENDORS_CODES:
        if amount_minor is not None:
            raise FieldFormat(_AMOUNT_IN_CODE)
        return Scan(reading, _NOTHING_TO_CHECK, _claim_vendors(phone, reading, text, now=now), None)
    require_payable_kind(reading)
    verification = verify(phone, text, now=now)
    code = verification.accepted()
    if isinstance(code, StickerCode):
        if amount_minor is None:
            merchant = phone.client.call(native_api.GET_MERCHANT, merchant_id=code.merchant_id)
            return Scan(reading, verification, None, merchant)
        amount = parse_minor(amount_minor, code.currency.code)
        return Scan(reading, verification, _claim_sticker(phone, code, amount, now=now), None)
    if amount_minor is not None:
        raise FieldFormat(_AMOUNT_IN_CODE)
    return Scan(reading, verification, _claim(phone, code, now=now), None)


def told(post: page_orders.Post, text: str) -> tuple[Reading, str]:
    """Tell what a text is, and the code to go on with; an app's or a page's order leads to one.

    Raises what ``app_orders.code_of`` and ``page_orders.code_of`` raise.
    """
    if app_orders.is_one(text):
        text = app_orders.code_of(post, text)
    reading = read(text)
    if reading.kind is CodeKind.WECHAT_PAGE_ORDER:
        return reading, page_orders.code_of(post, text)
    return reading, text


def require_payable_kind(reading: Reading) -> None:
    """Refuse what is no request of this scheme, in the words for its kind."""
    if reading.kind in CLAIMS_TO_BE_OURS:
        return
    refusal = QrNotPayable if reading.kind in NO_REQUEST else QrForeign
    raise refusal(f"{reading.title}. {reading.sentence} {reading.wallet}")


def verify(phone: Phone, text: str, *, now: Instant) -> Verification:
    """Make every check of a code; a key that is not known yet is looked for first.

    Raises ``ServiceUnavailable`` (or that the outcome is unknown) without any key directory, and
    when nobody answers whether an unknown key is a new one; ``WalletLocked`` for a key that only
    an unlocked wallet could look for.
    """
    verification = checks.verify(text, phone.directory(now=now), now=now)
    if isinstance(verification.refusal, KeyUnknown):
        fresh = phone.knowledge.refreshed(phone.client, now=now)
        return checks.verify(text, fresh, now=now)
    return verification


def _claim(phone: Phone, code: DynamicCode | LinkCode, *, now: Instant) -> Review:
    payment_id = payment_id_of(code.request_id)
    decided = _decided_already(phone, payment_id)
    if decided is not None:
        return decided
    offer = phone.client.call(
        native_api.CLAIM_PAYMENT,
        ClaimPayment(code=code.text),
        idempotency_key=phone.ids.new(Kind.REVIEW, now),
        payment_id=payment_id,
    )
    return _reviewed(phone, code, offer, payment_id, code.amount, now=now)


def _claim_vendors(phone: Phone, reading: Reading, text: str, *, now: Instant) -> Review:
    """Ask for the offer behind a vendor's code; what the provider never gave out is foreign."""
    try:
        offer = phone.client.call(
            native_api.CLAIM_CODE,
            ClaimCode(code=text),
            idempotency_key=phone.ids.new(Kind.REVIEW, now),
        )
    except OrderNotFound:
        require_payable_kind(reading)
        raise
    decided = _decided_already(phone, PaymentId(offer.payment.payment_id))
    if decided is not None:
        return decided
    return show(phone, Shown.of(offer, code_digest=_digest(text)), now=now)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _decided_already(phone: Phone, payment_id: PaymentId) -> Review | None:
    """Find a review that a new scan must not touch: approved, paid or declined."""
    known = phone.store.reviews.of_payment(phone.wallet.name, payment_id)
    if known is None or known.state in (State.SHOWN, State.REFUSED):
        return None
    return known


def _claim_sticker(phone: Phone, code: StickerCode, amount: Money, *, now: Instant) -> Review:
    request_id = RequestId(phone.ids.body(now))
    offer = phone.client.call(
        native_api.CLAIM_STICKER,
        ClaimSticker(
            code=code.text,
            amount_minor=amount.minor_units,
            currency=amount.currency.code,
            request_id=request_id,
        ),
        idempotency_key=request_id,
    )
    return _reviewed(phone, code, offer, payment_id_of(request_id), amount, now=now)


def _reviewed(
    phone: Phone,
    code: SignedCode,
    offer: Offer,
    payment_id: PaymentId,
    amount: Money,
    *,
    now: Instant,
) -> Review:
    """Compare the offer with the verified code, and keep it as what the payer is shown."""
    said_and_offered = {
        "payment": (payment_id, offer.payment.payment_id),
        "merchant": (code.merchant_id, offer.payee.merchant_id),
        "amount": (amount, offer.amount),
    }
    for subject, (said, offered) in said_and_offered.items():
        if said != offered:
            raise QrOrderMismatch(f"the {subject} in the code is not the {subject} offered")
    return show(phone, Shown.of(offer, code_digest=_digest(code.text)), now=now)


def show(phone: Phone, shown: Shown, *, now: Instant) -> Review:
    """Keep what the payer is shown; a payment that was shown before is shown anew."""
    with phone.store.transaction():
        known = phone.store.reviews.of_payment(phone.wallet.name, shown.payment_id)
        if known is not None:
            again = known.again(shown)
            phone.store.reviews.replace(known, again)
            return again
        review = Review(
            review_id=phone.ids.new(Kind.REVIEW, now),
            wallet=phone.wallet.name,
            state=REVIEW.initial,
            shown=shown,
            created_at=now,
        )
        phone.store.reviews.add(review)
    return review
