"""What always holds in the books, one SQL file for each rule: it selects what breaks the rule.

A file begins with its rule as a comment. Its query gives a row for each breach (``subject``: which
account, entry or payment; ``detail``: what was found) and none on sound books. The rules read the
tables as they are, past the code that wrote them, so they catch its mistakes too.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib import resources


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule by its file's name without number, its sentence, and the query for its breaches."""

    name: str
    sentence: str
    sql: str


@dataclass(frozen=True, slots=True)
class Breach:
    """Something that breaks a rule."""

    subject: str
    detail: str


@cache
def rules() -> tuple[Rule, ...]:
    """Give the rules in the order of their numbers."""
    files = sorted(
        (file for file in resources.files(__name__).iterdir() if file.name.endswith(".sql")),
        key=lambda file: file.name,
    )
    return tuple(_read(file.name, file.read_text("utf-8")) for file in files)


def _read(file_name: str, text: str) -> Rule:
    head = text.partition("\n")[0]
    name = file_name.removesuffix(".sql").partition("_")[2]
    return Rule(name, head.removeprefix("-- "), text)
