"""Every state of the wallet's page, without waiting for it to happen.

The page is the wallet's own; what its API answers is told by the test, the word of a provider that
does not answer included. So each screen can be looked at in any language, size and scheme.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field

from playwright.sync_api import Page, Route, expect

from tests.kit.answered import Json

NOW, SOON = "2026-11-22T10:00:05.000Z", "2026-11-22T10:00:45.000Z"
PAST = "2026-11-22T10:00:04.000Z"
MINUTE = {"valid_from": "2026-11-22T10:00:00.000Z", "valid_until": "2026-11-22T10:01:00.000Z"}
REVIEW_ID = "rev_01M81D70G0C25R2MTH8Q715V"
PAYMENT_ID = "pay_01M81D70G0C25R2MTH8Q715V"
SIGNED = "type=receipt/v1\nreceipt_id=rcp_01M81D70G0C25R2MTH8Q715V\nkind=payment\n"
AGAIN_MS = 100
"""How soon the page asks for news again; so the line never seems lost for long."""

SHOP = {
    "merchant_id": "M2088DEMO000001",
    "name": "Demo Drogerie",
    "names": {"de": "Demo Drogerie", "en": "Demo Drugstore", "zh": "演示药妆店"},
    "city": "Berlin",
}


def review(**changes: object) -> Json:
    """Make a question as the wallet's API asks it."""
    return {
        "review_id": REVIEW_ID,
        "state": "SHOWN",
        "outcome": None,
        "payment_id": PAYMENT_ID,
        "presented": "merchant",
        "payee": SHOP,
        "subject": "Bestellung K000001",
        "amount_minor": 123_456,
        "currency": "EUR",
        "payer_amount_minor": 123_456,
        "payer_currency": "EUR",
        "rate": "",
        "rate_set_by": "",
        "needs_pin": False,
        "expires_at": SOON,
        "now": NOW,
        "refusal": "",
        "receipts": [],
        "intent": "sale",
        "hold_until": "",
        "funding": [],
        "payment_state": "AUTHORISING",
        **changes,
    }


def receipt(number: int = 1, *, verifies: bool = True, **changes: object) -> Json:
    """Make a receipt as the wallet's API shows it."""
    states = {
        "kind": "payment",
        "refund_id": "",
        "merchant_id": SHOP["merchant_id"],
        "payee_name": "Demo Drogerie am Ostbahnhof, Inhaberin Wilhelmine Donaudampfschiff",
        "payee_city": "Frankfurt (Oder)",
        "merchant_order_no": "T01-01M81D70G0C25R2MTH8Q715V",
        "terminal_id": "T01",
        "amount_minor": 123_456,
        "currency": "EUR",
        "payer_amount_minor": 964_500,
        "payer_currency": "CNY",
        "rate": "125/16",
        "rate_set_by": "provider",
        "funding": [],
        "occurred_at": NOW,
        **changes,
    }
    return {
        "receipt_id": f"rcp_01M81D70G0C25R2MTH8Q71{number:02d}",
        "payment_id": PAYMENT_ID,
        "verifies": verifies,
        "states": states if verifies else None,
        "refusal": None,
        "signed": {"text": SIGNED, "key_id": "kaaaaaaa", "signature": "A" * 86},
    }


FOREIGN = {"payer_amount_minor": 964_500, "payer_currency": "CNY", "rate": "125/16"}
FUNDED = {
    "funding": [
        {"source": "coupon", "amount_minor": 100},
        {"source": "merchant-coupon", "amount_minor": 200},
        {"source": "points", "amount_minor": 56},
    ]
}
DEPOSIT = {"intent": "deposit", "hold_until": "2026-11-29T10:00:00.000Z"}
ASKS, FIRST = f"#/review/{REVIEW_ID}", f"#/receipt/{receipt()['receipt_id']}"
REFUND = receipt(2, kind="refund", refund_id="rfd_01M81D70G0C25R2MTH8Q715V")
ALL = [receipt(), REFUND, receipt(3, kind="reversal"), receipt(4, verifies=False)]


@dataclass(frozen=True)
class Scene:
    """A view, what the API tells it, what to press, and what there is to see then."""

    view: str
    seen: str
    told: Json = field(default_factory=dict)
    press: tuple[str, ...] = ()


def _ended(outcome: str, **changes: object) -> Scene:
    told = {"review": review(outcome=outcome, **{"receipts": [receipt()], **changes})}
    return Scene(ASKS, f"[data-outcome={outcome}]", told)


def _refused(code: str) -> Scene:
    return _ended("refused", refusal=code, receipts=[])


