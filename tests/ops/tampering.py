"""Books of three days for somebody to tamper with, past everything that guards them."""

from __future__ import annotations

from ledger.protocol.instants import DAY
from tests.core.demo_world import World

TRUE_DAYS = ["2026-11-22", "2026-11-23", "2026-11-24"]
_AFTER = 3 * DAY + 1


def true_books() -> bytes:
    """Two days with payments, one without, and three payments that wait for the next head."""
    world = World()
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
    books = world.sqlite._connection.serialize("main")
    world.close()
    return books


def unguarded(books: bytes) -> World:
    """Open books without the triggers and checks that a database holds against whoever edits it."""
    made = World()
    made.wait(_AFTER)
    connection = made.sqlite._connection
    connection.deserialize("main", books)
    names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
    for (name,) in names:
        connection.execute(f'DROP TRIGGER "{name}"')
    connection.execute("PRAGMA foreign_keys = OFF")
    connection.execute("PRAGMA ignore_check_constraints = ON")
    connection.execute("CREATE TEMP VIEW victim AS SELECT entry_id FROM link WHERE sequence = 6")
    return made


def edit(world: World, statement: str, *params: str | int | None) -> None:
    """Do what the ledger never does."""
    assert world.sqlite.execute(statement, params) > 0, statement
