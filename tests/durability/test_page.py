"""The page about durability names every site at which a process dies, as the table has it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.durability.sites import RECOVERIES, SITES, Site

PAGE = Path(__file__).parents[2].joinpath("docs/internals/durability.md").read_text("utf-8")


def row(site: Site) -> str:
    """A site as the page has it."""
    return f"| {site.id} | {site.party} | {site.meaning} | {site.kept} |"


@pytest.mark.parametrize("site", [*SITES, *RECOVERIES.values()], ids=lambda site: site.id)
def test_the_page_tells_each_site_and_what_must_be_kept_there(site: Site) -> None:
    assert row(site) in PAGE
