"""Orders that a wallet is led to: made, paid, looked up, asked for again, closed."""

from __future__ import annotations

import pytest

from ledger.protocol.errors import QrpayError
from ledger.protocol.errors.checkout import OrderClaimed, OrderNotFound
from ledger.protocol.errors.codes import QrExpired
from ledger.protocol.instants import DAY, HOUR, MINUTE, SECOND, later
from ledger.protocol.wechatpay_v2_wire.values import to_time
from tests.faces.wechat_merchants import APPID, MCHID, SP_MCHID, SUB_MCHID
from tests.faces.wechatpay_v2.xml_shop import XmlShop


def told(answer: dict[str, str]) -> tuple[str, str]:
    """What a failure of business is told as."""
    assert (answer["return_code"], answer["result_code"]) == ("SUCCESS", "FAIL")
    return answer["err_code"], answer["err_code_des"]


def test_a_native_order_is_scanned_and_paid_and_a_query_tells_all_of_it(shop: XmlShop) -> None:
    ordered = shop.order()
    assert list(ordered) == [
        *("return_code", "return_msg", "appid", "mch_id", "nonce_str", "sign", "result_code"),
        *("prepay_id", "trade_type", "code_url"),
    ]
    assert ordered["code_url"].startswith("weixin://wxpay/bizpayurl?pr=")
    waiting = shop.query()
    assert (waiting["trade_state"], waiting["trade_state_desc"]) == ("NOTPAY", "订单未支付")
    assert "total_fee" not in waiting
    shop.scan_and_pay("li-wei", ordered["code_url"])
    paid = shop.query()
    assert paid["trade_state"] == "SUCCESS"
    assert (paid["total_fee"], paid["fee_type"], paid["cash_fee"]) == ("1295", "CNY", "1295")
    assert (paid["trade_type"], paid["attach"], paid["bank_type"]) == (
        "NATIVE",
        "table 7",
        "OTHERS",
    )
    assert paid["time_end"] == to_time(shop.now)
    assert shop.query("", transaction_id=paid["transaction_id"])["out_trade_no"] == "tea-0001"
    assert len(paid["openid"]) == len("oUpF8uMuAJO_M2pxb1Q9zNjWeS6o")


@pytest.mark.parametrize(
    ("trade_type", "told_as", "begins"),
    [
        ("NATIVE", "code_url", "weixin://wxpay/bizpayurl?pr="),
        ("MWEB", "mweb_url", "https://wx.tenpay.com/cgi-bin/mmpayweb-bin/checkmweb?prepay_id=wx"),
        ("JSAPI", "prepay_id", "wx"),
        ("APP", "prepay_id", "wx"),
    ],
)
def test_every_kind_of_order_leads_a_wallet_to_the_payment(
    shop: XmlShop, trade_type: str, told_as: str, begins: str
) -> None:
    ordered = shop.order(trade_type=trade_type, openid="oUpF8uMuAJO_M2pxb1Q9zNjWeS6o")
    assert ordered["trade_type"] == trade_type
    assert ordered[told_as].startswith(begins)
    shop.scan_and_pay("li-wei", ordered[told_as])
    assert shop.query()["trade_type"] == trade_type


def test_an_order_inside_of_wechat_names_its_payer_and_is_for_nobody_else(shop: XmlShop) -> None:
    assert told(shop.order(trade_type="JSAPI")) == ("PARAM_ERROR", "JSAPI支付必须传openid")
    shop.sold()
    lis_name = shop.query()["openid"]
    code = shop.order("tea-0002", trade_type="JSAPI", openid=lis_name)["prepay_id"]
    with pytest.raises(OrderClaimed):
        shop.scan("anna", code)
    shop.scan_and_pay("li-wei", code)


def test_the_same_order_again_has_a_fresh_code_and_the_old_one_dies(shop: XmlShop) -> None:
    old = shop.order(time_start="20261122200000")["code_url"]
    new = shop.order(time_start="20261122200001", spbill_create_ip="127.0.0.2")["code_url"]
    with pytest.raises(OrderNotFound):
        shop.scan("li-wei", old)
    shop.scan_and_pay("li-wei", new)
    assert told(shop.order()) == ("ORDERPAID", "该订单已支付")


def test_the_same_number_for_another_order_is_refused(shop: XmlShop) -> None:
    shop.order()
    assert told(shop.order(total_fee="1296")) == ("INVALID_REQUEST", "201 商户订单号重复")


def test_a_code_lives_two_hours_or_until_its_order_expires(shop: XmlShop) -> None:
    begun = shop.now
    code = shop.order()["code_url"]
    soon = shop.order("tea-0002", time_expire=to_time(later(begun, 2 * MINUTE)))["code_url"]
    sooner = shop.order("tea-0003", time_expire=to_time(later(begun, -DAY)))["code_url"]
    for end, ended in ((MINUTE, sooner), (2 * MINUTE, soon), (2 * HOUR, code)):
        shop.now = later(begun, end - SECOND)
        shop.release(shop.scan("li-wei", ended).payment, "li-wei")
        shop.now = later(begun, end)
        with pytest.raises(QrExpired):
            shop.scan("li-wei", ended)


