"""A world with a shop that vendors know, whose books are audited afterwards."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from ledger.ops.audit import audit
from tests.core.vendors.vendor_shop import VendorShop


@pytest.fixture
def shop() -> Iterator[VendorShop]:
    made = VendorShop()
    yield made
    assert audit(made.store) == []
    made.close()
