"""What a shop's page or app has signed is believed once all of it fits; each mistake is named."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from ledger.faces.wechatpay.calls.call import Face
from ledger.faces.wechatpay.handlers import page_orders
from ledger.protocol import rsa
from ledger.protocol.instants import HOUR, MINUTE, later, to_seconds
from ledger.protocol.wechatpay_v2_wire import signatures
from ledger.protocol.wechatpay_v2_wire.signatures import SignType
from ledger.protocol.wechatpay_wire.page_orders import app_text, page_text
from tests.faces.vendor_world import WorldClock
from tests.faces.wechat_merchants import APPID, MCHID, NOTIFY_URL, SP_MCHID, SUB_MCHID
from tests.faces.wechatpay.shop_world import WechatWorld
from tests.faces.wechatpay_v2.xml_shop import KEY, TEA, XmlShop
from tests.protocol.wechatpay.vectors import MERCHANT_KEY

NONCE = "5K8264ILTKCH16CQ2502SI8ZNMTM67VS"
Form = dict[str, str]


def prepay_id(world: WechatWorld, kind: str = "jsapi") -> str:
    wanted = {**world.wanted(), "payer": {"openid": "oAnybody"}}
    return str(world.post(f"/v3/pay/transactions/{kind}", wanted).body["prepay_id"])


def signed(world: WechatWorld, prepaid: str, **changed: str) -> Form:
    """What a page hands over; what is ``changed`` was so when it was signed."""
    given = {
        "appId": APPID,
        "timeStamp": str(to_seconds(world.now)),
        "nonceStr": NONCE,
        "package": f"prepay_id={prepaid}",
        "signType": "RSA",
        **changed,
    }
    number = given["package"].removeprefix("prepay_id=")
    text = page_text(given["appId"], given["timeStamp"], given["nonceStr"], number)
    return {**given, "paySign": rsa.sign(MERCHANT_KEY, text)}


def look(world: WechatWorld | XmlShop, form: Form) -> tuple[int, str]:
    """Have it looked at: the status, and the prepay id or the broken rule."""
    answer = world.http.post(page_orders.PATH, data=form)
    said = answer.get_json()
    return answer.status_code, said.get("prepay_id") or said["code"]


def test_what_a_page_has_signed_is_paid_once(world: WechatWorld) -> None:
    prepaid = prepay_id(world)
    assert look(world, signed(world, prepaid)) == (200, prepaid)
    world.scan_and_pay("li-wei", prepaid)
    told = world.get(f"/v3/pay/transactions/out-trade-no/tea-0001?mchid={MCHID}")
    assert (told.body["trade_state"], told.body["trade_type"]) == ("SUCCESS", "JSAPI")


def test_a_mini_program_signs_its_app_id_without_giving_it(world: WechatWorld) -> None:
    prepaid = prepay_id(world)
    form = signed(world, prepaid)
    del form["appId"]
    assert look(world, form) == (200, prepaid)


def test_the_js_sdk_spells_the_time_in_small_letters(world: WechatWorld) -> None:
    prepaid = prepay_id(world)
    form = signed(world, prepaid)
    form["timestamp"] = form.pop("timeStamp")
    assert look(world, form) == (200, prepaid)


def test_what_an_app_has_signed_is_believed(world: WechatWorld) -> None:
    prepaid = prepay_id(world, "app")
    form = {
        "appid": APPID,
        "partnerid": MCHID,
        "prepayid": prepaid,
        "package": "Sign=WXPay",
        "noncestr": NONCE,
        "timestamp": str(to_seconds(world.now)),
    }
    for spell, expected in ((app_text, (200, prepaid)), (page_text, (401, "SIGNATURE_INVALID"))):
        text = spell(APPID, form["timestamp"], NONCE, prepaid)
        assert look(world, {**form, "sign": rsa.sign(MERCHANT_KEY, text)}) == expected


def test_a_service_provider_signs_for_its_sub_merchant(world: WechatWorld) -> None:
    wanted = world.wanted()
    del wanted["appid"], wanted["mchid"]
    wanted |= {"sp_appid": APPID, "sp_mchid": SP_MCHID, "sub_mchid": SUB_MCHID}
    wanted["payer"] = {"sp_openid": "oAnybody"}
    answer = world.post("/v3/pay/partner/transactions/jsapi", wanted, mchid=SP_MCHID)
    prepaid = str(answer.body["prepay_id"])
    assert look(world, signed(world, prepaid)) == (200, prepaid)


def test_each_mistake_in_signing_is_named(world: WechatWorld) -> None:
    form = signed(world, prepay_id(world))
    right = page_text(APPID, form["timeStamp"], NONCE, form["package"].removeprefix("prepay_id="))
    bare = right.replace(b"prepay_id=", b"")
    for text, told in (
        (right[:-1], "the last line feed is missing"),
        (bare, "signed without its name, as apps do"),
        (right.replace(b"\n", b"\r\n"), "lines end with a line feed alone"),
        (right.replace(APPID.encode(), b""), "the app id is missing"),
        (b"something else", "not by this merchant's key over"),
    ):
        wrong = {**form, "paySign": rsa.sign(MERCHANT_KEY, text)}
        answer = world.http.post(page_orders.PATH, data=wrong)
        assert answer.status_code == 401
        assert told in answer.get_json()["detail"]


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"appId": "wx0000000000000001"}, (400, "APPID_NOT_BOUND")),
        ({"package": "prepay_id=wx404"}, (404, "ORDER_NOT_FOUND")),
        ({"package": "wx404"}, (400, "FIELD_FORMAT")),
        ({"signType": "MD5"}, (400, "FIELD_FORMAT")),
        ({"timeStamp": "1414561699000"}, (400, "FIELD_FORMAT")),
        ({"timeStamp": "1414561699"}, (401, "TIMESTAMP_SKEW")),
        ({"nonceStr": ""}, (400, "FIELD_MISSING")),
    ],
)
def test_what_does_not_fit_is_refused(
    world: WechatWorld, changed: Form, expected: tuple[int, str]
) -> None:
    assert look(world, signed(world, prepay_id(world), **changed)) == expected


def test_parameters_hold_for_two_hours_and_from_five_minutes_ahead(world: WechatWorld) -> None:
    prepaid = prepay_id(world)
    for moment, expected in (
        (later(world.now, 5 * MINUTE), 200),
        (later(world.now, 6 * MINUTE), 401),
        (later(world.now, MINUTE - 2 * HOUR), 200),
        (later(world.now, -2 * HOUR), 401),
    ):
        form = signed(world, prepaid, timeStamp=str(to_seconds(moment)))
        assert look(world, form)[0] == expected


def test_parameters_hold_by_the_clock_of_the_shops_program_too(world: WechatWorld) -> None:
    prepaid, clock = prepay_id(world), world.provider.clock
    assert isinstance(clock, WorldClock)
    clock.ahead_ms = 26 * HOUR
    for moment, expected in (
        (clock.outside(), 200),
        (later(clock.outside(), MINUTE - 2 * HOUR), 200),
        (later(clock.outside(), -2 * HOUR), 401),
        (later(clock.outside(), 6 * MINUTE), 401),
        (world.now, 200),
    ):
        form = signed(world, prepaid, timeStamp=str(to_seconds(moment)))
        assert look(world, form)[0] == expected


def test_a_later_prepay_id_takes_the_place_of_the_one_before(world: WechatWorld) -> None:
    before, after = prepay_id(world), prepay_id(world)
    assert look(world, signed(world, before)) == (404, "ORDER_NOT_FOUND")
    assert look(world, signed(world, after)) == (200, after)


# API v2


@pytest.fixture
def shop() -> Iterator[XmlShop]:
    made = XmlShop()
    face = Face(made.provider, lambda: pytest.fail("nothing here is signed by the platform"))
    rule = made.http.application.add_url_rule
    rule(page_orders.PATH, "page order", page_orders.look(face), methods=["POST"])
    yield made
    made.close()


@pytest.mark.parametrize("by", SignType)
def test_an_order_of_api_v2_is_signed_as_it_was_opened(shop: XmlShop, by: SignType) -> None:
    wanted = {**TEA, "notify_url": NOTIFY_URL, "trade_type": "JSAPI", "openid": "oAnybody"}
    prepaid = shop.call("/pay/unifiedorder", KEY, by, out_trade_no="A1", **wanted)["prepay_id"]
    given = {
        "appId": APPID,
        "timeStamp": str(to_seconds(shop.now)),
        "nonceStr": NONCE,
        "package": f"prepay_id={prepaid}",
        "signType": by.value,
    }
    sign = signatures.sign(given, KEY, by)
    assert look(shop, {**given, "paySign": sign}) == (200, prepaid)
    assert look(shop, {**given, "paySign": sign.lower()}) == (401, "SIGNATURE_INVALID")
    (other,) = set(SignType) - {by}
    changed = {**given, "signType": other.value}
    sign = signatures.sign(changed, KEY, other)
    assert look(shop, {**changed, "paySign": sign}) == (400, "FIELD_FORMAT")


def test_an_app_signs_an_order_of_api_v2_by_its_six_fields(shop: XmlShop) -> None:
    wanted = {**TEA, "notify_url": NOTIFY_URL, "trade_type": "APP"}
    prepaid = shop.call("/pay/unifiedorder", out_trade_no="A1", **wanted)["prepay_id"]
    given = {
        "appid": APPID,
        "partnerid": MCHID,
        "prepayid": prepaid,
        "package": "Sign=WXPay",
        "noncestr": NONCE,
        "timestamp": str(to_seconds(shop.now)),
    }
    sign = signatures.sign(given, KEY, SignType.HMAC_SHA256)
    assert look(shop, {**given, "sign": sign}) == (200, prepaid)
    assert look(shop, {**given, "sign": sign[::-1]}) == (401, "SIGNATURE_INVALID")
