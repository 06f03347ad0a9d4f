"""``qrpay ledger backup``: what was acknowledged before it is in it, and it is sound."""

from __future__ import annotations

import threading
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from ledger.cli.books_place.backup import backup
from ledger.core.records.journal import JournalEntry
from ledger.ops.audit import audit
from ledger.store import open_reader, open_store
from tests.core.demo_world import World
from tests.stores.raw import ask

KEY = b"the key"


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A ledger's folder: books in a file, and a key beside them."""
    home = tmp_path / "ledger"
    home.mkdir()
    (home / "signing.key").write_bytes(KEY)
    return home / "books.db"


def copied(folder: Path, books: Path) -> Result:
    return CliRunner().invoke(backup, [str(folder), "--books", str(books)])


def entries(path: Path) -> list[JournalEntry]:
    with closing(open_reader(path)) as reader, reader.reading() as books:
        return books.journal.latest_entries(1_000)


def test_a_copy_made_while_payments_go_on_is_a_beginning_of_the_books(
    place: Path, tmp_path: Path
) -> None:
    world = World(open_store(place))
    before = world.paid(1_00, "anna")
    made = threading.Event()

    def look_away() -> None:
        result = copied(tmp_path / "copy", place)
        assert result.exit_code == 0, result.output
        made.set()

    copying = threading.Thread(target=look_away)
    copying.start()
    while not made.is_set() and copying.is_alive():
        world.paid(1, "anna")
    copying.join()
    world.close()
    whole, copy = entries(place), entries(tmp_path / "copy" / "books.db")
    assert before.payment_id in {entry.payment_id for entry in copy}
    assert copy == whole[-len(copy) :]


def test_a_restored_copy_goes_on_where_it_was(place: Path, tmp_path: Path) -> None:
    world = World(open_store(place))
    world.paid(1_00, "anna")
    result = copied(tmp_path / "copy", place)
    assert result.exit_code == 0, result.output
    assert "the copy is sound" in result.output
    world.close()
    restored = World(open_store(tmp_path / "copy" / "books.db"), world.wallets)
    restored.paid(2_00, "anna")
    assert audit(restored.store) == []
    restored.close()
    assert (tmp_path / "copy" / "signing.key").read_bytes() == KEY


def test_files_of_a_copy_are_for_their_owner_alone(place: Path, tmp_path: Path) -> None:
    World(open_store(place)).close()
    copied(tmp_path / "copy", place)
    for path in (tmp_path / "copy").iterdir():
        assert path.stat().st_mode & 0o077 == 0, path


def test_a_backup_overwrites_nothing(place: Path, tmp_path: Path) -> None:
    World(open_store(place)).close()
    copied(tmp_path / "copy", place)
    kept = (tmp_path / "copy" / "books.db").read_bytes()
    refused = copied(tmp_path / "copy", place)
    assert (refused.exit_code, "overwrites nothing" in refused.output) == (1, True)
    assert (tmp_path / "copy" / "books.db").read_bytes() == kept


def test_books_that_are_not_sound_are_copied_and_said_to_be_so(place: Path, tmp_path: Path) -> None:
    world = World(open_store(place))
    ask(world.store, "UPDATE account SET balance_minor = balance_minor + 1 WHERE floor_minor = 0")
    world.close()
    told = copied(tmp_path / "copy", place)
    assert told.exit_code == 1
    assert "faithful copy of books that are not sound" in told.output


def test_a_database_is_left_to_its_own_tools(tmp_path: Path) -> None:
    refused = CliRunner().invoke(backup, [str(tmp_path), "--books", "postgresql://nowhere/books"])
    assert (refused.exit_code, "pg_dump" in refused.output) == (1, True)


def test_without_a_key_beside_the_books_that_is_said(place: Path, tmp_path: Path) -> None:
    World(open_store(place)).close()
    place.with_name("signing.key").unlink()
    assert "No signing.key lies beside the books" in copied(tmp_path / "copy", place).output
