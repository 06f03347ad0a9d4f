"""What a test says to its provider: let time pass, break this, what was told, what was asked."""

from __future__ import annotations

from collections.abc import Callable

from ledger.kit.clock import Clock
from ledger.protocol.instants import Instant, to_text
from ledger.sandbox.durations import milliseconds
from ledger.sandbox.faults import Fault, Faults
from ledger.sandbox.faults.kinds import kind_of
from ledger.sandbox.record.deliveries import Deliveries, Delivery, Told
from ledger.sandbox.record.journal import WAIT_S, Exchange, Journal, Wanted
from ledger.sandbox.timekeeper import Timekeeper


class PlayClock:
    """The provider's time; a test's stands still until it is let pass."""

    def __init__(self, clock: Clock, timekeeper: Timekeeper) -> None:
        self._clock = clock
        self._timekeeper = timekeeper

    def now(self) -> Instant:
        """Give the time in milliseconds since 1970."""
        return self._clock.now()

    def text(self) -> str:
        """Give the time as it is written in messages."""
        return to_text(self.now())

    def advance(self, duration: str | int) -> Instant:
        """Let time pass (``"90s"``, ``"3m"``, ``"1d"``, or milliseconds); gives the time then.

        What is due on the way happens at its moment: notifications are tried again, codes and
        payments expire, days are settled.
        """
        length_ms = milliseconds(duration) if isinstance(duration, str) else duration
        return self._timekeeper.advance(length_ms)

    def freeze(self) -> Instant:
        """Let time stand still, as it does at the beginning; gives the time."""
        return self.speed(0)

    def unfreeze(self) -> Instant:
        """Let time go on from here as fast as the machine's; gives the time."""
        return self.speed(1)

    def speed(self, speed: int) -> Instant:
        """Let so many seconds pass in one of the machine's, at most 300; gives the time.

        Raises ``TimeGoesOn`` for a speed that can't be.
        """
        return self._timekeeper.go(speed)


class PlayFaults:
    """What shall go wrong (docs/use/faults.md)."""

    def __init__(self, faults: Faults) -> None:
        self._faults = faults

    def add(
        self,
        kind: str,
        *,
        merchant: str = "",
        order_no: str = "",
        call: str = "",
        payer: str = "",
        event: str = "",
        times: int = 0,
        percent: int = 100,
        delay: str | int = 0,
        code: str = "",
    ) -> Fault:
        """Set a fault like ``answer.lost``; raises ``FaultUnknown``, ``FaultMeaningless``."""
        return self._faults.add(
            Fault(
                kind=kind_of(kind),
                merchant=merchant,
                order_no=order_no,
                call=call,
                payer=payer,
                event=event,
                times=times,
                percent=percent,
                delay_ms=milliseconds(delay) if isinstance(delay, str) else delay,
                code=code,
            )
        )

    def list(self) -> list[Fault]:
        """Give what is set, with how often it happened."""
        return self._faults.all()

    def clear(self, number: int = 0) -> None:
        """Take one out, or all."""
        self._faults.clear(number)


class PlayNotifications:
    """What merchants were told; each delivery has ``about``, ``headers``, ``body``, ``status``."""

    def __init__(self, deliveries: Deliveries, resend: Callable[[str], None]) -> None:
        self._deliveries = deliveries
        self._resend = resend

    def all(self) -> list[Delivery]:
        """Give every attempt, lost ones too, oldest first."""
        return self._deliveries.all()

    def find(self, event: str = "", *, order_no: str = "", merchant: str = "") -> list[Delivery]:
        """Give the attempts that arrived, of an event (``payment.paid``), about an order."""
        return self._deliveries.find(Told(event, order_no=order_no, merchant=merchant))

    def wait(
        self, event: str = "", *, order_no: str = "", merchant: str = "", within_s: float = WAIT_S
    ) -> Delivery:
        """Give the first of them, now or within so many seconds (``NothingCame``)."""
        told = Told(event, order_no=order_no, merchant=merchant)
        return self._deliveries.wait(told.fits, within_s)

    def resend(self, delivery: Delivery) -> None:
        """Have what it told told again, from the start of its schedule."""
        for each in delivery.about:
            self._resend(each.notification_id)


class PlayRequests:
    """What the provider was asked; each exchange has ``called``, ``body``, ``status``, ``answer``.

    A call is named by the vendor's name (``alipay.trade.pay``, ``pay``) or by method and path
    without its numbers (``POST /v3/pay/transactions/native``).
    """

    def __init__(self, journal: Journal) -> None:
        self._journal = journal

    def all(self) -> list[Exchange]:
        """Give every exchange, oldest first."""
        return self._journal.all()

    def find(self, call: str = "", *, order_no: str = "", account: str = "") -> list[Exchange]:
        """Give the exchanges of a call, about an order, by an account."""
        return self._journal.find(Wanted(call, account, order_no))

    def wait(
        self, call: str = "", *, order_no: str = "", account: str = "", within_s: float = WAIT_S
    ) -> Exchange:
        """Give the first of them, now or within so many seconds (``NothingCame``)."""
        return self._journal.wait(Wanted(call, account, order_no).fits, within_s)

    def assert_called(self, call: str, *, times: int = 1, order_no: str = "") -> list[Exchange]:
        """Give the exchanges of a call, which must be so many (``NotSeen``)."""
        return self._journal.require(Wanted(call, order_no=order_no), times)
