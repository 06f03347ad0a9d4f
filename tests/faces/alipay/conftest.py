"""Every test of Alipay's face gets a ledger of its own, and its books are audited afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ledger.ops.audit import audit
from tests.faces.alipay.shop import AlipayShop


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[AlipayShop]:
    made = AlipayShop(tmp_path)
    yield made
    assert audit(made.store) == []
    made.close()
