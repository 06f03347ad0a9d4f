"""How long a stranger needs, from the first touch at the kiosk until both screens say "paid".

    python -m bench.strangers
    python -m bench.strangers --payments 20

Real services as ``qrpay up`` starts them, and two real browsers' pages: the kiosk, and a telephone
that has never been here, whose camera app opens what the code says. Seconds in which machines work
and nobody thinks; needs Chromium.
"""

from __future__ import annotations

import time
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import click
from playwright.sync_api import Browser, expect, sync_playwright

from ledger.cli.bench.machine import this_machine
from tests.browser import chromium
from tests.browser.test_kiosk import code_of, enter, present, scene
from tests.browser.wallet_pages import GUEST, visiting
from tests.processes.services import FREE_PORTS, Services

TOUCHES_AT_THE_KIOSK = 3


def pay(browser: Browser, services: Services) -> tuple[float, int]:
    """Let one stranger pay; the seconds, and the touches on both screens together."""
    url = services.urls["pos"]
    with (
        chromium.watched(browser, chromium.KIOSK, base_url=url) as kiosk,
        visiting(browser, services, GUEST) as visit,
    ):
        enter(kiosk.page)
        began = time.monotonic()
        present(kiosk.page)
        visit.open_link(code_of(kiosk.page, services))
        visit.agree()
        visit.expect_outcome("paid")
        scene(kiosk.page, "paid")
        return time.monotonic() - began, TOUCHES_AT_THE_KIOSK + visit.taps


@click.command()
@click.option("--payments", default=5, show_default=True, help="How many strangers come.")
def main(payments: int) -> None:
    """Print median and worst."""
    expect.set_options(timeout=chromium.PATIENCE_MS)
    click.echo(f"{this_machine()}\n")
    with TemporaryDirectory() as folder, sync_playwright() as playwright:
        services = Services(Path(folder))
        services.up(*FREE_PORTS)
        try:
            with chromium.launched(playwright) as browser:
                found = [pay(browser, services) for _ in range(payments)]
        finally:
            services.down()
    seconds = [taken for taken, _ in found]
    touches = max(counted for _, counted in found)
    click.echo(f"{touches} touches, median {median(seconds):.1f} s, worst {max(seconds):.1f} s")


if __name__ == "__main__":
    main()
