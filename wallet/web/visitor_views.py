"""What the API answers to the wallet's own pages."""

from __future__ import annotations

from msgspec import Struct

from ledger.protocol.instants import later, to_text
from ledger.protocol.payment_code import WINDOW_MS, PaymentCode


class CodeAheadView(Struct, frozen=True):
    """The digits of one minute, this one's or one to come."""

    digits: str
    valid_from: str
    valid_until: str


class SessionView(Struct, frozen=True):
    """Which wallet a browser has: ``guest``, ``browser`` (its key is there), or none."""

    kind: str
    name: str
    demo_pin: str
    currencies: list[str]
    now: str


def code_ahead(code: PaymentCode) -> CodeAheadView:
    """Show the digits of one minute."""
    return CodeAheadView(
        digits=code.text,
        valid_from=to_text(later(code.valid_until, -WINDOW_MS)),
        valid_until=to_text(code.valid_until),
    )
