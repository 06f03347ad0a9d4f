"""A world in each engine, for what both must do alike."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ledger.store import BooksFile, open_store
from tests.core.demo_world import World
from tests.stores.databases import Databases


@pytest.fixture(params=["sqlite", "postgres"])
def world(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[World]:
    """A world in each engine."""
    if request.param == "sqlite":
        made = World(open_store(tmp_path / "books.db"))
    else:
        databases: Databases = request.getfixturevalue("databases")
        made = databases.world()
    yield made
    made.close()


@pytest.fixture
def place(world: World, request: pytest.FixtureRequest, tmp_path: Path) -> str | Path:
    """Where the books of that world are."""
    if isinstance(world.store, BooksFile):
        return tmp_path / "books.db"
    databases: Databases = request.getfixturevalue("databases")
    return databases.url(databases.name_of(world))
