"""Books of three days for somebody to tamper with, past everything that guards them."""

from __future__ import annotations

from ledger.protocol.instants import DAY
from ledger.store import BooksFile
from ledger.store.postgres import BooksDatabase
from ledger.store.postgres.tables import numbered
from tests.core.demo_world import World
from tests.stores.raw import ask

TRUE_DAYS = ["2026-11-22", "2026-11-23", "2026-11-24"]
_VICTIM = "CREATE VIEW victim AS SELECT entry_id FROM link WHERE sequence = 6"
_UNCHECKED = """
DO $$ DECLARE rule record; BEGIN
    FOR rule IN SELECT conrelid::regclass AS place, conname FROM pg_constraint WHERE contype = 'c'
        AND conrelid::regclass::text IN ('entry', 'posting', 'link', 'head')
    LOOP EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', rule.place, rule.conname); END LOOP;
END $$
"""


def live_three_days(world: World) -> None:
    """Two days with payments, one without, and three payments that wait for the next head."""
    world.wait(1)
    for _ in range(3):
        world.paid(100, "anna")
    world.seal()
    world.wait(DAY)
    world.refund(world.paid(200, "li-wei"), 200, "R1")
    world.wait(2 * DAY)
    world.seal()
    for _ in range(3):
        world.paid(300, "anna")
    world.seal()


def true_books() -> bytes:
    """Books in SQLite in which three days were lived."""
    world = World()
    live_three_days(world)
    books = world.sqlite._connection.serialize("main")
    world.close()
    return books


def unguarded(books: bytes) -> World:
    """Open books without the triggers and checks that a database holds against whoever edits it."""
    made = World()
    made.wait(3 * DAY + 1)
    connection = made.sqlite._connection
    connection.deserialize("main", books)
    names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
    for (name,) in names:
        connection.execute(f'DROP TRIGGER "{name}"')
    connection.execute("PRAGMA foreign_keys = OFF")
    connection.execute("PRAGMA ignore_check_constraints = ON")
    connection.execute(_VICTIM)
    return made


def unguard_database(world: World) -> None:
    """Take the checks away from books in PostgreSQL; ``edit`` passes the triggers."""
    ask(world.store, _UNCHECKED, _VICTIM)


def edit(world: World, statement: str, *params: str | int | None) -> None:
    """Do what the ledger never does."""
    if isinstance(world.store, BooksFile):
        assert world.sqlite.execute(statement, params) > 0, statement
        return
    assert isinstance(world.store, BooksDatabase)
    with world.store._pool.lent("BEGIN") as connection:
        connection.execute(b"SET LOCAL session_replication_role = replica")
        assert connection.execute(numbered(statement), params).rowcount > 0, statement
        connection.execute(b"COMMIT")
