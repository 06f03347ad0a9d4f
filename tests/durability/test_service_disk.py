"""A ledger at work whose disk is full, and a second ledger that wants the same books.

The disk is full for the ledger alone: the system refuses to let its files grow (RLIMIT_FSIZE), and
then lets them again, while it runs.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from ledger.kit.network.ports import free_port
from tests.durability.fleet import Fleet
from tests.durability.scenes import Scene
from tests.processes.acknowledged import Slips
from tests.processes.services import COMMAND_WITHIN_S, nothing_left_running, wait_for

ROOM_BYTES = 4096


@pytest.fixture(scope="module")
def fleet(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fleet]:
    """Three services on files."""
    data = tmp_path_factory.mktemp("disk") / "home"
    with nothing_left_running(data):
        made = Fleet(data)
        try:
            made.begin()
            yield made
        finally:
            made.end()


@pytest.fixture
def slips(fleet: Fleet) -> Slips:
    """What clients of these services were told."""
    return Slips(fleet.data / "slips.jsonl")


def _family(pid: int) -> list[int]:
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid, *(each for child in children for each in _family(int(child)))]


def _limit_files(pid: int, size: int) -> None:
    for each in _family(pid):
        _, most = resource.prlimit(each, resource.RLIMIT_FSIZE)
        resource.prlimit(each, resource.RLIMIT_FSIZE, (size, most))


def _refusals(fleet: Fleet) -> int:
    return (fleet.data / "restarted.log").read_text().count("STORAGE_F")


def test_a_ledger_with_a_full_disk_says_so_stays_up_and_goes_on_when_there_is_room(
    fleet: Fleet, slips: Slips
) -> None:
    before, during = Scene(fleet, slips, "anna"), Scene(fleet, slips, "li-wei")
    before.play_all()
    log = fleet.data / "ledger" / "books.db-wal"
    _limit_files(fleet.pids["ledger"], log.stat().st_size + ROOM_BYTES)
    playing = threading.Thread(target=during.attempt, args=("play all",))
    playing.start()
    wait_for("somebody was told", lambda: _refusals(fleet) > 0)
    assert fleet.answers("ledger")
    assert fleet.findings() == []
    _limit_files(fleet.pids["ledger"], resource.RLIM_INFINITY)
    playing.join()
    during.require_no_failure()
    for scene in (before, during):
        scene.require_once()
    slips.require_in_books(fleet.place)
    assert fleet.findings() == []


def test_a_second_ledger_on_the_same_books_is_refused_and_the_first_goes_on(
    fleet: Fleet, slips: Slips
) -> None:
    second = subprocess.run(
        [sys.executable, "-m", "ledger", "serve"],
        env={**fleet.settings_of("ledger"), "QRPAY_LEDGER_PORT": str(free_port())},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=COMMAND_WITHIN_S,
        check=False,
    )
    assert second.returncode != 0
    assert "STORE_IN_USE" in second.stderr
    scene = Scene(fleet, slips, "yuki")
    scene.play_all()
    scene.require_once()
