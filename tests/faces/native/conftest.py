"""Every test of the native face gets a ledger of its own, and its books are audited afterwards.

Tests that only ever are refused share one ledger: that it stays ``untouched`` is what they prove.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ledger.ops.audit import audit
from tests.faces.native.http_world import HttpWorld


@pytest.fixture
def world(tmp_path: Path) -> Iterator[HttpWorld]:
    made = HttpWorld(tmp_path)
    yield made
    assert audit(made.store) == []
    made.close()


@pytest.fixture(scope="session")
def refusing_world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HttpWorld]:
    """A ledger with till, kiosk and two wallets let in, for calls that are all refused."""
    made = HttpWorld(tmp_path_factory.mktemp("ledger"))
    assert made.shop
    assert made.kiosk
    assert made.wallet("anna")
    assert made.wallet("li-wei")
    yield made
    assert audit(made.store) == []
    made.close()
