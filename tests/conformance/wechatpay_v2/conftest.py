"""Each test has a stage of its own, whose books are audited afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ledger.ops.audit import audit
from tests.conformance.wechatpay_v2.stage import Stage


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    made = Stage(tmp_path)
    yield made
    assert audit(made.books) == []
    made.close()
