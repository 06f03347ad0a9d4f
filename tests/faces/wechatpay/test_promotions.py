"""Coupons and points in orders and refunds, and what only the overseas API has of refunds."""

from __future__ import annotations

import hashlib

from ledger.protocol import rsa
from ledger.protocol.instants import DAY, HOUR, Instant
from ledger.protocol.messages import FundingSource
from ledger.protocol.wechatpay_wire.signed_texts import answer_text, statement_body
from tests.faces.wechat_merchants import APPID, EURO_MCHID, MCHID, TEA_HOUSE
from tests.faces.wechatpay.shop_world import Answer, WechatWorld
from tests.protocol.wechatpay_bills.reading import table

BY_NO = f"/v3/pay/transactions/out-trade-no/tea-0001?mchid={MCHID}"
REFUNDS = "/v3/refund/domestic/refunds"
STATEMENTS = f"/v3/global/statements?mchid={EURO_MCHID}&statement_type=ALL&date="


def _refunded(world: WechatWorld, number: str, refund: int) -> dict[str, object]:
    amount = {"refund": refund, "total": 1295}
    wanted = {"out_trade_no": "tea-0001", "out_refund_no": number, "amount": amount}
    assert world.post(REFUNDS, wanted).status == 200
    return world.get(f"{REFUNDS}/{number}").body


def test_an_order_tells_whose_coupons_paid_a_part_of_it(world: WechatWorld) -> None:
    world.grant("li-wei", 95, code="CNY")
    world.grant("li-wei", 200, FundingSource.MERCHANT_COUPON, merchant_id=TEA_HOUSE, code="CNY")
    world.sold()
    told = world.get(BY_NO).body
    assert told["amount"] == {
        "total": 1295,
        "currency": "CNY",
        "payer_total": 1000,
        "payer_currency": "CNY",
    }
    items = told["promotion_detail"]
    assert isinstance(items, list)
    assert [
        (item["type"], item["amount"], item["merchant_contribute"], item["wechatpay_contribute"])
        for item in items
    ] == [("NOCASH", 200, 200, 0), ("CASH", 95, 0, 95)]
    assert {len(item["coupon_id"]) for item in items} == {10}


def test_all_parts_of_a_refund_add_up_to_what_coupons_paid(world: WechatWorld) -> None:
    world.grant("li-wei", 95, code="CNY")
    world.grant("li-wei", 200, FundingSource.MERCHANT_COUPON, merchant_id=TEA_HOUSE, code="CNY")
    world.sold()
    back = [_refunded(world, f"back-{n}", part) for n, part in enumerate((333, 500, 462))]
    sums = {"DISCOUNT": 0, "COUPON": 0}
    payer = 0
    for told, part in zip(back, (333, 500, 462), strict=True):
        items, amount = told["promotion_detail"], told["amount"]
        assert isinstance(items, list)
        assert isinstance(amount, dict)
        mine = {item["type"]: item["refund_amount"] for item in items}
        assert amount["discount_refund"] == sum(mine.values())
        assert amount["settlement_refund"] == part - mine["DISCOUNT"]
        assert amount["payer_refund"] == part - amount["discount_refund"]
        assert amount["settlement_total"] == 1095
        sums = {kind: total + mine[kind] for kind, total in sums.items()}
        payer += amount["payer_refund"]
    assert (sums, payer) == ({"DISCOUNT": 200, "COUPON": 95}, 1000)
    assert world.balance("li-wei") == 500_000


def _sell_in_euro(world: WechatWorld, number: str) -> None:
    wanted = {
        **world.wanted(number, 1750),
        "mchid": EURO_MCHID,
        "amount": {"total": 1750, "currency": "EUR"},
        "trade_type": "NATIVE",
        "merchant_category_code": "5912",
    }
    answer = world.post("/v3/global/transactions/native", wanted, mchid=EURO_MCHID)
    world.scan_and_pay("li-wei", str(answer.body["code_url"]))


def _give_back(world: WechatWorld, source: str = "") -> Answer:
    body = {
        "mchid": EURO_MCHID,
        "appid": APPID,
        "out_trade_no": "euro-0001",
        "out_refund_no": "back-1",
        "source": source,
        "amount": {"refund": 1750, "total": 1750, "currency": "EUR"},
    }
    return world.post("/v3/global/refunds", body, mchid=EURO_MCHID)


def test_overseas_yesterdays_sale_is_given_back_from_what_comes_in_today(
    world: WechatWorld,
) -> None:
    _sell_in_euro(world, "euro-0001")
    world.now = Instant(world.now + DAY)
    answer = _give_back(world)
    assert (answer.status, answer.code) == (403, "NOT_ENOUGH")
    _sell_in_euro(world, "euro-0002")
    assert _give_back(world).status == 200
    again = _give_back(world)
    assert (again.status, again.body["status"]) == (200, "PROCESSING")
    assert world.balance("li-wei") == 500_000 - 13_672


def test_overseas_a_refund_may_be_paid_from_what_was_paid_in(world: WechatWorld) -> None:
    _sell_in_euro(world, "euro-0001")
    world.now = Instant(world.now + DAY)
    assert _give_back(world, "REFUND_SOURCE_RECHARGE_FUNDS").status == 200


def test_a_statement_comes_in_one_call_and_is_signed_by_its_hash(world: WechatWorld) -> None:
    _sell_in_euro(world, "euro-0001")
    world.now = Instant(world.now + 12 * HOUR)
    headers = {"Accept": "*/*", "User-Agent": "test"}
    for date, packing in (("20261122", ""), ("2026-11-22", "")):
        target = f"{STATEMENTS}{date}{packing}"
        signed = {"Authorization": world.authorize("GET", target, b"", mchid=EURO_MCHID)}
        response = world.http.get(target, headers={**headers, **signed})
        raw, told = response.get_data(), response.headers
        assert response.status_code == 200
        assert told["Wechatpay-Statement-Sha1"] == hashlib.sha1(raw).hexdigest()  # noqa: S324
        text = answer_text(
            told["Wechatpay-Timestamp"],
            told["Wechatpay-Nonce"],
            statement_body(told["Wechatpay-Statement-Sha1"]),
        )
        key = world.platform.named(told["Wechatpay-Serial"])
        assert key is not None
        rsa.verify(key.private_key.public_key(), text, told["Wechatpay-Signature"])
        [row], _sums = table(raw)
        assert (row["商户订单号"], row["货币种类"]) == ("euro-0001", "EUR")
        assert row["订单金额"] == "17.50"


def test_a_statement_that_is_not_there_is_told_like_a_bill(world: WechatWorld) -> None:
    for date, code in (
        ("20261122", "STATEMENT_CREATING"),
        ("20261101", "NO_STATEMENT_EXIST"),
        ("20261301", "PARAM_ERROR"),
    ):
        assert world.get(f"{STATEMENTS}{date}", mchid=EURO_MCHID).code == code
