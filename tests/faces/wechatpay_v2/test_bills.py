"""Bills against what the till sold: every sale and refund once, sums, fees, days of China."""

from __future__ import annotations

import gzip
import hashlib
from decimal import Decimal

import pytest

from ledger.core.parties import fee_terms
from ledger.core.records.parties import FeeTerms
from ledger.protocol.instants import DAY, HOUR, later
from ledger.protocol.wechatpay_v2_wire import documents, signatures
from ledger.protocol.wechatpay_v2_wire.signatures import SignType
from tests.faces.wechat_merchants import APPID, EURO_MCHID, MCHID, TEA_HOUSE
from tests.faces.wechatpay_v2.xml_shop import KEY, XmlShop
from tests.protocol.wechatpay_bills.reading import Row, table

TODAY, TOMORROW = "20261122", "20261123"


def download(shop: XmlShop, path: str = "/pay/downloadbill", **told: str) -> bytes:
    """Ask for a bill; the bytes of the answer."""
    fields = {"appid": APPID, "mch_id": MCHID, "nonce_str": "n", "bill_date": TODAY, **told}
    fields.setdefault("sign_type", SignType.HMAC_SHA256.value)
    sign = signatures.sign(fields, KEY, SignType(fields["sign_type"]))
    response = shop.http.post(path, data=documents.write(fields | {"sign": sign}))
    assert response.status_code == 200
    return response.get_data()


def rows(shop: XmlShop, path: str = "/pay/downloadbill", **told: str) -> tuple[list[Row], Row]:
    """Ask for a bill; its rows and its summary."""
    return table(download(shop, path, **told))


def flows(shop: XmlShop, **told: str) -> tuple[list[Row], Row]:
    return rows(shop, "/pay/downloadfundflow", account_type="Basic", **told)


def pass_a_day(shop: XmlShop) -> None:
    shop.now = later(shop.now, DAY)


def charge_a_fee(shop: XmlShop, bps: int) -> None:
    with shop.store.transaction() as books:
        terms = FeeTerms(merchant_id=TEA_HOUSE, valid_from=shop.now, bps=bps)
        fee_terms.agree(books, terms=terms, now=shop.now)


def test_a_bill_reconciles_with_what_the_till_sold_and_gave_back(shop: XmlShop) -> None:
    charge_a_fee(shop, 60)
    sold: dict[str, Decimal] = {}
    for number in range(5):
        out_trade_no = f"tea-{number:04d}"
        shop.micropay("li-wei", out_trade_no, total_fee=str(1295 + number))
        sold[out_trade_no] = Decimal(1295 + number) / 100
    shop.order("never-paid")
    shop.refund_part(295, "back-1", out_trade_no="tea-0000")
    shop.refund_part(500, "back-2", out_trade_no="tea-0000")
    shop.call("/secapi/pay/reverse", out_trade_no="tea-0004")
    pass_a_day(shop)
    told, sums = rows(shop)
    sales = [row for row in told if row["交易状态"] == "SUCCESS"]
    assert {row["商户订单号"]: Decimal(row["订单金额"]) for row in sales} == sold
    given = {row["商户退款单号"]: row["退款金额"] for row in told if row["交易状态"] == "REFUND"}
    assert given == {"back-1": "2.95", "back-2": "5.00"}
    (revoked,) = [row for row in told if row["交易状态"] == "REVOKED"]
    assert (revoked["商户订单号"], revoked["退款金额"]) == ("tea-0004", "12.99")
    assert sums["总交易单数"] == "8"
    assert Decimal(sums["订单总金额"]) == sum(sold.values())
    assert sums["退款总金额"] == "20.94"
    moved, flow_sums = flows(shop)
    came_in, went_out = Decimal(flow_sums["收入金额"]), Decimal(flow_sums["支出金额"])
    net = (
        Decimal(sums["应结订单总金额"])
        - Decimal(sums["退款总金额"])
        - Decimal(sums["手续费总金额"])
    )
    assert came_in - went_out == net == Decimal(moved[-1]["账户结余(元)"])


def test_a_row_tells_all_of_a_sale_and_of_its_refund(shop: XmlShop) -> None:
    charge_a_fee(shop, 60)
    shop.sold(device_info="T-7")
    paid = shop.query()
    refunded = shop.refund_part(295)
    pass_a_day(shop)
    (refund, sale), _ = rows(shop)
    assert sale["交易时间"] == "2026-11-22 20:00:00"
    assert (sale["公众账号ID"], sale["商户号"], sale["特约商户号"]) == (APPID, MCHID, "0")
    assert (sale["微信订单号"], sale["用户标识"]) == (paid["transaction_id"], paid["openid"])
    assert (sale["交易类型"], sale["设备号"]) == ("NATIVE", "T-7")
    assert (sale["商品名称"], sale["商户数据包"]) == ("茶", "table 7")
    assert (sale["货币种类"], sale["手续费"], sale["费率"]) == ("CNY", "0.08000", "0.60%")
    assert (refund["微信退款单号"], refund["商户退款单号"]) == (refunded["refund_id"], "back-0001")
    assert (refund["申请退款金额"], refund["手续费"]) == ("2.95", "-0.02000")
    assert refund["微信订单号"] == sale["微信订单号"]


