"""A till that collects in a vendor's protocol, as people run it: ``qrpay up --acquirer …``.

One stand for each vendor: three processes, started by one command. What is told, till, wallet and
books tell.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from ledger.kit.clock import SharedClock
from ledger.kit.entropy import SystemEntropy
from ledger.kit.transport import HttpTransport
from ledger.protocol.identifiers import IdSource, PaymentId
from ledger.protocol.instants import DAY, HOUR, SECOND, later
from ledger.protocol.money import Money, currency
from ledger.protocol.wechatpay_wire.times import china_date
from pos.acquirers import choice
from pos.acquirers.alipay import bills as alipay
from pos.acquirers.choice import Means
from pos.acquirers.intents import Attempt, Profile
from pos.acquirers.port import Acquirer
from pos.acquirers.wechatpay import bills as wechatpay
from pos.collect import Mode, start
from pos.config import Settings
from tests.kit.answered import Json
from tests.pos.shop import IDENTITY
from tests.processes.services import (
    FREE_PORTS,
    Services,
    nothing_left_running,
    qrpay,
    wait_for,
)

CHINA_AHEAD = 8 * HOUR
SHOP = IDENTITY.merchant.merchant_id
DOWNLOADERS: dict[str, Any] = {"alipay": alipay, "wechatpay": wechatpay}


@dataclass(frozen=True)
class Vendor:
    """``code`` is how its codes begin, ``digits`` for whom a phone shows its own.

    Where it does not tell a till that the payer has said no (``tells_of_a_no``), staff give up.
    """

    name: str
    code: str
    digits: str
    forged: Mapping[str, str]
    tells_of_a_no: bool = True
    unasked_a_day: int = 0
    """How many payment codes a payer needs no password for, where small ones are counted."""


VENDORS = (
    Vendor("antom", "https://qr.", "alipay-plus", {}),
    Vendor("alipay", "https://qr.alipay.com/bax", "alipay", {}, tells_of_a_no=False),
    Vendor(
        "wechatpay",
        "weixin://wxpay/bizpayurl",
        "wechatpay",
        {
            "Wechatpay-Timestamp": "1795300180",
            "Wechatpay-Nonce": "0" * 32,
            "Wechatpay-Serial": "5157F09EFDC096DE15EBE81A47057A7232F1B8E1",
            "Wechatpay-Signature": "AAAA",
        },
        unasked_a_day=10,
    ),
)


@dataclass
class Stand:
    """Three services, one of whose tills speaks a vendor's protocol."""

    vendor: Vendor
    services: Services

    @property
    def clock(self) -> SharedClock:
        return SharedClock(self.services.data / "clock")

    def show(self, amount_minor: int = 12_95) -> tuple[str, str]:
        """Ring up, and show the code that the vendor gives."""
        return self.services.till.new_code(amount_minor)

    def digits(self, name: str = "anna") -> str:
        phone = f"/api/wallets/{name}/payment-code?for={self.vendor.digits}"
        return str(self.services.phone(name).screen.post(phone).done["digits"])

    def held_up(self) -> str:
        """The payment code of the sandbox card's payer."""
        return str(
            self.services.till.screen.post("/api/sandbox/payment-codes", {}).done["payment_code"]
        )

    def scan(self, code: str, name: str = "anna") -> None:
        self.services.phone(name).pay(code)

    def comes_to(self, sale_id: str, state: str) -> Json:
        till = self.services.till
        wait_for(f"the sale is {state}", lambda: till.state(sale_id) == state)
        return till.sale(sale_id)

    def play(self, sale_id: str, act: str) -> None:
        """Play the sandbox card of the till."""
        assert self.services.till.screen.post(f"/api/sandbox/sales/{sale_id}/{act}", {}).done

    def pay(self, amount_minor: int = 12_95, name: str = "anna") -> str:
        sale_id, code = self.show(amount_minor)
        self.scan(code, name)
        self.comes_to(sale_id, "PAID")
        return sale_id


@pytest.fixture(scope="module", params=VENDORS, ids=lambda vendor: vendor.name)
def stand(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Stand]:
    data = tmp_path_factory.mktemp(request.param.name)
    with nothing_left_running(data):
        services = Services(data)
        try:
            services.up(*FREE_PORTS, "--acquirer", request.param.name)
            yield Stand(request.param, services)
        finally:
            services.down()


def test_the_till_shows_the_vendors_code_and_the_wallet_pays_it(stand: Stand) -> None:
    sale_id, code = stand.show()
    assert code.startswith(stand.vendor.code)
    paid_by = qrpay("wallet", "pay", code, "--as", "li-wei", data=stand.services.data)
    assert paid_by.returncode == 0, paid_by.stderr
    paid = stand.comes_to(sale_id, "PAID")
    assert paid["collection"]["told"] == "PAID"
    assert stand.services.till.alarms() == []


