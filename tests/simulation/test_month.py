"""A month of trade in small: ``python -m bench.month`` plays the same with 100,000 events."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bench.month.office import Office
from bench.month.run import Month, play
from ledger.ops.audit import audit
from ledger.store import MEMORY, BooksFile, open_store
from ledger.store.postgres import BooksDatabase, open_database
from tests.stores.databases import Databases

EVENTS = 300
Store = BooksFile | BooksDatabase


@pytest.fixture(params=["a file", "a database"])
def store(request: pytest.FixtureRequest) -> Iterator[Store]:
    if request.param == "a file":
        file = open_store(MEMORY)
        yield file
        file.close()
    else:
        databases: Databases = request.getfixturevalue("databases")
        database = open_database(databases.url(databases.empty()))
        yield database
        database.close()


def month_in(store: Store) -> Month:
    return play(store, seed=7, events=EVENTS, shops=3, people=12, tell=lambda _line: None)


def test_a_month_is_settled_agrees_with_the_shops_and_audits_clean(store: Store) -> None:
    month = month_in(store)
    assert month.done.total() + month.refused.total() >= EVENTS
    assert min(month.done[each] for each in ("sale", "refund", "deposit", "returned")) > 0
    assert month.office.differences == []
    assert month.office.counts["lines matched"] >= month.done["sale"] + month.done["refund"]
    assert audit(store) == []


def test_a_receipt_that_a_shop_never_had_is_missed_at_its_till(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    genuine = Office.told
    heard: list[str] = []

    def deaf_once(self: Office, signed: object, number: str) -> None:
        heard.append(number)
        if len(heard) != 5:
            genuine(self, signed, number)  # type: ignore[arg-type]

    monkeypatch.setattr(Office, "told", deaf_once)
    store = open_store(MEMORY)
    differences = month_in(store).office.differences
    store.close()
    assert len(differences) == 1
    assert differences[0].startswith(("MISSING_AT_TILL", "UNKNOWN_REFUND", "STATE"))