def test_a_day_is_chinas_and_a_late_refund_belongs_to_its_own(shop: XmlShop) -> None:
    shop.sold()
    shop.now = later(shop.now, 4 * HOUR)  # 2026-11-23 in China, still the 22nd in Berlin
    shop.sold("tea-0002")
    shop.refund_part(295)
    pass_a_day(shop)
    (sale,), _ = rows(shop)
    assert sale["商户订单号"] == "tea-0001"
    told, _ = rows(shop, bill_date=TOMORROW)
    assert [(row["商户订单号"], row["交易状态"]) for row in told] == [
        ("tea-0001", "REFUND"),
        ("tea-0002", "SUCCESS"),
    ]
    (refund,), _ = rows(shop, bill_date=TOMORROW, bill_type="REFUND")
    assert (refund["交易时间"], refund["退款成功时间"]) == (
        "2026-11-22 20:00:00",
        "2026-11-23 00:00:00",
    )


def test_a_refund_months_later_is_in_the_bill_of_its_day(shop: XmlShop) -> None:
    shop.sold()
    shop.now = later(shop.now, 90 * DAY)
    shop.refund_part(295)
    pass_a_day(shop)
    told, _ = rows(shop, bill_date="20270220")
    assert [row["商户退款单号"] for row in told] == ["back-0001"]


def test_a_fund_flow_bill_shows_fees_apart_and_the_balance_after_each(shop: XmlShop) -> None:
    charge_a_fee(shop, 100)
    shop.sold(total_fee="10000")
    shop.refund_part(5000, total_fee="10000")
    pass_a_day(shop)
    told, sums = flows(shop)
    assert [
        (row["业务类型"], row["收支类型"], row["收支金额(元)"], row["账户结余(元)"]) for row in told
    ] == [
        ("交易", "收入", "100.00", "100.00"),
        ("扣除交易手续费", "支出", "1.00", "99.00"),
        ("退款", "支出", "50.00", "49.00"),
        ("退还交易手续费", "收入", "0.50", "49.50"),
    ]
    assert told[2]["备注"] == "退款总金额50.00元;含手续费0.50元"
    assert (told[0]["资金变更提交申请人"], told[2]["资金变更提交申请人"]) == (
        "system",
        f"{MCHID}API",
    )
    assert (sums["收入笔数"], sums["支出笔数"]) == ("2", "2")


def test_a_compressed_bill_is_the_same_file(shop: XmlShop) -> None:
    shop.sold()
    pass_a_day(shop)
    plain = download(shop)
    assert gzip.decompress(download(shop, tar_type="GZIP")) == plain
    assert plain.startswith(b"\xef\xbb\xbf")


def test_the_digest_of_a_fund_flow_bill_stands_in_a_header(shop: XmlShop) -> None:
    shop.sold()
    pass_a_day(shop)
    fields = {"appid": APPID, "mch_id": MCHID, "nonce_str": "n", "bill_date": TODAY}
    fields |= {"account_type": "Basic", "sign_type": "HMAC-SHA256"}
    signed = fields | {"sign": signatures.sign(fields, KEY, SignType.HMAC_SHA256)}
    response = shop.http.post("/pay/downloadfundflow", data=documents.write(signed))
    told = hashlib.sha1(response.get_data()).hexdigest()  # noqa: S324 - the vendor's choice
    assert response.headers["Digest"] == f"SHA={told}"


@pytest.mark.parametrize(
    ("path", "told", "code"),
    [
        ("/pay/downloadbill", {"bill_date": TODAY}, "20002"),
        ("/pay/downloadbill", {"bill_date": TOMORROW}, "20003"),
        ("/pay/downloadbill", {"bill_date": "20261131"}, "20001"),
        ("/pay/downloadbill", {"bill_date": "2026-11-22"}, "20001"),
        ("/pay/downloadbill", {"bill_type": "REVOKED"}, "20001"),
        ("/pay/downloadbill", {"tar_type": "ZIP", "bill_date": "20261120"}, "20002"),
        ("/pay/downloadfundflow", {"account_type": "Operation"}, "20002"),
        ("/pay/downloadfundflow", {"account_type": "Mine"}, "20001"),
        ("/pay/downloadfundflow", {"account_type": "Basic", "sign_type": "MD5"}, "20001"),
    ],
)
def test_why_there_is_no_bill_is_told(
    shop: XmlShop, path: str, told: dict[str, str], code: str
) -> None:
    pass_a_day(shop)
    answer = documents.read(download(shop, path, **told))
    assert (answer["return_code"], answer["error_code"]) == ("FAIL", code)


def test_a_bill_that_is_packed_another_way_is_refused(shop: XmlShop) -> None:
    shop.sold()
    pass_a_day(shop)
    assert documents.read(download(shop, tar_type="ZIP"))["error_code"] == "20001"


def test_each_merchant_number_has_its_own_bill(shop: XmlShop) -> None:
    shop.sold()
    pass_a_day(shop)
    answer = documents.read(download(shop, mch_id=EURO_MCHID))
    assert answer["return_msg"] == "No Bill Exist"
