"""Make the codes a till shows, signed with the till's own key.

* *S*: one payment as a signed EMVCo code; verified by a wallet without a network;
* *L*: the same payment as a signed link, which any phone's camera app opens;
* *T*: the sticker, for any payment; the payer types the amount.

A code says what the payment request says, in whole seconds, and nothing else. It is made together
with the request and stored with it, so a payment has one code for as long as it lives. The request
of a self-contained code never goes out; the provider concludes it from the code.
"""

from __future__ import annotations

from ledger.protocol.instants import from_seconds, to_seconds
from ledger.protocol.merchant_qr import (
    DynamicCode,
    LinkCode,
    StickerCode,
    profile_l,
    profile_s,
    profile_t,
)
from ledger.protocol.messages import PaymentRequest
from ledger.protocol.money import currency
from pos.keys import Identity


def signed_code(request: PaymentRequest, identity: Identity, nonce: bytes) -> str:
    """Make the profile S code of a payment request; the nonce has 12 bytes."""
    merchant = identity.merchant
    code = DynamicCode(
        merchant_id=merchant.merchant_id,
        merchant_name=merchant.name,
        merchant_city=merchant.city,
        country=merchant.country,
        mcc=merchant.mcc,
        postal_code=merchant.postal_code,
        terminal_label=request.terminal_id,
        store_label=identity.terminal.store_label,
        key_id=identity.key_id,
        amount=request.amount,
        request_id=request.request_id,
        issued_at=from_seconds(to_seconds(request.created_at)),
        expires_at=request.expires_at,
        nonce=nonce,
    )
    return profile_s.encode(code, identity.key)


def link(request: PaymentRequest, identity: Identity, wallet_url: str) -> str:
    """Make the profile L link of a payment request, to a wallet at ``wallet_url``."""
    code = LinkCode(
        merchant_id=request.merchant_id,
        amount=request.amount,
        request_id=request.request_id,
        expires_at=request.expires_at,
        key_id=identity.key_id,
    )
    return profile_l.url(wallet_url, profile_l.encode(code, identity.key))


def sticker(identity: Identity, terminal_id: str, store_label: str = "") -> str:
    """Make the profile T code of a terminal; the same every time."""
    merchant = identity.merchant
    code = StickerCode(
        merchant_id=merchant.merchant_id,
        merchant_name=merchant.name,
        merchant_city=merchant.city,
        country=merchant.country,
        mcc=merchant.mcc,
        postal_code=merchant.postal_code,
        terminal_label=terminal_id,
        store_label=store_label,
        key_id=identity.key_id,
        currency=currency(merchant.currency),
    )
    return profile_t.encode(code, identity.key)
