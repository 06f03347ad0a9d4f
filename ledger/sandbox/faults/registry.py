"""The faults that are set: each strikes what fits it, so many times or with some probability.

    >>> faults = Faults(seed="1")
    >>> lost = faults.add(Fault(FaultKind.ANSWER_LOST, call="alipay.trade.pay", times=1))
    >>> here = Concerned(call="alipay.trade.pay", account="2021000000000001", order_no="A-1")
    >>> [fault.kind.label for fault in faults.strike(Strikes.CALL, here)]
    ['answer.lost']
    >>> faults.strike(Strikes.CALL, here)
    []

What fits is decided by equality only: a merchant, an account at a vendor, an order's number, a
call, a payer; what a fault leaves empty fits all. A draw is made of the seed, the fault's number
and how often it fitted before, so the same calls meet the same faults again.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Sequence
from dataclasses import dataclass, replace

from ledger.protocol.errors.sandbox import FaultMeaningless, FaultUnknown
from ledger.sandbox.faults.kinds import FaultKind, Strikes, can_strike
from ledger.sandbox.faults.refusals import can_refuse, is_known

_CERTAIN_PERCENT = 100
_SKEW_MAX_MS = 400 * 24 * 3600 * 1000


@dataclass(frozen=True, slots=True)
class Fault:
    """What shall go wrong. ``times`` 0 is until it is cleared; ``percent`` of what fits is struck.

    ``delay_ms`` and ``code`` mean what the kind says. ``number`` is given by the registry, as are
    ``fitted`` and ``struck``: how often it fitted and how often it happened.
    """

    kind: FaultKind
    merchant: str = ""
    order_no: str = ""
    call: str = ""
    payer: str = ""
    event: str = ""
    times: int = 0
    percent: int = _CERTAIN_PERCENT
    delay_ms: int = 0
    code: str = ""
    number: int = 0
    fitted: int = 0
    struck: int = 0

    def check(self) -> Fault:
        """Give it back if it means something, else raise ``FaultMeaningless``."""
        if not 1 <= self.percent <= _CERTAIN_PERCENT or self.times < 0:
            raise FaultMeaningless("it happens to 1 to 100 percent, a whole number of times")
        if abs(self.delay_ms) > _SKEW_MAX_MS or (
            self.delay_ms < 0 and self.kind is not FaultKind.CLOCK_SKEW
        ):
            raise FaultMeaningless(f"{self.kind.label} does not take this delay")
        needs_delay = (FaultKind.ANSWER_SLOW, FaultKind.NOTIFICATION_LATE, FaultKind.CLOCK_SKEW)
        if self.kind in needs_delay and self.delay_ms == 0:
            raise FaultMeaningless(f"{self.kind.label} needs a delay, like 5s")
        self._check_code()
        return self

    def _check_code(self) -> None:
        if self.kind is not FaultKind.CALL_REFUSED:
            if self.code:
                raise FaultMeaningless(f"{self.kind.label} does not take a code")
        elif not is_known(self.code):
            raise FaultMeaningless(f"no call can be refused by {self.code[:80]!r}")
        elif self.call and not can_refuse(self.code, self.call):
            raise FaultMeaningless(f"{self.call[:80]} is never refused by {self.code}")

    def fits(self, concerned: Concerned) -> bool:
        """Tell whether this is about that."""
        return (
            self.merchant in ("", concerned.account, concerned.merchant)
            and self.order_no in ("", concerned.order_no)
            and self.call in ("", concerned.call)
            and self.payer in ("", concerned.payer)
            and self.event in ("", concerned.event)
            and can_strike(self.kind, concerned.call)
            and (not self.code or can_refuse(self.code, concerned.call))
        )


@dataclass(frozen=True, slots=True)
class Concerned:
    """What is about to happen: to which merchant, order, call, payer, by which event."""

    merchant: str = ""
    account: str = ""
    order_no: str = ""
    call: str = ""
    payer: str = ""
    event: str = ""


class Faults:
    """The faults of one sandbox; safe to share between threads."""

    def __init__(self, seed: str) -> None:
        self._seed = seed
        self._lock = threading.Lock()
        self._set: dict[int, Fault] = {}
        self._last = 0

    @property
    def is_empty(self) -> bool:
        """Whether nothing shall go wrong."""
        return not self._set

    def add(self, fault: Fault) -> Fault:
        """Set a fault and give it its number; raises ``FaultMeaningless``."""
        fault.check()
        with self._lock:
            self._last += 1
            fault = replace(fault, number=self._last, fitted=0, struck=0)
            self._set[fault.number] = fault
            return fault

    def all(self) -> list[Fault]:
        """List what is set."""
        with self._lock:
            return list(self._set.values())

    def put_back(self, kept: Sequence[Fault]) -> None:
        """Have these set and no others, with their numbers and counts."""
        with self._lock:
            self._set = {fault.number: fault for fault in kept}
            self._last = max([self._last, *self._set])

    def clear(self, number: int = 0) -> None:
        """Take one fault out, or all (0); raises ``FaultUnknown``."""
        with self._lock:
            if not number:
                self._set.clear()
            elif self._set.pop(number, None) is None:
                raise FaultUnknown(str(number))

    def begin(self) -> None:
        """Have none set, and number them from one again, so that a seed draws what it drew."""
        with self._lock:
            self._set.clear()
            self._last = 0

    def sow(self, seed: str) -> None:
        """Draw by another seed from now on, and count anew."""
        with self._lock:
            self._seed = seed
            self._set = {
                number: replace(fault, fitted=0, struck=0) for number, fault in self._set.items()
            }

    def strike(self, what: Strikes, concerned: Concerned) -> list[Fault]:
        """Give the faults that happen now; each counts."""
        if not self._set:
            return []
        struck = []
        with self._lock:
            for fault in list(self._set.values()):
                if fault.kind.strikes is what and fault.fits(concerned):
                    counted = self._counted(fault)
                    if counted.struck > fault.struck:
                        struck.append(counted)
        return struck

    def _counted(self, fault: Fault) -> Fault:
        happens = self._draw(fault) < fault.percent
        counted = replace(fault, fitted=fault.fitted + 1, struck=fault.struck + happens)
        if counted.times and counted.struck == counted.times:
            del self._set[fault.number]
        else:
            self._set[fault.number] = counted
        return counted

    def _draw(self, fault: Fault) -> int:
        text = f"{self._seed}/{fault.number}/{fault.fitted}"
        return int.from_bytes(hashlib.sha256(text.encode()).digest()) % _CERTAIN_PERCENT

    # What the people ask (``wallets.Moods``) and what the clock does.

    def declines(self, name: str) -> bool:
        """Whether this payer says no this time."""
        return self._happens(FaultKind.PAYER_DECLINES, name)

    def is_offline(self, name: str) -> bool:
        """Whether this payer's phone has no network this time."""
        return self._happens(FaultKind.WALLET_OFFLINE, name)

    def skew_ms(self) -> int:
        """How far the provider's clock is ahead; asking does not count."""
        if not self._set:
            return 0
        return sum(each.delay_ms for each in self.all() if each.kind is FaultKind.CLOCK_SKEW)

    def _happens(self, kind: FaultKind, payer: str) -> bool:
        with self._lock:
            counted = [
                self._counted(fault).struck > fault.struck
                for fault in list(self._set.values())
                if fault.kind is kind and fault.fits(Concerned(payer=payer))
            ]
        return any(counted)
