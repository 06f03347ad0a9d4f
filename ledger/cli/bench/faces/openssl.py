r"""What RSA with 2048 bits costs on this machine, by OpenSSL's own measurement.

``openssl speed -mr`` (OpenSSL 1.1 and later) tells for programs how often a second of the processor
is enough for: making a signature, checking one, and from 3.2 on two things more.

    >>> read("+R1:2000:2048:1.00\n+F2:2:2048:2000.000000:40000.000000\n")
    Rsa(sign_us=500.0, verify_us=25.0)
"""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import dataclass

import click

_FIGURES = re.compile(r"^\+F2:\d+:2048:([\d.]+):([\d.]+)(?::|$)", re.MULTILINE | re.ASCII)


@dataclass(frozen=True, slots=True)
class Rsa:
    """Microseconds of the processor for making a signature and for checking one."""

    sign_us: float
    verify_us: float

    @property
    def call_us(self) -> float:
        """What no call can cost less than: its own signature checked, its answer's made."""
        return self.sign_us + self.verify_us


def speed(seconds: int) -> Rsa:
    """Measure, each operation for so many seconds."""
    program = shutil.which("openssl")
    if program is None:
        raise click.ClickException("there is no program `openssl` to measure by")
    asked = [program, "speed", "-mr", "-seconds", str(seconds), "rsa2048"]
    # The program was looked up in PATH, and nobody's words are among its arguments.
    done = subprocess.run(asked, capture_output=True, text=True, check=True)  # noqa: S603
    return read(done.stdout)


def read(told: str) -> Rsa:
    """Read what ``openssl speed -mr`` tells."""
    found = _FIGURES.search(told)
    if found is None:
        raise click.ClickException("`openssl speed` told nothing of rsa2048")
    signed, checked = (float(figure) for figure in found.groups())
    return Rsa(round(1e6 / signed, 1), round(1e6 / checked, 1))
