"""The facts of a machine without which a figure means nothing.

    >>> this_machine("no-such-package").versions
    {'no-such-package': None}

Units: cores as the system counts them (hyper-threads too), memory in MiB, load as the mean number
of busy processes in the last minute: figures taken beside other work say so themselves.
"""

from __future__ import annotations

import os
import platform
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

_CPUINFO = Path("/proc/cpuinfo")


@dataclass(frozen=True, slots=True)
class Machine:
    """Where and with what was measured; a package that is absent has no version."""

    cpu: str
    cores: int | None
    memory_mib: int
    load_at_start: float
    system: str
    python: str
    versions: dict[str, str | None]

    def __str__(self) -> str:
        """Tell it in one line, for the head of a table."""
        packages = (f"{name} {number or 'absent'}" for name, number in self.versions.items())
        on = f"{self.cpu}, {self.cores} cores, load {self.load_at_start}"
        return ", ".join([on, f"Python {self.python}", *packages])


def this_machine(*packages: str) -> Machine:
    """Look at this machine, its Python and the versions of ``packages``."""
    return Machine(
        cpu=_cpu(),
        cores=os.cpu_count(),
        memory_mib=os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**20,
        load_at_start=round(os.getloadavg()[0], 1),
        system=platform.platform(),
        python=platform.python_version(),
        versions={package: _version(package) for package in packages},
    )


def _cpu() -> str:
    # platform.processor() is empty or "x86_64" on Linux, where the kernel knows the model.
    if _CPUINFO.exists():
        for line in _CPUINFO.read_text("utf-8").splitlines():
            name, _, value = line.partition(":")
            if name.strip() == "model name":
                return value.strip()
    return platform.processor() or platform.machine()


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None
