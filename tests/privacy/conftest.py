"""Books in a file, so that it can be seen what is left in its bytes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ledger.ops.audit import audit
from tests.privacy.filed_world import FiledWorld


@pytest.fixture
def world(tmp_path: Path) -> Iterator[FiledWorld]:
    made = FiledWorld(tmp_path)
    yield made
    assert audit(made.store) == []
    made.store.close()
