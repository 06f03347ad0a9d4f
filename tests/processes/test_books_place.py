"""``qrpay up --store``: the choice is made once, before there are books, and remembered."""

from __future__ import annotations

from pathlib import Path

import click
import pytest

from ledger.cli.books_place import choose, default_place, open_place, opened
from ledger.kit.home import Home
from ledger.protocol.errors.service import FileDamaged

URL = "postgresql://ledger:secret@db.example/books"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    monkeypatch.setenv("QRPAY_HOME", str(tmp_path))
    monkeypatch.delenv("QRPAY_LEDGER_STORE", raising=False)
    return Home(tmp_path)


def test_without_a_choice_books_are_kept_in_a_file(home: Home) -> None:
    assert open_place(home, choose(home, "")) == ""
    assert default_place() == str(home.folder / "ledger" / "books.db")


def test_a_choice_is_remembered(home: Home) -> None:
    choose(home, URL)
    assert open_place(home, choose(home, "")) == URL
    assert default_place() == URL


def test_a_password_in_a_url_is_for_the_owners_eyes_only(home: Home) -> None:
    choose(home, URL)
    assert (home.folder / "store").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("first", ["file", URL])
def test_books_that_were_begun_stay_where_they_are(home: Home, first: str) -> None:
    choose(home, first)
    with pytest.raises(click.ClickException, match="Choose another folder with --data") as refused:
        choose(home, "postgres")
    assert "secret" not in refused.value.message


def test_a_file_from_before_there_was_a_choice_stays_the_place(home: Home) -> None:
    (home.part("ledger") / "books.db").touch()
    with pytest.raises(click.ClickException):
        choose(home, "postgres")
    assert choose(home, "") == "file"


def test_what_is_no_place_for_books_is_refused(home: Home) -> None:
    with pytest.raises(click.BadParameter):
        choose(home, "mysql://db.example/books")
    assert not (home.folder / "store").exists()


def test_the_environment_may_choose(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QRPAY_LEDGER_STORE", URL)
    with opened(home, "") as place:
        assert place == URL
    assert default_place() == URL


@pytest.mark.parametrize("text", [b"", b"\xff\x00junk", b"somewhere\n"])
def test_a_choice_that_can_not_be_read_is_not_taken_for_another(home: Home, text: bytes) -> None:
    choose(home, URL)
    (home.folder / "store").write_bytes(text)
    with pytest.raises(FileDamaged, match="store names no place of books; write into it where"):
        choose(home, "")
    assert (home.folder / "store").read_bytes() == text
