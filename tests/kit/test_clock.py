"""Two kinds of time, and only one of them can jump."""

from __future__ import annotations

import time

import pytest

from ledger.kit.clock import SettableClock, SystemClock
from ledger.protocol.instants import HOUR, Instant


def test_the_system_clock_tells_milliseconds_since_the_epoch() -> None:
    before = int(time.time() * 1000)
    now = SystemClock().now()
    assert before <= now <= int(time.time() * 1000) + 1


def test_the_system_clocks_monotonic_time_does_not_go_back() -> None:
    clock = SystemClock()
    readings = [clock.monotonic() for _ in range(100)]
    assert readings == sorted(readings)


def test_a_settable_clock_stands_still_until_it_is_moved() -> None:
    clock = SettableClock(Instant(5))
    assert (clock.now(), clock.now(), clock.monotonic()) == (5, 5, 0.0)


def test_letting_time_pass_moves_both_kinds_of_time() -> None:
    clock = SettableClock(Instant(0))
    clock.advance(2 * HOUR)
    assert (clock.now(), clock.monotonic()) == (2 * HOUR, 7200.0)


def test_correcting_the_time_of_day_lets_no_time_pass() -> None:
    clock = SettableClock(Instant(3 * HOUR))
    clock.set(Instant(HOUR))
    assert (clock.now(), clock.monotonic()) == (HOUR, 0.0)


def test_time_can_not_pass_backwards() -> None:
    clock = SettableClock(Instant(0))
    with pytest.raises(ValueError, match="backwards"):
        clock.advance(-1)
    assert (clock.now(), clock.monotonic()) == (0, 0.0)
