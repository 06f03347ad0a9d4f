"""Enrolment: a one-time token lets one new key in, for a terminal or for a payer's device.

The operator hands out the token (a printed code at the till, a code at sign-up); whoever presents
it first ties their key to that terminal or payer. Only the token's SHA-256 is kept. The same token
with the same key again is the same answer, since the first may have been lost; with any other key
it is ``EnrolmentTokenInvalid``, exactly like a token that never was.
"""

from __future__ import annotations

import hashlib

from ledger.core.parties import keys
from ledger.core.parties.register import SECRET_BYTES, require_merchant, require_payer
from ledger.core.ports import Books
from ledger.core.records.parties import Device, Invitation, Merchant, Payer, Terminal
from ledger.protocol.errors.checkout import EnrolmentTokenInvalid, TerminalNotFound
from ledger.protocol.errors.content import FieldFormat
from ledger.protocol.errors.service import InvariantBroken
from ledger.protocol.identifiers import DeviceId, IdSource, Kind, PayerId
from ledger.protocol.instants import Instant
from ledger.protocol.records import record
from ledger.protocol.signing import (
    Algorithm,
    KeyRecord,
    PublicKey,
    device_owner,
)


@record(frozen=True, slots=True)
class TerminalEnrolment:
    """A terminal's new key, and what the till should know of itself."""

    key: KeyRecord
    merchant: Merchant
    terminal: Terminal


@record(frozen=True, slots=True)
class DeviceEnrolment:
    """A payer's new device with its key; ``device.code_secret`` goes to the device once."""

    key: KeyRecord
    device: Device
    payer: Payer


def invite_terminal(
    books: Books, *, token: str, merchant_id: str, terminal_id: str, now: Instant
) -> None:
    """Let a token enrol a key for a terminal; ``TerminalNotFound`` if there is none such."""
    _require_terminal(books, merchant_id, terminal_id)
    books.directory.add_invitation(
        Invitation(_digest(token), now, merchant_id=merchant_id, terminal_id=terminal_id)
    )


def invite_device(books: Books, *, token: str, payer_id: PayerId, now: Instant) -> None:
    """Let a token enrol a payer's device; raises ``PayerNotFound``."""
    require_payer(books, payer_id)
    books.directory.add_invitation(Invitation(_digest(token), now, payer_id=payer_id))


def invited_payer(books: Books, *, token: str) -> PayerId | None:
    """Tell whose device a token enrols, None for a terminal's token or an unknown one."""
    invitation = books.directory.invitation(_digest(token))
    return invitation.payer_id if invitation else None


def is_known(books: Books, *, token: str) -> bool:
    """Tell whether there is an invitation for a token, used or not."""
    return books.directory.invitation(_digest(token)) is not None


def enrol_terminal(
    books: Books, *, token: str, algorithm: Algorithm, public_key: bytes, now: Instant
) -> TerminalEnrolment:
    """Tie a key to the terminal a token is for.

    Raises ``EnrolmentTokenInvalid``, ``KeyFormat``, ``WeakKey``, ``KeyAlreadyRegistered``.
    """
    invitation = _require_invitation(books, token)
    if not invitation.merchant_id:
        raise EnrolmentTokenInvalid
    merchant = require_merchant(books, invitation.merchant_id)
    terminal = _require_terminal(books, merchant.merchant_id, invitation.terminal_id)
    used = _key_that_used(books, invitation, algorithm, public_key)
    if used is not None:
        return TerminalEnrolment(used, merchant, terminal)
    record = keys.admit(
        books, algorithm=algorithm, public_key=public_key, owner=merchant.owner, now=now
    )
    books.directory.use_invitation(invitation.token_digest, record.key_id)
    return TerminalEnrolment(record, merchant, terminal)


def enrol_device(
    books: Books,
    *,
    token: str,
    algorithm: Algorithm,
    public_key: bytes,
    code_secret: bytes,
    now: Instant,
    ids: IdSource,
) -> DeviceEnrolment:
    """Tie a device's key to the payer a token is for; ``code_secret`` is 32 fresh random bytes.

    Raises ``EnrolmentTokenInvalid``, ``KeyFormat``, ``WeakKey``, ``KeyAlreadyRegistered``.
    """
    if len(code_secret) != SECRET_BYTES:
        raise FieldFormat(f"a device's secret has {SECRET_BYTES} bytes")
    invitation = _require_invitation(books, token)
    if invitation.payer_id is None:
        raise EnrolmentTokenInvalid
    payer = require_payer(books, invitation.payer_id)
    used = _key_that_used(books, invitation, algorithm, public_key)
    if used is not None:
        return DeviceEnrolment(used, _require_device(books, used.key_id), payer)
    device_id = DeviceId(ids.new(Kind.DEVICE, now))
    record = keys.admit(
        books,
        algorithm=algorithm,
        public_key=public_key,
        owner=device_owner(device_id),
        now=now,
    )
    device = Device(device_id, payer.payer_id, record.key_id, code_secret, enrolled_at=now)
    books.directory.add_device(device)
    books.directory.use_invitation(invitation.token_digest, record.key_id)
    return DeviceEnrolment(record, device, payer)


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def _require_invitation(books: Books, token: str) -> Invitation:
    invitation = books.directory.invitation(_digest(token))
    if invitation is None:
        raise EnrolmentTokenInvalid
    return invitation


def _key_that_used(
    books: Books, invitation: Invitation, algorithm: Algorithm, public_key: bytes
) -> KeyRecord | None:
    if invitation.key_id is None:
        return None
    record = keys.key_record(books, key_id=invitation.key_id)
    if record.public_key != PublicKey(algorithm, public_key):
        raise EnrolmentTokenInvalid
    return record


def _require_terminal(books: Books, merchant_id: str, terminal_id: str) -> Terminal:
    terminal = books.directory.terminal(merchant_id, terminal_id)
    if terminal is None:
        raise TerminalNotFound(f"no terminal {terminal_id[:40]!r} of {merchant_id[:40]!r}")
    return terminal


def _require_device(books: Books, key_id: str) -> Device:
    device = books.directory.device_of_key(key_id)
    if device is None:
        raise InvariantBroken(f"{key_id} is a device's key without a device")
    return device
