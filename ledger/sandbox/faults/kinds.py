"""Everything that can go wrong in a sandbox, one row each: what happens, as one sees it outside.

>>> kind_of("answer.lost").what
'the call is done, and the connection breaks before its answer'
"""

from __future__ import annotations

import re
from enum import Enum, StrEnum
from typing import Final

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
    REFUND_ABNORMAL = (
        "refund.abnormal",
        Strikes.CALL,
        "WeChat Pay takes a refund on that can't reach the payer, and it waits",
    )
    REFUND_CLOSED = (
        "refund.closed",
        Strikes.CALL,
        "WeChat Pay takes a refund on that fails, and it is over",
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


REFUND_OUTCOMES: Final = {
    FaultKind.REFUND_ABNORMAL: "REFUND_ABNORMAL",
    FaultKind.REFUND_CLOSED: "REFUND_CLOSED",
}
"""What becomes of a refund, in the words that WeChat Pay's faces are asked by."""

_REFUND: Final = re.compile(
    r"POST (/v3/refund/domestic/refunds|/v3/global/refunds"
    r"|(/sandboxnew|/xdc/apiv2sandbox)?/secapi/pay/refund)"
)


def can_strike(kind: FaultKind, call: str) -> bool:
    """Tell whether a kind can happen to a call at all.

    >>> can_strike(FaultKind.REFUND_CLOSED, "POST /secapi/pay/refund")
    True
    >>> can_strike(FaultKind.REFUND_CLOSED, "POST /pay/micropay")
    False
    """
    return kind not in REFUND_OUTCOMES or _REFUND.fullmatch(call) is not None


def kind_of(label: str) -> FaultKind:
    """Find a kind by its name; raises ``FaultUnknown``."""
    for kind in FaultKind:
        if kind.label == label:
            return kind
    known = ", ".join(kind.label for kind in FaultKind)
    raise FaultUnknown(f"{label[:40]!r} is none of {known}")
