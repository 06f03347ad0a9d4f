"""The matrix fact × place: what is expected with reasons, what was found, and how they differ.

``expected.json`` holds a reason for each cell that may be filled; an empty cell needs none. A fact
that turns up in a place where it is not expected has *leaked*. One that is missing where it is
expected would make the matrix a lie, so that is told, too.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib import resources

import msgspec


class Expected(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The places in the order of the columns; by fact and place, why it is known there."""

    places: list[str]
    facts: dict[str, dict[str, str]]


class Cell(msgspec.Struct, frozen=True):
    """One fact in one place; ``because`` is empty where it is not expected."""

    fact: str
    place: str
    found: bool
    because: str

    @property
    def leaked(self) -> bool:
        """Whether it stands where nobody expects it."""
        return self.found and not self.because

    @property
    def missing(self) -> bool:
        """Whether it is expected and does not stand there."""
        return bool(self.because) and not self.found


@dataclass(frozen=True)
class Matrix:
    """All cells, fact by fact."""

    facts: list[str]
    places: list[str]
    cells: list[Cell]

    @property
    def leaks(self) -> list[Cell]:
        """The cells nobody expects to be filled."""
        return [cell for cell in self.cells if cell.leaked]

    @property
    def missing(self) -> list[Cell]:
        """The cells that are expected to be filled and are not."""
        return [cell for cell in self.cells if cell.missing]

    @property
    def holds(self) -> bool:
        """Whether each party knows exactly what is expected."""
        return not self.leaks and not self.missing

    def row(self, fact: str) -> list[Cell]:
        """Give the cells of a fact in the order of the places."""
        return [cell for cell in self.cells if cell.fact == fact]


def expected() -> Expected:
    """Read the committed matrix."""
    text = resources.files(__package__).joinpath("expected.json").read_bytes()
    return msgspec.json.decode(text, type=Expected)


def compare(found: Mapping[str, Iterable[str]], wanted: Expected) -> Matrix:
    """Hold what was found, places by fact, against what is expected.

    A fact or a place that only one of them knows makes a column or a row of its own.
    """
    places = [*wanted.places, *_others(found.values(), wanted.places)]
    facts = [*wanted.facts, *(fact for fact in found if fact not in wanted.facts)]
    cells = [
        Cell(fact, place, place in found.get(fact, ()), wanted.facts.get(fact, {}).get(place, ""))
        for fact in facts
        for place in places
    ]
    return Matrix(facts, places, cells)


def _others(rows: Iterable[Iterable[str]], known: list[str]) -> list[str]:
    return sorted({place for row in rows for place in row} - set(known))
