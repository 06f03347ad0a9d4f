"""The page about privacy says what the table of retention says."""

from __future__ import annotations

import re

from ledger.core.privacy.retention import RETENTION
from ledger.protocol.instants import DAY, HOUR, MINUTE
from tests.tidy.source import ROOT

PAGE = (ROOT / "docs" / "internals" / "privacy.md").read_text("utf-8")


def in_words(kept_ms: int | None) -> str:
    """A period as the page writes it."""
    if kept_ms is None:
        return "–"
    units = {DAY: "days", HOUR: "hour", MINUTE: "minutes"}
    whole = [f"{kept_ms // unit} {name}" for unit, name in units.items() if kept_ms % unit == 0]
    return whole[0] if kept_ms else "at once"


def test_what_is_kept_for_how_long_is_the_table_itself() -> None:
    (told,) = re.findall(r"^\| what \| kept for .*\n\|[- |]+\n((?:\|.*\n)+)", PAGE, re.MULTILINE)
    rows = [
        f"| {rule.what} | {in_words(rule.kept_ms)} | {rule.since or '–'} | {rule.then} |"
        f" {rule.because} |"
        for rule in RETENTION
    ]
    assert told.splitlines() == rows
