"""Open what was signed, before the books are locked.

Checking a signature is by far the longest part of an operation and needs nothing that can change:
so it is done first, while others write. What it gives, a message that is certainly its sender's,
goes into the unit of work that decides.
"""

from __future__ import annotations

from ledger.core.parties import keys
from ledger.core.ports import Books
from ledger.core.records.parties import Device
from ledger.protocol import messages
from ledger.protocol.errors.checkout import ScaMismatch
from ledger.protocol.identifiers import PaymentId
from ledger.protocol.instants import Instant
from ledger.protocol.messages import Authorisation, PaymentRequest, Signed
from ledger.protocol.records import record
from ledger.protocol.signing import device_owner, merchant_owner


@record(frozen=True, slots=True)
class Consent:
    """A payer's authorisation that was certainly signed by their device, and the proof of it."""

    authorisation: Authorisation
    device: Device
    signed: Signed


def open_request(books: Books, *, signed: Signed, merchant_id: str, now: Instant) -> PaymentRequest:
    """Give the payment request that a merchant's key sealed.

    Raises what ``messages.open_`` raises: ``KeyUnknown``, ``KeyNotAllowedForMerchant``,
    ``SignatureInvalid``, ``MessageFormat`` … A request in another merchant's name is
    ``KeyNotAllowedForMerchant`` too.
    """
    owner = merchant_owner(merchant_id)
    request = messages.open_(signed, PaymentRequest, keys.directory(books), at=now, owner=owner)
    keys.directory(books).require(signed.key_id, at=now, owner=merchant_owner(request.merchant_id))
    return request


def open_authorisation(
    books: Books, *, signed: Signed, payment_id: PaymentId, device: Device, now: Instant
) -> Consent:
    """Give the authorisation that a payer's device sealed, for this payment and no other.

    Raises what ``messages.open_`` raises, and ``ScaMismatch`` for another payment's.
    """
    authorisation = messages.open_(
        signed,
        Authorisation,
        keys.directory(books),
        at=now,
        owner=device_owner(device.device_id),
    )
    if authorisation.payment_id != payment_id:
        raise ScaMismatch(f"the authorisation is for {authorisation.payment_id}")
    return Consent(authorisation, device, signed)
