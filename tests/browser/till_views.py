"""What the till's screens show besides the states of a sale, and how one gets there.

Each view goes on from the one before it on the same page, as a person does.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping

from playwright.sync_api import Page, Route

from tests.browser.staged import SCENES, Stage, sale_id

ARTICLES = 6
LONG_MS = 11_000
QUIET_MS = 46_000

View = Callable[[Stage], None]


def _stay(stage: Stage) -> None:
    stage.page.wait_for_selector("h1")


def _start(stage: Stage) -> None:
    stage.page.click("button.start")
    stage.page.wait_for_selector(".products")


def _choose(stage: Stage) -> None:
    for card in stage.page.locator(".product").all()[:ARTICLES]:
        card.click()
    stage.page.locator(".product").first.click()


def _wait_for_ever(stage: Stage) -> None:
    stage.page.clock.run_for(QUIET_MS)
    stage.page.wait_for_selector("dialog[open]")


def _offer_code(stage: Stage) -> None:
    stage.touch()
    stage.page.wait_for_selector("dialog", state="detached")
    stage.page.locator("[data-does=read]").click()
    stage.page.wait_for_selector("#typed-code")


def _offer_wrong_code(stage: Stage) -> None:
    stage.page.fill("#typed-code", "1234")
    stage.page.locator("form [type=submit]").click()
    stage.page.wait_for_selector("[role=alert]")


def _cut_off(stage: Stage) -> None:
    stage.is_cut_off = True
    stage.page.wait_for_selector(".notice.warn")


def _cut_off_for_long(stage: Stage) -> None:
    stage.page.clock.run_for(LONG_MS)
    stage.page.wait_for_selector(".scene.warn")


def _cut_off_from_attract(stage: Stage) -> None:
    stage.page.reload()
    stage.page.evaluate("sessionStorage.clear()")
    stage.page.reload()
    stage.page.wait_for_selector("html[data-ready=yes]")
    _cut_off(stage)
    _cut_off_for_long(stage)


def _type(stage: Stage) -> None:
    for digit in "129500":
        stage.page.locator(".keypad").get_by_role("button", name=digit, exact=True).click()


def _list_nothing(stage: Stage) -> None:
    stage.listed = []
    _go(stage, "payments", ".pane .card p.none")


def _list_all(stage: Stage) -> None:
    stage.listed, stage.alarms = list(SCENES), 2
    stage.page.route("**/api/alarms", _tell_alarms)
    stage.page.wait_for_selector(".pane .notice.bad li")


def _tell_alarms(route: Route) -> None:
    alarm = {
        "code": "NOTIFICATION_AMOUNT_DIFFERS",
        "raised_at": "2026-11-22T09:59:30.000Z",
        "detail": "it says 11.54 EUR, the sale is 11.53 EUR",
        "sale_id": sale_id(0),
        "about": "",
    }
    route.fulfill(
        content_type="application/json",
        body=json.dumps({"alarms": [alarm, alarm | {"code": "KEY_UNKNOWN"}]}),
    )


def _detail(scene: str) -> View:
    def show(stage: Stage) -> None:
        _go(stage, f"payments/{sale_id(list(SCENES).index(scene))}", ".facts")

    return show


def _show(scene: str) -> View:
    def show(stage: Stage) -> None:
        _close_dialog(stage)
        stage.show(scene)

    return show


def _show_receipt(stage: Stage) -> None:
    stage.page.locator(".scene .button.quiet").click()
    stage.page.wait_for_selector("dialog.receipt pre:not(:empty)", state="attached")


def _ask_refund(stage: Stage) -> None:
    stage.page.locator(".pane .button.danger").click()
    stage.page.fill("#refund-amount", "99999")
    stage.page.locator("dialog [type=submit]").click()
    stage.page.wait_for_selector("dialog [role=alert]:visible")


def _ask_pin(stage: Stage) -> None:
    stage.page.route("**/api/days/*/close", _refuse("STAFF_PIN_NEEDED"), times=1)
    _go(stage, "day", ".pane .card")
    stage.page.locator(".pane .button:not(.quiet)").last.click()
    stage.page.wait_for_selector("dialog .keypad")
    for digit in "1234":
        stage.page.locator("dialog").get_by_role("button", name=digit, exact=True).click()


def _tell_wrong_pin(stage: Stage) -> None:
    stage.page.route("**/api/staff", _refuse("PIN_WRONG"), times=1)
    stage.page.locator("dialog .buttons .button:not(.quiet)").click()
    stage.page.wait_for_selector("dialog [role=alert]:visible")


def _refuse(code: str) -> Callable[[Route], None]:
    return lambda route: route.fulfill(status=400, json={"code": code, "status": 400})


def _try_everything(stage: Stage) -> None:
    stage.page.fill("#wifi-name", "Stand 3")
    stage.page.fill("#wifi-password", "play money")
    for test, made in (("wifi", ".qr"), ("printer", ".roll")):
        stage.page.click(f"#{test} button")
        stage.page.wait_for_selector(f"#{test} {made}:visible")


def _show_day(stage: Stage) -> None:
    _go(stage, "day", ".pane .card")
    stage.page.locator(".pane .button:not(.quiet)").last.click()
    stage.page.wait_for_selector("pre.paper")


def _close_dialog(stage: Stage) -> None:
    if stage.page.locator("dialog[open]").count():
        stage.page.keyboard.press("Escape")
        stage.page.wait_for_selector("dialog", state="detached")


def _go(stage: Stage, tab: str, seen: str) -> None:
    _close_dialog(stage)
    stage.page.evaluate("tab => { location.hash = tab; }", tab)
    stage.page.wait_for_selector(seen)


VIEWS: Mapping[str, Mapping[str, View]] = {
    "kiosk": {
        "attract": _stay,
        "goods": _start,
        "basket": _choose,
        "still-there": _wait_for_ever,
        "reading": _offer_code,
        "reading-refused": _offer_wrong_code,
        "cut-off": _cut_off,
        "closed": _cut_off_from_attract,
    },
    "cashier": {
        "keypad": _type,
        "no-payments": _list_nothing,
        "payments": _list_all,
        "payment": _detail("paid"),
        "refund-wrong": _ask_refund,
        "pin": _ask_pin,
        "pin-wrong": _tell_wrong_pin,
        "day": _show_day,
        "cashier-cut-off": _cut_off,
    },
    "display": {"welcome": _stay, "display-cut-off": _cut_off, "display-closed": _cut_off_for_long},
    "setup": {"setup": _stay, "setup-tried": _try_everything},
}
"""The views of each screen, in the order in which they are come to."""

WITH_SALES = ("kiosk", "cashier", "display")


def sale_views(screen: str) -> Mapping[str, View]:
    """Give what a screen shows of a sale: each state, and at the kiosk the receipt."""
    views: dict[str, View] = {}
    for scene in SCENES:
        views[scene] = _show(scene)
        if (screen, scene) == ("kiosk", "paid"):
            views["receipt"] = _show_receipt
    return views


def fresh(page: Page, screen: str, language: str) -> Stage:
    """Open a screen at which nothing has happened yet."""
    stage = Stage(page, screen, listed=[])
    stage.open(language, with_sale=False)
    return stage
