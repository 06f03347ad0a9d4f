"""Every test gets a shop of its own, whose books are audited afterwards."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from ledger.ops.audit import audit
from tests.faces.wechatpay_v2.xml_shop import XmlShop


@pytest.fixture
def shop() -> Iterator[XmlShop]:
    made = XmlShop()
    yield made
    assert audit(made.store) == []
    made.close()
