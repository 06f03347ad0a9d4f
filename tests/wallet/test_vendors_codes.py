"""A vendor's code is paid like a shop's own, if our provider gave it out; else it is foreign."""

from __future__ import annotations

import json
from collections.abc import Callable
from urllib.parse import urlencode

import pytest

from ledger import app as ledger_app
from ledger.core.records.vendors import Vendor, VendorAccount, VendorFace
from ledger.core.vendors import accounts, codes, orders
from ledger.core.vendors.orders import Opened, Wanted
from ledger.kit.settings import SettingInvalid
from ledger.protocol import payment_code
from ledger.protocol.instants import DAY, later
from ledger.protocol.lifecycle import PaymentState
from ledger.protocol.messages import Presented
from ledger.protocol.money import Money
from tests.wallet.shop import DROGERIE, EUR
from tests.wallet.world import World
from wallet import config

CODES = [
    "https://qr.alipay.com/bax03431ljhokirwl38f00a7",
    "weixin://wxpay/bizpayurl?pr=JyC91EIz1",
    "weixin://wxpay/bizpayurl/up?pr=NwY5Mz9&groupid=00",
    "weixin://wxpay/s/An4baqw",
]

Open = Callable[[str, int, Presented], Opened]


@pytest.fixture
def open_order(world: World) -> Open:
    """Open an order at the provider, as a vendor's face does."""
    ledger = ledger_app.ledger_of(world.ledger)
    now = world.clock.now()
    account = VendorAccount(Vendor.ALIPAY, "2021000000000777", DROGERIE.merchant_id, "T01", now)
    with ledger.store.transaction() as books:
        accounts.register(books, account=account)

    def opened(code: str, minor: int, presented: Presented) -> Opened:
        wanted = Wanted(
            account=account,
            face=VendorFace.ALIPAY,
            out_no=f"A{minor}",
            vendor_no=f"V{minor}",
            amount=Money(minor, EUR),
            presented=presented,
            expires_at=later(now, DAY),
            code=code,
        )
        with ledger.store.transaction() as books:
            return orders.open_order(
                books,
                wanted=wanted,
                policy=ledger.provider.policy,
                now=now,
                ids=ledger.provider.ids,
            )

    return opened


@pytest.mark.parametrize("code", CODES)
def test_a_code_of_our_provider_is_shown_with_the_registered_payee_and_paid(
    world: World, open_order: Open, code: str
) -> None:
    opened = open_order(code, 1295, Presented.MERCHANT)
    answer = world.scan("anna", code)
    scanned = answer.json
    review = scanned["review"]
    assert (review["payee"]["name"], review["amount_minor"]) == ("Demo Drogerie", 1295)
    assert scanned["verified"] == {}
    assert world.approve("anna", answer).json["outcome"] == "paid"
    assert world.balance("anna") == 20_000 - 1295
    with ledger_app.ledger_of(world.ledger).store.reading() as books:
        payment = books.payments.find(opened.payment.payment_id)
    assert payment is not None
    assert payment.state is PaymentState.PAID


@pytest.mark.parametrize("code", CODES)
def test_a_code_that_our_provider_never_gave_out_is_for_another_app(
    world: World, code: str
) -> None:
    assert world.scan("anna", code).problem == (422, "QR_FOREIGN")


def test_the_code_says_the_amount_already(world: World, open_order: Open) -> None:
    open_order(CODES[0], 1295, Presented.MERCHANT)
    typed = world.post("/api/wallets/anna/scan", {"text": CODES[0], "amount_minor": 5})
    assert typed.problem == (400, "FIELD_FORMAT")


def test_a_vendors_code_can_not_be_paid_at_once(world: World, open_order: Open) -> None:
    open_order(CODES[0], 1295, Presented.MERCHANT)
    looked = world.post("/api/wallets/anna/look", {"text": CODES[0]})
    assert looked.problem == (422, "OFFER_NEEDED")


@pytest.mark.parametrize(("till", "prefix"), payment_code.PREFIXES.items())
def test_a_code_is_shown_with_the_prefix_that_a_till_knows_and_pays(
    world: World, open_order: Open, till: str, prefix: str
) -> None:
    shown = world.get(f"/api/wallets/anna/payment-code?for={till}").json["digits"]
    assert shown.startswith(prefix)
    opened = open_order("", 450, Presented.CONSUMER)
    ledger = ledger_app.ledger_of(world.ledger)
    with ledger.store.transaction() as books:
        paid = codes.pay_with_code(
            books,
            opened=opened,
            payment_code=shown,
            rates=ledger.provider.rates,
            policy=ledger.provider.policy,
            now=world.clock.now(),
            ids=ledger.provider.ids,
            key=ledger.provider.signing_key,
        )
    assert paid.payment.state is PaymentState.PAID


def test_a_till_that_nobody_knows_is_refused(world: World) -> None:
    asked = world.get("/api/wallets/anna/payment-code?for=nobody")
    assert asked.problem == (400, "FIELD_FORMAT")


def test_what_a_shops_page_has_signed_is_checked_by_the_provider_first(world: World) -> None:
    given = {
        "timeStamp": "1414561699",
        "nonceStr": "5K8264",
        "package": "prepay_id=wx404",
        "signType": "RSA",
        "paySign": "oR9d8PuhnIc=",
    }
    assert world.scan("anna", json.dumps(given)).problem == (404, "ORDER_NOT_FOUND")
    assert world.network.bodies("POST", "/wechatpay/page-orders") == [urlencode(given).encode()]


def test_shops_pages_are_shown_by_one_page_alone_and_nothing_else_is_laxer(world: World) -> None:
    client = world.app.test_client()
    own, hosting = (client.get(path).headers["Content-Security-Policy"] for path in ("/", "/page"))
    assert "frame-src" not in own
    assert hosting == f"{own}; frame-src http://127.0.0.1:* http://localhost:*"


def test_only_origins_can_be_named_for_shops_pages() -> None:
    for text in ("*", "http://a.example/x", "http://a.example; script-src *", "javascript:"):
        with pytest.raises(SettingInvalid, match="QRPAY_WALLET_SHOP_PAGES"):
            config.from_environment({"QRPAY_WALLET_SHOP_PAGES": text})
    for text, pages in (("-", ()), ("https://*.a.example", ("https://*.a.example",))):
        found = config.from_environment({"QRPAY_WALLET_SHOP_PAGES": text})
        assert found.shop_pages == pages
