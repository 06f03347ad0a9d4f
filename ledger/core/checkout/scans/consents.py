"""Open what came with a scan, before the books are locked: the consent, and the code it is for.

Whoever brings them proves nothing by it: the consent is signed by the payer's device, the code by
the shop. A code is good for minutes, an answer may be asked for again later; so a code that does
not hold is noted, and refused only when the consent has led to nothing before.
"""

from __future__ import annotations

from collections.abc import Sequence

from ledger.core.checkout.consents import Consent
from ledger.core.gathering import signers_only
from ledger.core.parties import keys
from ledger.core.ports import Books
from ledger.core.records.parties import Device
from ledger.protocol import merchant_qr, messages
from ledger.protocol.errors import CallerError
from ledger.protocol.errors.checkout import ScaMismatch
from ledger.protocol.errors.codes import QrNotPayable
from ledger.protocol.errors.trust import KeyNotAllowedForMerchant
from ledger.protocol.identifiers import payment_id_of
from ledger.protocol.instants import Instant
from ledger.protocol.merchant_qr import DynamicCode
from ledger.protocol.messages import Authorisation, Signed
from ledger.protocol.records import record
from ledger.protocol.signing import KeyDirectory, device_owner


@record(frozen=True, slots=True)
class ScannedConsent:
    """A consent that its payer's device certainly signed; the code, or what is wrong with it."""

    consent: Consent
    read: DynamicCode | CallerError

    @property
    def code(self) -> DynamicCode:
        """The code, certainly signed by its shop and in its time; raises what is wrong with it."""
        if isinstance(self.read, CallerError):
            raise self.read
        return self.read


def open_all(
    books: Books, brought: Sequence[tuple[str, Signed]], *, now: Instant
) -> list[ScannedConsent | CallerError]:
    """Open scanned texts with their consents; in its place, what a consent is refused with.

    The keys are looked up together, each once.
    """
    ahead = books.gathering.signers({signed.key_id for _, signed in brought})
    signers = signers_only(books, ahead)
    return [_opened(signers, code, signed, now=now) for code, signed in brought]


def _opened(
    books: Books, code: str, signed: Signed, *, now: Instant
) -> ScannedConsent | CallerError:
    try:
        return open_scanned(books, code=code, signed=signed, now=now)
    except CallerError as refusal:
        return refusal


def open_scanned(books: Books, *, code: str, signed: Signed, now: Instant) -> ScannedConsent:
    """Open a scanned text and the consent that a payer's device sealed for it.

    Raises what ``messages.open_`` raises for the consent; what is wrong with the code is kept.
    """
    directory = keys.directory(books)
    device = _device_of(books, signed.key_id)
    authorisation = messages.open_(
        signed, Authorisation, directory, at=now, owner=device_owner(device.device_id)
    )
    read: DynamicCode | CallerError
    try:
        read = _read(code, directory, authorisation, now=now)
    except CallerError as refusal:
        read = refusal
    return ScannedConsent(Consent(authorisation, device, signed), read)


def _device_of(books: Books, key_id: str) -> Device:
    record = keys.key_record(books, key_id=key_id)
    device = books.directory.device_of_key(key_id)
    if device is None:
        raise KeyNotAllowedForMerchant(f"{record.key_id} is not a key of a payer's device")
    return device


def _read(
    code: str, directory: KeyDirectory, authorisation: Authorisation, *, now: Instant
) -> DynamicCode:
    read = merchant_qr.verify(code, directory, now=now)
    if not isinstance(read, DynamicCode):
        raise QrNotPayable("only a code that says all of a payment can be agreed to at once")
    if payment_id_of(read.request_id) != authorisation.payment_id:
        raise ScaMismatch(f"the authorisation is for {authorisation.payment_id}")
    return read
