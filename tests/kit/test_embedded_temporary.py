"""What a store has to keep for a moment does not leave its folder."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path

from ledger.kit.embedded import open_store

LARGE = """
CREATE TABLE large (number INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT;
WITH RECURSIVE counted (value) AS (
    SELECT 1 UNION ALL SELECT value + 1 FROM counted WHERE value < 1000
)
INSERT INTO large SELECT value, printf('%04000d', value) FROM counted;
"""


def opened() -> set[str]:
    """Name the files that this process has open; who has no name any more is called deleted."""
    named = set()
    for each in Path("/proc/self/fd").iterdir():
        with suppress(FileNotFoundError):
            named.add(str(each.readlink()))
    return named


def test_a_large_savepoint_makes_no_file_elsewhere(
    tmp_path: Path, make_package: Callable[..., str]
) -> None:
    before = opened()
    path = tmp_path / "large.db"
    store = open_store(path, package=make_package("large", LARGE))
    with closing(store), store.transaction(), store.savepoint():
        assert store.execute("UPDATE large SET text = text || '!'") == 1000
        assert {Path(each).parent for each in opened() - before} == {tmp_path}
