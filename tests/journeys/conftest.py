"""A world for each story, and the promise with which every story ends."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ledger.ops import notifier
from tests.journeys.agreement import require_agreement
from tests.journeys.world import World
from wallet.device import sealing


@pytest.fixture(autouse=True)
def _quick_and_repeatable(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a try at a PIN take no time, and one notification follow the other."""
    monkeypatch.setattr(sealing, "_SCRYPT_N", 2)
    monkeypatch.setattr(notifier, "SENDERS", 1)


@pytest.fixture
def world(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[World]:
    """Till, wallet and ledger; at the end, the network mended, they come to rest and agree."""
    made = World(tmp_path, request.node.name)
    yield made
    made.network.mend()
    made.settle()
    require_agreement(made)
    made.close()
