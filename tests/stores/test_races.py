"""Whatever happens at the same instant, in memory, in a file and in PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ledger.store import MEMORY, open_store
from tests.core.demo_world import World
from tests.stores.databases import Databases
from tests.stores.race_contract import RaceContract


class TestRacesInMemory(RaceContract):
    """In books that live as long as the process."""

    @pytest.fixture
    def world(self) -> Iterator[World]:
        made = World(open_store(MEMORY))
        yield made
        made.close()


class TestRacesInAFile(RaceContract):
    """In books in a file."""

    @pytest.fixture
    def world(self, tmp_path: Path) -> Iterator[World]:
        made = World(open_store(tmp_path / "books.db"))
        yield made
        made.close()


class TestRacesInADatabase(RaceContract):
    """In books in PostgreSQL."""

    @pytest.fixture
    def world(self, databases: Databases) -> Iterator[World]:
        made = databases.world()
        yield made
        made.close()
