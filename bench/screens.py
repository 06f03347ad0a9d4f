"""How long after the payer's act the screens of one till show it, by how many are open.

    python -m bench.screens
    python -m bench.screens --payments 20

Real services as ``qrpay up`` starts them, a real browser with so many pages, one of them a kiosk
and the others displays that follow it. From the moment the wallet has answered its payer until the
page has drawn the scene, in milliseconds; needs Chromium.
"""

from __future__ import annotations

from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import click
from playwright.sync_api import Browser, expect, sync_playwright

from ledger.cli.bench.machine import this_machine
from tests.browser import chromium, crowd
from tests.browser.test_kiosk import anna, code_of, enter, present
from tests.processes.services import FREE_PORTS, Services

SIZES = (1, 20, 60)
SCENES = ("scanned", "paid")

Delays = dict[str, list[float]]


def measure(browser: Browser, services: Services, screens: int, payments: int) -> Delays:
    """Pay so often before so many screens; the delays of all screens by scene."""
    found: Delays = {scene: [] for scene in SCENES}
    with crowd.opened(browser, services.urls["pos"], screens) as watching:
        for _ in range(payments):
            crowd.forget(watching)
            present(watching.kiosk)
            phone = anna(services)
            review = phone.scan(code_of(watching.kiosk, services)).done["review"]
            found["scanned"] += watching.delays_ms("scanned", crowd.now_s())
            phone.approve(review)
            found["paid"] += watching.delays_ms("paid", crowd.now_s())
            watching.kiosk.get_by_role("button", name="Done").click()
            enter(watching.kiosk)
    return found


def row(screens: int, found: Delays) -> str:
    """Give the medians and the worst as a line of a table."""
    cells = [
        f"{cell:,.0f}" for scene in SCENES for cell in (median(found[scene]), max(found[scene]))
    ]
    return f"| {screens} | " + " | ".join(cells) + " |"


@click.command()
@click.option("--payments", default=5, show_default=True, help="How often somebody pays.")
def main(payments: int) -> None:
    """Print the table."""
    expect.set_options(timeout=chromium.PATIENCE_MS)
    click.echo(f"{this_machine()}\n")
    click.echo("| screens | scanned: median ms | worst | paid: median ms | worst |")
    click.echo("|---|---|---|---|---|")
    with TemporaryDirectory() as folder, sync_playwright() as playwright:
        services = Services(Path(folder))
        services.up(*FREE_PORTS)
        try:
            with chromium.launched(playwright) as browser:
                for screens in SIZES:
                    click.echo(row(screens, measure(browser, services, screens, payments)))
        finally:
            services.down()


if __name__ == "__main__":
    main()
