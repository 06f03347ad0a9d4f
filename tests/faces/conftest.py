"""Every call that a test makes at a vendor's face is held against the record of fields."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.faces import fields_seen


@pytest.fixture(autouse=True)
def _fields_are_recorded() -> Iterator[None]:
    fields_seen.install()
    yield
    found = fields_seen.unknown()
    fields_seen.seen -= found  # told once
    assert not found, f"{sorted(found)[:5]}: run python -m tests.docs.vendor_fields <these tests>"
