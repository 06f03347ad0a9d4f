"""Payment by the code on the payer's phone: at once, with the payer asked, undone, refused."""

from __future__ import annotations

import pytest

from ledger.core.parties import register
from ledger.core.records.parties import PartyStatus
from ledger.protocol.instants import DAY, later
from tests.faces.wechatpay_v2.test_orders import told
from tests.faces.wechatpay_v2.xml_shop import ABOVE, XmlShop


def reverse(shop: XmlShop, out_trade_no: str = "tea-0001", /, **more: str) -> dict[str, str]:
    return shop.call("/secapi/pay/reverse", **{"out_trade_no": out_trade_no, **more})


def test_a_small_amount_is_paid_at_once(shop: XmlShop) -> None:
    answer = shop.micropay("li-wei")
    assert (answer["result_code"], answer["trade_type"]) == ("SUCCESS", "MICROPAY")
    queried = shop.query()
    same = {"openid", "total_fee", "cash_fee", "transaction_id", "time_end", "attach"}
    assert {name: answer[name] for name in same} == {name: queried[name] for name in same}
    assert shop.balance("li-wei") == 500_000 - 1295


def test_above_the_limit_the_payer_is_asked_and_the_shop_queries(shop: XmlShop) -> None:
    assert told(shop.micropay("li-wei", total_fee=ABOVE)) == ("USERPAYING", "需要用户输入支付密码")
    assert shop.query()["trade_state"] == "USERPAYING"
    shop.authorise(shop.opened().payment, "li-wei")
    assert shop.query()["trade_state"] == "SUCCESS"


def test_ten_payments_a_day_go_without_the_password(shop: XmlShop) -> None:
    answers = [shop.micropay("li-wei", f"tea-{n:04}", total_fee="1") for n in range(11)]
    assert [answer["result_code"] for answer in answers] == ["SUCCESS"] * 10 + ["FAIL"]
    assert told(answers[-1]) == ("USERPAYING", "需要用户输入支付密码")


def test_a_code_tells_whose_it_is_and_can_still_pay(shop: XmlShop) -> None:
    code = shop.show_code("li-wei", "wechatpay")
    told_by_code = shop.call("/tools/authcodetoopenid", auth_code=code)
    assert told_by_code["result_code"] == "SUCCESS"
    paid = shop.micropay("li-wei", auth_code=code)
    assert (paid["result_code"], paid["openid"]) == ("SUCCESS", told_by_code["openid"])
    used = shop.call("/tools/authcodetoopenid", auth_code=code)
    assert told(used)[0] == "AUTH_CODE_INVALID"


def test_asking_whose_code_it_is_is_no_way_to_guess_codes(shop: XmlShop) -> None:
    wrong = {"auth_code": "130000000000000000"}
    answers = [told(shop.call("/tools/authcodetoopenid", **wrong))[0] for _ in range(21)]
    assert answers == ["AUTH_CODE_INVALID"] * 20 + ["FREQUENCY_LIMITED"]
    assert told(shop.call("/tools/authcodetoopenid", auth_code="28"))[0] == "AUTH_CODE_INVALID"


def test_asking_again_while_the_payer_is_asked_is_the_same_answer(shop: XmlShop) -> None:
    for _ in range(2):
        assert told(shop.micropay("li-wei", total_fee=ABOVE))[0] == "USERPAYING"
    assert told(shop.micropay("li-wei", total_fee="100002"))[0] == "INVALID_REQUEST"


def test_a_number_of_an_order_by_code_is_none_for_a_payment_code(shop: XmlShop) -> None:
    shop.order("tea-0001")
    taken = ("OUT_TRADE_NO_USED", "商户订单号重复")
    assert told(shop.micropay("li-wei")) == taken
    shop.micropay("li-wei", "tea-0002", total_fee=ABOVE)
    assert told(shop.order("tea-0002", total_fee=ABOVE)) == taken
    assert shop.balance("li-wei") == 500_000


def test_a_payer_who_says_no_is_told_as_an_error_of_the_payment(shop: XmlShop) -> None:
    shop.micropay("li-wei", total_fee=ABOVE)
    shop.decline(shop.opened().payment, "li-wei")
    answer = shop.query()
    assert (answer["trade_state"], answer["trade_state_desc"]) == (
        "PAYERROR",
        "支付失败，请撤销订单",
    )
    assert told(shop.micropay("li-wei", total_fee=ABOVE))[0] == "ORDERCLOSED"


