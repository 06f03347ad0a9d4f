"""Orders by code, page, app and browser: made, paid, asked for, closed, in WeChat Pay's words."""

from __future__ import annotations

import re

import flask
import pytest

from ledger.faces import wechatpay
from ledger.kit import web
from ledger.protocol.errors.checkout import OrderClaimed, OrderNotFound, OrderState
from ledger.protocol.errors.codes import QrExpired
from ledger.protocol.instants import HOUR, MINUTE, SECOND
from ledger.protocol.wechatpay_wire import times
from tests.faces.wechat_merchants import APPID, MCHID, NOTIFY_URL
from tests.faces.wechatpay.shop_world import WechatWorld

NATIVE = "/v3/pay/transactions/native"
BY_NO = "/v3/pay/transactions/out-trade-no/tea-0001"
MINE = f"?mchid={MCHID}"
IP = "/scene_info/payer_client_ip"


def test_a_native_order_is_paid_by_the_wallet_that_scans_its_code(world: WechatWorld) -> None:
    answer = world.post(NATIVE, world.wanted())
    code = str(answer.body["code_url"])
    assert answer.status == 200
    assert re.fullmatch(r"weixin://wxpay/bizpayurl\?pr=[A-Za-z0-9]{9}", code)
    assert world.get(BY_NO + MINE).body == {
        "amount": {"total": 1295, "currency": "CNY"},
        "appid": APPID,
        "mchid": MCHID,
        "out_trade_no": "tea-0001",
        "promotion_detail": [],
        "trade_state": "NOTPAY",
        "trade_state_desc": "订单未支付",
        "scene_info": {"device_id": ""},
    }
    offer = world.scan("li-wei", code)
    assert str(offer.payer_amount) == "12.95 CNY"
    world.authorise(offer.payment, "li-wei")
    paid = world.get(BY_NO + MINE).body
    assert paid["trade_state"] == "SUCCESS"
    assert paid["attach"] == "table 7"
    assert paid["success_time"] == times.to_text(world.now)
    assert paid["amount"] == {
        "total": 1295,
        "currency": "CNY",
        "payer_total": 1295,
        "payer_currency": "CNY",
    }
    assert re.fullmatch(r"42000\d{5}20261122\d{10}", str(paid["transaction_id"]))
    payer = paid["payer"]
    assert isinstance(payer, dict)
    assert re.fullmatch(r"o[\w-]{27}", payer["openid"])
    by_id = world.get(f"/v3/pay/transactions/id/{paid['transaction_id']}{MINE}")
    assert by_id.body == paid


def test_an_order_is_found_by_the_platforms_number_only_once_it_is_paid(
    world: WechatWorld,
) -> None:
    world.post(NATIVE, world.wanted())
    number = world.opened().order.vendor_no
    assert world.get(f"/v3/pay/transactions/id/{number}{MINE}").code == "ORDER_NOT_EXIST"


@pytest.mark.parametrize(
    ("kind", "member", "form"),
    [
        ("jsapi", "prepay_id", r"wx\d{14}[0-9a-f]{18}00"),
        ("app", "prepay_id", r"wx\d{14}[0-9a-f]{18}00"),
        ("h5", "h5_url", r"https://wx\.tenpay\.com/cgi-bin/mmpayweb-bin/checkmweb\?prepay_id=.+"),
    ],
)
def test_page_app_and_browser_orders_hand_the_wallet_what_it_pays_by(
    world: WechatWorld, kind: str, member: str, form: str
) -> None:
    extra = {"payer": {"openid": "oUpF8uMuAJO_M2pxb1Q9zNjWeS6o"}}
    scene = {"scene_info": {"payer_client_ip": "14.23.150.211", "h5_info": {"type": "Wap"}}}
    answer = world.post(f"/v3/pay/transactions/{kind}", {**world.wanted(), **extra, **scene})
    assert answer.status == 200
    assert re.fullmatch(form, str(answer.body[member]))
    world.scan_and_pay("li-wei", str(answer.body[member]))
    told = world.get(BY_NO + MINE).body
    assert (told["trade_state"], told["trade_type"]) == (
        "SUCCESS",
        {"jsapi": "JSAPI", "app": "APP", "h5": "MWEB"}[kind],
    )


def test_an_order_that_names_a_payer_of_ours_is_for_nobody_else(world: WechatWorld) -> None:
    world.sold("tea-0000")
    payer = world.get(f"/v3/pay/transactions/out-trade-no/tea-0000{MINE}").body["payer"]
    answer = world.post("/v3/pay/transactions/jsapi", {**world.wanted(), "payer": payer})
    with pytest.raises(OrderClaimed):
        world.scan("chen-jing", str(answer.body["prepay_id"]))
    world.scan_and_pay("li-wei", str(answer.body["prepay_id"]))


