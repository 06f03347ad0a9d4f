"""What people do at the counter, each through a party's own HTTP API and nothing else.

``Till`` is the cashier's screen, ``Phone`` a payer's. They know what those screens know; whether
it is true is for ``tests.journeys.agreement`` to find out.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from ledger.kit.transport import Transport
from tests.kit.answered import Answer, Json

DEMO_PIN = "280601"


@dataclass(frozen=True)
class Screen:
    """A browser at a party's API; it never sees a failure inside of the party."""

    url: str
    transport: Transport

    def get(self, path: str) -> Answer:
        """Ask for a document or a picture."""
        return self.send("GET", path, b"", {})

    def post(self, path: str, body: Json | None = None, **headers: str) -> Answer:
        """Send a JSON body; underscores in header names stand for hyphens."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        sent = json.dumps(body or {}).encode()
        return self.send("POST", path, sent, {"Content-Type": "application/json", **named})

    def send(self, method: str, path: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        """Send any bytes."""
        response = self.transport.request(method, self.url + path, headers, body)
        answer = Answer(response.status, response.headers, response.body)
        assert answer.status != 500, answer.body
        return answer


@dataclass(frozen=True)
class Till:
    """The cashier's screen."""

    screen: Screen

    def ring_up(self, amount_minor: int) -> str:
        """Open a sale of a typed amount; gives its id."""
        sale = self.screen.post("/api/sales", {"amount_minor": amount_minor}).done
        return str(sale["sale_id"])

    def ring_up_deposit(self, amount_minor: int) -> str:
        """Ask for a deposit; gives its id."""
        body = {"amount_minor": amount_minor, "intent": "deposit"}
        return str(self.screen.post("/api/sales", body).done["sale_id"])

    def capture(self, sale_id: str, amount_minor: int) -> Answer:
        """Take a part of a deposit."""
        body = {"amount_minor": amount_minor}
        return self.screen.post(f"/api/sales/{sale_id}/capture", body)

    def give_back(self, sale_id: str) -> Answer:
        """Give a deposit back."""
        return self.screen.post(f"/api/sales/{sale_id}/release")

    def ring_up_goods(self, **quantities: int) -> str:
        """Open a sale of goods; underscores in an article's name stand for hyphens."""
        lines = [
            {"sku": sku.replace("_", "-"), "quantity": count} for sku, count in quantities.items()
        ]
        return str(self.screen.post("/api/sales", {"lines": lines}).done["sale_id"])

    def show(self, sale_id: str, profile: str = "S") -> Answer:
        """Begin to collect by showing a code."""
        return self._collect(sale_id, {"mode": "show", "profile": profile})

    def read(self, sale_id: str, digits: str) -> Answer:
        """Begin to collect with the digits on a payer's phone."""
        return self._collect(sale_id, {"mode": "read", "payment_code": digits})

    def _collect(self, sale_id: str, how: Json) -> Answer:
        return self.screen.post(f"/api/sales/{sale_id}/collect", how)

    def code(self, sale_id: str) -> str:
        """The text of the code on the screen, empty when none is shown."""
        collection = self.sale(sale_id)["collection"] or {}
        return str(collection.get("code") or "")

    def new_code(self, amount_minor: int, profile: str = "S") -> tuple[str, str]:
        """Ring up an amount and show a code for it; gives the sale's id and the code's text."""
        sale_id = self.ring_up(amount_minor)
        self.show(sale_id, profile)
        code = self.code(sale_id)
        assert code, self.sale(sale_id)
        return sale_id, code

    def picture(self, sale_id: str) -> bytes:
        """The PNG on the screen."""
        answer = self.screen.get(f"/api/sales/{sale_id}/code.png")
        assert answer.status == 200, answer.body
        return answer.body

    def sticker(self, sticker_id: str = "T02") -> str:
        """The text of the sticker's code."""
        known = self.screen.get("/api/stickers").done["stickers"]
        return next(str(each["code"]) for each in known if each["sticker_id"] == sticker_id)

    def sticker_picture(self, sticker_id: str = "T02") -> bytes:
        """The PNG that is printed on the sticker."""
        answer = self.screen.get(f"/api/stickers/{sticker_id}.png")
        assert answer.status == 200, answer.body
        return answer.body

    def sale(self, sale_id: str) -> Json:
        """A sale as it stands."""
        return self.screen.get(f"/api/sales/{sale_id}").done

    def state(self, sale_id: str) -> str:
        """Where a sale stands."""
        return str(self.sale(sale_id)["state"])

    def payment_id(self, sale_id: str) -> str:
        """The payment of the latest attempt to collect a sale."""
        return str(self.sale(sale_id)["collection"]["payment_id"])

    def sales(self) -> list[Json]:
        """The latest sales, newest first."""
        return list(self.screen.get("/api/sales").done["sales"])

    def abandon(self, sale_id: str) -> Answer:
        """Give a sale up."""
        return self.screen.post(f"/api/sales/{sale_id}/abandon")

    def refund(self, sale_id: str, amount_minor: int | None = None, key: str = "") -> Answer:
        """Give an amount back, or all that is left; ``key`` makes a second tap the same refund."""
        body = {} if amount_minor is None else {"amount_minor": amount_minor}
        headers = {"Idempotency_Key": key} if key else {}
        return self.screen.post(f"/api/sales/{sale_id}/refunds", body, **headers)

    def receipts(self, sale_id: str) -> Json:
        """The receipts of a sale, the paper and what proves the basket."""
        return self.screen.get(f"/api/sales/{sale_id}/receipts").done

    def alarms(self) -> list[str]:
        """What a person has to look at."""
        return [str(each["code"]) for each in self.screen.get("/api/alarms").done["alarms"]]


