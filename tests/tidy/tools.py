"""Runs one of the project's tools as its own process and gives what it said."""

from __future__ import annotations

import subprocess
import sysconfig
from pathlib import Path


def run(tool: str, *arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run ``tool`` of this environment inside ``folder``."""
    program = Path(sysconfig.get_path("scripts")) / tool
    return subprocess.run(  # noqa: S603  the project's own tools with fixed arguments
        [program, *arguments], cwd=folder, capture_output=True, text=True, check=False
    )