def test_a_closed_order_is_closed_for_good(shop: XmlShop) -> None:
    code = shop.order()["code_url"]
    assert shop.call("/pay/closeorder", out_trade_no="tea-0001")["result_msg"] == "OK"
    assert shop.query()["trade_state"] == "CLOSED"
    with pytest.raises(QrpayError):
        shop.scan("li-wei", code)
    closed = ("ORDERCLOSED", "订单已关闭")
    assert told(shop.call("/pay/closeorder", out_trade_no="tea-0001")) == closed
    assert told(shop.order()) == closed


def test_a_paid_order_is_not_closed(shop: XmlShop) -> None:
    shop.sold()
    assert told(shop.call("/pay/closeorder", out_trade_no="tea-0001"))[0] == "ORDERPAID"


@pytest.mark.parametrize("path", ["/pay/orderquery", "/pay/closeorder"])
def test_an_order_nobody_made_is_not_found(shop: XmlShop, path: str) -> None:
    assert told(shop.call(path, out_trade_no="none")) == ("ORDERNOTEXIST", "此交易订单号不存在")


def test_by_the_platforms_number_an_order_is_found_once_it_is_paid(shop: XmlShop) -> None:
    shop.order()
    vendor_no = shop.opened().order.vendor_no
    assert told(shop.query("", transaction_id=vendor_no))[0] == "ORDERNOTEXIST"


def test_another_merchant_does_not_find_it(shop: XmlShop) -> None:
    shop.sold()
    number = shop.query()["transaction_id"]
    for told_no in ({"out_trade_no": "tea-0001"}, {"transaction_id": number}):
        answer = shop.call("/pay/orderquery", mch_id=SP_MCHID, **told_no)
        assert told(answer)[0] == "ORDERNOTEXIST"


def test_a_service_provider_sells_for_its_sub_merchant_and_for_nobody_else(shop: XmlShop) -> None:
    who = {"mch_id": SP_MCHID, "sub_mch_id": SUB_MCHID}
    ordered = shop.order(**who)
    assert (ordered["mch_id"], ordered["sub_mch_id"]) == (SP_MCHID, SUB_MCHID)
    assert shop.opened(mchid=SUB_MCHID).order.facts["sp_mchid"] == SP_MCHID
    assert shop.query(**who)["trade_state"] == "NOTPAY"
    assert told(shop.order(mch_id=SP_MCHID, sub_mch_id=MCHID))[0] == "NOAUTH"
    assert told(shop.order(mch_id=SP_MCHID, sub_mch_id="1"))[0] == "NOAUTH"


@pytest.mark.parametrize(
    ("wrong", "code", "sentence"),
    [
        ({"out_trade_no": ""}, "LACK_PARAMS", "缺少参数out_trade_no"),
        ({"notify_url": ""}, "LACK_PARAMS", "缺少参数notify_url"),
        ({"total_fee": "0"}, "PARAM_ERROR", "金额超出范围：0 minor units"),
        ({"total_fee": "12.95"}, "PARAM_ERROR", "参数错误：total_fee: '12.95'"),
        ({"total_fee": "１"}, "PARAM_ERROR", "参数错误：total_fee: '１'"),
        ({"out_trade_no": "x" * 33}, "PARAM_ERROR", None),
        ({"out_trade_no": "a b"}, "PARAM_ERROR", "参数错误：out_trade_no: 'a b'"),
        ({"body": "x" * 129}, "PARAM_ERROR", None),
        ({"trade_type": "WAP"}, "PARAM_ERROR", "参数错误：trade_type: 'WAP'"),
        ({"fee_type": "USD"}, "PARAM_ERROR", "参数错误：fee_type: this merchant sells in CNY"),
        ({"time_expire": "20261301000000"}, "PARAM_ERROR", None),
        ({"notify_url": "http://127.0.0.1/?a=b"}, "PARAM_ERROR", "notify_url格式错误"),
        ({"notify_url": "ftp://127.0.0.1/"}, "PARAM_ERROR", "notify_url格式错误"),
        ({"appid": "wx0000000000000000"}, "APPID_MCHID_NOT_MATCH", "appid和mch_id不匹配"),
    ],
)
def test_a_wrong_field_is_named(
    shop: XmlShop, wrong: dict[str, str], code: str, sentence: str | None
) -> None:
    answer = told(shop.order(**wrong))
    assert answer[0] == code
    assert sentence in (None, answer[1])
    assert told(shop.query())[0] == "ORDERNOTEXIST"


def test_numbers_are_those_of_api_v3(shop: XmlShop) -> None:
    shop.sold()
    opened = shop.opened()
    assert opened.order.facts["appid"] == APPID
    assert (opened.order.account_id, opened.order.facts["trade_type"]) == (MCHID, "NATIVE")
    assert len(opened.order.vendor_no) == len("4200000914202101195554393855")
