"""``qrpay ledger head`` and ``verify-chain`` as somebody uses them who kept a head."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from ledger.cli import main
from ledger.protocol.instants import DAY
from ledger.store import open_store
from tests.core.demo_world import World


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = World(open_store(tmp_path / "books.db"))
    made.paid(1295, "anna")
    made.wait(DAY)
    made.seal()
    yield made
    made.close()


@pytest.fixture
def books(world: World, tmp_path: Path) -> Path:
    assert world.store is not None
    return tmp_path / "books.db"


def qrpay(*words: str | Path) -> Result:
    return CliRunner().invoke(main, ["ledger", *map(str, words)])


@pytest.fixture
def kept(books: Path, tmp_path: Path) -> Path:
    """The head of the first day, kept by a merchant."""
    file = tmp_path / "head.json"
    told = qrpay("head", "2026-11-22", "--json", "--books", books)
    assert told.exit_code == 0
    file.write_text(told.stdout, "utf-8")
    return file


def tamper(world: World) -> None:
    writer = world.sqlite
    writer.execute("DROP TRIGGER entry_is_final")
    assert writer.execute("UPDATE entry SET event_at = event_at - 1 WHERE kind = 'CAPTURE'")


def test_the_last_head_is_told_in_words_and_for_programs(books: Path) -> None:
    told = qrpay("head", "--books", books)
    assert told.exit_code == 0
    assert told.stdout.startswith("type=head/v1\nbusiness_date=2026-11-22\nsequence=6\n")
    signed = json.loads(qrpay("head", "--json", "--books", books).stdout)["head"]
    assert f"{signed['text']}key_id: {signed['key_id']}\n" in told.stdout
    assert f"signature: {signed['signature']}\n" in told.stdout


def test_a_day_without_a_head_is_told_by_the_rule(books: Path) -> None:
    told = qrpay("head", "2026-11-23", "--books", books)
    assert told.exit_code == 1
    assert "HEAD_NOT_SEALED" in told.stderr


def test_books_of_their_first_day_have_no_head(tmp_path: Path) -> None:
    world = World(open_store(tmp_path / "young.db"))
    told = qrpay("head", "--books", tmp_path / "young.db")
    assert (told.exit_code, "HEAD_NOT_SEALED" in told.stderr) == (1, True)
    assert qrpay("verify-chain", "--books", tmp_path / "young.db").stdout == (
        "0 links, 5 still to come: the chain is whole.\n"
    )
    world.close()


def test_true_books_continue_a_kept_head(world: World, books: Path, kept: Path) -> None:
    world.paid(100, "anna")
    told = qrpay("verify-chain", "--head", kept, "--books", books)
    assert told.stdout == (
        "6 links, 1 still to come: the chain is whole.\n"
        "It continues the head of 2026-11-22, link 6.\n"
    )
    assert told.exit_code == 0
    in_json = json.loads(qrpay("verify-chain", "--json", "--head", kept, "--books", books).stdout)
    assert in_json == {
        "whole": True,
        "links": 6,
        "waiting": 1,
        "continues_head_of": "2026-11-22",
        "findings": [],
    }


def test_an_edited_entry_is_named_and_ends_with_1(world: World, books: Path) -> None:
    tamper(world)
    told = qrpay("verify-chain", "--books", books)
    assert told.exit_code == 1
    assert "jnl_" in told.stdout
    assert "LINK_MISMATCH" in told.stdout
    assert "1 findings." in told.stdout
    in_json = json.loads(qrpay("verify-chain", "--json", "--books", books).stdout)
    assert (in_json["whole"], len(in_json["findings"])) == (False, 1)


def test_books_that_do_not_continue_a_kept_head_end_with_1(tmp_path: Path, kept: Path) -> None:
    """The operator began the books anew, with the same key."""
    other = World(open_store(tmp_path / "other.db"))
    other.paid(1, "anna")
    other.wait(DAY)
    other.seal()
    told = qrpay("verify-chain", "--head", kept, "--books", tmp_path / "other.db")
    assert told.exit_code == 1
    assert "HEAD_MISMATCH" in told.stderr
    other.close()


@pytest.mark.parametrize("text", ["", "{}", '{"head": {"text": 1}}', '{"head": "type=head/v1"}'])
def test_a_file_that_is_no_head_is_refused(books: Path, tmp_path: Path, text: str) -> None:
    (tmp_path / "nothing.json").write_text(text, "utf-8")
    told = qrpay("verify-chain", "--head", tmp_path / "nothing.json", "--books", books)
    assert told.exit_code == 1
    assert "FIELD_FORMAT" in told.stderr
