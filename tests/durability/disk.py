"""A disk that remembers what was asked of it: files in memory, and a log of every operation.

    disk = RecordingDisk()
    with disk.mounted():
        store = open_store(path, package="ledger.store.embedded")     # unchanged code
    disk.log                                                          # writes, syncs, deletions

It is a virtual file system of SQLite (sqlite.org/vfs.html) and does what ``os_unix.c`` does with a
local file: the same sector size and characteristics, and the first sync of a new log or journal
syncs its folder too. It has no shared memory, so connections on it hold the file for themselves
(``locking_mode=EXCLUSIVE``); every other setting is the store's own.

It can also refuse: the n-th operation fails (``refuse_at``), or there is no more room (``room``).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count

import apsw

SECTOR_BYTES = 4096
_POWERSAFE_OVERWRITE = 0x1000
_NEEDS_FOLDER_SYNC = (
    apsw.SQLITE_OPEN_WAL | apsw.SQLITE_OPEN_MAIN_JOURNAL | apsw.SQLITE_OPEN_SUPER_JOURNAL
)
_numbers = count(1)


@dataclass(frozen=True, slots=True)
class Create:
    """A name appears in the folder, and ``file`` is what it names."""

    name: str
    file: int


@dataclass(frozen=True, slots=True)
class Delete:
    """A name is gone from the folder."""

    name: str


@dataclass(frozen=True, slots=True)
class SyncFolder:
    """All that happened to names until now stays."""


@dataclass(frozen=True, slots=True)
class Write:
    """Bytes go into a file."""

    file: int
    offset: int
    data: bytes


@dataclass(frozen=True, slots=True)
class Truncate:
    """A file is cut to a size."""

    file: int
    size: int


@dataclass(frozen=True, slots=True)
class Sync:
    """All that was done to a file until now stays."""

    file: int


Operation = Create | Delete | SyncFolder | Write | Truncate | Sync


class RecordingDisk(apsw.VFS):
    """Files by name, and everything that was done to them; ``files`` are there from the start."""

    def __init__(self, files: dict[str, bytes] | None = None) -> None:
        self.name = f"recording-{next(_numbers)}"
        super().__init__(self.name, base="")
        self.log: list[Operation] = []
        self.contents: list[bytearray] = []
        self.names: dict[str, int] = {}
        self.refuse_at = 0
        self.refusals = 0
        self.room: int | None = None
        for name, content in (files or {}).items():
            self.names[name] = self._new(content)

    @contextmanager
    def mounted(self) -> Iterator[None]:
        """Within the block, stores are opened on this disk."""
        hooks, before = apsw.connection_hooks, apsw.vfs_names()[0]
        hooks.append(_hold_alone)
        apsw.set_default_vfs(self.name)
        try:
            yield
        finally:
            apsw.set_default_vfs(before)
            hooks.remove(_hold_alone)

    def do(self, operation: Operation) -> None:
        """Log an operation, or refuse it."""
        if self.refuse_at and len(self.log) + self.refusals + 1 == self.refuse_at:
            self.refusals += 1
            raise apsw.IOError("the disk refuses")
        self.log.append(operation)

    def require_room(self, more: int) -> None:
        """Refuse what does not fit any more."""
        if self.room is not None and sum(map(len, self.contents)) + more > self.room:
            raise apsw.FullError("the disk is full")

    def bytes_of(self, name: str) -> bytes:
        """What is in a file."""
        return bytes(self.contents[self.names[name]])

    def _new(self, content: bytes = b"") -> int:
        self.contents.append(bytearray(content))
        return len(self.contents) - 1

    def xFullPathname(self, name: str) -> str:  # noqa: N802
        return name.rpartition("/")[2]

    def xAccess(self, pathname: str, flags: int) -> bool:  # noqa: ARG002, N802
        return pathname in self.names

    def xDelete(self, filename: str, syncdir: bool) -> None:  # noqa: FBT001, N802
        if filename not in self.names:
            raise apsw.IOError("no such file")
        self.do(Delete(filename))
        del self.names[filename]
        if syncdir:
            self.do(SyncFolder())

    def xOpen(  # type: ignore[override]  # noqa: N802
        self, name: str | apsw.URIFilename | None, flags: list[int]
    ) -> RecordedFile:
        if name is None:
            return RecordedFile(self, self._new(), is_temporary=True)
        called = name if isinstance(name, str) else name.filename()
        called = called.rpartition("/")[2]
        is_new = called not in self.names
        if is_new:
            self.names[called] = self._new()
            self.do(Create(called, self.names[called]))
        flags[1] = flags[0]
        needs_sync = is_new and bool(flags[0] & _NEEDS_FOLDER_SYNC)
        return RecordedFile(self, self.names[called], syncs_folder=needs_sync)


class RecordedFile:
    """An open file of a recording disk."""

    def __init__(
        self,
        disk: RecordingDisk,
        file: int,
        *,
        syncs_folder: bool = False,
        is_temporary: bool = False,
    ) -> None:
        self._disk = disk
        self._file = file
        self._syncs_folder = syncs_folder
        self._is_temporary = is_temporary

    @property
    def _content(self) -> bytearray:
        return self._disk.contents[self._file]

    def xRead(self, amount: int, offset: int) -> bytes:  # noqa: N802
        return bytes(self._content[offset : offset + amount])

    def xWrite(self, data: bytes, offset: int) -> None:  # noqa: N802
        self._disk.require_room(max(0, offset + len(data) - len(self._content)))
        if not self._is_temporary:
            self._disk.do(Write(self._file, offset, bytes(data)))
        put(self._content, offset, data)

    def xTruncate(self, size: int) -> None:  # noqa: N802
        if not self._is_temporary:
            self._disk.do(Truncate(self._file, size))
        del self._content[size:]

    def xSync(self, flags: int) -> None:  # noqa: ARG002, N802
        self._disk.do(Sync(self._file))
        if self._syncs_folder:
            self._disk.do(SyncFolder())
            self._syncs_folder = False

    def xFileSize(self) -> int:  # noqa: N802
        return len(self._content)

    def xClose(self) -> None:  # noqa: N802
        """Closing keeps nothing that was not synced."""

    def xLock(self, level: int) -> None:  # noqa: N802
        """Nobody else is there."""

    def xUnlock(self, level: int) -> None:  # noqa: N802
        """Nobody else is there."""

    def xCheckReservedLock(self) -> bool:  # noqa: N802
        return False

    def xSectorSize(self) -> int:  # noqa: N802
        return SECTOR_BYTES

    def xDeviceCharacteristics(self) -> int:  # noqa: N802
        return _POWERSAFE_OVERWRITE

    def xFileControl(self, operation: int, pointer: int) -> bool:  # noqa: ARG002, N802
        return False


def put(content: bytearray, offset: int, data: bytes) -> None:
    """Write into a file, which grows where it has to."""
    if len(content) < offset:
        content.extend(bytes(offset - len(content)))
    content[offset : offset + len(data)] = data


def _hold_alone(connection: apsw.Connection) -> None:
    if connection.open_vfs.startswith("recording-"):
        connection.pragma("locking_mode", "EXCLUSIVE")
