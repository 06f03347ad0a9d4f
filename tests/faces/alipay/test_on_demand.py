"""A sandbox asks for a code: the face refuses by it, in the form of its version, and does nothing.

What asks is the fault ``call.refused`` (tests/sandbox); here it stands in the request already.
"""

from __future__ import annotations

import json

import pytest

from ledger.faces.alipay.calls.refusals import ACQ
from ledger.faces.alipay.deposits.refused import FUND
from ledger.faces.alipay.methods import METHODS
from ledger.faces.alipay.methods.bills import BILL
from ledger.protocol.alipay_wire.codes import BY_METHOD, GATEWAY_CLASSES, codes_of
from tests.faces.alipay.shop import AlipayShop
from tests.faces.alipay.test_rest import call
from tests.faces.on_demand import Asking

UNKNOWN = ("ACQ.SYSTEM_ERROR", "SYSTEM_ERROR")
LISTED = [(method, code) for method in BY_METHOD for code in sorted(codes_of(method))]


@pytest.fixture
def asking(shop: AlipayShop) -> Asking:
    return Asking(shop.app)


def test_every_code_of_the_reference_is_given_on_demand(shop: AlipayShop, asking: Asking) -> None:
    code = shop.precreate()
    given = set()
    for method, asking.code in LISTED:
        if METHODS[method].is_page or asking.code in given:
            continue
        given.add(asking.code)
        node = shop.call(method, out_trade_no="A1")
        kind = "20000" if asking.code in UNKNOWN else "40004"
        assert node.said == (GATEWAY_CLASSES.get(asking.code, kind), asking.code)
        assert node["msg"]
        assert node["sub_msg"]
    assert given == {code for _, code in LISTED}
    asking.code = ""
    assert shop.query().said == ("40004", "ACQ.TRADE_NOT_EXIST")
    shop.scan_and_pay("anna", code)


def test_what_has_a_cause_here_is_in_the_reference_too() -> None:
    listed = frozenset().union(*BY_METHOD.values())
    assert {f"ACQ.{name}" for name in ACQ} | set(FUND) | set(BILL) <= listed


def test_a_method_never_gives_what_its_reference_does_not_list(
    shop: AlipayShop, asking: Asking
) -> None:
    asking.code = "ACQ.PAYMENT_FAIL"
    assert shop.query().said == ("40004", "ACQ.TRADE_NOT_EXIST")
    refused = shop.pay("280000000000000000")
    assert (refused["sub_code"], refused["receipt_amount"]) == ("ACQ.PAYMENT_FAIL", "0.00")


def test_a_browser_is_shown_the_refusal(shop: AlipayShop, asking: Asking) -> None:
    asking.code = "ACQ.SELLER_BEEN_BLOCKED"
    content = {"out_trade_no": "A1", "total_amount": "1.00", "subject": "Tea"}
    sent = shop.public("alipay.trade.page.pay", biz_content=json.dumps(content))
    assert "ACQ.SELLER_BEEN_BLOCKED" in shop.post(shop.signed(sent)).body.decode()


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("ACQ.PAYMENT_FAIL", (400, "ACQ.PAYMENT_FAIL")),
        ("isv.insufficient-isv-permissions", (400, "insufficient-isv-permissions")),
        ("aop.invalid-auth-token", (401, "invalid-auth-token")),
        ("isp.unknow-error", (500, "unknow-error")),
    ],
)
def test_rest_refuses_by_a_status_of_its_own(
    shop: AlipayShop, asking: Asking, code: str, said: tuple[int, str]
) -> None:
    asking.code = code
    assert call(shop, "pay", {"out_trade_no": "A1"}).said == said
