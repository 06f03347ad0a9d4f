"""A service provider for its sub-merchant, a shop overseas, and failures on request."""

from __future__ import annotations

import re

import pytest

from ledger.protocol.errors.trust import SignatureInvalid
from tests.core.demo_world import SHOP
from tests.faces.wechat_merchants import APPID, EURO_MCHID, MCHID, SP_MCHID, SUB_MCHID
from tests.faces.wechatpay.shop_world import WechatWorld

PARTNER = "/v3/pay/partner/transactions"
GLOBAL = "/v3/global/transactions"
SP = {"sp_mchid": SP_MCHID, "sub_mchid": SUB_MCHID}
THEIRS = f"?sp_mchid={SP_MCHID}&sub_mchid={SUB_MCHID}"


def _of_partner(wanted: dict[str, object]) -> dict[str, object]:
    rest = {name: value for name, value in wanted.items() if name not in ("appid", "mchid")}
    return {**rest, **SP, "sp_appid": APPID}


def test_a_service_provider_sells_for_its_sub_merchant(world: WechatWorld) -> None:
    answer = world.post(f"{PARTNER}/native", _of_partner(world.wanted()), mchid=SP_MCHID)
    world.scan_and_pay("li-wei", str(answer.body["code_url"]))
    told = world.get(f"{PARTNER}/out-trade-no/tea-0001{THEIRS}", mchid=SP_MCHID).body
    assert (told["sp_mchid"], told["sub_mchid"], told["sp_appid"]) == (SP_MCHID, SUB_MCHID, APPID)
    assert "mchid" not in told
    assert set(told["payer"]) == {"sp_openid"}  # type: ignore[call-overload]
    refund = {
        "sub_mchid": SUB_MCHID,
        "out_trade_no": "tea-0001",
        "out_refund_no": "back-1",
        "amount": {"refund": 5, "total": 1295},
    }
    assert world.post("/v3/refund/domestic/refunds", refund, mchid=SP_MCHID).status == 200
    known = f"/v3/refund/domestic/refunds/back-1?sub_mchid={SUB_MCHID}"
    assert world.get(known, mchid=SP_MCHID).body["status"] == "SUCCESS"


def test_a_service_provider_closes_and_reverses(world: WechatWorld) -> None:
    world.post(f"{PARTNER}/native", _of_partner(world.wanted()), mchid=SP_MCHID)
    closed = world.post(f"{PARTNER}/out-trade-no/tea-0001/close", SP, mchid=SP_MCHID)
    assert closed.status == 204
    by_code = _of_partner(world.by_code("li-wei", "tea-0002"))
    assert world.post(f"{PARTNER}/codepay", by_code, mchid=SP_MCHID).status == 200
    undone = {**SP, "sp_appid": APPID}
    answer = world.post(f"{PARTNER}/out-trade-no/tea-0002/reverse", undone, mchid=SP_MCHID)
    assert answer.body == {**undone, "out_trade_no": "tea-0002"}
    assert world.balance("li-wei") == 500_000


@pytest.mark.parametrize(
    ("parties", "code"),
    [
        ({"sp_mchid": MCHID, "sub_mchid": SUB_MCHID}, "PARAM_ERROR"),
        ({"sp_mchid": SP_MCHID, "sub_mchid": MCHID}, "NO_AUTH"),
        ({"sp_mchid": SP_MCHID, "sub_mchid": "1"}, "NO_AUTH"),
        ({"sp_mchid": SP_MCHID, "sub_mchid": ""}, "PARAM_ERROR"),
        ({"sp_mchid": "", "sub_mchid": SUB_MCHID}, "PARAM_ERROR"),
    ],
)
def test_a_service_provider_acts_for_its_own_sub_merchants_only(
    world: WechatWorld, parties: dict[str, object], code: str
) -> None:
    wanted = {**_of_partner(world.wanted()), **parties}
    assert world.post(f"{PARTNER}/native", wanted, mchid=SP_MCHID).code == code


def test_one_merchant_sees_nothing_of_another(world: WechatWorld) -> None:
    world.sold()
    theirs = f"/v3/pay/transactions/out-trade-no/tea-0001?mchid={EURO_MCHID}"
    assert world.get(theirs, mchid=EURO_MCHID).code == "ORDER_NOT_EXIST"
    number = world.opened().order.vendor_no
    by_id = f"/v3/pay/transactions/id/{number}?mchid={EURO_MCHID}"
    assert world.get(by_id, mchid=EURO_MCHID).code == "ORDER_NOT_EXIST"
    assert world.get(theirs).code == "PARAM_ERROR"
    assert world.get("/v3/pay/transactions/out-trade-no/tea-0001").code == "PARAM_ERROR"


