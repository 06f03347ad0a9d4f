"""Every test of the native face gets a ledger of its own, and its books are audited afterwards."""

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
