"""What the wallet's tests share: a clock that stands still, seeded chance, a store in memory."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ledger.kit.clock import SettableClock
from ledger.kit.embedded import MEMORY, open_store
from ledger.kit.entropy import SeededEntropy
from tests.wallet.shop import NOW
from tests.wallet.world import World
from wallet.device import sealing
from wallet.device.vault import Vault
from wallet.store import WalletStore

PIN = "280601"


@pytest.fixture(autouse=True)
def _quick_scrypt(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a try at a PIN take no time; ``test_vault`` says what it takes otherwise."""
    monkeypatch.setattr(sealing, "_SCRYPT_N", 2)


@pytest.fixture
def clock() -> SettableClock:
    return SettableClock(NOW)


@pytest.fixture
def entropy(request: pytest.FixtureRequest) -> SeededEntropy:
    return SeededEntropy(request.node.name)


@pytest.fixture
def store() -> Iterator[WalletStore]:
    opened = WalletStore(open_store(MEMORY, package="wallet.store"))
    yield opened
    opened.close()


@pytest.fixture
def vault(store: WalletStore, entropy: SeededEntropy) -> Vault:
    return Vault(store, entropy(32), entropy)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = World(tmp_path)
    yield made
    made.close()