def test_the_same_order_again_gives_a_fresh_code_and_the_old_one_dies(world: WechatWorld) -> None:
    first = str(world.post(NATIVE, world.wanted()).body["code_url"])
    second = str(world.post(NATIVE, world.wanted()).body["code_url"])
    with pytest.raises(OrderNotFound):
        world.scan("li-wei", first)
    world.scan_and_pay("li-wei", second)
    assert world.post(NATIVE, world.wanted()).code == "ORDER_PAID"


@pytest.mark.parametrize(
    "change",
    [
        {"amount": {"total": 1296, "currency": "CNY"}},
        {"attach": "table 8"},
        {"description": "coffee"},
        {"notify_url": "http://127.0.0.1:9/other"},
        {"time_expire": "2026-11-23T20:00:00+08:00"},
    ],
)
def test_the_same_number_with_other_parameters_is_refused(
    world: WechatWorld, change: dict[str, object]
) -> None:
    world.post(NATIVE, world.wanted())
    answer = world.post(NATIVE, {**world.wanted(), **change})
    assert (answer.status, answer.code) == (400, "INVALID_REQUEST")
    assert answer.body["message"] == "请求重入时，参数与首次请求时不一致"
    assert answer.headers["Request-ID"].endswith("-268498688")
    other_kind = {**world.wanted(), "payer": {"openid": "o"}}
    assert world.post("/v3/pay/transactions/jsapi", other_kind).code == "INVALID_REQUEST"


def test_a_code_can_be_paid_for_two_hours_and_until_the_order_expires(world: WechatWorld) -> None:
    code = str(world.post(NATIVE, world.wanted()).body["code_url"])
    world.wait(2 * HOUR - 1)
    world.release(world.scan("li-wei", code).payment, "li-wei")
    world.wait(1)
    with pytest.raises(QrExpired):
        world.scan("li-wei", code)
    until = {"time_expire": times.to_text(world.now + 10 * MINUTE)}  # type: ignore[arg-type]
    code = str(world.post(NATIVE, {**world.wanted("tea-0002"), **until}).body["code_url"])
    world.wait(10 * MINUTE)
    with pytest.raises(QrExpired):
        world.scan("li-wei", code)
    assert world.get(BY_NO + MINE).body["trade_state"] == "NOTPAY"


def test_an_order_that_expires_within_a_minute_can_be_paid_for_one(world: WechatWorld) -> None:
    soon = {"time_expire": times.to_text(world.now)}
    code = str(world.post(NATIVE, {**world.wanted(), **soon}).body["code_url"])
    world.wait(MINUTE - SECOND)
    world.scan_and_pay("li-wei", code)


def test_an_unpaid_order_is_closed_and_closing_it_again_is_the_same(world: WechatWorld) -> None:
    code = str(world.post(NATIVE, world.wanted()).body["code_url"])
    for _ in range(2):
        answer = world.post(f"{BY_NO}/close", {"mchid": MCHID})
        assert (answer.status, answer.body) == (204, {})
        assert "Content-Type" not in answer.headers
    assert world.get(BY_NO + MINE).body["trade_state"] == "CLOSED"
    assert world.post(NATIVE, world.wanted()).code == "OUT_TRADE_NO_USED"
    assert world.get(BY_NO + MINE).body["trade_state_desc"] == "订单已关闭"
    with pytest.raises(OrderState):
        world.scan("li-wei", code)


def test_a_paid_order_is_not_closed(world: WechatWorld) -> None:
    world.sold()
    answer = world.post(f"{BY_NO}/close", {"mchid": MCHID})
    assert (answer.status, answer.code) == (400, "ORDER_PAID")
    assert world.get(BY_NO + MINE).body["trade_state"] == "SUCCESS"


def test_what_does_not_exist_is_told_as_the_platform_does(world: WechatWorld) -> None:
    for answer in (world.get(BY_NO + MINE), world.post(f"{BY_NO}/close", {"mchid": MCHID})):
        assert (answer.status, answer.code) == (404, "ORDER_NOT_EXIST")
        assert answer.headers["Request-ID"].endswith("-268512771")


