"""What a merchant may ask about a deposit that is held: to take a part of it, to give it back.

A deposit begins like every payment, with a request whose ``intent`` says so.
"""

from __future__ import annotations

from ledger.core.checkout.deposits import captures, releases
from ledger.core.ports import Books
from ledger.faces import Provider
from ledger.faces.native import mapping
from ledger.faces.native.call import Call
from ledger.protocol import native_wire as wire
from ledger.protocol.money import parse_minor


def capture_deposit(provider: Provider, books: Books, call: Call) -> wire.PaymentResult:
    """Take a part or all of what is held; the rest goes back."""
    body = call.sent(wire.CaptureDeposit)
    captured = captures.capture(
        books,
        merchant_id=call.merchant_id,
        payment_id=call.payment_id,
        amount=parse_minor(body.amount_minor, body.currency),
        now=call.now,
        ids=provider.ids,
        key=provider.signing_key,
    )
    return mapping.payment_result(captured.payment, captured.receipt, with_fee=True)


def release_deposit(provider: Provider, books: Books, call: Call) -> wire.PaymentView:
    """Give all that is held back."""
    released = releases.release(
        books,
        merchant_id=call.merchant_id,
        payment_id=call.payment_id,
        now=call.now,
        ids=provider.ids,
        key=provider.signing_key,
    )
    return mapping.payment_view(released, with_fee=True)
