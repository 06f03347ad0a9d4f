"""Two kinds of time, and only one of them can jump."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from ledger.kit.clock import (
    LedClock,
    SettableClock,
    SharedClock,
    SystemClock,
    between_looks_s,
    clock_at,
    pause,
    require_fresh,
    speed_of,
)
from ledger.kit.course import SPEED_MOST
from ledger.protocol.errors.service import FileDamaged
from ledger.protocol.errors.trust import TimestampSkew
from ledger.protocol.instants import DAY, HOUR, MINUTE, SECOND, Instant


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


def test_all_who_share_a_clock_see_time_pass(tmp_path: Path) -> None:
    ours, theirs = clock_at(tmp_path / "clock"), SharedClock(tmp_path / "clock")
    assert ours.now() - SystemClock().now() < SECOND
    theirs.advance(DAY)
    theirs.advance(HOUR)
    assert DAY + HOUR <= ours.now() - SystemClock().now() + SECOND < DAY + HOUR + 2 * SECOND
    assert clock_at(tmp_path / "clock").now() - ours.now() < SECOND
    assert list(tmp_path.iterdir()) == [tmp_path / "clock"]


def test_all_who_share_a_clock_see_it_stand_still_and_go_on_from_there(tmp_path: Path) -> None:
    ours, theirs = SharedClock(tmp_path / "clock"), SharedClock(tmp_path / "clock")
    theirs.go(0)
    stood = ours.now()
    pause(0.01)
    assert (ours.now(), ours.speed) == (stood, 0)
    theirs.advance(HOUR)
    assert ours.now() == stood + HOUR
    theirs.go(1)
    assert stood + HOUR <= ours.now() < stood + HOUR + MINUTE
    assert int((tmp_path / "clock").read_text()) == theirs.ahead_ms()


def test_a_fast_clock_shows_so_many_seconds_in_one_of_the_machines(tmp_path: Path) -> None:
    clock = SharedClock(tmp_path / "clock")
    clock.go(60)
    before, machine = clock.now(), SystemClock().now()
    pause(0.01)
    passed = SystemClock().now() - machine
    assert clock.now() - before >= 60 * passed > 0
    assert (speed_of(clock), between_looks_s(clock, 5.0)) == (60, 5.0 / 60)
    clock.go(300)
    assert (between_looks_s(clock, 5.0), between_looks_s(clock, 0.01)) == (0.05, 0.01)
    assert between_looks_s(SystemClock(), 5.0) == 5.0


def test_two_who_move_a_clock_at_once_both_move_it(tmp_path: Path) -> None:
    clocks = [SharedClock(tmp_path / "clock") for _ in range(4)]
    with ThreadPoolExecutor(len(clocks)) as pool:
        list(pool.map(lambda clock: [clock.advance(HOUR) for _ in range(25)], clocks))
    assert [clock.ahead_ms() for clock in clocks] == [100 * HOUR] * 4


@pytest.mark.parametrize("speed", [-1, SPEED_MOST + 1])
def test_a_clock_goes_neither_backwards_nor_faster_than_signatures_age(speed: int) -> None:
    clock = LedClock.standing_at(Instant(5))
    with pytest.raises(ValueError, match="at a speed from 0 to 300"):
        clock.go(speed)
    assert (clock.now(), clock.speed) == (5, 0)


def test_a_shared_clock_is_not_turned_back(tmp_path: Path) -> None:
    clock = SharedClock(tmp_path / "clock")
    with pytest.raises(ValueError, match="backwards"):
        clock.advance(-1)
    assert clock.ahead_ms() == 0


@pytest.mark.parametrize(
    "text", ["", "\udcff", "1.5", "１", "1e3", "a day", "9" * 16, "1 2", "1 2 1000", "1 2 -1"]
)
def test_a_shared_clock_that_says_no_number_is_refused_by_name(tmp_path: Path, text: str) -> None:
    (tmp_path / "clock").write_bytes(text.encode(errors="surrogateescape"))
    with pytest.raises(FileDamaged, match=r"clock: .*; without it, time goes by"):
        SharedClock(tmp_path / "clock").now()


def test_outside_of_a_clock_that_is_led_it_is_as_late_as_the_machine_says() -> None:
    clock = LedClock.standing_at(Instant(5))
    assert abs(clock.outside() - SystemClock().now()) < MINUTE
    settable = SettableClock(Instant(5))
    settable.advance(DAY)
    assert settable.outside() == settable.now() == 5 + DAY


def test_a_stamp_is_fresh_by_either_clock_or_refused_by_that_outside() -> None:
    clock = LedClock.standing_at(Instant(5))
    asked: list[Instant] = []

    def check(now: Instant) -> None:
        asked.append(now)
        if len(asked) < refused:
            raise TimestampSkew

    refused = 1
    require_fresh(clock, check)
    assert asked == [5]
    refused = 3
    require_fresh(clock, check)
    assert [each == 5 for each in asked] == [True, True, False]
    refused = 9
    with pytest.raises(TimestampSkew):
        require_fresh(clock, check)


def test_without_a_shared_clock_a_party_goes_by_the_machines() -> None:
    assert type(clock_at(None)) is SystemClock
