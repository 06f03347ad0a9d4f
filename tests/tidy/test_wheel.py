"""What is installed is what is in the tree: no page, table or mark is left behind."""

from __future__ import annotations

import zipfile
from pathlib import Path

from tests.tidy.built import build_wheel, copied_tree
from tests.tidy.source import PARTIES


def test_the_wheel_holds_every_file_of_the_three_parties(tmp_path: Path) -> None:
    tree = copied_tree(tmp_path)
    ours = {
        file.relative_to(tree).as_posix()
        for party in PARTIES
        for file in (tree / party).rglob("*")
        if file.is_file()
    }
    with zipfile.ZipFile(build_wheel(tree, tmp_path)) as packed:
        assert ours - set(packed.namelist()) == set()