def test_the_payers_own_code_collects_at_once(stand: Stand) -> None:
    till = stand.services.till
    sale_id = till.ring_up(4_50)
    till.read(sale_id, stand.digits())
    stand.comes_to(sale_id, "PAID")


@pytest.mark.parametrize("mode", ["scan", "code"])
def test_the_command_pays_by_the_shops_code_and_by_the_payers(stand: Stand, mode: str) -> None:
    paid = qrpay("pay", "3.00", "--mode", mode, "--as", "anna", data=stand.services.data)
    assert paid.returncode == 0, (paid.stdout, paid.stderr)


def test_the_command_is_told_that_such_a_till_has_no_stickers(stand: Stand) -> None:
    refused = qrpay("pay", "3.00", "--mode", "sticker", data=stand.services.data)
    assert (refused.returncode, "CODES_ARE_ISSUED" in refused.stderr) == (1, True), refused


def test_a_used_code_is_refused_and_the_sale_can_go_on(stand: Stand) -> None:
    till, digits = stand.services.till, stand.digits()
    first, second = till.ring_up(1_00), till.ring_up(1_00)
    till.read(first, digits)
    stand.comes_to(first, "PAID")
    till.read(second, digits)
    assert "CODE" in stand.comes_to(second, "OPEN")["collection"]["reason"]


def test_a_lost_answer_is_found_out(stand: Stand) -> None:
    till = stand.services.till
    sale_id = till.ring_up(3_00)
    digits = stand.digits()
    stand.play(sale_id, "lose-answer")
    till.read(sale_id, digits)
    assert till.state(sale_id) in ("OUTCOME_UNKNOWN", "PAID")  # Alipay also tells by itself
    stand.comes_to(sale_id, "PAID")


def test_a_lost_code_is_asked_for_again(stand: Stand) -> None:
    till = stand.services.till
    sale_id = till.ring_up(3_50)
    stand.play(sale_id, "lose-answer")
    assert not till.show(sale_id).done["collection"]["code"]
    code = wait_for("the code comes", lambda: till.code(sale_id))
    stand.scan(code)
    stand.comes_to(sale_id, "PAID")


def test_the_sandbox_card_plays_a_payer_who_says_no_and_one_who_pays(stand: Stand) -> None:
    till = stand.services.till
    sale_id, _ = stand.show(1_50)
    stand.play(sale_id, "decline")
    if not stand.vendor.tells_of_a_no:
        till.abandon(sale_id)
    stand.comes_to(sale_id, "OPEN" if stand.vendor.tells_of_a_no else "ABANDONED")
    sale_id, _ = stand.show(1_60)
    stand.play(sale_id, "approve")
    stand.comes_to(sale_id, "PAID")
    for _ in range(stand.vendor.unasked_a_day):
        till.read(till.ring_up(1), stand.held_up())
    asked = till.ring_up(61_00)  # above what goes without asking, or one too many
    till.read(asked, stand.held_up())
    stand.play(asked, "approve")
    stand.comes_to(asked, "PAID")


def test_who_does_not_agree_on_the_phone_is_given_up_and_reversed(stand: Stand) -> None:
    till = stand.services.till
    sale_id = till.ring_up(400_00)
    till.read(sale_id, stand.digits("li-wei"))  # above what goes without asking
    stand.comes_to(sale_id, "COLLECTING")
    till.abandon(sale_id)
    stand.clock.advance(60 * SECOND)
    ended = stand.comes_to(sale_id, "ABANDONED")
    assert ended["collection"]["phase"] == "REVERSED"


def test_a_shown_code_that_is_given_up_can_not_be_paid(stand: Stand) -> None:
    till = stand.services.till
    sale_id, code = stand.show(2_00)
    till.abandon(sale_id)
    stand.comes_to(sale_id, "ABANDONED")
    assert stand.services.phone("anna").scan(code).is_refusal


def test_parts_and_the_rest_are_given_back(stand: Stand) -> None:
    till = stand.services.till
    before = stand.services.phone("anna").balance()
    sale_id = stand.pay(10_00)
    till.refund(sale_id, 3_00)
    wait_for("a part is back", lambda: _refunded(till.sale(sale_id)) == 3_00)
    till.refund(sale_id)
    stand.comes_to(sale_id, "REFUNDED")
    assert stand.services.phone("anna").balance() == before


def _refunded(sale: Json) -> int:
    done = [each for each in sale["refunds"] if each["state"] == "SUCCEEDED"]
    return sum(each["amount_minor"] for each in done)


