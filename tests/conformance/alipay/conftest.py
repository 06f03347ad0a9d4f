"""One ledger for all conformance tests of Alipay's face; its books are audited at the end."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from ledger.ops.audit import audit
from tests.conformance.alipay.stage import Stage


@pytest.fixture(scope="session")
def alipay_stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    made = Stage(tmp_path_factory.mktemp("alipay"))
    yield made
    assert audit(made.books) == []
    made.close()
