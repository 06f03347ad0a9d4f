"""A sandbox asks for a code: API v2 answers by it, in the form of its kind, and does nothing."""

from __future__ import annotations

from ledger.faces.wechatpay_v2.calls.negative import BY_CODE
from ledger.faces.wechatpay_v2.routes import ROUTES
from ledger.protocol.wechatpay_wire.codes.v2 import BY_CALL, codes_of
from tests.faces.on_demand import Asking
from tests.faces.wechatpay_v2.xml_shop import XmlShop


def test_every_code_of_the_pages_is_given_on_demand(shop: XmlShop) -> None:
    asking = Asking(shop.http.application)
    given: set[str] = set()
    for path, codes in BY_CALL.items():
        for asking.code in sorted(codes - given):
            answer = shop.call(path, out_trade_no="tea-0001")
            unheard = BY_CODE[asking.code].is_communication
            assert answer.get("err_code", answer.get("error_code")) == asking.code
            assert answer["return_code"] == ("FAIL" if unheard else "SUCCESS")
            given.add(asking.code)
    asking.code = ""
    assert shop.query()["err_code"] == "ORDERNOTEXIST"
    assert shop.micropay("li-wei")["result_code"] == "SUCCESS"


def test_each_call_has_codes_that_the_face_can_spell() -> None:
    assert [route.path for route in ROUTES] == list(BY_CALL)
    assert set(BY_CODE) == frozenset().union(*(codes_of(f"POST {path}") for path in BY_CALL))
