"""The page about the end of a day says what the till does."""

from __future__ import annotations

import re

from ledger.protocol.instants import MINUTE
from ledger.protocol.native_wire import STATEMENT_COLUMNS
from pos.closing.differences import EXPLANATIONS
from pos.closing.reconciliation import LATE_BOOKING_MS
from tests.tidy.source import ROOT

PAGE = (ROOT / "docs" / "use" / "day-end.md").read_text("utf-8")


def test_every_difference_is_explained_in_the_till_s_own_words() -> None:
    rows = re.findall(r"^\| `([A-Z_]+)` \| (.*) \| (.*) \|$", PAGE, flags=re.MULTILINE)
    told = {kind: (meaning, advice) for kind, meaning, advice in rows}
    assert told == {kind: (each.meaning, each.advice) for kind, each in EXPLANATIONS.items()}


def test_the_columns_of_the_file_are_named_in_their_order() -> None:
    assert ", ".join(f"`{column}`" for column in STATEMENT_COLUMNS) in re.sub(r"\s+", " ", PAGE)


def test_the_time_for_late_bookings_is_the_code_s() -> None:
    assert LATE_BOOKING_MS == 15 * MINUTE
    assert PAGE.count("15\nminutes") + PAGE.count("15 minutes") == 2
