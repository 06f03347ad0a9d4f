"""What a screen shows of a scanned code that can be paid at once, before the payer agrees.

Price and request stand in the code; the payee's name is the registered one, never the code's (why:
``wallet.scan``). What has to be agreed to in another way is refused with ``OfferNeeded``: scan it,
and agree to the offer. That is a sticker (no price), a link (its text is not what is signed for),
and a price in another currency than the payer's. Coupons only the provider knows: it refuses the
consent likewise, and nothing has moved.
"""

from __future__ import annotations

import hashlib

from ledger.protocol import merchant_qr
from ledger.protocol.errors.codes import OfferNeeded, QrError
from ledger.protocol.errors.trust import KeyUnknown
from ledger.protocol.identifiers import payment_id_of
from ledger.protocol.instants import Instant
from ledger.protocol.merchant_qr import DynamicCode
from ledger.protocol.merchant_qr.read import read
from ledger.protocol.messages import Presented
from ledger.protocol.money import currency
from wallet import scan
from wallet.device.phone import Phone
from wallet.review import Shown


def look(phone: Phone, text: str, *, now: Instant) -> Shown:
    """Say what would be paid to whom; nobody but the wallet knows of it then.

    Raises ``QrForeign``, ``QrNotPayable``, what ``merchant_qr.verify`` raises, ``OfferNeeded``,
    ``WalletLocked``, and what asking the provider raises where shop or limit is not known yet.
    """
    code = verified(phone, text, now=now)
    if code.amount.currency != currency(phone.wallet.currency):
        raise OfferNeeded(f"the price is in {code.amount.currency.code}")
    shop = phone.shops.get(phone.client, code.merchant_id, now=now)
    return Shown(
        payment_id=payment_id_of(code.request_id),
        merchant_id=code.merchant_id,
        payee_name=shop.name,
        payee_names=shop.names,
        payee_city=shop.city,
        presented=Presented.MERCHANT,
        subject="",
        amount=code.amount,
        payer_amount=code.amount,
        rate="",
        rate_set_by="",
        quote_id="",
        code_digest=hashlib.sha256(text.encode()).hexdigest(),
        needs_pin=phone.allowances.needs_pin(phone.wallet.name, phone.client, code.amount, now=now),
        expires_at=code.expires_at,
    )


def verified(phone: Phone, text: str, *, now: Instant) -> DynamicCode:
    """Give the code that a text is, genuine and in its time; a new key is looked for first."""
    try:
        try:
            code = merchant_qr.verify(text, phone.directory(now=now), now=now)
        except KeyUnknown:
            fresh = phone.knowledge.refreshed(phone.client, now=now)
            code = merchant_qr.verify(text, fresh, now=now)
    except QrError:
        reading = read(text)
        if reading.kind in scan.VENDORS_CODES:
            raise OfferNeeded("only the provider knows what a vendor's code is for") from None
        # In words for its kind, where it is no request of this scheme at all.
        scan.require_payable_kind(reading)
        raise
    if not isinstance(code, DynamicCode):
        raise OfferNeeded("only a code that says all of a payment can be paid at once")
    return code
