"""Writing a document so that nobody ever sees half of it.

The parts go into a file of another name beside the wanted one, are flushed to the disk, and the
file is renamed: whoever looks finds the document of before or the whole new one, also after a
power cut (rename(2) is atomic; the folder is flushed so that the name lasts too).
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path


def write(path: Path, parts: Iterable[str]) -> None:
    """Put a document of these parts at ``path``, in place of one that is there (UTF-8)."""
    unfinished = path.with_name(f".{path.name}.part")
    try:
        with unfinished.open("w", encoding="utf-8", newline="") as file:
            file.writelines(parts)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
