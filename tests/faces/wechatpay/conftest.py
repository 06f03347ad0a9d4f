"""Every test gets a world of its own, whose books are audited afterwards."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from ledger.ops.audit import audit
from tests.faces.wechatpay.shop_world import WechatWorld


@pytest.fixture
def world() -> Iterator[WechatWorld]:
    made = WechatWorld()
    yield made
    assert audit(made.store) == []
    made.close()
