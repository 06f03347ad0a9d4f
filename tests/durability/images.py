"""What a disk may hold after the power failed in the middle of something.

What was synced is there. Of what was not, each 512-byte sector is there, or is not, or holds
garbage, whatever came before or after it: disks reorder. A cut may have happened or not. Names
appear and vanish in the sequence in which they were asked to, as journalling file systems do it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from random import Random

from tests.durability.disk import (
    Create,
    Delete,
    Operation,
    Sync,
    SyncFolder,
    Truncate,
    Write,
    put,
)

PIECE_BYTES = 512
GARBAGE_ONE_IN = 12


class Fate(StrEnum):
    """What became of that which was not synced."""

    LOST = "lost"
    KEPT = "kept"
    TORN = "torn"


@dataclass
class Platter:
    """What is on the disk for certain, and what is on its way there."""

    stable: dict[int, bytearray] = field(default_factory=dict)
    under_way: dict[int, list[Write | Truncate]] = field(default_factory=dict)
    names: dict[str, int] = field(default_factory=dict)
    renaming: list[Create | Delete] = field(default_factory=list)

    def begin(self, operation: Operation) -> None:
        """An operation is asked for; what it does may be on its way from now on."""
        if isinstance(operation, (Create, Delete)):
            self.renaming.append(operation)
        elif isinstance(operation, (Write, Truncate)):
            self.under_way.setdefault(operation.file, []).append(operation)

    def end(self, operation: Operation) -> None:
        """An operation has returned; after a sync, what was under way has arrived."""
        if isinstance(operation, Sync):
            stable = self.stable.setdefault(operation.file, bytearray())
            for each in self.under_way.pop(operation.file, []):
                _arrive(stable, each)
        elif isinstance(operation, SyncFolder):
            _rename(self.names, self.renaming)
            self.renaming.clear()

    def after_power_loss(self, fate: Fate, dice: Random) -> dict[str, bytes]:
        """Make one image: the content of each file by its name."""
        happened = {Fate.LOST: 0, Fate.KEPT: len(self.renaming)}.get(
            fate, dice.randint(0, len(self.renaming))
        )
        names = dict(self.names)
        _rename(names, self.renaming[:happened])
        return {name: self._content(file, fate, dice) for name, file in names.items()}

    def _content(self, file: int, fate: Fate, dice: Random) -> bytes:
        content = bytearray(self.stable.get(file, b""))
        for each in self.under_way.get(file, []):
            if fate is Fate.KEPT:
                _arrive(content, each)
            elif fate is Fate.TORN:
                _arrive_in_pieces(content, each, dice)
        return bytes(content)


def _arrive(content: bytearray, operation: Write | Truncate) -> None:
    if isinstance(operation, Write):
        put(content, operation.offset, operation.data)
    else:
        del content[operation.size :]


def _arrive_in_pieces(content: bytearray, operation: Write | Truncate, dice: Random) -> None:
    if isinstance(operation, Truncate):
        if dice.random() < 1 / 2:
            _arrive(content, operation)
        return
    for start, piece in _pieces(operation):
        if dice.random() < 1 / 2:
            continue
        is_garbage = dice.randrange(GARBAGE_ONE_IN) == 0
        put(content, start, dice.randbytes(len(piece)) if is_garbage else piece)


def _pieces(write: Write) -> Iterator[tuple[int, bytes]]:
    """Cut a write at the borders of sectors."""
    start, end = write.offset, write.offset + len(write.data)
    while start < end:
        border = min(end, (start // PIECE_BYTES + 1) * PIECE_BYTES)
        yield start, write.data[start - write.offset : border - write.offset]
        start = border


def _rename(names: dict[str, int], operations: list[Create | Delete]) -> None:
    for each in operations:
        if isinstance(each, Create):
            names[each.name] = each.file
        else:
            names.pop(each.name, None)


def lay_out(image: dict[str, bytes], folder: Path) -> None:
    """Put an image into an empty folder."""
    for path in folder.iterdir():
        path.unlink()
    for name, content in image.items():
        (folder / name).write_bytes(content)
