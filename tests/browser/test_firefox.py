"""Another maker's browser: a till's link opens, a key is made and kept, the kiosk shows itself."""

from __future__ import annotations

from pathlib import Path

from tests.browser import firefox
from tests.browser.wallet_pages import by_name
from tests.processes.services import Services, wait_for


def test_firefox_pays_with_a_key_of_its_own_and_opens_the_kiosk(
    services: Services, tmp_path: Path
) -> None:
    firefox.program()
    sale, link = services.till.new_code(1295, "L")
    with firefox.launched(tmp_path) as browser:
        browser.open(by_name(link))
        browser.click("#agree")
        browser.wait_for("[data-outcome=paid], [data-outcome=refused]")
        assert browser.run("return document.querySelector('#outcome').dataset.outcome") == "paid"
        browser.click("a[href^='#/receipt/']")
        browser.wait_for("[data-standing]")
        standing = "return document.querySelector('[data-standing]').dataset.standing"
        assert browser.run(standing) == "holds"
        wait_for("news to come", lambda: browser.run(LINE) == "live")
        browser.open(f"{services.urls['pos']}/kiosk?lang=en")
        browser.wait_for("html[data-ready=yes]")
    wait_for("the till to know", lambda: services.till.state(sale) == "PAID")


LINE = "return document.documentElement.dataset.line"
