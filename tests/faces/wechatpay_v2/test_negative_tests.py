"""What a program asks to go wrong goes wrong, and the books stay true (API v2)."""

from __future__ import annotations

import pytest

from ledger.core.vendors.wechatpay.registration import sandbox_key
from tests.faces.wechatpay_v2.test_orders import told
from tests.faces.wechatpay_v2.xml_shop import KEY, TEA, XmlShop

BEFORE = 500_000


def _collect(shop: XmlShop, word: str) -> dict[str, str]:
    shop.wished = word
    return shop.micropay("li-wei")


def test_the_vendors_sandbox_knows_the_cases_by_these_names(shop: XmlShop) -> None:
    shop.wished = "MICROPAY_USERPAYING"
    fields = {**TEA, "out_trade_no": "tea-0001", "auth_code": shop.show_code("li-wei", "wechatpay")}
    answer = shop.call("/xdc/apiv2sandbox/pay/micropay", sandbox_key(KEY), **fields)
    assert told(answer) == ("USERPAYING", "需要用户输入支付密码")
    assert shop.query()["trade_state"] == "USERPAYING"
    shop.authorise(shop.opened().payment, "li-wei")
    assert shop.query()["trade_state"] == "SUCCESS"


def test_a_payer_who_fails_at_the_password_is_seen_by_the_query(shop: XmlShop) -> None:
    assert told(_collect(shop, "MICROPAY_PAYERROR"))[0] == "USERPAYING"
    assert shop.query()["trade_state"] == "PAYERROR"
    assert shop.balance("li-wei") == BEFORE


@pytest.mark.parametrize(
    ("word", "late"),
    [("MICROPAY_TIMEOUT", [10]), ("MICROPAY_PAY_QUERY_TIMEOUT", [10, 10]), ("SLOW-60", [60, 60])],
)
def test_an_answer_comes_late_after_the_payment_was_made(
    shop: XmlShop, word: str, late: list[float]
) -> None:
    assert _collect(shop, word)["result_code"] == "SUCCESS"
    assert shop.query()["trade_state"] == "SUCCESS"
    assert shop.paused == late
    assert shop.balance("li-wei") == BEFORE - 1295


def test_an_answer_gets_lost_after_the_payment_was_made(shop: XmlShop) -> None:
    assert told(_collect(shop, "LOST")) == ("SYSTEMERROR", "系统错误")
    shop.wished = ""
    assert shop.query()["trade_state"] == "SUCCESS"


@pytest.mark.parametrize("code", ["SYSTEMERROR", "NOTENOUGH", "FREQUENCY_LIMITED", "ORDERPAID"])
def test_any_code_of_the_vendors_is_the_answer_and_nothing_is_done(
    shop: XmlShop, code: str
) -> None:
    assert told(_collect(shop, code))[0] == code
    shop.wished = ""
    assert told(shop.query())[0] == "ORDERNOTEXIST"


@pytest.mark.parametrize("word", ["SIGNTEST", "SLOW-0", "nonsense"])
def test_an_unknown_word_is_refused_and_nothing_is_done(shop: XmlShop, word: str) -> None:
    assert told(_collect(shop, word))[0] == "PARAM_ERROR"
    assert shop.balance("li-wei") == BEFORE
