"""Every call that a test here makes at a vendor's face is held against the record of fields.

A campaign's are not: what it breaks makes faces look for fields that no program of sense sends. Nor
are those that tests of other folders make in the same process, before or between these.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.faces import fields_seen

CAMPAIGNS = "test_campaign.py"


@pytest.fixture(autouse=True)
def _fields_are_recorded(request: pytest.FixtureRequest) -> Iterator[None]:
    fields_seen.install()
    fields_seen.seen -= fields_seen.unknown()
    yield
    found = fields_seen.unknown()
    fields_seen.seen -= found  # told once
    if request.path.name != CAMPAIGNS:
        assert not found, f"{sorted(found)[:5]}: run python -m tests.docs.vendor_fields <tests>"
