"""Bills: asked for by V2 or V3, downloaded by an address that holds for thirty seconds."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from urllib.parse import parse_qsl, urlsplit

import pytest
from werkzeug.test import TestResponse

from ledger.faces.alipay import numbers
from ledger.faces.alipay.bill_download import TOO_LATE
from ledger.ops.audit import audit
from ledger.protocol.instants import DAY, SECOND
from tests.core.demo_world import KIOSK
from tests.faces.alipay.shop import APP_ID, AlipayShop, Node
from tests.protocol.alipay_bills.reading import files, foot, table

METHOD = "alipay.data.dataservice.bill.downloadurl.query"
PID = "2088062507790472"


def ask(shop: AlipayShop, bill_type: str = "trade", bill_date: str = "2026-11-22") -> Node:
    return shop.call(METHOD, bill_type=bill_type, bill_date=bill_date)


def download(shop: AlipayShop, url: str) -> TestResponse:
    parts = urlsplit(url)
    return shop.app.test_client().get(f"{parts.path}?{parts.query}")


def unpacked(
    shop: AlipayShop, bill_type: str = "trade", bill_date: str = "2026-11-22"
) -> list[str]:
    """The two files of a bill, details first; their names are checked."""
    read = files(download(shop, ask(shop, bill_type, bill_date)["bill_download_url"]).get_data())
    end = {"trade": "业务明细", "signcustomer": "账务明细"}[bill_type]
    head = f"{PID}0156_{bill_date.replace('-', '')}_{end}"
    assert list(read) == [f"{head}.csv", f"{head}(汇总).csv"]
    return list(read.values())


@pytest.fixture(scope="module")
def a_day_later(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AlipayShop]:
    """A day on which two things were sold, of which one came back in part and one was cancelled.

    One ledger for all tests: they only look, and let time go by.
    """
    shop = AlipayShop(tmp_path_factory.mktemp("bills"))
    subject = 'Tea, "green"'
    named = {"store_id": "S1", "operator_id": "O1", "terminal_id": "T1"}
    terms = {"out_trade_no": "A1", "total_amount": "12.95", "subject": subject, **named}
    shop.scan_and_pay("anna", shop.call("alipay.trade.precreate", **terms)["qr_code"])
    shop.refund("2.95", "R1")
    shop.pay(shop.auth_code("li-wei"), "A2", "3.00")
    shop.call("alipay.trade.cancel", out_trade_no="A2")
    shop.clock.advance(DAY)
    yield shop
    assert audit(shop.store) == []
    shop.close()


def test_the_business_bill_tells_sales_refunds_and_cancellations(a_day_later: AlipayShop) -> None:
    details, summary = unpacked(a_day_later)
    rows = table(details)
    assert [(row["商户订单号"], row["业务类型"], row["订单金额（元）"]) for row in rows] == [
        ("A1", "交易", "12.95"),
        ("A1", "退款", "-2.95"),
        ("A2", "交易", "3.00"),
        ("A2", "退款", "-3.00"),
    ]
    assert [row["退款批次号/请求号"] for row in rows] == ["", "R1", "", ""]
    assert rows[0]["商品名称"] == "Tea， ＂green＂"
    assert rows[0]["对方账户"].endswith("***@sandbox.test")
    assert foot(details)[0] == "#交易合计：2笔，商家实收共15.95元，商家优惠共0.00元"
    assert table(summary)[-1]["订单金额（元）"] == "10.00"


def test_the_account_bill_tells_each_movement_with_its_fee_and_the_balance(
    a_day_later: AlipayShop,
) -> None:
    rows = table(unpacked(a_day_later, "signcustomer")[0])
    balance = Decimal(0)
    for row in rows:
        balance += Decimal(row["收入金额（+元）"]) + Decimal(row["支出金额（-元）"])
        assert Decimal(row["账户余额（元）"]) == balance
    words = [row["业务类型"] for row in rows]
    assert words == ["在线支付", "收费", "交易退款", "退费", "在线支付", "收费", "交易退款", "退费"]
    with a_day_later.store.reading() as books:
        account = books.journal.account("merchant:M2088DEMO000001:EUR")
    assert account is not None
    assert balance == Decimal(account.balance_minor) / 100


def test_shares_stand_in_the_row_of_their_sale_and_in_both_account_bills(shop: AlipayShop) -> None:
    """A share of a sale of the day before stands in no row of the business bill."""
    receiver = numbers.seller_id(KIOSK)
    kiosk = shop.register("2021000000000009", merchant_id=KIOSK)
    relation = {"out_request_no": "B1", "receiver_list": [{"account": receiver}]}
    assert shop.call("alipay.trade.royalty.relation.bind", **relation)["code"] == "10000"
    trade_no = shop.pay(shop.auth_code("anna"))["trade_no"]
    share = {"trans_in": receiver, "amount": "3.00"}

    def settle(number: str) -> None:
        wanted = {"out_request_no": number, "trade_no": trade_no, "royalty_parameters": [share]}
        assert shop.call("alipay.trade.order.settle", **wanted)["code"] == "10000"

    settle("S1")
    back = [{"trans_out": receiver, "amount": "0.50"}]
    given = {"refund_amount": "1.00", "out_request_no": "R1", "refund_royalty_parameters": back}
    assert shop.call("alipay.trade.refund", trade_no=trade_no, **given)["code"] == "10000"
    shop.clock.advance(DAY)
    settle("S2")
    shop.clock.advance(DAY)
    details, summary = unpacked(shop)
    assert [row["分润（元）"] for row in table(details)] == ["-3.00", "0.50"]
    total = table(summary)[-1]
    assert (total["分润（元）"], total["实收净额（元）"]) == ("-2.50", "9.38")
    assert table(unpacked(shop, bill_date="2026-11-23")[0]) == []
    assert moved(shop, "2026-11-22") == [
        ("在线支付", "12.95"),
        ("收费", "12.87"),
        ("分账", "9.87"),
        ("交易退款", "8.87"),
        ("退费", "8.88"),
        ("退分账", "9.38"),
    ]
    assert moved(shop, "2026-11-23") == [("分账", "6.38")]
    assert moved(shop, "2026-11-22", kiosk) == [("分账收入", "3.00"), ("退分账支出", "2.50")]
    assert moved(shop, "2026-11-23", kiosk) == [("分账收入", "5.50")]


def moved(shop: AlipayShop, bill_date: str, app_id: str = APP_ID) -> list[tuple[str, str]]:
    """The kinds and balances of an app's account bill."""
    asked = f'{{"bill_type":"signcustomer","bill_date":"{bill_date}"}}'
    sent = shop.signed(shop.public(METHOD, biz_content=asked, app_id=app_id))
    node = shop.node(shop.post(sent), METHOD)
    details, _ = files(download(shop, node["bill_download_url"]).get_data()).values()
    return [(row["业务类型"], row["账户余额（元）"]) for row in table(details)]


