"""What is installed is what is in the tree: no page, table or mark is left behind."""

from __future__ import annotations

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

from tests.tidy.source import PARTIES, ROOT

BUILD = "import sys; from setuptools.build_meta import build_wheel; build_wheel(sys.argv[1])"
LEFT_BEHIND = shutil.ignore_patterns("__pycache__", "*.pyc")


def test_the_wheel_holds_every_file_of_the_three_parties(tmp_path: Path) -> None:
    tree = tmp_path / "tree"
    for party in PARTIES:
        shutil.copytree(ROOT / party, tree / party, ignore=LEFT_BEHIND)
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, tree)

    ours = {
        file.relative_to(tree).as_posix()
        for party in PARTIES
        for file in (tree / party).rglob("*")
        if file.is_file()
    }
    built = subprocess.run(  # noqa: S603  our own interpreter
        [sys.executable, "-W", "ignore", "-c", BUILD, str(tmp_path)],
        cwd=tree,
        capture_output=True,
        text=True,
        check=False,
    )
    assert built.returncode == 0, built.stderr
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as packed:
        assert ours - set(packed.namelist()) == set()
