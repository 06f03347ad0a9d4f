"""A shop that calls through Antom's API, whose books are audited afterwards."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from ledger.ops.audit import audit
from tests.faces.antom.antom_shop import AntomShop


@pytest.fixture
def shop() -> Iterator[AntomShop]:
    made = AntomShop()
    yield made
    assert audit(made.store) == []
    made.close()
