"""Every test of the core gets a world of its own, and its books are audited afterwards."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from ledger.ops.audit import audit
from tests.core.demo_world import World


@pytest.fixture
def world() -> Iterator[World]:
    made = World()
    yield made
    assert audit(made.store) == []
    made.close()