def test_a_payer_who_says_no_closes_what_the_shop_showed(world: WechatWorld) -> None:
    code = str(world.post(NATIVE, world.wanted()).body["code_url"])
    world.decline(world.scan("li-wei", code).payment, "li-wei")
    assert world.get(BY_NO + MINE).body["trade_state"] == "CLOSED"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"appid": "wx0000000000000000"}, "APPID_MCHID_NOT_MATCH"),
        ({"mchid": "1900000021"}, "PARAM_ERROR"),
        ({"description": ""}, "PARAM_ERROR"),
        ({"description": "茶" * 128}, "PARAM_ERROR"),
        ({"out_trade_no": "tea"}, "PARAM_ERROR"),
        ({"out_trade_no": "tea 0001"}, "PARAM_ERROR"),
        ({"out_trade_no": "t" * 33}, "PARAM_ERROR"),
        ({"amount": {"total": 0}}, "PARAM_ERROR"),
        ({"amount": {"total": -1}}, "PARAM_ERROR"),
        ({"amount": {"total": 12.95}}, "PARAM_ERROR"),
        ({"amount": {"total": "1295"}}, "PARAM_ERROR"),
        ({"amount": {"total": True}}, "PARAM_ERROR"),
        ({"amount": {"total": 10**12}}, "PARAM_ERROR"),
        ({"amount": {"total": 1295, "currency": "USD"}}, "PARAM_ERROR"),
        ({"amount": {"total": 1295, "currency": "XXX"}}, "PARAM_ERROR"),
        ({"notify_url": ""}, "PARAM_ERROR"),
        ({"notify_url": f"{NOTIFY_URL}?a=1"}, "PARAM_ERROR"),
        ({"notify_url": "ftp://127.0.0.1/"}, "PARAM_ERROR"),
        ({"notify_url": "http://[/"}, "PARAM_ERROR"),
        ({"time_expire": "tomorrow"}, "PARAM_ERROR"),
        ({"surprise": 1}, "PARAM_ERROR"),
        ({"detail": {"goods_detail": [{"goods_price": 1}]}}, "PARAM_ERROR"),
    ],
)
def test_an_order_that_breaks_a_rule_is_refused_by_name_and_nothing_is_kept(
    world: WechatWorld, change: dict[str, object], code: str
) -> None:
    answer = world.post(NATIVE, {**world.wanted(), **change})
    assert (answer.status, answer.code) == (400, code)
    assert world.get(BY_NO + MINE).code == "ORDER_NOT_EXIST"


def test_a_wrong_parameter_is_named_with_its_path(world: WechatWorld) -> None:
    answer = world.post(NATIVE, {**world.wanted(), "description": 7})
    detail = answer.body["detail"]
    assert isinstance(detail, dict)
    assert (detail["field"], detail["location"], detail["value"]) == ("/description", "body", "7")
    missing = world.wanted()
    del missing["out_trade_no"]
    detail = world.post(NATIVE, missing).body["detail"]
    assert isinstance(detail, dict)
    assert detail["field"] == "/out_trade_no"
    detail = world.get(BY_NO).body["detail"]
    assert isinstance(detail, dict)
    assert (detail["field"], detail["location"]) == ("/mchid", "query")


def test_a_payment_inside_of_wechat_names_its_payer(world: WechatWorld) -> None:
    answer = world.post("/v3/pay/transactions/jsapi", world.wanted())
    assert answer.body["message"] == "JSAPI支付必须传openid"


@pytest.mark.parametrize(
    ("scene", "named"),
    [
        (None, IP),
        (
            {"payer_client_ip": "127.0.0.1", "h5_info": {"type": "Wap"}},
            "/scene_info/payer_client_ip",
        ),
        ({"payer_client_ip": "1.2.3.4"}, "/scene_info/h5_info"),
    ],
)
def test_an_order_from_a_browser_says_where_the_browser_is_and_what_kind(
    world: WechatWorld, scene: object, named: str
) -> None:
    answer = world.post("/v3/pay/transactions/h5", {**world.wanted(), "scene_info": scene})
    assert answer.code == "PARAM_ERROR"
    assert answer.body["detail"]["field"] == named  # type: ignore[index]


def test_a_merchant_may_have_the_codes_of_older_pages(world: WechatWorld) -> None:
    assert world.get(BY_NO + MINE).code == "ORDER_NOT_EXIST"
    world.register(old_codes="yes")
    answer = world.get(BY_NO + MINE)
    assert (answer.status, answer.code) == (404, "ORDERNOTEXIST")
    poor = world.by_code("chen-jing", total=8_001)
    assert world.post("/v3/pay/transactions/codepay", poor).code == "NOTENOUGH"
    assert world.get(BY_NO).code == "PARAM_ERROR"


@pytest.mark.parametrize("raw", [b"", b"[]", b"{", b'{"mchid":1,"mchid":2}', b"\xff", b"[" * 99])
def test_what_is_no_json_object_is_refused(world: WechatWorld, raw: bytes) -> None:
    answer = world.call("POST", NATIVE, raw)
    assert (answer.status, answer.code) == (400, "PARAM_ERROR")


def test_an_address_that_there_is_not_is_told_in_the_vendors_form(world: WechatWorld) -> None:
    served = wechatpay.served(world.provider)
    app = flask.Flask("ledger", static_folder=None)
    web.install(app, "ledger")
    served.install(app)
    for prefix in served.prefixes:
        web.draw_under(app, prefix, served.refuse)
    answer = app.test_client().get("/v3/pay/nothing")
    assert (answer.status_code, answer.get_json()["code"]) == (404, "RESOURCE_NOT_EXISTS")
    assert answer.headers["Wechatpay-Signature"]
    other_method = app.test_client().get("/v3/pay/transactions/native")
    assert other_method.get_json()["code"] == "PARAM_ERROR"
