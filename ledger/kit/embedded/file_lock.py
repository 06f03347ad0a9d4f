"""A lock that the operating system gives back when its holder dies, however it dies.

A lock *file* that is created and deleted survives ``kill -9`` and then locks everybody out; a lock
*on* a file (``flock(2)``) goes with the process that held it. The file stays and means nothing.

    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "books.lock"
    >>> lock = FileLock(path)
    >>> FileLock(path)
    Traceback (most recent call last):
    ...
    ledger.protocol.errors.service.StoreInUse: books.lock is held by another process
    >>> lock.release()
    >>> FileLock(path).release()
"""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

from ledger.protocol.errors.service import StoreInUse


class FileLock:
    """Holds ``path`` locked from construction until ``release()`` or the end of the process.

    Raises ``StoreInUse`` at once when somebody else holds it, also from within the same process.
    """

    def __init__(self, path: Path) -> None:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            os.close(descriptor)
            raise StoreInUse(f"{path.name} is held by another process") from error
        self._descriptor = descriptor

    def release(self) -> None:
        """Give the lock back; a second call does nothing."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1