def test_a_forged_notification_is_refused_and_changes_nothing(stand: Stand) -> None:
    till = stand.services.till
    sale_id, _ = stand.show(9_00)
    number = till.sale(sale_id)["collection"]["merchant_order_no"]
    body = json.dumps({"id": "1", "out_trade_no": number, "trade_state": "SUCCESS"}).encode()
    headers = {"Content-Type": "application/json", **stand.vendor.forged}
    answer = till.screen.send("POST", f"/notify/{stand.vendor.name}", body, headers)
    assert b"success" not in answer.body.lower()
    assert (answer.status >= 400, till.state(sale_id)) == (True, "COLLECTING")
    till.abandon(sale_id)
    stand.comes_to(sale_id, "ABANDONED")


def test_the_bill_agrees_with_the_till_and_a_planted_sale_is_named(stand: Stand) -> None:
    """The last one, since it lets two days pass."""
    first = to_next_morning(stand)
    agreed = reconcile(stand, first)
    assert agreed.returncode == 0, (agreed.stdout, agreed.stderr)
    assert json.loads(agreed.stdout)["matched"] >= 5
    if stand.vendor.name != "antom":
        by_file = reconcile(stand, first, "--file", kept_bill(stand, first))
        assert (by_file.returncode, by_file.stdout) == (0, agreed.stdout), by_file.stderr
    stand.pay(7_00)
    number = plant(stand, 5_55)
    second = to_next_morning(stand)
    told = reconcile(stand, second)
    assert told.returncode == 1, told.stderr
    [found] = json.loads(told.stdout)["differences"]
    assert (found["kind"], found["effect_minor"]) == ("MISSING_AT_TILL", 5_55)
    assert found["merchant_order_no"] == number
    wait_for("the shop's day in Berlin is paid out, too", lambda: is_paid_out(stand, first))


def is_paid_out(stand: Stand, day: date) -> bool:
    settled = qrpay("ledger", "statement", SHOP, day, data=stand.services.data)
    return "paid out on" in settled.stdout


def reconcile(stand: Stand, day: date, *more: str | Path) -> subprocess.CompletedProcess[str]:
    words = ["--day", str(day), "--url", stand.services.urls["pos"], "--json", *map(str, more)]
    if stand.vendor.name == "antom":  # it has no call for a day, only files
        data, reports = stand.services.data, stand.services.data / "reports"
        made = qrpay("ledger", "antom-reports", reports, "--date", day, data=data)
        assert made.returncode == 0, made.stderr
        words += ["--file", made.stdout.splitlines()[0]]
    return qrpay("pos", "reconcile", *words)


def kept_bill(stand: Stand, day: date) -> Path:
    """Download the day's bill as a shop does, and keep the file."""
    client = acquirer(stand).client  # type: ignore[attr-defined]
    raw = DOWNLOADERS[stand.vendor.name].download(client, day)
    file = stand.services.data / "kept-bill"
    file.write_bytes(raw)
    return file


def to_next_morning(stand: Stand) -> date:
    """Let time pass until four o'clock in China; the day that is over then."""
    now = stand.clock.now()
    midnight = (now + CHINA_AHEAD) // DAY * DAY + DAY - CHINA_AHEAD
    stand.clock.advance(midnight + 4 * HOUR - now)
    return china_date(now)


def acquirer(stand: Stand) -> Acquirer:
    """What the till has to speak to the vendor."""
    urls, data = stand.services.urls, stand.services.data
    settings = Settings(
        data_dir=data / "nowhere",
        ledger_url=urls["ledger"],
        acquirer=stand.vendor.name,
        acquirer_keys=data / "acquirer" / stand.vendor.name,
    )
    return choice.vendor(
        settings, Means(HttpTransport(), IDENTITY.merchant, "T01", stand.clock, SystemEntropy())
    )


def plant(stand: Stand, amount_minor: int) -> str:
    """Sell in the shop's name without the till; the order's number."""
    now = stand.clock.now()
    body = IdSource(SystemEntropy()).body(now)
    attempt = Attempt(
        payment_id=PaymentId(f"pay_{body}"),
        sale_id="",
        merchant_order_no=f"T01-{body}",
        amount=Money(amount_minor, currency("EUR")),
        request=None,
        profile=Profile.NONE,
        code="",
        created_at=now,
        expires_at=later(now, HOUR),
        collection=start(Mode.SHOW, now=now, give_up_at=later(now, HOUR)),
    )
    opened = acquirer(stand).request(attempt, None)
    assert opened.code, opened
    stand.scan(opened.code)
    return attempt.merchant_order_no
