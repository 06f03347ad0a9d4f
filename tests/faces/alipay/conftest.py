"""Every test of Alipay's face gets a ledger of its own, and its books are audited afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ledger.ops.audit import audit
from tests.faces.alipay.listener import Listener
from tests.faces.alipay.shop import AlipayShop


@pytest.fixture
def listener() -> Listener:
    """Who is told what the shop is told."""
    return Listener()


@pytest.fixture
def shop(tmp_path: Path, listener: Listener) -> Iterator[AlipayShop]:
    made = AlipayShop(tmp_path, listener)
    yield made
    assert audit(made.store) == []
    made.close()
