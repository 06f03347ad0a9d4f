"""Another maker's browser: a till's link opens, a key is made and kept; and a kiosk sells.

Its camera is not tried: Firefox's stand-in for one (``media.navigator.streams.fake``) shows moving
colours and can play no film. What reads a camera's frames reads pictures, too.
"""

from __future__ import annotations

import json
from pathlib import Path

from pos import qr_image
from tests.browser import firefox
from tests.browser.wallet_pages import by_name
from tests.processes.services import Services, wait_for


def test_firefox_pays_with_a_key_of_its_own(services: Services, tmp_path: Path) -> None:
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
    services.comes_to(sale, "PAID")


def test_firefox_is_a_kiosk_shows_a_code_reads_one_from_a_picture_and_goes_on_after_a_reload(
    services: Services, tmp_path: Path
) -> None:
    firefox.program()
    with firefox.launched(tmp_path) as browser:
        browser.open(f"{services.urls['pos']}/kiosk?lang=en")
        for what in (".start", "[data-sku=shampoo-300ml]", "[data-does=show]"):
            browser.click(what)
        browser.wait_for("[data-scene=presented] .qr")
        browser.open(f"{services.urls['pos']}/kiosk?lang=en")
        browser.wait_for("[data-scene=presented] .qr")
        wish = json.loads(browser.run("return sessionStorage.getItem('qrpay-wish')"))
        services.phone("anna").pay(services.till.code(wish["saleId"]))
        browser.wait_for("[data-scene=paid]")
        browser.click("[data-scene=paid] .button")
        for what in (".start", "[data-sku=shampoo-300ml]", "[data-does=read]"):
            browser.click(what)
        browser.wait_for("#typed-code")
        picture = tmp_path / "phone.png"
        picture.write_bytes(qr_image.png(services.phone("li-wei").digits()))
        browser.choose_file("input[type=file]", picture)
        browser.wait_for("[data-scene=paid]")


LINE = "return document.documentElement.dataset.line"
