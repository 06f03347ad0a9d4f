"""Head: the provider states where its chain stood at the end of a day, for anybody to keep.

The chain is in ``ledger.protocol.chain``. A head is sealed once a day shortly after midnight UTC,
also for a day without entries, and names the head before it: whoever has one has all before it.
Two different heads of one day, both with the provider's signature, prove that it shows different
books to different people.

    days       ...  20 Nov        21 Nov          22 Nov
    links      1 .. 57      58 .. 114          (none)
    heads      sequence=57  sequence=114     sequence=114
               count=57     count=57         count=0

It is the same idea as the signed tree head of Certificate Transparency (RFC 9162, section 4.10),
over a list instead of a tree.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, timedelta
from typing import ClassVar

from ledger.protocol import instants
from ledger.protocol.errors.content import FieldFormat, MessageFormat
from ledger.protocol.errors.trust import HeadMismatch
from ledger.protocol.instants import DAY, Instant, day_begins
from ledger.protocol.messages import rules
from ledger.protocol.messages.sealed import Message, Signed, decode, encode, require_sealed
from ledger.protocol.messages.text import Fields, Layout
from ledger.protocol.signing import LEDGER, Domain, KeyDirectory

GENESIS = "0" * 64
"""What stands for a link where there is none yet: before the first entry."""


@dataclass(frozen=True, slots=True)
class Head(Message):
    """The last link at the end of a business date (UTC), and how many came since the head before.

    ``link`` is the link numbered ``sequence`` (``GENESIS`` and 0 before the first), ``count`` of
    them are new, ``previous_head`` is the digest of the head of the day before, empty in the first.
    """

    DOMAIN: ClassVar = Domain.HEAD
    LAYOUT: ClassVar = Layout(
        Domain.HEAD,
        "business_date",
        "sequence",
        "link",
        "count",
        "previous_head",
        "sealed_at",
    )

    business_date: date
    sequence: int
    link: str
    count: int
    previous_head: str
    sealed_at: Instant

    def __post_init__(self) -> None:
        rules.check_digest(self.link)
        rules.check_optional_digest(self.previous_head)
        if (self.sequence == 0) is not (self.link == GENESIS):
            raise FieldFormat("the link before the first, and no other, is all zeros")
        if self.count > self.sequence or (not self.previous_head and self.count != self.sequence):
            raise FieldFormat(f"{self.count} new links up to number {self.sequence}")
        if self.sealed_at < day_begins(self.business_date) + DAY:
            raise FieldFormat("a day is sealed when it is over")

    @property
    def digest(self) -> str:
        """The SHA-256 of its text, by which the next head names it; hexadecimal."""
        return hashlib.sha256(encode(self).encode("ascii")).hexdigest()

    def require_after(self, before: Head | None) -> None:
        """Check that it continues the head of the day before (None: is the first).

        Else ``HeadMismatch``.
        """
        if self.previous_head != (before.digest if before else ""):
            raise HeadMismatch(f"the head of {self.business_date} names another head before it")
        if before is None:
            return
        if self.business_date - before.business_date != timedelta(days=1):
            raise HeadMismatch(f"{self.business_date} does not follow {before.business_date}")
        if self.sequence != before.sequence + self.count:
            raise HeadMismatch(
                f"{self.count} links after number {before.sequence} do not end at {self.sequence}"
            )
        if self.count == 0 and self.link != before.link:
            raise HeadMismatch("nothing was added, and still the last link is another")

    def values(self) -> tuple[str, ...]:
        """Give the values of the lines after the first, in their fixed order."""
        return (
            self.business_date.isoformat(),
            str(self.sequence),
            self.link,
            str(self.count),
            self.previous_head,
            instants.to_text(self.sealed_at),
        )

    @classmethod
    def from_fields(cls, fields: Fields) -> Head:
        """Make the message from the values of its lines."""
        return cls(
            business_date=_date(fields.text("business_date")),
            sequence=fields.number("sequence"),
            link=fields.text("link"),
            count=fields.number("count"),
            previous_head=fields.text("previous_head"),
            sealed_at=fields.instant("sealed_at"),
        )


def open_head(signed: Signed, directory: KeyDirectory) -> Head:
    """Open a head with the key that the provider had when it sealed it.

    The text is read first, but only for that time. Raises as ``open_`` does.
    """
    claimed = decode(Head, signed.text)
    require_sealed(signed, Head, directory, at=claimed.sealed_at, owner=LEDGER)
    return claimed


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise MessageFormat(f"no such date: {text[:40]!r}") from error
