"""A disk that refuses an operation, or has no more room: an answer, and nothing acknowledged lost.

Each operation of a short morning is refused once. Whoever asked is told, the books look as they
looked before, and the same wish succeeds afterwards.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from random import Random

import pytest

from ledger.protocol.errors.service import StorageFailed, StorageFull
from tests.core.demo_world import World
from tests.durability.conftest import Campaign
from tests.durability.disk import RecordingDisk
from tests.durability.images import lay_out
from tests.durability.trade import MarkedBooks, Morning, disk_at_rest, fingerprint, lost, opened

ROUNDS = 4
SHORT_STEP = 16


@dataclass
class Shop:
    """A morning on a recording disk."""

    disk: RecordingDisk
    store: MarkedBooks
    morning: Morning
    refused: int = 0
    begun_at: int = 0
    operations: int = 0

    def insist(self, act: Callable[[], object]) -> None:
        """Do something, and again if the disk refused it; then nothing had happened."""
        before = fingerprint(self.store)
        try:
            act()
        except StorageFailed:
            self.refused += 1
            assert fingerprint(self.store) == before
            act()


def _shop(folder: Path) -> Shop:
    disk, wallets = disk_at_rest(folder)
    with disk.mounted():
        store = opened(folder)
    return Shop(disk, store, Morning(World(store, wallets)), begun_at=len(disk.log))


def _require_kept(shop: Shop, folder: Path) -> None:
    """What clients were told is on the disk, whether or not what was not synced got there."""
    lay_out({name: shop.disk.bytes_of(name) for name in shop.disk.names}, folder)
    again = opened(folder)
    assert again._writer.value(str, "PRAGMA integrity_check") == "ok"
    assert lost(again, shop.morning) == []
    again.close()


def _play(folder: Path, refuse_at: int) -> Shop:
    shop = _shop(folder)
    with shop.disk.mounted():
        shop.disk.refuse_at = refuse_at
        for act in shop.morning.acts(ROUNDS):
            shop.insist(act)
        state = fingerprint(shop.store)
        try:
            shop.store.close()
        except StorageFailed:
            shop.refused += 1
            shop.store.close()
        shop.operations = len(shop.disk.log)
        shop.disk.refuse_at = 0
        again = opened(folder)
        assert fingerprint(again) == state
        assert len(shop.morning.paid) == ROUNDS
        assert lost(again, shop.morning) == []
        again.close()
    return shop


def test_each_operation_that_a_disk_refuses_is_told_and_loses_nothing(
    memory: Path, campaign: Campaign
) -> None:
    whole = _play(memory, refuse_at=0)
    step = 1 if campaign.is_long else SHORT_STEP
    first = whole.begun_at + Random(campaign.seeds[0]).randint(1, step)  # noqa: S311 (foreseeable)
    shops = [_play(memory, number) for number in range(first, whole.operations + 1, step)]
    told = sum(shop.refused for shop in shops)
    among = whole.operations - whole.begun_at
    campaign.tell(f"refused operations: {len(shops)} of {among} played, {told} told, 0 lost")
    assert all(shop.disk.refusals == 1 for shop in shops)
    assert told > len(shops) // 2


def test_a_disk_that_refuses_as_the_books_are_closed_is_told_and_they_open_again(
    memory: Path,
) -> None:
    last = _play(memory, refuse_at=0).operations
    shop = _play(memory, refuse_at=last)
    assert (shop.disk.refusals, shop.refused) == (1, 1)


def test_a_full_disk_is_told_loses_nothing_and_trade_goes_on_when_there_is_room(
    memory: Path,
) -> None:
    shop = _shop(memory)
    with shop.disk.mounted():
        acts = shop.morning.acts(ROUNDS)
        for act in islice(acts, 4):
            act()
        shop.disk.room = sum(map(len, shop.disk.contents))
        before = fingerprint(shop.store)
        stuck = next(acts)
        for _ in range(3):
            with pytest.raises(StorageFull):
                stuck()
        assert fingerprint(shop.store) == before
        shop.disk.room = None
        stuck()
        for act in acts:
            act()
        assert len(shop.morning.paid) == ROUNDS
        shop.store.close()
    _require_kept(shop, memory)
