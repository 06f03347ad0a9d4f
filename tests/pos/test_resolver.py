"""The resolver outlives whatever happens: nobody else would bring unfinished sales to their end."""

from __future__ import annotations

import threading

import pytest

from ledger.protocol.errors.service import StorageFailed
from ledger.protocol.instants import Instant
from pos.acquirers.intents import Attempt
from pos.counter.desk import Desk
from pos.counter.resolver import Resolver

PATIENCE_S = 10.0


def test_a_store_that_fails_for_a_moment_does_not_end_the_resolver(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    third_round = threading.Event()
    rounds: list[Instant] = []

    def due(now: Instant, _most: int) -> list[Attempt]:
        rounds.append(now)
        if len(rounds) >= 3:
            third_round.set()
            return []
        raise StorageFailed("the disk is away")

    monkeypatch.setattr(desk.store.attempts, "due", due)
    monkeypatch.setattr("pos.counter.resolver.PAUSE_S", 0.01)
    resolver = Resolver(desk)
    resolver.start()
    assert third_round.wait(PATIENCE_S)
    resolver.stop()
    failed = "a round of the resolver failed and will be tried again"
    assert caplog.messages[:2] == [failed, failed]
