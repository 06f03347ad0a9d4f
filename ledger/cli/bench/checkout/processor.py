"""The processor time that processes have taken, as the system counts it.

Linux tells it for each process in ``/proc/PID/stat``, fields 14 (its own code) and 15 (the system's
on its behalf), in ticks of mostly 10 ms (proc(5)). A service is a group of two processes, a worker
and the one that watches over it; threads are part of their process. Elsewhere nothing is told.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

_PROC = Path("/proc")
_GROUP, _OWN, _SYSTEM = 2, 11, 12


def processor_s(group: int) -> float:
    """Sum what the processes of a group have taken so far, in seconds."""
    ticks = sum(int(fields[_OWN]) + int(fields[_SYSTEM]) for _, fields in _members(group))
    return ticks / os.sysconf("SC_CLK_TCK")


def processes_of(group: int) -> list[int]:
    """List the processes of a group."""
    return [process for process, _ in _members(group)]


def _members(group: int) -> Iterator[tuple[int, list[str]]]:
    for folder in _PROC.glob("[0-9]*"):
        try:
            # The name, in brackets, may hold anything: what counts comes behind the last bracket.
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue  # it has ended meanwhile
        if int(fields[_GROUP]) == group:
            yield int(folder.name), fields
