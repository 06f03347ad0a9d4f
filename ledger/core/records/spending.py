"""What a payer has spent in a day, and what an operator has decided about a party.

A day is named by the instant at which it began (UTC).
"""

from __future__ import annotations

from enum import StrEnum

from ledger.protocol.identifiers import PayerId
from ledger.protocol.instants import Instant
from ledger.protocol.records import record


class Purpose(StrEnum):
    """What a sum counts: everything (in the payer's currency), or a part (in the merchant's)."""

    ALL = "all"
    STICKER = "sticker"
    WITHOUT_PIN = "without_pin"


@record(frozen=True, slots=True)
class OwnLimits:
    """Limits of one payer in place of the policy's, in minor units of the payer's currency.

    ``None`` leaves that one to the policy; 0 lets nothing through.
    """

    payer_id: PayerId
    daily_minor: int | None
    monthly_minor: int | None


class DecisionKind(StrEnum):
    """What an operator can decide about a party."""

    BLOCK = "BLOCK"
    UNBLOCK = "UNBLOCK"
    SET_LIMITS = "SET_LIMITS"


@record(frozen=True, slots=True)
class Decision:
    """One decision about ``party`` (an id), why, and when; ``detail`` says what was set."""

    party: str
    kind: DecisionKind
    detail: str
    reason: str
    decided_at: Instant
