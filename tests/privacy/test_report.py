"""Who learns what is found out from bytes, and whatever leaks is found."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from ledger.cli.privacy import facts, matrix, played
from ledger.cli.privacy.matrix import Matrix
from ledger.cli.privacy.played import Played
from ledger.cli.privacy.report import HTML_NAME, JSON_NAME, report

# The services are processes of their own, which nobody in here waits for.
pytestmark = pytest.mark.filterwarnings("ignore:subprocess .* is still running:ResourceWarning")


@pytest.fixture(scope="module")
def all_of_it() -> Played:
    """Everything has happened once, with three parties and another shop as processes."""
    return played.play()


def looked_at(all_of_it: Played) -> Matrix:
    return matrix.compare(facts.cells(all_of_it.facts, all_of_it.places), matrix.expected())


def reported(all_of_it: Played, monkeypatch: pytest.MonkeyPatch, *words: str) -> Result:
    """What the command says of these bytes."""
    monkeypatch.setattr(played, "play", lambda: all_of_it)
    return CliRunner().invoke(report, words)


def leaking(all_of_it: Played, fact: str, place: str, spelt: Callable[[bytes], bytes]) -> Played:
    """The same bytes, and one word of a fact besides where it does not belong."""
    (followed,) = (each for each in all_of_it.facts if each.name == fact)
    words = [word if isinstance(word, bytes) else word.encode() for word in followed.words]
    leak = b" said: " + b" ".join(spelt(word) for word in words) + b" "
    return replace(all_of_it, places=all_of_it.places | {place: all_of_it.places[place] + leak})


def test_each_place_holds_exactly_what_is_expected_of_it(all_of_it: Played) -> None:
    found = looked_at(all_of_it)
    assert (found.leaks, found.missing) == ([], [])
    assert set(all_of_it.places) == set(matrix.expected().places)
    assert all(all_of_it.places[place] for place in all_of_it.places)


def test_the_provider_never_learns_what_was_bought_nor_the_shop_who_bought_it(
    all_of_it: Played,
) -> None:
    known = matrix.expected().facts
    assert not [place for place in known["goods bought here"] if "provider" in place]
    for fact in ("payer's name", "payer's account id", "phone's id", "secret of pseudonyms"):
        assert not [place for place in known[fact] if "till" in place or "shop" in place]
    assert looked_at(all_of_it).row("PIN") == [
        cell for cell in looked_at(all_of_it).row("PIN") if not cell.found
    ]


@pytest.mark.parametrize(
    ("fact", "place"),
    [
        ("payer's name", "till's log"),
        ("goods bought here", "provider's log"),
        ("PIN", "wallet's log"),
        ("PIN", "wallet's files"),
        ("payer's account id", "wire provider to till"),
        ("pseudonym for this shop", "other shop's files and log"),
        ("payment code", "till's files"),
        ("salt of a basket", "wire till to provider"),
        ("secret of payment codes", "wallet's files"),
    ],
)
def test_a_planted_leak_is_found_and_ends_the_command_with_1(
    all_of_it: Played, monkeypatch: pytest.MonkeyPatch, fact: str, place: str
) -> None:
    told = reported(leaking(all_of_it, fact, place, bytes), monkeypatch)
    assert told.exit_code == 1
    assert f"LEAKED: {fact} in {place}" in told.output


@pytest.mark.parametrize(
    "spelt",
    [
        pytest.param(lambda word: word.hex().encode(), id="hexadecimal"),
        pytest.param(lambda word: b"x" + base64.b64encode(b"..." + word), id="base64"),
        pytest.param(lambda word: base64.urlsafe_b64encode(b"a" + word + b"b"), id="base64url"),
        pytest.param(lambda word: json.dumps(word.decode()).encode(), id="JSON escapes"),
    ],
)
def test_a_leak_in_another_spelling_is_found(
    all_of_it: Played, spelt: Callable[[bytes], bytes]
) -> None:
    found = looked_at(leaking(all_of_it, "payer's name", "till's log", spelt))
    assert [(cell.fact, cell.place) for cell in found.leaks] == [("payer's name", "till's log")]


def test_a_fact_that_is_gone_from_its_place_is_told_too(
    all_of_it: Played, monkeypatch: pytest.MonkeyPatch
) -> None:
    emptied = replace(all_of_it, places=all_of_it.places | {"receipt on paper": b"nothing"})
    told = reported(emptied, monkeypatch)
    assert told.exit_code == 1
    assert "MISSING: salt of a basket in receipt on paper" in told.output


def test_the_report_is_written_for_programs_and_for_people(
    all_of_it: Played, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    told = reported(all_of_it, monkeypatch, "--output", str(tmp_path / "report"), "--json")
    assert told.exit_code == 0, told.output
    document = json.loads((tmp_path / "report" / JSON_NAME).read_bytes())
    assert json.loads(told.stdout) == document
    assert document["holds"]
    assert len(document["cells"]) == len(document["facts"]) * len(document["places"])
    html = (tmp_path / "report" / HTML_NAME).read_text("utf-8")
    assert not re.search(r"(?:src|href|url\(|@import|<script)", html)
    tags = Tags()
    tags.feed(html)
    assert tags.headers == {"col": len(document["places"]) + 1, "row": len(document["facts"])}
    assert tags.cells == len(document["cells"])
    assert 'lang="en"' in html
    assert "<caption>" in html


class Tags(HTMLParser):
    """Counts the headers and cells of a table."""

    def __init__(self) -> None:
        super().__init__()
        self.headers: dict[str, int] = {}
        self.cells = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take down one tag."""
        if tag == "th":
            scope = str(dict(attrs)["scope"])
            self.headers[scope] = self.headers.get(scope, 0) + 1
        self.cells += tag == "td"
