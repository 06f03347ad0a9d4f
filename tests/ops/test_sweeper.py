"""What time does to the books when nobody calls."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ledger.core.limits import SANDBOX_POLICY
from ledger.ops import sweeper
from ledger.ops.audit import audit
from ledger.protocol.instants import DAY, MINUTE
from tests.faces.native.http_world import HttpWorld


@pytest.fixture
def world(tmp_path: Path) -> Iterator[HttpWorld]:
    made = HttpWorld(tmp_path)
    yield made
    assert audit(made.store) == []
    made.close()


def rows(world: HttpWorld, table: str) -> int:
    """How many rows a table has."""
    found = world.store._writer._connection.execute(f"SELECT count(*) FROM {table}")  # noqa: S608
    return int(str(found.fetchall()[0][0]))


def state(world: HttpWorld, payment_id: str) -> str:
    """How a payment stands."""
    return str(world.shop.get(f"/v1/payments/{payment_id}").json["state"])


@pytest.mark.parametrize("scanned", [False, True])
def test_a_payment_whose_time_ran_out_is_closed_and_the_till_is_told(
    world: HttpWorld, *, scanned: bool
) -> None:
    shop = world.shop
    payment = shop.ask(100)
    if scanned:
        world.wallet("anna").scan(payment, shop.code(payment))
    world.clock.advance(3 * MINUTE - 1)
    world.ledger.sweeper.sweep()
    assert state(world, payment["payment_id"]) == ("AUTHORISING" if scanned else "AWAITING_PAYER")
    world.clock.advance(1)
    world.ledger.sweeper.sweep()
    assert state(world, payment["payment_id"]) == "CLOSED"
    assert rows(world, "outbox") == 1


def test_a_paid_payment_is_finished_when_it_can_no_longer_be_refunded(world: HttpWorld) -> None:
    payment = world.paid(100)
    world.clock.advance(SANDBOX_POLICY.refund_period_ms)
    world.ledger.sweeper.sweep()
    assert state(world, payment["payment_id"]) == "PAID"
    world.clock.advance(1)
    world.ledger.sweeper.sweep()
    assert state(world, payment["payment_id"]) == "FINISHED"


def test_one_round_does_a_bounded_amount_and_says_that_there_is_more(world: HttpWorld) -> None:
    for _ in range(sweeper.BATCH + 1):
        world.shop.ask(100)
    world.clock.advance(3 * MINUTE)
    assert world.ledger.sweeper.sweep()
    assert not world.ledger.sweeper.sweep()
    assert rows(world, "payment WHERE state = 'CLOSED'") == sweeper.BATCH + 1


def test_what_is_kept_for_a_while_is_forgotten_and_the_rest_is_not(world: HttpWorld) -> None:
    world.paid(100)
    before = {table: rows(world, table) for table in ("payment", "receipt", "posting", "outbox")}
    world.clock.advance(31 * DAY)
    world.ledger.sweeper.sweep()
    assert {rows(world, table) for table in ("nonce", "reply", "live_event", "code_miss")} == {0}
    assert {table: rows(world, table) for table in before} == before


def test_forgetting_is_done_now_and_then(world: HttpWorld) -> None:
    world.ledger.sweeper.sweep()
    commits = []
    world.ledger.store.listeners.append(lambda: commits.append("commit"))
    world.ledger.sweeper.sweep()
    assert commits == []
    world.clock.advance(sweeper.FORGET_EVERY_MS)
    world.ledger.sweeper.sweep()
    assert commits
    commits.clear()
    world.ledger.sweeper.sweep()
    assert commits == []