SCENES: dict[str, Scene] = {
    "welcome": Scene("", ".button.big", {"kind": ""}),
    "welcome-lost": Scene("", ".notice.warn", {"kind": "browser"}),
    "home": Scene("", "#balance", {"receipts": ALL}),
    "home-new": Scene("", "#balance"),
    "home-unknown": Scene("", "#balance", {"balance": None}),
    "review": Scene(ASKS, "#agree"),
    "review-card": Scene(ASKS, "[data-act=expire]", {"sandbox": True}, ("summary",)),
    "review-pin": Scene(ASKS, ".keypad", {"review": review(needs_pin=True)}),
    "review-rate": Scene(ASKS, ".facts", {"review": review(**FOREIGN, **FUNDED)}),
    "review-deposit": Scene(ASKS, ".facts", {"review": review(**DEPOSIT)}),
    "paid": _ended("paid"),
    "paid-refunded": Scene(
        ASKS,
        "[data-given-back]",
        {"review": review(outcome="paid", receipts=[receipt()]), "receipts": [REFUND]},
    ),
    "held": _ended("held", **DEPOSIT, receipts=[]),
    "captured": _ended(
        "captured", **DEPOSIT, receipts=[receipt(payer_amount_minor=350, payer_currency="EUR")]
    ),
    "captured-all": _ended(
        "captured", **DEPOSIT, receipts=[receipt(payer_amount_minor=123_456, payer_currency="EUR")]
    ),
    "given-back": _ended("given_back"),
    "given-back-deposit": _ended("given_back", **DEPOSIT, receipts=[]),
    "declined": _ended("declined", receipts=[]),
    "unknown": _ended("unknown", receipts=[]),
    "refused-funds": _refused("NOT_ENOUGH_FUNDS"),
    "refused-rate": _refused("QUOTE_EXPIRED"),
    "refused-other": _refused("SOMETHING_NEW"),
    "ended": Scene(ASKS, "#refusal", {"review": review(expires_at=PAST)}),
    "no-answer": Scene("#/history", "#refusal", {"receipts": None}),
    "pay": Scene("#/pay", ".paycode svg"),
    "pay-digits": Scene("#/pay", ".digits", {}, ("[aria-pressed]",)),
    "pay-none-left": Scene("#/pay", ".fine[role=status]", {"codes": []}),
    "scan": Scene("#/scan", "#typed-code"),
    "sticker": Scene(
        "#/scan", ".keypad", {"sticker": SHOP | {"currency": "EUR"}}, ("form button",)
    ),
    "history": Scene("#/history", ".list", {"receipts": ALL}),
    "history-none": Scene("#/history", ".none"),
    "receipt": Scene(FIRST, "[data-standing]", {"receipts": ALL}, ("summary",)),
    "receipt-broken": Scene(
        f"#/receipt/{ALL[3]['receipt_id']}", "[data-standing=broken]", {"receipts": ALL}
    ),
    "receipt-missing": Scene("#/receipt/rcp_0", "h1"),
    "settings": Scene("#/settings", ".languages", {"has_trust_page": True}),
    "forget": Scene("#/settings", "dialog[open]", {}, (".button.danger",)),
    "lost": Scene("#/history", "#line .notice", {"live": False, "receipts": ALL}),
    "away": Scene("#/history", "#line .notice", {"heard": False, "receipts": ALL}),
}


@dataclass
class Stage:
    """A page of the wallet whose API a test plays."""

    page: Page
    wallet: str
    told: Json = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Stand between the page and the service."""
        self.page.route("**/api/**", self._answer)

    def show(self, name: str) -> None:
        """Open a scene, and wait until it is on the screen."""
        scene = SCENES[name]
        self.told = scene.told
        self.page.goto("about:blank")
        self.page.goto(f"{self.wallet}/{scene.view}")
        if name == "sticker":
            self.page.locator("#typed-code").fill("00020101")
        for each in scene.press:
            self.page.locator(each).first.click()
        expect(self.page.locator(scene.seen).first).to_be_visible()

    def _answer(self, route: Route) -> None:
        path = route.request.url.partition("/api/")[2].partition("?")[0]
        if path == "live":
            self._live(route)
            return
        answer = self._json(path)
        if answer is None:
            route.fulfill(status=503, json={"code": "SERVICE_UNAVAILABLE", "status": 503})
        else:
            route.fulfill(json=answer)

    def _json(self, path: str) -> Json | None:
        told = self.told
        if path == "session":
            return {
                "kind": told.get("kind", "guest"),
                "name": "guest-1",
                "demo_pin": "280601",
                "currencies": ["EUR"],
                "now": NOW,
                "sandbox": told.get("sandbox", False),
                "has_trust_page": told.get("has_trust_page", False),
            }
        if path.startswith("me/reviews/"):
            asked: Json = told.get("review", review())
            return asked
        return {
            "me": {"balance_minor": told.get("balance", 123_456), "currency": "EUR"},
            "me/history": _receipts(told.get("receipts", [])),
            "me/payment-codes": {
                "now": NOW,
                "codes": told.get("codes", [{"digits": "990123456789012345", **MINUTE}]),
            },
            "me/pending": {"reviews": []},
            "me/scan": {"review": None, "sticker_of": told.get("sticker")},
            "keys": {"keys": []},
        }.get(path)

    def _live(self, route: Route) -> None:
        if not self.told.get("live", True):
            route.abort()
        elif route.request.method == "POST":
            route.fulfill(status=503, json={"code": "SERVICE_UNAVAILABLE", "status": 503})
        else:
            state = {"line": {"is_open": self.told.get("heard", True)}}
            told = json.dumps({"now": NOW, "state": state})
            frame = f"retry: {AGAIN_MS}\nevent: snapshot\ndata: {told}\n\n"
            route.fulfill(content_type="text/event-stream", body=frame)


def _receipts(receipts: list[Json] | None) -> Json | None:
    return None if receipts is None else {"receipts": receipts}
