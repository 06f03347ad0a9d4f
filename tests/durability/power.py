"""Play a morning on a recording disk, cut the power at every operation, and look at what is left.

An image is good when the product's own code opens it, SQLite finds it sound, money sums to zero and
balances equal their postings, and it holds exactly what was acknowledged: every table as it was
after the last commit that returned, or as after the one that was under way.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import apsw

from ledger.protocol.errors import QrpayError
from ledger.store.audit import rules
from tests.core.demo_world import World
from tests.durability.disk import Operation, RecordingDisk
from tests.durability.images import Fate, Platter, lay_out
from tests.durability.trade import Morning, disk_at_rest, fingerprint, opened

CHECKED_RULES = ("currencies_sum_to_zero", "entries_balance", "balances_equal_postings")
LOST = "acknowledged and lost"
DAMAGED = "does not open"
UNSOUND = "not sound"
UNBALANCED = "money does not add up"
GOOD = "good"


@dataclass
class Recording:
    """A disk's log, and after how many operations the books looked how, as clients were told."""

    files: dict[str, bytes]
    log: list[Operation] = field(default_factory=list)
    told_at: list[int] = field(default_factory=list)
    looked: list[str] = field(default_factory=list)

    def tell(self, disk: RecordingDisk, state: str) -> None:
        """A commit has returned."""
        self.told_at.append(len(disk.log))
        self.looked.append(state)

    def may_look(self, operations: int) -> set[str]:
        """How the books may look after so many operations: as last told, or one commit further."""
        last = bisect_right(self.told_at, operations) - 1
        return set(self.looked[max(0, last) : last + 2])


def record(folder: Path, rounds: int, *, synchronous: str = "FULL") -> Recording:
    """Play a morning of so many payments on books that lay at rest; close them at the end."""
    disk, wallets = disk_at_rest(folder)
    recording = Recording({name: disk.bytes_of(name) for name in disk.names})
    with disk.mounted():
        store = opened(folder)
        if synchronous != "FULL":
            store._writer.execute(f"PRAGMA synchronous = {synchronous}")
        assert str(store.facts()["journal_mode"]) == "wal"
        recording.tell(disk, fingerprint(store))
        recording.told_at[0] = 0
        store.told = lambda: recording.tell(disk, fingerprint(store))
        for act in Morning(World(store, wallets)).acts(rounds):
            act()
        store.close()
    recording.log = disk.log
    return recording


def record_first_start(folder: Path) -> Recording:
    """Make books where there are none: every migration, and the demo parties."""
    disk = RecordingDisk()
    recording = Recording({})
    with disk.mounted():
        store = opened(folder)
        recording.tell(disk, fingerprint(store))
        recording.told_at[0] = 0  # the next start makes whatever tables are missing
        store.told = lambda: recording.tell(disk, fingerprint(store))
        World(store).close()
    recording.log = disk.log
    return recording


def images(
    recording: Recording, dice: Random, *, share: float
) -> Iterator[tuple[int, dict[str, bytes]]]:
    """Give three images of each operation, or of a share of all operations."""
    platter = Platter()
    for number, (name, content) in enumerate(recording.files.items()):
        platter.names[name], platter.stable[number] = number, bytearray(content)
    for done, operation in enumerate(recording.log):
        platter.begin(operation)
        if dice.random() < share:
            for fate in Fate:
                yield done, platter.after_power_loss(fate, dice)
        platter.end(operation)


def judge(image: dict[str, bytes], folder: Path, may_look: set[str]) -> str:
    """Open an image with the product's own code and say what is wrong with it."""
    lay_out(image, folder)
    try:
        store = opened(folder)
    except QrpayError:
        return DAMAGED
    try:
        if store._writer.value(str, "PRAGMA integrity_check(1)") != "ok":
            return UNSOUND
        if any(store.breaches(rule) for rule in rules() if rule.name in CHECKED_RULES):
            return UNBALANCED
        return GOOD if fingerprint(store) in may_look else LOST
    except (QrpayError, apsw.Error):
        return DAMAGED
    finally:
        store.close()


def cut_power(recording: Recording, folder: Path, seed: int, *, share: float = 1) -> Counter[str]:
    """Judge the images of a recording; how many were what.

    Between two syncs many images are the same, and are looked at once.
    """
    verdicts: Counter[str] = Counter()
    known: dict[int, str] = {}
    for done, image in images(recording, Random(seed), share=share):  # noqa: S311 (foreseeable)
        may_look = recording.may_look(done)
        same = hash((*sorted(image.items()), *sorted(may_look)))
        if same not in known:
            known[same] = judge(image, folder, may_look)
        verdicts[known[same]] += 1
    return verdicts