@pytest.mark.parametrize("total", ["1295", ABOVE])
def test_a_reversal_ends_what_is_paid_and_what_waits(shop: XmlShop, total: str) -> None:
    shop.micropay("li-wei", total_fee=total)
    for _ in range(2):
        assert reverse(shop)["recall"] == "N"
    assert shop.query()["trade_state"] == "REVOKED"
    assert shop.balance("li-wei") == 500_000
    assert told(shop.micropay("li-wei", total_fee=total)) == ("ORDERREVERSED", "订单已撤销")


def test_what_was_reversed_before_it_arrived_can_never_be_paid(shop: XmlShop) -> None:
    assert reverse(shop)["recall"] == "N"
    assert told(shop.micropay("li-wei"))[0] == "ORDERREVERSED"
    assert shop.balance("li-wei") == 500_000


def test_only_payments_by_code_are_reversed_and_only_for_seven_days(shop: XmlShop) -> None:
    shop.order("tea-0002")
    assert told(reverse(shop, "tea-0002"))[0] == "INVALID_REQUEST"
    shop.micropay("li-wei")
    number = shop.query()["transaction_id"]
    shop.now = later(shop.now, 7 * DAY)
    late = reverse(shop, "", transaction_id=number)
    assert told(late)[0] == "REVERSE_EXPIRE"
    assert told(reverse(shop, "", transaction_id="42"))[0] == "ORDERNOTEXIST"


def test_the_platforms_number_wins_and_an_unknown_one_undoes_nothing(shop: XmlShop) -> None:
    shop.micropay("li-wei")
    for number in ("tea-0001", "tea-0002"):
        assert told(reverse(shop, number, transaction_id="42"))[0] == "ORDERNOTEXIST"
    assert shop.query()["trade_state"] == "SUCCESS"
    assert shop.micropay("li-wei", "tea-0002")["result_code"] == "SUCCESS"


def test_an_order_by_code_is_not_closed(shop: XmlShop) -> None:
    shop.micropay("li-wei", total_fee=ABOVE)
    answer = shop.call("/pay/closeorder", out_trade_no="tea-0001")
    assert told(answer) == ("INVALID_REQUEST", "当前交易不允许进行普通关单")


def test_a_code_pays_one_order_and_a_refused_one_leaves_no_order(shop: XmlShop) -> None:
    code = shop.show_code("li-wei", "wechatpay")
    shop.micropay("li-wei", auth_code=code)
    assert told(shop.micropay("li-wei", auth_code=code))[0] == "ORDERPAID"
    assert told(shop.micropay("li-wei", "tea-0002", auth_code=code))[0] == "AUTH_CODE_INVALID"
    assert told(shop.query("tea-0002"))[0] == "ORDERNOTEXIST"
    assert shop.balance("li-wei") == 500_000 - 1295


@pytest.mark.parametrize("code", ["28123456789012345", "281234567890123456", "13" + "x" * 16])
def test_a_code_of_another_form_is_refused(shop: XmlShop, code: str) -> None:
    assert told(shop.micropay("li-wei", auth_code=code)) == (
        "AUTH_CODE_INVALID",
        "请扫描微信支付授权码(以10/11/12/13/14/15为前缀的18位数字)",
    )


def test_a_payer_without_enough_money_is_told_so(shop: XmlShop) -> None:
    assert told(shop.micropay("chen-jing", total_fee="8001")) == ("NOTENOUGH", "余额不足")


def test_who_guesses_codes_has_to_wait(shop: XmlShop) -> None:
    answers = [told(shop.micropay("li-wei", auth_code="13" + "0" * 16))[0] for _ in range(21)]
    assert answers == ["AUTH_CODE_INVALID"] * 20 + ["FREQUENCY_LIMITED"]


def test_payers_who_may_not_pay_are_told_as_such(shop: XmlShop) -> None:
    assert told(shop.micropay("li-wei", total_fee="500001"))[0] == "RULELIMIT"
    payer_id = shop.payer_id("li-wei")
    with shop.store.transaction() as books:
        register.set_payer_status(books, payer_id=payer_id, status=PartyStatus.BLOCKED)
    assert told(shop.micropay("li-wei"))[0] == "USER_ACCOUNT_ABNORMAL"