@dataclass(frozen=True)
class Phone:
    """The screen of one payer's wallet."""

    screen: Screen
    name: str

    def scan(self, code: str, **typed: object) -> Answer:
        """Scan a code by its text; for a sticker with the amount that was typed."""
        return self._post("scan", {"text": code, **typed})

    def scan_picture(self, picture: bytes) -> Answer:
        """Point the camera at a picture."""
        path = f"/api/wallets/{self.name}/scan"
        return self.screen.send("POST", path, picture, {"Content-Type": "image/png"})

    def approve(self, review: Json, pin: str | None = DEMO_PIN) -> Answer:
        """Say yes to what was shown."""
        body = {} if pin is None else {"pin": pin}
        return self._post(f"reviews/{review['review_id']}/approve", body)

    def decline(self, review: Json) -> Answer:
        """Say no to what was shown."""
        return self._post(f"reviews/{review['review_id']}/decline")

    def knows(self, review: Json) -> bool:
        """Whether it was this phone that this was shown on."""
        return not self._get(f"reviews/{review['review_id']}").is_refusal

    def review(self, review: Json) -> Json:
        """Look again at what was shown, and what became of it."""
        return self._get(f"reviews/{review['review_id']}").done

    def pay(self, code: str, **typed: object) -> Json:
        """Scan and say yes; gives what the wallet shows then."""
        return self.approve(self.scan(code, **typed).done["review"]).done

    def digits(self) -> str:
        """The payment code of the moment."""
        return str(self._get("payment-code").done["digits"])

    def try_digits(self) -> str:
        """The payment code of the moment, empty when there can't be one."""
        answer = self._get("payment-code")
        return "" if answer.is_refusal else str(answer.json["digits"])

    def pending(self) -> list[Json]:
        """What waits for a yes."""
        return list(self._get("pending").done["reviews"])

    def try_pending(self) -> list[Json]:
        """What waits for a yes, as far as can be known."""
        answer = self._get("pending")
        return [] if answer.is_refusal else list(answer.json["reviews"])

    def balance(self) -> int:
        """What is left, in minor units of the wallet's currency."""
        return int(self._get("").done["balance_minor"])

    def held(self) -> int:
        """What is held as deposits, in minor units of the wallet's currency."""
        return int(self._get("").done["held_minor"])

    def try_balance(self) -> int | None:
        """What is left, or None while the provider does not tell."""
        balance: int | None = self._get("").done["balance_minor"]
        return balance

    def history(self) -> list[Json]:
        """The receipts, newest first, each verified as it is shown."""
        return list(self._get("history").done["receipts"])

    def _get(self, path: str) -> Answer:
        return self.screen.get(f"/api/wallets/{self.name}/{path}".rstrip("/"))

    def _post(self, path: str, body: Json | None = None) -> Answer:
        return self.screen.post(f"/api/wallets/{self.name}/{path}", body)
