"""A package with migrations, made for one test."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest


@pytest.fixture
def make_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    """``make_package("shop", "CREATE TABLE …", …)``: a package with these migrations."""
    root = tmp_path / "packages"
    root.mkdir()
    monkeypatch.syspath_prepend(root)

    def make(name: str, *scripts: str) -> str:
        monkeypatch.delitem(sys.modules, name, raising=False)  # another test's package
        folder = root / name / "migrations"
        folder.mkdir(parents=True, exist_ok=True)
        (root / name / "__init__.py").touch()
        for number, sql in enumerate(scripts, start=1):
            (folder / f"{number:04}_step.sql").write_text(sql, encoding="utf-8")
        return name

    return make
