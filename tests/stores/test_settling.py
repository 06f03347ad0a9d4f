"""Settlement on every store: many settlers at once make one batch, and pay it once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import cast

import pytest

from ledger.ops.audit import audit
from ledger.protocol.errors.service import InvariantBroken
from ledger.store import open_store
from ledger.store.tables.settlement import Settlement
from tests.core.demo_world import World
from tests.core.settlement.shop_days import FIRST_DAY, ONE_DAY, ShopDays
from tests.stores.at_once import at_once
from tests.stores.databases import Databases


@pytest.fixture(params=["file", "PostgreSQL"])
def days(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[ShopDays]:
    store = open_store(_where(request, tmp_path))
    world = World(store)
    yield ShopDays(world)
    assert audit(store) == []
    store.close()


def _where(request: pytest.FixtureRequest, folder: Path) -> Path | str:
    if request.param == "file":
        return folder / "books.db"
    databases: Databases = request.getfixturevalue("databases")
    return databases.url(databases.empty())


def test_many_settlers_make_one_batch_and_pay_it_once(days: ShopDays) -> None:
    world = days.world
    sold = world.paid(1_000, "anna")
    world.refund(sold, 300, "R1")
    days.wait_for(FIRST_DAY + 2 * ONE_DAY)
    batches = at_once(4, lambda _: days.close(FIRST_DAY, now=world.now).batch_id)
    assert list(batches.values()) == [4]
    batch = days.close(FIRST_DAY)
    assert batch.line_count == 2
    entries = at_once(4, lambda _: str(days.pay_out(batch).payout_entry_id))
    assert list(entries.values()) == [4]
    assert days.balance("nostro:EUR") == 700


def test_a_payout_that_comes_back_is_paid_again_on_every_store(days: ShopDays) -> None:
    days.world.paid(700, "anna")
    sent = days.pay_out(days.close(FIRST_DAY))
    assert list(at_once(4, lambda _: days.come_back(sent).entry_id).values()) == [4]
    days.pay_out(days.close(FIRST_DAY + ONE_DAY))
    assert [days.balance(account) for account in ("nostro:EUR", "suspense:EUR")] == [700, 0]


def test_what_a_merchant_was_told_can_not_be_changed_in_the_tables(days: ShopDays) -> None:
    days.world.paid(700, "anna")
    days.pay_out(days.close(FIRST_DAY))
    for change in (
        "UPDATE batch_line SET amount_minor = 1, net_minor = 1",
        "DELETE FROM batch_line",
        "UPDATE batch SET paid_out_minor = 0, carried_out_minor = 700",
        "DELETE FROM batch",
    ):
        with pytest.raises(InvariantBroken), days.world.store.transaction() as books:
            cast("Settlement", books.settlement)._tables.write(change)
