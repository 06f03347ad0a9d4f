"""A sandbox asks for a result code: the face answers by it, signed, and does nothing."""

from __future__ import annotations

from ledger.faces.antom.results import ANY_CALL, CANCEL, PAY, REFUND
from ledger.faces.antom.routes import CALLS
from ledger.protocol.antom_wire.codes import BY_CALL, UNKNOWN, codes_of
from tests.faces.antom.antom_shop import AntomShop
from tests.faces.on_demand import Asking


def test_every_code_of_the_reference_is_given_on_demand(shop: AntomShop) -> None:
    asking = Asking(shop.client.application)
    given: set[str] = set()
    for call in BY_CALL:
        for asking.code in codes_of(call) - given:
            told = shop.call(call, {"paymentRequestId": "P1"})["result"]
            assert told["resultCode"] == asking.code
            assert told["resultStatus"] == ("U" if asking.code in UNKNOWN else "F")
            given.add(asking.code)
    asking.code = ""
    asked = shop.call("inquiryPayment", {"paymentRequestId": "P1"})["result"]
    assert asked["resultCode"] == "ORDER_NOT_EXIST"


def test_what_has_a_cause_here_is_in_the_reference_too() -> None:
    assert set(BY_CALL) == set(CALLS)
    every_call = set(ANY_CALL.values()) - {"CURRENCY_NOT_SUPPORT"}
    assert set(PAY.values()) <= codes_of("pay")
    assert set(CANCEL.values()) <= codes_of("cancel")
    assert set(REFUND.values()) <= codes_of("refund")
    listed = frozenset().union(*BY_CALL.values())
    assert every_call <= listed
