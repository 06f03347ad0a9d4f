"""What is sent to the control API."""

from __future__ import annotations

import msgspec

from ledger.sandbox.faults import Fault
from ledger.sandbox.faults.kinds import kind_of


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A body of this API."""


class Nothing(Body, frozen=True):
    """A body without members."""


class AddFault(Body, frozen=True):
    """A fault to set; what is left out fits all."""

    kind: str
    merchant: str = ""
    order_no: str = ""
    call: str = ""
    payer: str = ""
    event: str = ""
    times: int = 0
    percent: int = 100
    delay_ms: int = 0
    code: str = ""

    @property
    def fault(self) -> Fault:
        """The fault; raises ``FaultUnknown``."""
        wanted = msgspec.structs.asdict(self)
        return Fault(kind_of(wanted.pop("kind")), **wanted)


class Time(Body, frozen=True):
    """How much time shall pass at once, and how fast it goes on; None: as fast as it did."""

    advance_ms: int = 0
    speed: int | None = None


class Reset(Body, frozen=True):
    """Whether the books begin anew, too, and by what faults are drawn from then on."""

    books: bool = False
    seed: str | None = None


class Run(Body, frozen=True):
    """Where the shop of a story is told; empty: at an address of its own."""

    notify_url: str = ""


class Seed(Body, frozen=True):
    """By what faults are drawn."""

    seed: str


class Snapshot(Body, frozen=True):
    """The name of a snapshot to be made."""

    name: str


class Verify(Body, frozen=True):
    """Which calls there must have been, and how often."""

    call: str = ""
    account: str = ""
    order_no: str = ""
    face: str = ""
    status: int = 0
    text: str = ""
    times: int = 1


class Scan(Body, frozen=True):
    """A code that a payer scans; on a sticker with what they type."""

    code: str
    amount_minor: int | None = None
    currency: str = "EUR"


class ShowCode(Body, frozen=True):
    """By whose till the payment code is to be taken."""

    till: str = "native"


class Forward(Body, frozen=True):
    """Where notifications are posted in place of their own address: all, or those of an order."""

    url: str
    order_no: str = ""