def in_euro(world: WechatWorld, total: int = 1750) -> dict[str, object]:
    return {
        **world.wanted(total=total),
        "mchid": EURO_MCHID,
        "amount": {"total": total, "currency": "EUR"},
        "trade_type": "NATIVE",
        "merchant_category_code": "4111",
    }


def test_a_shop_in_berlin_is_paid_in_yuan_at_a_rate_that_is_told(world: WechatWorld) -> None:
    answer = world.post(f"{GLOBAL}/native", in_euro(world), mchid=EURO_MCHID)
    world.scan_and_pay("li-wei", str(answer.body["code_url"]))
    by_no = f"{GLOBAL}/out-trade-no/tea-0001?mchid={EURO_MCHID}"
    told = world.get(by_no, mchid=EURO_MCHID).body
    assert told["amount"] == {
        "total": 1750,
        "currency": "EUR",
        "payer_total": 13_672,
        "payer_currency": "CNY",
        "exchange_rate": {"type": "SETTLEMENT_RATE", "rate": 781_250_000},
    }
    assert "transaction_id" not in told
    same = world.get(f"{GLOBAL}/id/{told['id']}?mchid={EURO_MCHID}", mchid=EURO_MCHID)
    assert same.body == told
    refund = {
        "mchid": EURO_MCHID,
        "out_trade_no": "tea-0001",
        "out_refund_no": "back-1",
        "amount": {"refund": 1750, "total": 1750, "currency": "EUR"},
    }
    given = world.post("/v3/global/refunds", refund, mchid=EURO_MCHID).body
    amount = given["amount"]
    assert isinstance(amount, dict)
    assert (amount["payer_refund"], given["status"]) == (13_672, "PROCESSING")
    for number in ("out-refund-no/back-1", f"id/{given['id']}"):
        done = world.get(f"/v3/global/refunds/{number}?mchid={EURO_MCHID}", mchid=EURO_MCHID)
        assert done.body["status"] == "SUCCESS"
    assert world.balance("li-wei") == 500_000


def test_a_merchant_at_home_sells_nothing_at_the_overseas_addresses(world: WechatWorld) -> None:
    at_home = {**in_euro(world), "mchid": MCHID, "amount": {"total": 1750, "currency": "CNY"}}
    paid = {"refund": 1, "total": 1750, "currency": "CNY"}
    back = {"out_trade_no": "tea-0001", "out_refund_no": "back-1", "amount": paid}
    for target, body in (
        (f"{GLOBAL}/native", at_home),
        ("/v3/global/micropay/transactions/pay", {**world.by_code("li-wei"), **at_home}),
        ("/v3/global/refunds", {**back, "mchid": MCHID}),
        (f"{GLOBAL}/out-trade-no/tea-0001/close", {"mchid": MCHID}),
    ):
        answer = world.post(target, body)
        assert (target, answer.status, answer.code) == (target, 403, "NO_AUTH")
    for target in (
        f"{GLOBAL}/out-trade-no/tea-0001?mchid={MCHID}",
        f"/v3/global/refunds?mchid={MCHID}&out_trade_no=tea-0001",
        f"/v3/global/statements?mchid={MCHID}&date=20261121&statement_type=ALL",
    ):
        assert (target, world.get(target).code) == (target, "NO_AUTH")


def test_a_service_provider_sells_overseas_for_no_merchant_at_home(world: WechatWorld) -> None:
    wanted = {**_of_partner(in_euro(world)), "amount": {"total": 1750, "currency": "CNY"}}
    answer = world.post(f"{GLOBAL}/native", wanted, mchid=SP_MCHID)
    assert (answer.status, answer.code) == (403, "NO_AUTH")


