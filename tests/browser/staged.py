"""Every state of a sale on the real pages, without waiting for it to happen.

The page is the till's own; only its live state is told by the test. So a screen can be looked at in
any state, language and size, also in those that take a minute and a broken line to come about.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from playwright.sync_api import Page, Route

from pos import qr_image
from pos.paper import picture, plain
from pos.paper.content import NO_TILL_RECEIPT, Centred, Line, Row, Rule
from tests.kit.answered import Json

SALE_ID = "sal_01M81D70G0C25R2MTH8Q715V"
NOW = "2026-11-22T10:00:00.000Z"
SOON, PAST = "2026-11-22T10:00:45.000Z", "2026-11-22T09:59:59.000Z"
CODE = "http://192.168.1.20:8402/p#" + "AQEBAQEB" * 24
AGAIN_MS = 100
"""How soon the page asks again; then it is told the next state."""

LINES = [
    ("sun-lotion-spf50-200ml", 1, 895, 19),
    ("vitamin-c-tablets-20", 2, 129, 7),
]
NAMES = {
    "sun-lotion-spf50-200ml": ("Sonnenmilch LSF 50, 200 ml", "Sun lotion SPF 50, 200 ml", "防晒霜"),
    "vitamin-c-tablets-20": ("Vitamin C, 20 Brausetabletten", "Vitamin C, 20 tablets", "维生素C"),
}


PAPER: list[Line] = [
    *(Centred(part, strong=True) for part in NO_TILL_RECEIPT),
    Centred("Demo Drogerie"),
    Rule(),
    *(Row(NAMES[sku][0], f"{count} × {minor} ct") for sku, count, minor, _ in LINES),
]


def _collection(**changes: object) -> Json:
    return {
        "payment_id": "pay_01M81D70G0C25R2MTH8Q715V",
        "merchant_order_no": "T01-01M81D70G0C25R2MTH8Q715V",
        "mode": "show",
        "profile": "L",
        "phase": "WAITING",
        "told": "AWAITING_PAYER",
        "reason": "",
        "code": CODE,
        "expires_at": SOON,
        **changes,
    }


def _ended(reason: str, mode: str = "show") -> Json:
    return {"state": "OPEN", "collection": _collection(reason=reason, code=None, mode=mode)}


SCENES: dict[str, Json] = {
    "preparing": {"collection": _collection(code=None, told=None, phase="REQUESTING")},
    "presented": {"collection": _collection()},
    "scanned": {"collection": _collection(told="AUTHORISING", code=None)},
    "expiring": {"collection": _collection(expires_at=PAST)},
    "processing": {"collection": _collection(mode="read", code=None, told=None)},
    "confirm": {"collection": _collection(mode="read", code=None, told="AUTHORISING")},
    "unknown": {"state": "OUTCOME_UNKNOWN", "collection": _collection(code=None)},
    "undoing": {
        "state": "OUTCOME_UNKNOWN",
        "collection": _collection(code=None, reason="ABANDONED"),
    },
    "paid": {"state": "PAID", "collection": _collection(code=None, told="PAID")},
    "refunded": {"state": "REFUNDED", "collection": _collection(code=None, told="PAID")},
    "held": {"state": "HELD", "intent": "deposit", "collection": _collection(code=None)},
    "expired": _ended("EXPIRED"),
    "unanswered": _ended("TIMED_OUT", "read"),
    "cancelled": {"state": "ABANDONED", "collection": _collection(code=None, reason="ABANDONED")},
    "declined": _ended("DECLINED"),
    "code_refused": _ended("PAYMENT_AUTH_CODE_INVALID", "read"),
    "failed": _ended("SERVICE_UNAVAILABLE"),
    "review": {"state": "REVIEW", "collection": _collection(code=None, told="PAID")},
    "open": {"state": "OPEN", "collection": None},
}
"""What the till tells, by the scene that people see then."""


def sale_id(number: int) -> str:
    """Name one of several sales."""
    return SALE_ID[:-2] + f"{number:02}" if number else SALE_ID


def sale(scene: str, screen: str, named: str = SALE_ID) -> Json:
    """Make the sale of a scene, as the till would tell it."""
    return {
        "sale_id": named,
        "state": "COLLECTING",
        "meaning": "",
        "lines": [_line(*each) for each in LINES],
        "total_minor": 1153,
        "refunded_minor": 0,
        "currency": "EUR",
        "vat": [
            {"vat_percent": 19, "gross_minor": 895, "net_minor": 752, "vat_minor": 143},
            {"vat_percent": 7, "gross_minor": 258, "net_minor": 241, "vat_minor": 17},
        ],
        "sticker_id": "",
        "created_at": "2026-11-22T09:59:00.000Z",
        "now": "",
        "refunds": [],
        "late_payments": [],
        "decisions": [],
        "intent": "sale",
        "captured_minor": None,
        "asked_key": f"{screen}-staged",
        **SCENES[scene],
    }


def _line(sku: str, quantity: int, price_minor: int, vat_percent: int) -> Json:
    return {
        "sku": sku,
        "name": dict(zip(("de", "en", "zh"), NAMES[sku], strict=True)),
        "quantity": quantity,
        "unit_price_minor": price_minor,
        "gross_minor": quantity * price_minor,
        "vat_percent": vat_percent,
    }


@dataclass
class Stage:
    """A page of the till whose live state a test tells: one sale, or those of ``listed`` scenes."""

    page: Page
    screen: str
    scene: str = "presented"
    listed: Sequence[str] | None = None
    alarms: int = 0
    is_cut_off: bool = False

    def __post_init__(self) -> None:
        """Stand between the page and the till."""
        self.page.route("**/api/live", self._tell)
        self.page.route("**/code.svg*", self._draw)
        self.page.route("**/api/sales/*/paper.*", self._print)
        self.page.route("**/api/sales/*/receipts*", self._print)

    def open(self, language: str, *, with_sale: bool = True) -> None:
        """Open the screen, with this sale under way if it should be so."""
        places = {"kiosk": "qrpay-wish", "cashier": "qrpay-cashier-wish"}
        wish = json.dumps(json.dumps({"key": "staged", "saleId": SALE_ID, "minor": 1153}))
        if with_sale and self.screen in places:
            keep = f"sessionStorage.setItem('{places[self.screen]}', {wish})"
            self.page.add_init_script(keep)
        self.page.clock.install()
        self.page.goto(f"/{self.screen}?lang={language}")
        self.page.wait_for_selector("html[data-ready=yes]")

    def show(self, scene: str) -> None:
        """Let the till tell another state, and wait until it is on the screen."""
        self.scene = scene
        self.touch()
        waiting = ".spinner" if scene == "preparing" and self.screen == "kiosk" else ""
        self.page.wait_for_selector(waiting or f"[data-scene={scene}]")

    def touch(self) -> None:
        """Be there: nobody has walked away."""
        self.page.evaluate("document.dispatchEvent(new Event('pointerdown'))")

    def state(self) -> Json:
        """What the till tells."""
        told: Json = {"till": {"alarms": self.alarms, "cut_off": self.is_cut_off}}
        seller = "kiosk" if self.screen == "kiosk" else "cashier"  # whom the display follows
        for number, scene in enumerate([self.scene] if self.listed is None else self.listed):
            told[f"sale:{sale_id(number)}"] = sale(scene, seller, sale_id(number))
        return told

    def _tell(self, route: Route) -> None:
        told = {"now": NOW, "state": self.state()}
        frame = f"retry: {AGAIN_MS}\nevent: snapshot\ndata: {json.dumps(told)}\n\n"
        route.fulfill(content_type="text/event-stream", body=frame)

    def _print(self, route: Route) -> None:
        if ".svg" in route.request.url:
            self._draw(route)
        elif ".png" in route.request.url:
            paper = picture.draw(PAPER, code=CODE, under="qrpay")
            route.fulfill(content_type="image/png", body=picture.png(paper))
        else:
            route.fulfill(json={"paper": plain.text(PAPER)})

    def _draw(self, route: Route) -> None:
        route.fulfill(content_type="image/svg+xml", body=qr_image.svg(CODE))
