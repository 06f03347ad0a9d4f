"""The body about the provider's chain."""

from __future__ import annotations

from ledger.protocol.native_wire.basics import SignedText, View


class DayHead(View, frozen=True, kw_only=True):
    """The signed head of a day: all that was booked until its end, in one hash. Keep it."""

    head: SignedText