def test_overseas_a_code_on_a_phone_is_paid_and_undone_without_a_body(world: WechatWorld) -> None:
    wanted = {
        **in_euro(world),
        "trade_type": "MICROPAY",
        "payer": {"auth_code": world.show_code("li-wei", "wechatpay")},
    }
    paid = world.post("/v3/global/micropay/transactions/pay", wanted, mchid=EURO_MCHID)
    assert (paid.status, paid.body["trade_state"]) == (200, "SUCCESS")
    undone = "/v3/global/micropay/transactions/out-trade-no/tea-0001/reverse"
    who = {"mchid": EURO_MCHID, "appid": APPID}
    assert world.post(undone, who, mchid=EURO_MCHID).status == 204
    assert world.balance("li-wei") == 500_000
    unknown = "/v3/global/micropay/transactions/id/42/reverse"
    assert world.post(unknown, who, mchid=EURO_MCHID).code == "ORDER_NOT_EXIST"


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"trade_type": ""}, "/trade_type"),
        ({"trade_type": "JSAPI"}, "/trade_type"),
        ({"merchant_category_code": ""}, "/merchant_category_code"),
    ],
)
def test_an_order_overseas_says_its_kind_and_what_the_shop_is(
    world: WechatWorld, change: dict[str, object], named: str
) -> None:
    answer = world.post(f"{GLOBAL}/native", {**in_euro(world), **change}, mchid=EURO_MCHID)
    assert (answer.status, answer.code) == (400, "PARAM_ERROR")
    assert answer.body["detail"]["field"] == named  # type: ignore[index]


def _back(number: str, refund: int) -> dict[str, object]:
    return {
        "mchid": EURO_MCHID,
        "out_trade_no": "tea-0001",
        "out_refund_no": number,
        "amount": {"refund": refund, "total": 1750, "currency": "EUR"},
    }


def test_the_refunds_of_an_order_overseas_are_listed_page_by_page(world: WechatWorld) -> None:
    code = str(world.post(f"{GLOBAL}/native", in_euro(world), mchid=EURO_MCHID).body["code_url"])
    assert re.fullmatch("weixin://wxpay/s/[0-9A-Za-z]{9}", code)
    world.scan_and_pay("li-wei", code)
    asked = f"/v3/global/refunds?mchid={EURO_MCHID}&out_trade_no=tea-0001"
    assert world.get(asked, mchid=EURO_MCHID).body["total_count"] == 0
    for number, path in enumerate(("refunds", "refund/domestic/refunds", "refunds")):
        world.post(f"/v3/global/{path}", _back(f"back-{number}", 100), mchid=EURO_MCHID)
    page = world.get(f"{asked}&offset=1&count=1", mchid=EURO_MCHID).body
    single = f"/v3/global/refunds/out-refund-no/back-1?mchid={EURO_MCHID}"
    assert page == {
        "data": [world.get(single, mchid=EURO_MCHID).body],
        "offset": 1,
        "count": 1,
        "total_count": 3,
    }
    for wrong in ("&count=21", "&offset=-1", "&offset=x"):
        assert world.get(asked + wrong, mchid=EURO_MCHID).code == "PARAM_ERROR"
    unnamed = f"/v3/global/refunds?mchid={EURO_MCHID}"
    assert world.get(unnamed, mchid=EURO_MCHID).code == "PARAM_ERROR"
    other = world.post("/v3/global/refunds", _back("back-1", 101), mchid=EURO_MCHID)
    assert (other.status, other.code) == (403, "OUT_REFUND_NO_USED")


def test_an_order_without_currency_is_in_the_merchants_own(world: WechatWorld) -> None:
    wanted = {**world.wanted(), "mchid": EURO_MCHID, "amount": {"total": 1750}}
    world.post("/v3/pay/transactions/native", wanted, mchid=EURO_MCHID)
    assert str(world.opened(mchid=EURO_MCHID).payment.amount) == "17.50 EUR"
    assert world.opened(mchid=EURO_MCHID).payment.merchant_id == SHOP


def _failing(world: WechatWorld, word: str) -> tuple[int, object]:
    headers = {"Wechatpay-Negative-Test": word}
    answer = world.post("/v3/pay/transactions/native", world.wanted(), headers=headers)
    return answer.status, answer.code


def test_a_failure_that_is_asked_for_is_answered_and_nothing_is_done(world: WechatWorld) -> None:
    assert _failing(world, "SYSTEM_ERROR") == (500, "SYSTEM_ERROR")
    assert _failing(world, "FREQUENCY_LIMITED") == (429, "FREQUENCY_LIMITED")
    assert _failing(world, "NONSENSE") == (400, "PARAM_ERROR")
    by_no = f"/v3/pay/transactions/out-trade-no/tea-0001?mchid={MCHID}"
    assert world.get(by_no).code == "ORDER_NOT_EXIST"
    assert _failing(world, "LOST") == (500, "SYSTEM_ERROR")
    assert world.get(by_no).body["trade_state"] == "NOTPAY"


def test_a_probe_that_is_asked_for_is_signed_wrongly(world: WechatWorld) -> None:
    with pytest.raises(SignatureInvalid):
        _failing(world, "SIGNTEST")
