"""The wheel, built from a copy of the tree, so that nothing that was built before is in it."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from tests.tidy.source import PARTIES, ROOT

BUILD = "import sys; from setuptools.build_meta import build_wheel; build_wheel(sys.argv[1])"
LEFT_BEHIND = shutil.ignore_patterns("__pycache__", "*.pyc")


def copied_tree(folder: Path) -> Path:
    """Copy what a wheel is built from; where."""
    tree = folder / "tree"
    for party in PARTIES:
        shutil.copytree(ROOT / party, tree / party, ignore=LEFT_BEHIND)
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, tree)
    return tree


def build_wheel(tree: Path, folder: Path) -> Path:
    """Build the wheel of a tree; its file."""
    built = subprocess.run(  # noqa: S603  our own interpreter
        [sys.executable, "-W", "ignore", "-c", BUILD, str(folder)],
        cwd=tree,
        capture_output=True,
        text=True,
        check=False,
    )
    assert built.returncode == 0, built.stderr
    (wheel,) = folder.glob("*.whl")
    return wheel
