"""A till and a merchant's address for each test of the sandbox."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from ledger.testing.play import Play
from tests.sandbox.merchant import Till, Told, merchants_address


@pytest.fixture
def told() -> Iterator[Told]:
    with merchants_address() as address:
        yield address


@pytest.fixture
def till(qrpay: Play, told: Told) -> Till:
    return Till(qrpay, told.url)
