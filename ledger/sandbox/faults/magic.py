"""Amounts that ask for a fault by themselves, for who can't reach the sandbox's controls.

A till somewhere, a demo on a stand, a form in a browser: whoever can type a price can have it. Each
strikes once for an order: the first call that names the amount, or the first attempt to tell of it,
so that what a good program does next (query, send again, wait) meets an honest provider.

    >>> magic = Magic()
    >>> [fault.kind.label for fault in magic.strike(Strikes.CALL, 703, "alipay", "2021", "A-1")]
    ['call.unknown']
    >>> magic.strike(Strikes.CALL, 703, "alipay", "2021", "A-1")
    []
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import Final

from ledger.protocol.instants import MINUTE, SECOND
from ledger.sandbox.faults.kinds import FaultKind, Strikes, can_strike
from ledger.sandbox.faults.registry import Fault

AMOUNTS: Final[Mapping[int, Fault]] = {
    701: Fault(FaultKind.ANSWER_LOST),
    702: Fault(FaultKind.CALL_LOST),
    703: Fault(FaultKind.CALL_UNKNOWN),
    704: Fault(FaultKind.CALL_FAILED),
    705: Fault(FaultKind.ANSWER_SLOW, delay_ms=5 * SECOND),
    706: Fault(FaultKind.ANSWER_ALTERED),
    711: Fault(FaultKind.NOTIFICATION_LOST),
    712: Fault(FaultKind.NOTIFICATION_DOUBLED),
    713: Fault(FaultKind.NOTIFICATION_LATE, delay_ms=1 * MINUTE),
    714: Fault(FaultKind.NOTIFICATION_FORGED),
}
"""In minor units, of whichever currency: 7.01 euro, 7.01 yuan."""

REFUNDS: Final[Mapping[int, Fault]] = {
    721: Fault(FaultKind.REFUND_ABNORMAL),
    722: Fault(FaultKind.REFUND_CLOSED),
}
"""What is given back, at WeChat Pay's faces."""


class Magic:
    """Which orders have had theirs; safe to share between threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._had: set[tuple[str, ...]] = set()

    def strike(self, what: Strikes, amount_minor: int, *whose: str) -> list[Fault]:
        """Give the fault of an amount, the first time that this order comes with it."""
        return self._once(AMOUNTS.get(amount_minor), what, *whose)

    def strike_refund(self, call: str, refund_minor: int, *whose: str) -> list[Fault]:
        """Give the fault of what is given back, the first time that this order comes with it."""
        fault = REFUNDS.get(refund_minor)
        if fault is None or not can_strike(fault.kind, call):
            return []
        return self._once(fault, Strikes.CALL, fault.kind.label, *whose)

    def _once(self, fault: Fault | None, what: Strikes, *whose: str) -> list[Fault]:
        if fault is None or fault.kind.strikes is not what:
            return []
        with self._lock:
            if whose in self._had:
                return []
            self._had.add(whose)
        return [fault]

    def forget(self) -> None:
        """Have every order begin anew."""
        with self._lock:
            self._had.clear()
