"""A secret seed is made once, kept whole, and never read from a file that others may read."""

from __future__ import annotations

import stat
import threading
from pathlib import Path

import pytest

from ledger.kit.entropy import SeededEntropy, SystemEntropy
from ledger.kit.secrets.seed_file import keep_seed
from ledger.protocol.errors.service import KeyFileUnusable


def test_a_seed_is_made_once_and_then_read(tmp_path: Path) -> None:
    path = tmp_path / "new" / "key"
    seed = keep_seed(path, SeededEntropy("first"))
    assert len(seed) == 32
    assert keep_seed(path, SeededEntropy("second")) == seed


def test_only_its_owner_may_read_it(tmp_path: Path) -> None:
    path = tmp_path / "new" / "key"
    keep_seed(path, SystemEntropy())
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert list(path.parent.iterdir()) == [path]


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o777])
def test_a_file_that_others_may_touch_is_refused(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "key"
    keep_seed(path, SystemEntropy())
    path.chmod(mode)
    with pytest.raises(KeyFileUnusable, match="open to others"):
        keep_seed(path, SystemEntropy())


@pytest.mark.parametrize("text", ["", "00", "g" * 64 + "\n", "0" * 64, "A" * 64 + "\n", "ä\n"])
def test_a_damaged_file_is_refused_and_left_alone(tmp_path: Path, text: str) -> None:
    path = tmp_path / "key"
    path.touch(mode=0o600)
    path.write_text(text)
    with pytest.raises(KeyFileUnusable, match="64 hexadecimal"):
        keep_seed(path, SystemEntropy())
    assert path.read_text() == text


def test_starting_many_times_at_once_makes_one_seed(tmp_path: Path) -> None:
    path, seeds, gate = tmp_path / "key", set(), threading.Barrier(8)

    def begin() -> None:
        gate.wait()
        seeds.add(keep_seed(path, SystemEntropy()))

    threads = [threading.Thread(target=begin) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(seeds) == 1
