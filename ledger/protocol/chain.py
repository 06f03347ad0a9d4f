r"""The chain: each entry of the provider's journal is hashed together with the link before it.

Whoever changes, removes, inserts or moves an entry changes its link and every link after it, and so
the last link of each day, which the provider signs and publishes (``messages.head``). This module
is all that is needed to check the links of a journal with the tools of any language:

    link       = SHA-256(test.qrpay/entry/v1 00 text)
    commitment = SHA-256(test.qrpay/note/v1 00 salt note)       salt: 64 hexadecimal characters

*text* is the entry in lines, as signed messages are spelled (``messages.text``). It has everything
of the entry but its note, the only place for free text and so for personal data. In place of the
note stands its commitment under a salt of 32 random bytes. When note and salt are deleted, the
commitment stays and the chain still holds; without the salt nobody can test what the note may have
been. Account ids are in the text: they are pseudonyms, kept as long as the accounts.

    >>> entry = LinkedEntry("jnl_01M803NG4V00000000000000", "ISSUANCE", Instant(0), Instant(0),
    ...                     None, None, (LinkedPosting(1, "issuance:EUR", -5, "EUR", 0, -5),
    ...                                  LinkedPosting(2, "payer:pyr_7:EUR", 5, "EUR", 0, 5)))
    >>> print(entry_text(1, GENESIS, entry, commitment("07" * 32, "play money")))
    type=entry/v1
    sequence=1
    previous=0000000000000000000000000000000000000000000000000000000000000000
    entry_id=jnl_01M803NG4V00000000000000
    kind=ISSUANCE
    event_at=1970-01-01T00:00:00.000Z
    booked_at=1970-01-01T00:00:00.000Z
    payment_id=
    refund_id=
    note=b93be11cfa05cfc1cdf07ea1711d4266f4cb4d0d88436271a604ae807424ebd1
    line=1
    account_id=issuance:EUR
    amount_minor=-5
    currency=EUR
    balance_before_minor=0
    balance_after_minor=-5
    line=2
    account_id=payer:pyr_7:EUR
    amount_minor=5
    currency=EUR
    balance_before_minor=0
    balance_after_minor=5
    <BLANKLINE>

Source: Schneier and Kelsey, "Secure Audit Logs to Support Computer Forensics" (1999), for the hash
chain; RFC 9901 (SD-JWT) hides single claims behind salted hashes in the same way.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator

from ledger.protocol import instants
from ledger.protocol.errors.content import MessageFormat
from ledger.protocol.errors.trust import LinkMismatch, NoteMismatch
from ledger.protocol.instants import Instant
from ledger.protocol.messages.head import GENESIS
from ledger.protocol.messages.text import Line, write
from ledger.protocol.records import record
from ledger.protocol.signing.domains import SCHEME

__all__ = [
    "GENESIS",
    "SALT_BYTES",
    "LinkedEntry",
    "LinkedPosting",
    "commitment",
    "entry_text",
    "link",
    "require_link",
    "require_note",
]

SALT_BYTES = 32

_ENTRY = "entry"
_LINK_PREFIX = f"{SCHEME}/{_ENTRY}/v1\0".encode("ascii")
_NOTE_PREFIX = f"{SCHEME}/note/v1\0".encode("ascii")
_SALT = re.compile(r"[0-9a-f]{64}", re.ASCII)
_YEAR_10000 = Instant(253_402_300_800_000)


@record(frozen=True, slots=True)
class LinkedPosting:
    """One line of an entry; amount and balances are minor units of the currency."""

    line: int
    account_id: str
    amount_minor: int
    currency: str
    balance_before: int
    balance_after: int


@record(frozen=True, slots=True)
class LinkedEntry:
    """What is linked of an entry: all of it but its note."""

    entry_id: str
    kind: str
    event_at: Instant
    booked_at: Instant
    payment_id: str | None
    refund_id: str | None
    postings: tuple[LinkedPosting, ...]


def commitment(salt: str, note: str) -> str:
    """Commit to a note under a salt (else ``NoteMismatch``); SHA-256, hexadecimal."""
    if not _SALT.fullmatch(salt):
        raise NoteMismatch(f"a salt is {SALT_BYTES} bytes in lower-case hexadecimal")
    return hashlib.sha256(_NOTE_PREFIX + f"{salt}{note}".encode()).hexdigest()


def entry_text(sequence: int, previous: str, entry: LinkedEntry, note: str) -> str:
    """Spell an entry in its place behind the link ``previous``; ``note`` is the commitment.

    ``MessageFormat`` for what has no spelling of its own: a line break, an empty identifier, a
    point in time beyond the years 1970 to 9999.
    """
    return write(_ENTRY, _lines(sequence, previous, entry, note))


def link(sequence: int, previous: str, entry: LinkedEntry, note: str) -> str:
    """Hash an entry in its place; SHA-256, hexadecimal. Raises as ``entry_text`` does."""
    text = entry_text(sequence, previous, entry, note)
    return hashlib.sha256(_LINK_PREFIX + text.encode("utf-8")).hexdigest()


def require_link(stated: str, sequence: int, previous: str, entry: LinkedEntry, note: str) -> None:
    """Check that a stated link is that of this entry in this place, else ``LinkMismatch``."""
    try:
        found = link(sequence, previous, entry, note)
    except MessageFormat as error:
        raise LinkMismatch(f"the entry can't have been linked: {error}") from error
    if found != stated:
        raise LinkMismatch(f"link {sequence} is {stated}, its entry and link before give {found}")


def require_note(stated: str, salt: str, note: str) -> None:
    """Check that a note is the one committed to, else ``NoteMismatch``.

    Without a salt the note must be deleted as well: nothing could prove it.
    """
    if not salt and not note:
        return
    if not salt:
        raise NoteMismatch("there is a note, but no salt that would prove it")
    if commitment(salt, note) != stated:
        raise NoteMismatch("note and salt do not give the commitment")


def _lines(sequence: int, previous: str, entry: LinkedEntry, note: str) -> Iterator[Line]:
    yield "sequence", str(sequence)
    yield "previous", previous
    yield "entry_id", entry.entry_id
    yield "kind", entry.kind
    yield "event_at", _instant(entry.event_at)
    yield "booked_at", _instant(entry.booked_at)
    yield "payment_id", _optional_id(entry.payment_id)
    yield "refund_id", _optional_id(entry.refund_id)
    yield "note", note
    for posting in entry.postings:
        yield "line", str(posting.line)
        yield "account_id", posting.account_id
        yield "amount_minor", str(posting.amount_minor)
        yield "currency", posting.currency
        yield "balance_before_minor", str(posting.balance_before)
        yield "balance_after_minor", str(posting.balance_after)


def _instant(instant: Instant) -> str:
    if not 0 <= instant < _YEAR_10000:
        raise MessageFormat(f"{instant} ms is no time of the years 1970 to 9999")
    return instants.to_text(instant)


def _optional_id(text: str | None) -> str:
    if text == "":
        raise MessageFormat("an identifier is absent or has characters")
    return text or ""
