"""A ledger for each test of refusals, since some of them block the shop or let a year pass."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ledger.ops.audit import audit
from tests.conformance import environments
from tests.conformance.alipay.refusals.legs import NODE, OFFICIAL
from tests.conformance.alipay.refusals.stage import Stage, staged


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    environments.python(OFFICIAL)  # before payment codes are shown, which live for a minute
    environments.node(NODE)
    with staged(tmp_path) as made:
        yield made
        assert audit(made.shop.store) == []
