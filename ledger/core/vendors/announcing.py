"""How a vendor's face tells a merchant; the notifier sends, repeats and counts.

The outbox's row is written with the event, as for every payment (``notices.notifications``). Where
the payment came by a vendor's face, the notifier asks that face's ``Announcer`` for what to post,
and whether an answer means that it was taken. Rendering signs, so it is done outside of the unit of
work that leases the row, and again for each attempt.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field
from typing import Protocol

from ledger.core.ports import Books
from ledger.core.records.notices import OutboxRow
from ledger.core.records.vendors import VendorFace, VendorOrder
from ledger.protocol.instants import Instant
from ledger.protocol.records import record


@record(frozen=True, slots=True)
class Post:
    """What is posted where.

    A probe is something that the merchant must refuse: it is told again, whatever the answer.
    """

    url: str
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)
    is_probe: bool = False


class Announcer(Protocol):
    """A face's way of telling merchants; it reads ``books`` and changes nothing."""

    @property
    def retry_after_ms(self) -> Sequence[int]:
        """How long to wait after the first attempt, the second, and so on, until it is over."""

    def render(
        self, books: Books, row: OutboxRow, order: VendorOrder, *, now: Instant
    ) -> Post | None:
        """Spell what happened; None for what the vendor does not tell, or to nobody."""

    def is_taken(self, status: int, body: bytes) -> bool:
        """Tell whether the merchant's answer says that it has it."""


Announcers = Mapping[VendorFace, Announcer]
"""The announcer of each face that has one."""