def test_the_summary_has_a_row_for_each_store(a_day_later: AlipayShop) -> None:
    stores = table(unpacked(a_day_later)[1])
    told = [(row["门店编号"], row["交易订单总笔数"], row["订单金额（元）"]) for row in stores]
    assert told == [("S1", "1", "10.00"), ("", "1", "0.00"), ("合计", "2", "10.00")]


def test_a_month_holds_its_days(a_day_later: AlipayShop) -> None:
    assert ask(a_day_later, bill_date="2026-11")["sub_code"] == "BILL_NOT_EXIST"
    a_day_later.clock.advance(8 * DAY)
    assert len(table(unpacked(a_day_later, bill_date="2026-11")[0])) == 4


def test_an_empty_day_has_a_file_and_says_so(a_day_later: AlipayShop) -> None:
    a_day_later.clock.advance(DAY)
    asked = ask(a_day_later, bill_date="2026-11-23")
    assert asked["bill_file_code"] == "EMPTY_DATA_WITH_BILL_FILE"
    assert table(unpacked(a_day_later, bill_date="2026-11-23")[0]) == []
    assert "bill_file_code" not in ask(a_day_later)


def test_another_app_of_the_merchant_has_a_bill_of_its_own(a_day_later: AlipayShop) -> None:
    other = a_day_later.another_app()
    said = '{"bill_type":"trade","bill_date":"2026-11-22"}'
    sent = a_day_later.public(METHOD, biz_content=said, app_id=other)
    node = a_day_later.node(a_day_later.post(a_day_later.signed(sent)), METHOD)
    assert node["sub_code"] == "BILL_DATE_BEFORE_REGISTRATION"


@pytest.mark.parametrize(
    ("bill_type", "bill_date", "code"),
    [
        ("trade", "2027-11-23", "BILL_NOT_EXIST"),
        ("trade", "2026-11-20", "BILL_DATE_BEFORE_REGISTRATION"),
        ("trade", "2026-11-31", "INVAILID_ARGUMENTS"),
        ("trade", "20261122", "INVAILID_ARGUMENTS"),
        ("trade", "9999-12-31", "INVAILID_ARGUMENTS"),
        ("trade", "0001-01", "BILL_DATE_BEFORE_REGISTRATION"),
        ("trade", "", "INVAILID_ARGUMENTS"),
        ("mine", "2026-11-22", "TYPE_NOT_SUPPORTED"),
    ],
)
def test_a_bill_that_there_is_not(
    a_day_later: AlipayShop, bill_type: str, bill_date: str, code: str
) -> None:
    assert ask(a_day_later, bill_type, bill_date).said == ("40004", code)


def test_the_address_looks_like_the_platforms_and_holds_for_thirty_seconds(
    a_day_later: AlipayShop,
) -> None:
    url = ask(a_day_later)["bill_download_url"]
    assert urlsplit(url).path == "/downloadBillFile.resource"
    said = dict(parse_qsl(urlsplit(url).query))
    assert list(said) == [
        *("bizType", "userId", "fileType", "bizDates", "downloadFileName", "fileId"),
        *("timestamp", "token"),
    ]
    assert said["downloadFileName"] == f"{PID}0156_20261122.csv.zip"
    a_day_later.clock.advance(29 * SECOND)
    assert download(a_day_later, url).get_data().startswith(b"PK")
    a_day_later.clock.advance(SECOND)
    late = download(a_day_later, url)
    assert (late.status_code, TOO_LATE in late.get_data(as_text=True)) == (200, True)


@pytest.mark.parametrize(
    ("was", "other"),
    [
        (APP_ID, "2021000000000009"),
        ("20261122", "20261121"),
        ("bizType=trade", "bizType=signcustomer"),
        ("timestamp=", "timestamp=9"),
        ("token=", "token=0"),
        ("&token=", "&tok="),
    ],
)
def test_an_address_that_was_altered_leads_to_no_bill(
    a_day_later: AlipayShop, was: str, other: str
) -> None:
    url = ask(a_day_later)["bill_download_url"]
    came = download(a_day_later, url.replace(was, other))
    assert TOO_LATE in came.get_data(as_text=True)
