"""Browsers, and the three services as ``qrpay up`` runs them, shared by all tests of pages."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Playwright, expect, sync_playwright

from tests.browser import chromium
from tests.processes.services import FREE_PORTS, Services, nothing_left_running


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """The driver; skipped where there is no browser to drive."""
    chromium.program()
    expect.set_options(timeout=chromium.PATIENCE_MS)
    with sync_playwright() as driver:
        yield driver


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    """One Chromium for everybody; each test opens a context of its own."""
    with chromium.launched(playwright) as opened:
        yield opened


@pytest.fixture(scope="module")
def services(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    """Till, wallet and ledger on free ports, started once for a file."""
    chromium.program()
    data = tmp_path_factory.mktemp("qrpay")
    with nothing_left_running(data):
        made = Services(data)
        try:
            made.up(*FREE_PORTS)
            yield made
        finally:
            made.down()
