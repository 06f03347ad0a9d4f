"""A sandbox asks for a code: API v3 answers by it, with its status, signed, and does nothing."""

from __future__ import annotations

from ledger.faces.wechatpay.calls.negative import BY_CODE
from ledger.faces.wechatpay.routes import ROUTES
from ledger.protocol.wechatpay_wire.codes.v3 import BY_KIND, STATUSES, codes_of
from tests.faces.on_demand import Asking
from tests.faces.wechat_merchants import MCHID
from tests.faces.wechatpay.shop_world import WechatWorld

CODEPAY = "/v3/pay/transactions/codepay"
BY_NO = f"/v3/pay/transactions/out-trade-no/tea-0001?mchid={MCHID}"


def test_every_code_of_the_pages_is_given_on_demand(world: WechatWorld) -> None:
    asking = Asking(world.http.application)
    for asking.code, status in STATUSES.items():  # whichever call is asked, the face does not mind
        answer = world.post(CODEPAY, world.by_code("li-wei"))
        assert (answer.status, answer.code) == (status, asking.code)
        assert answer.body["message"]
    asking.code = ""
    assert world.call("GET", BY_NO, b"").code == "ORDER_NOT_EXIST"
    assert world.post(CODEPAY, world.by_code("li-wei")).status == 200


def test_every_call_has_codes_that_the_face_can_spell() -> None:
    assert set(STATUSES) == frozenset().union(*(codes for _, codes in BY_KIND))
    assert {code: BY_CODE[code].status for code in STATUSES} == STATUSES
    assert all(codes_of(f"{route.method} {route.path}") for route in ROUTES)


def test_what_has_a_cause_here_is_on_the_pages_too() -> None:
    assert set(BY_CODE) == set(STATUSES)
