"""PostgreSQL forgets and erases the same rows, by the same statements."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from ledger.core.privacy import erasure
from ledger.core.privacy.purge import purge, scrub_after_erasures
from ledger.ops.audit import audit
from ledger.protocol.errors.checkout import PayerNotFound
from ledger.protocol.errors.privacy import PayerErased
from ledger.protocol.instants import DAY
from tests.core.demo_world import World
from tests.privacy.test_erasure import NAME, newcomer, reply_with_a_receipt, spend_all
from tests.privacy.test_retention import everything_once
from tests.stores.databases import Databases
from tests.stores.raw import ask


@pytest.fixture
def world(databases: Databases) -> Iterator[World]:
    made = databases.world()
    yield made
    assert audit(made.store) == []
    made.close()


def test_what_is_over_is_forgotten_once(world: World) -> None:
    everything_once(world)
    world.wait(400 * DAY)
    assert len(purge(world.store, now=world.now)) > 8
    assert purge(world.store, now=world.now) == {}
    left = "SELECT count(*) FROM authorisation WHERE text <> ''"
    assert ask(world.store, left) == [(0,)]


def test_who_left_is_a_number_without_a_name(world: World) -> None:
    newcomer(world)
    paid = spend_all(world)
    reply_with_a_receipt(world)
    with world.store.transaction() as books:
        erasure.erase(books, payer_id=world.payer_id(NAME), now=world.now)
    assert scrub_after_erasures(world.store)
    assert not scrub_after_erasures(world.store)
    name = "SELECT display_name, status FROM payer WHERE status = 'ERASED'"
    assert ask(world.store, name) == [("", "ERASED")]
    with pytest.raises(PayerErased):
        world.refund(paid[0], 1, "R9")
    with pytest.raises(PayerNotFound), world.store.transaction() as books:
        erasure.erase(books, payer_id=world.payer_id(NAME), now=world.now)
