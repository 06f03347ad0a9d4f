"""What a payer's wallet may ask: to pay what was scanned, to say no, and what is the payer's own.

The payer comes from the key that signed the call: a device belongs to one payer.
"""

from __future__ import annotations

from ledger.core import limits, queries
from ledger.core.books import fx
from ledger.core.checkout import (
    authorisations,
    claims,
    consents,
    endings,
    payment_codes,
    stickers,
)
from ledger.core.checkout.capture import Captured
from ledger.core.checkout.consents import Consent
from ledger.core.parties import guests
from ledger.core.parties.register import require_payer
from ledger.core.ports import Books
from ledger.core.vendors import codes as vendors_codes
from ledger.faces import Provider
from ledger.faces.native import mapping
from ledger.faces.native.call import Call
from ledger.protocol import native_wire as wire
from ledger.protocol.lifecycle import PaymentState
from ledger.protocol.money import currency, parse_minor

LISTED_AT_MOST = 100


def claim_payment(provider: Provider, books: Books, call: Call) -> wire.Offer:
    """Attach the payer who scanned the code, and lock the price."""
    offered = claims.claim(
        books,
        payer_id=call.payer_id,
        payment_id=call.payment_id,
        code=call.sent(wire.ClaimPayment).code,
        rates=provider.rates,
        policy=provider.policy,
        now=call.now,
        ids=provider.ids,
    )
    return mapping.offer(offered)


def claim_sticker(provider: Provider, books: Books, call: Call) -> wire.Offer:
    """Begin a payment from a sticker, with the amount the payer typed."""
    body = call.sent(wire.ClaimSticker)
    offered = stickers.claim_sticker(
        books,
        payer_id=call.payer_id,
        code=body.code,
        amount=parse_minor(body.amount_minor, body.currency),
        request_id=body.request_id,
        rates=provider.rates,
        policy=provider.policy,
        now=call.now,
        ids=provider.ids,
    )
    return mapping.offer(offered)


def claim_code(provider: Provider, books: Books, call: Call) -> wire.Offer:
    """Attach the payer who scanned a vendor's code, and lock the price."""
    offered = vendors_codes.claim(
        books,
        payer_id=call.payer_id,
        code=call.sent(wire.ClaimCode).code,
        rates=provider.rates,
        policy=provider.policy,
        now=call.now,
        ids=provider.ids,
    )
    return mapping.offer(offered)


def get_offer(provider: Provider, books: Books, call: Call) -> wire.Offer:
    """Tell what the payer is being asked to agree to."""
    offered = claims.offer(
        books,
        payer_id=call.payer_id,
        payment_id=call.payment_id,
        policy=provider.policy,
        now=call.now,
    )
    return mapping.offer(offered)


def open_consent(books: Books, call: Call) -> Consent:
    """Open the authorisation inside the body."""
    return consents.open_authorisation(
        books,
        signed=call.sent(wire.AuthorisePayment).authorisation.sealed,
        payment_id=call.payment_id,
        device=call.device,
        now=call.now,
    )


def authorise_payment(provider: Provider, books: Books, call: Call) -> wire.PaymentResult:
    """Take the payer's signed consent and move the money; a deposit has no receipt yet."""
    agreed = authorisations.authorise_one(
        books,
        consent=call.opened(Consent),
        now=call.now,
        ids=provider.ids,
        key=provider.signing_key,
        policy=provider.policy,
    )
    receipt = agreed.receipt if isinstance(agreed, Captured) else None
    return mapping.payment_result(agreed.payment, receipt, with_fee=False)


def decline_payment(provider: Provider, books: Books, call: Call) -> wire.PaymentView:
    """Take the payer's no, for good."""
    declined = endings.decline(
        books,
        payer_id=call.payer_id,
        payment_id=call.payment_id,
        now=call.now,
        ids=provider.ids,
        key=provider.signing_key,
    )
    return mapping.payment_view(declined, with_fee=False)


def release_payment(provider: Provider, books: Books, call: Call) -> wire.PaymentView:
    """Let the payer step back; the code can be scanned again."""
    del provider
    released = claims.release(
        books, payer_id=call.payer_id, payment_id=call.payment_id, now=call.now
    )
    return mapping.payment_view(released, with_fee=False)


def get_me(provider: Provider, books: Books, call: Call) -> wire.PayerView:
    """Tell the payer who they are and what they have."""
    return mapping.payer_view(
        require_payer(books, call.payer_id),
        queries.balance(books, payer_id=call.payer_id),
        queries.held(books, payer_id=call.payer_id),
        no_pin_left=limits.left_without_pin(
            books,
            payer_id=call.payer_id,
            currency=currency(fx.BASE),
            policy=provider.policy,
            now=call.now,
        ),
        policy=provider.policy,
    )


def top_me_up(provider: Provider, books: Books, call: Call) -> wire.PayerView:
    """Fill the payer's play money up, where there is any."""
    guests.top_up(books, payer_id=call.payer_id, now=call.now, ids=provider.ids)
    return get_me(provider, books, call)


def give_all_back(provider: Provider, books: Books, call: Call) -> wire.PayerView:
    """Take all play money of the payer back."""
    guests.take_back(books, payer_id=call.payer_id, now=call.now, ids=provider.ids)
    return get_me(provider, books, call)


def list_my_payments(provider: Provider, books: Books, call: Call) -> wire.Payments:
    """List the payer's newest payments, of one state if asked."""
    del provider
    state = call.query.get("state")
    found = queries.payments_of_payer(
        books,
        payer_id=call.payer_id,
        state=None if state is None else PaymentState(state),
        limit=LISTED_AT_MOST,
    )
    return wire.Payments(
        payments=[mapping.payment_view(payment, with_fee=False) for payment in found]
    )


def list_my_receipts(provider: Provider, books: Books, call: Call) -> wire.Receipts:
    """List the payer's newest receipts, or the newest before one, the oldest of them first."""
    del provider
    found = queries.receipts_of_payer(
        books,
        payer_id=call.payer_id,
        limit=wire.RECEIPTS_AT_MOST,
        before=call.query.get("before", ""),
    )
    texts = [wire.SignedText.of(receipt.signed) for receipt in found]
    return wire.Receipts(receipts=texts[::-1])


def issue_payment_codes(provider: Provider, books: Books, call: Call) -> wire.PaymentCodeHandles:
    """Top the device's pool of one-time handles up."""
    issued = payment_codes.issue_handles(
        books, device=call.device, entropy=provider.entropy, now=call.now
    )
    return wire.PaymentCodeHandles(handles=[handle.handle for handle in issued])
