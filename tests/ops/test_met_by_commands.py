"""What a command meets on this machine ends it with a sentence, never with a traceback."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from ledger.cli import main

PORTS = {
    "up": ("--ledger-port", "--pos-port", "--wallet-port", "--lan-port"),
    "gateway": ("--http-port", "--https-port"),
    "conformance": ("--port",),
}


@pytest.mark.parametrize("port", ["-1", "65536", "99999", "a door"])
@pytest.mark.parametrize(("command", "options"), PORTS.items())
def test_a_port_that_there_is_not_is_a_wrong_usage(
    command: str, options: tuple[str, ...], port: str
) -> None:
    for option in options:
        told = CliRunner().invoke(main, [command, f"{option}={port}"])
        assert (told.exit_code, told.exception.__class__) == (2, SystemExit), option
        assert f"Invalid value for '{option}'" in told.output


@pytest.mark.parametrize(
    "words", [["status"], ["down"], ["clock"], ["fault", "list"], ["events", "list"]]
)
def test_a_data_folder_below_a_file_is_named(tmp_path: Path, words: list[str]) -> None:
    (tmp_path / "file").touch()
    data = tmp_path / "file" / "data"
    told = CliRunner().invoke(main, [*words, "--data", str(data)])
    assert told.exit_code == 1
    assert told.output.startswith(f"Error: {data}/")
    assert told.output.endswith(": Not a directory\n")


def test_a_word_that_is_no_text_is_named() -> None:
    told = CliRunner().invoke(main, ["qr", "show", "caf\udce9"])
    assert told.exit_code == 1
    assert told.output == "Error: 'caf\\udce9': no utf-8 for it, surrogates not allowed\n"


@pytest.mark.parametrize(
    "words", [["scenario", "record"], ["conformance", "--junit"], ["conformance", "--html"]]
)
def test_a_folder_that_is_missing_is_told_before_the_work_and_not_after_it(
    tmp_path: Path, words: list[str]
) -> None:
    told = CliRunner().invoke(main, [*words, str(tmp_path / "none" / "file")])
    assert told.exit_code == 2
    assert f"there is no folder {tmp_path / 'none'}" in told.output


def test_a_session_does_not_take_the_place_of_another_kind_of_file(tmp_path: Path) -> None:
    file = tmp_path / "accounts"
    file.write_text("somebody's")
    told = CliRunner().invoke(main, ["scenario", "record", str(file), "--play", "happy"])
    assert told.exit_code == 2
    assert "what is there would be lost" in told.output
    assert file.read_text() == "somebody's"


@pytest.mark.parametrize("place", ["", "folder", "none"])
@pytest.mark.parametrize("words", [["invite", "x"], ["keys", "announce"], ["accounts"], ["settle"]])
def test_where_there_are_no_books_none_are_begun(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: list[str], place: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "folder").mkdir()
    told = CliRunner().invoke(main, ["ledger", *words, f"--books={place}"])
    assert told.exit_code == 3
    assert told.output.startswith(f"Error: there are no books at {place!r}.")
    assert [each.name for each in tmp_path.iterdir()] == ["folder"]


@pytest.mark.parametrize("count", ["-1", "1000001", "9" * 30])
@pytest.mark.parametrize(
    "words",
    [
        ["ledger", "journal", "--limit"],
        ["ledger", "notifications", "list", "--limit"],
        ["ledger", "guests", "5", "EUR", "--most"],
        ["events", "resend", "x", "--times"],
        ["listen", "--count"],
        ["fault", "add", "x", "--times"],
    ],
)
def test_as_many_as_nobody_can_have_are_a_wrong_usage(words: list[str], count: str) -> None:
    told = CliRunner().invoke(main, [*words, count])
    assert told.exit_code == 2
    assert f"Invalid value for '{words[-1]}'" in told.output
