"""PostgreSQL for tests: one server for a whole run, and a database of its own for each test.

A database is copied from a template, which takes less time than to make its tables. The server
forgets on power loss what it acknowledged (``fsync=off``): tests pull no plugs, only processes.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import psycopg
import pytest

from ledger.ops.databases.laptop import LaptopPostgres
from ledger.store.postgres import BooksDatabase, open_database
from tests.core.demo_world import World
from tests.core.ground import Wallet
from tests.stores.raw import ask

FORGETFUL = ("fsync=off", "full_page_writes=off", "max_connections=80", "shared_buffers=64MB")


class Databases:
    """Makes databases on a server and throws them away."""

    def __init__(self, server: LaptopPostgres) -> None:
        self.server = server
        self._numbers = count(1)
        self._wallets: dict[str, Wallet] | None = None

    def url(self, name: str) -> str:
        """Where a database is found."""
        return self.server.url.replace("@/postgres?", f"@/{name}?")

    def run(self, statement: str) -> None:
        """Run a statement on the server."""
        with psycopg.connect(self.server.url, autocommit=True) as connection:
            connection.execute(statement.encode())

    def open(self, name: str) -> BooksDatabase:
        """Open the books in a database."""
        return open_database(self.url(name))

    def empty(self, template: str = "template0") -> str:
        """Make a database that stays until the server goes; its name."""
        name = f"books_{next(self._numbers)}"
        self.run(f"CREATE DATABASE {name} TEMPLATE {template}")
        return name

    @contextmanager
    def copy(self, template: str = "template0") -> Iterator[str]:
        """A database for the time of a block; its name."""
        name = self.empty(template)
        try:
            yield name
        finally:
            self.run(f"DROP DATABASE {name} WITH (FORCE)")

    def world(self, template: str = "world") -> World:
        """A demo world in a database of its own, with the books of ``template`` in it."""
        if self._wallets is None:
            self.run("CREATE DATABASE world TEMPLATE template0")
            first = World(self.open("world"))
            first.close()
            self._wallets = first.wallets
        return World(self.open(self.empty(template)), self._wallets)

    @contextmanager
    def brief_world(self, template: str = "world") -> Iterator[World]:
        """A world whose database is thrown away after the block."""
        made = self.world(template)
        name = self.name_of(made)
        try:
            yield made
        finally:
            made.close()
            self.run(f"DROP DATABASE {name} WITH (FORCE)")

    def name_of(self, world: World) -> str:
        """The name of a world's database."""
        ((name,),) = ask(world.store, "SELECT current_database()::text")
        return str(name)

    def keep(self, world: World, name: str) -> str:
        """Keep what a world has come to as a template for others; its name."""
        origin = self.name_of(world)
        world.close()
        self.run(f"CREATE DATABASE {name} TEMPLATE {origin}")
        return name


@pytest.fixture(scope="session")
def databases() -> Iterator[Databases]:
    """A server that runs as long as the tests."""
    folder = Path(tempfile.mkdtemp(prefix="qrpay-test-"))
    folder.chmod(0o711)  # the account that root lends the server has to get through
    server = LaptopPostgres(folder / "postgres")
    try:
        server.start(*FORGETFUL)
        yield Databases(server)
    finally:
        server.stop()
        shutil.rmtree(folder)
