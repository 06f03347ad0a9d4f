"""A coupon's part of a trade stands in its answers, its notifications and its bill."""

from __future__ import annotations

import json
from urllib.parse import urlsplit

from ledger.core.parties import grants
from ledger.protocol.identifiers import PayerId
from ledger.protocol.instants import DAY, later
from ledger.protocol.messages import FundingSource
from ledger.protocol.money import Money, currency
from tests.faces.alipay.listener import URL, Listener
from tests.faces.alipay.shop import MERCHANT_ID, AlipayShop
from tests.protocol.alipay_bills.reading import files, table

EUR = currency("EUR")
TERMS = {"out_trade_no": "A1", "total_amount": "12.95", "subject": "Tea"}


def grant(shop: AlipayShop, minor: int, source: FundingSource, merchant_id: str = "") -> None:
    """Give Anna a coupon."""
    payer_id = PayerId(shop.wallet("anna").payer["payer_id"])
    with shop.store.transaction() as books:
        grants.grant(
            books,
            payer_id=payer_id,
            source=source,
            amount=Money(minor, EUR),
            merchant_id=merchant_id,
            valid_until=later(shop.clock.now(), 30 * DAY),
            now=shop.clock.now(),
            ids=shop.ledger.provider.ids,
        )


def sold(shop: AlipayShop) -> dict[str, object]:
    """Anna pays 12.95 by a code: 0.95 the platform's coupon, 2.00 the shop's own."""
    grant(shop, 95, FundingSource.COUPON)
    grant(shop, 200, FundingSource.MERCHANT_COUPON, MERCHANT_ID)
    paid = shop.call_with(
        "alipay.trade.pay", {"notify_url": URL}, auth_code=shop.auth_code("anna"), **TERMS
    )
    assert paid["code"] == "10000", paid
    return paid


def deliver(shop: AlipayShop) -> None:
    while shop.ledger.notifier.deliver_due():
        pass


def test_the_answer_tells_whose_coupon_paid_what(shop: AlipayShop) -> None:
    paid = sold(shop)
    amounts = ("total_amount", "receipt_amount", "buyer_pay_amount", "discount_amount")
    assert [paid[name] for name in amounts] == ["12.95", "10.95", "10.00", "0.95"]
    assert paid["mdiscount_amount"] == "2.00"
    listed = paid["voucher_detail_list"]
    assert isinstance(listed, list)
    assert sorted(
        (each["amount"], each["merchant_contribute"], each["other_contribute"]) for each in listed
    ) == [("0.95", "0.00", "0.95"), ("2.00", "2.00", "0.00")]
    asked = shop.query()
    assert "voucher_detail_list" not in asked
    options = {"query_options": ["voucher_detail_list"]}
    whole = shop.call("alipay.trade.query", out_trade_no="A1", **options)
    assert whole["voucher_detail_list"] == listed
    assert whole["mdiscount_amount"] == "2.00"


def test_a_trade_without_coupons_has_no_members_for_them(shop: AlipayShop) -> None:
    paid = shop.pay(shop.auth_code("anna"))
    assert not {"discount_amount", "mdiscount_amount", "voucher_detail_list"} & set(paid)


def test_a_notification_tells_coupons_and_what_of_a_refund_the_buyer_got(
    shop: AlipayShop, listener: Listener
) -> None:
    sold(shop)
    shop.refund("12.95")
    deliver(shop)
    paid, whole = sorted(listener.told, key=lambda told: told.get("refund_fee", ""))
    (first, second) = json.loads(paid["voucher_detail_list"])
    assert {first["merchantContribute"], second["merchantContribute"]} == {"0.00", "2.00"}
    assert (whole["refund_fee"], whole["send_back_fee"]) == ("12.95", "10.95")


def test_the_bill_of_pages_and_coupons_has_them_all(shop: AlipayShop) -> None:
    sold(shop)
    page = {**TERMS, "out_trade_no": "W1", "product_code": "FAST_INSTANT_TRADE_PAY"}
    public = shop.public("alipay.trade.page.pay", biz_content=shop.spelled(page))
    led = shop.post(shop.signed(public))
    code = led.headers["Location"].replace("/alipay/cashier/", "https://qr.alipay.com/")
    shop.scan_and_pay("li-wei", code)
    app = {**TERMS, "out_trade_no": "P1"}
    shop.scan_and_pay("li-wei", str(shop.call("alipay.trade.app.pay", **app)["qr_code"]))
    shop.clock.advance(DAY)
    asked = {"bill_type": "trade", "bill_date": "2026-11-22"}
    url = shop.call("alipay.data.dataservice.bill.downloadurl.query", **asked)["bill_download_url"]
    parts = urlsplit(str(url))
    packed = shop.app.test_client().get(f"{parts.path}?{parts.query}").get_data()
    details, _ = files(packed).values()
    rows = {row["商户订单号"]: row for row in table(details)}
    assert set(rows) == {"A1", "W1", "P1"}
    told = rows["A1"]
    assert (told["商家实收（元）"], told["支付宝优惠（元）"], told["商家优惠（元）"]) == (
        *("10.95", "0.95", "2.00"),
    )
    assert rows["W1"]["商家实收（元）"] == "12.95"
