"""The sealer links and seals by itself, and anybody can fetch what it sealed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ledger import app as composition
from ledger.app import create_app, ledger_of
from ledger.config import Settings
from ledger.core.books.chain import GRACE_MS
from ledger.kit.clock import SettableClock
from ledger.kit.entropy import SystemEntropy
from ledger.ops.audit import audit
from ledger.protocol import instants
from ledger.protocol.instants import DAY, HOUR, later
from ledger.protocol.messages import Head, Signed, open_head
from ledger.store import MEMORY, open_store
from tests.faces.native.http_world import NOON, HttpWorld
from tests.faces.native.wire import Request
from tests.kit.answered import Answer
from tests.processes.services import wait_for

TODAY = "2026-11-22"
MIDNIGHT = instants.from_text("2026-11-23T00:00:00.000Z")


@pytest.fixture
def world(tmp_path: Path) -> Iterator[HttpWorld]:
    made = HttpWorld(tmp_path)
    yield made
    assert audit(made.store) == []
    made.close()


def seal(world: HttpWorld) -> None:
    while world.ledger.sealer.seal():
        pass


def get(world: HttpWorld, path: str) -> Answer:
    return world.line.send(Request("GET", path, {}))


def fetched(world: HttpWorld, day: str) -> Head:
    answer = get(world, f"/v1/heads/{day}")
    assert answer.status == 200, answer.body
    return open_head(Signed.from_json(answer.json["head"]), world.line.directory)


def unlinked(world: HttpWorld) -> int:
    return int(get(world, "/health").json["unlinked"])


def test_what_waits_for_its_link_is_told_with_the_health(world: HttpWorld) -> None:
    before = unlinked(world)
    world.paid(100)
    assert unlinked(world) == before + 1
    seal(world)
    assert unlinked(world) == 0


def test_a_sealer_with_nothing_to_do_writes_nothing(world: HttpWorld) -> None:
    seal(world)
    committed: list[str] = []
    world.ledger.store.listeners.append(lambda: committed.append("a commit"))
    assert not world.ledger.sealer.seal()
    assert committed == []


def test_the_head_of_a_day_can_be_fetched_by_anybody_once_it_is_sealed(world: HttpWorld) -> None:
    world.paid(100)
    seal(world)
    assert get(world, f"/v1/heads/{TODAY}").said == (404, "HEAD_NOT_SEALED")
    world.clock.set(later(MIDNIGHT, GRACE_MS))
    seal(world)
    world.line.look_keys_up()
    head = fetched(world, TODAY)
    assert head.business_date.isoformat() == TODAY
    assert head.count == head.sequence > 0
    assert head.sealed_at == later(MIDNIGHT, GRACE_MS)


def test_each_head_continues_the_one_fetched_the_day_before(world: HttpWorld) -> None:
    world.paid(100)
    world.clock.advance(2 * DAY)
    seal(world)
    world.line.look_keys_up()
    first, second = fetched(world, TODAY), fetched(world, "2026-11-23")
    first.require_after(None)
    second.require_after(first)


@pytest.mark.parametrize("day", ["2026-02-30", "20261122", "today", "2026-11-22T", "٢٠٢٦-١١-٢٢"])
def test_a_head_is_asked_for_by_a_date_in_its_one_spelling(world: HttpWorld, day: str) -> None:
    assert get(world, f"/v1/heads/{day}").said == (400, "IDENTIFIER_FORMAT")


def test_a_running_ledger_links_without_being_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(composition, "SEALER_IDLE_S", 0.01)
    clock = SettableClock(NOON)
    store = open_store(MEMORY)
    running = create_app(
        Settings(data_dir=tmp_path), store=store, clock=clock, entropy=SystemEntropy()
    )
    try:
        clock.advance(DAY + HOUR)

        def is_linked() -> bool:
            with store.reading() as books:
                return books.chain.head(TODAY) is not None and books.chain.count_waiting() == 0

        wait_for("the day has its head", is_linked)
    finally:
        ledger_of(running).close()
