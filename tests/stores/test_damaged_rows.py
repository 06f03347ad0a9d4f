"""Rows with values that nobody writes: named as damage, on both engines, wherever they are read."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing

import pytest

from ledger.core.ports import Books
from ledger.core.records.vendors import Vendor, VendorAccount
from ledger.protocol.errors.service import StoreDamaged
from tests.core.demo_world import SHOP, World
from tests.core.settlement.shop_days import FIRST_DAY, ShopDays
from tests.stores.databases import Databases
from tests.stores.raw import change, drop_guards

NUMBER = "1900000001"

DAMAGES: dict[str, Callable[[World, Books], object]] = {
    "UPDATE payer SET pairwise_secret = 'z' || substr(pairwise_secret, 2)": (
        lambda world, books: books.directory.payer(world.payer_id("anna"))
    ),
    "UPDATE public_key SET raw = 'z' || substr(raw, 2)": lambda _, books: (
        books.directory.published_keys()
    ),
    "UPDATE batch SET business_day = '2026-13-01'": (
        lambda _, books: books.settlement.latest_batch(SHOP, "EUR")
    ),
    "UPDATE vendor_account SET settings = '{'": (
        lambda _, books: books.vendor_accounts.find(Vendor.WECHATPAY, NUMBER)
    ),
}


def _is_named(world: World, damage: str) -> None:
    ShopDays(world).close(FIRST_DAY)
    account = VendorAccount(Vendor.WECHATPAY, NUMBER, SHOP, "T01", world.now, {})
    with world.store.transaction() as books:
        books.vendor_accounts.add(account)
    drop_guards(world.store)
    assert change(world.store, damage)
    with world.store.reading() as books, pytest.raises(StoreDamaged):
        DAMAGES[damage](world, books)


@pytest.mark.parametrize("damage", DAMAGES)
def test_damage_is_named_in_memory(damage: str) -> None:
    with closing(World()) as world:
        _is_named(world, damage)


@pytest.mark.parametrize("damage", DAMAGES)
def test_damage_is_named_in_a_database(databases: Databases, damage: str) -> None:
    with closing(databases.world()) as world:
        _is_named(world, damage)
