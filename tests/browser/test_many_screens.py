"""Twenty screens at one till: all follow one payment, each by a stream of its own.

Four are pages; the others are what the till sees of a page, its stream. How long after the payer's
act twenty pages show it, ``python -m bench.screens`` tells.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from playwright.sync_api import Browser

from ledger.kit.transport import HttpTransport
from tests.browser import crowd
from tests.browser.test_kiosk import anna, code_of, present
from tests.processes.services import PATIENCE_S, Services

SCREENS = 20
PAGES = 4
STREAMS = SCREENS - PAGES
STEPS = (b'"told":"AUTHORISING"', b'"state":"PAID"')


def test_twenty_screens_open_at_once_all_follow_the_payers_telephone(
    browser: Browser, services: Services
) -> None:
    all_open = Barrier(STREAMS + 1, timeout=PATIENCE_S)
    till = services.urls["pos"]
    with crowd.opened(browser, till, PAGES) as pages, ThreadPoolExecutor(STREAMS) as others:
        streams = [others.submit(steps_seen, till, all_open) for _ in range(STREAMS)]
        all_open.wait()
        present(pages.kiosk)
        phone = anna(services)
        review = phone.scan(code_of(pages.kiosk, services)).done["review"]
        assert len(pages.delays_ms("scanned", crowd.now_s())) == PAGES
        phone.approve(review)
        assert len(pages.delays_ms("paid", crowd.now_s())) == PAGES
        assert [stream.result() for stream in streams] == [len(STEPS)] * STREAMS
        assert pages.complaints == []


def steps_seen(till: str, all_open: Barrier) -> int:
    """Follow the till as a page does; how many of the steps came, in their order."""
    headers = {"Accept": "text/event-stream"}
    stream = HttpTransport(stream_timeout_s=PATIENCE_S).stream(f"{till}/api/live", headers)
    try:
        lines = stream.lines()
        assert any(line.startswith(b"event: snapshot") for line in lines)
        all_open.wait()
        for step in STEPS:
            assert any(step in line for line in lines)
        return len(STEPS)
    finally:
        stream.close()
