"""What the wallet's tests share: a clock that stands still, seeded chance, a store in memory."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from ledger.kit.clock import SettableClock
from ledger.kit.embedded import MEMORY, open_store
from ledger.kit.entropy import SeededEntropy
from ledger.protocol import instants
from wallet.device.vault import Vault
from wallet.store import WalletStore

PIN = "280601"


@pytest.fixture
def clock() -> SettableClock:
    return SettableClock(instants.from_text("2026-11-21T23:03:00.000Z"))


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
