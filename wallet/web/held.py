"""Everything that is held about a payer as the wallet's API shows it.

``provider`` is what the provider answered, ``wallet`` what this service keeps; sealed keys and the
PIN's salt, which would only serve a thief, are left out.
"""

from __future__ import annotations

from msgspec import Struct

from ledger.protocol.instants import to_text
from ledger.protocol.native_wire import PayerExport, SignedText
from wallet.personal import Held
from wallet.review import Review, Shown


class ReviewHeld(Struct, frozen=True):
    """What the payer was shown, what they decided, the consent they signed.

    ``code`` is what was scanned where it was paid at once, else empty.
    """

    review_id: str
    state: str
    created_at: str
    shown: Shown
    consent: SignedText | None
    refusal: str
    code: str


class WalletHeld(Struct, frozen=True):
    """What the wallet service keeps of one wallet."""

    name: str
    device_id: str
    key_id: str
    payer_id: str
    display_name: str
    currency: str
    locale: str
    enrolled_at: str
    reviews: list[ReviewHeld]
    receipts: list[SignedText]


class HeldView(Struct, frozen=True):
    """All of it, from both."""

    provider: PayerExport
    wallet: WalletHeld


def held(of: Held) -> HeldView:
    """Show everything that is held."""
    wallet = of.wallet
    return HeldView(
        provider=of.provider,
        wallet=WalletHeld(
            name=wallet.name,
            device_id=wallet.device_id,
            key_id=wallet.key_id,
            payer_id=wallet.payer_id,
            display_name=wallet.display_name,
            currency=wallet.currency,
            locale=wallet.locale,
            enrolled_at=to_text(wallet.enrolled_at),
            reviews=[_review(each) for each in of.reviews],
            receipts=[SignedText.of(each.signed) for each in of.receipts],
        ),
    )


def _review(of: Review) -> ReviewHeld:
    return ReviewHeld(
        review_id=of.review_id,
        state=of.state,
        created_at=to_text(of.created_at),
        shown=of.shown,
        consent=SignedText.of(of.consent) if of.consent else None,
        refusal=of.refusal,
        code=of.code,
    )
