"""Everything that can go wrong in a sandbox, one row each: what happens, as one sees it outside.

>>> kind_of("answer.lost").what
'the call is done, and the connection breaks before its answer'
"""

from __future__ import annotations

from enum import Enum, StrEnum

from ledger.protocol.errors.sandbox import FaultUnknown


class Strikes(StrEnum):
    """What a fault happens to."""

    CALL = "call"
    NOTIFICATION = "notification"
    PAYER = "payer"
    CLOCK = "clock"


class FaultKind(Enum):
    """The kinds, by the names that people type."""

    ANSWER_LOST = (
        "answer.lost",
        Strikes.CALL,
        "the call is done, and the connection breaks before its answer",
    )
    CALL_LOST = (
        "call.lost",
        Strikes.CALL,
        "the connection breaks and nothing is done",
    )
    CALL_UNKNOWN = (
        "call.unknown",
        Strikes.CALL,
        "the call is done, and answered by a failure of the provider's: query what became of it",
    )
    CALL_FAILED = (
        "call.failed",
        Strikes.CALL,
        "nothing is done, and a failure of the provider's is the answer",
    )
    CALL_REFUSED = (
        "call.refused",
        Strikes.CALL,
        "nothing is done, and the vendor's face refuses by `code`, if the call can get that one",
    )
    ANSWER_SLOW = (
        "answer.slow",
        Strikes.CALL,
        "the call is done, and its answer comes late by `delay` of real time",
    )
    ANSWER_ALTERED = (
        "answer.wrongly-signed",
        Strikes.CALL,
        "the answer's signature is of something else",
    )
    ANSWER_UNSIGNED = (
        "answer.unsigned",
        Strikes.CALL,
        "the answer has no signature",
    )
    NOTIFICATION_LOST = (
        "notification.lost",
        Strikes.NOTIFICATION,
        "it never arrives; the provider tries again on its schedule",
    )
    NOTIFICATION_DOUBLED = (
        "notification.doubled",
        Strikes.NOTIFICATION,
        "it arrives twice in a row",
    )
    NOTIFICATION_LATE = (
        "notification.late",
        Strikes.NOTIFICATION,
        "it is sent `delay` later, on the sandbox's clock",
    )
    NOTIFICATION_OVERTAKEN = (
        "notification.out-of-order",
        Strikes.NOTIFICATION,
        "it is sent after the next one to the same merchant, or `delay` later where there is none",
    )
    NOTIFICATION_FORGED = (
        "notification.wrongly-signed",
        Strikes.NOTIFICATION,
        "its signature is of something else",
    )
    PAYER_DECLINES = (
        "payer.declines",
        Strikes.PAYER,
        "the payer says no to what they are asked",
    )
    WALLET_OFFLINE = (
        "wallet.offline",
        Strikes.PAYER,
        "the payer's phone has no network; payment codes can be shown",
    )
    CLOCK_SKEW = (
        "clock.skew",
        Strikes.CLOCK,
        "the provider's clock is ahead of everybody's by `delay`, behind where it is negative",
    )

    def __init__(self, label: str, strikes: Strikes, what: str) -> None:
        self.label = label
        self.strikes = strikes
        self.what = what


def kind_of(label: str) -> FaultKind:
    """Find a kind by its name; raises ``FaultUnknown``."""
    for kind in FaultKind:
        if kind.label == label:
            return kind
    known = ", ".join(kind.label for kind in FaultKind)
    raise FaultUnknown(f"{label[:40]!r} is none of {known}")
