"""Shares of trades by npm's ``alipay-sdk``, unmodified."""

from __future__ import annotations

from ledger.faces.alipay import numbers
from ledger.ops import seed
from tests.conformance.alipay.stage import Stage
from tests.conformance.alipay.test_node import run, terms
from tests.kit.answered import Json


def test_a_receiver_is_bound_and_gets_shares_by_both_versions(alipay_stage: Stage) -> None:
    stage, kiosk = alipay_stage, numbers.seller_id(seed.KIOSK.merchant_id)
    code = {"authCode": stage.digits("anna")}
    (paid,) = run(
        stage.said | {"calls": [("alipay.trade.pay", terms(stage.new_no()) | code)]},
    )
    number = paid["tradeNo"]
    receivers = {"outRequestNo": "B1", "receiverList": [{"type": "userId", "account": kiosk}]}
    share = {"royaltyType": "transfer", "transIn": kiosk, "amount": "1.00"}

    def shared(request_no: str, amount: str) -> Json:
        part = {"trans_in": kiosk, "amount": amount}
        said = {"out_request_no": request_no, "trade_no": number, "royalty_parameters": [part]}
        return {"body": said}

    v3 = "/v3/alipay/trade"
    told = {
        "calls": [
            ("alipay.trade.royalty.relation.bind", receivers),
            (
                "alipay.trade.order.settle",
                {"outRequestNo": "S1", "tradeNo": number, "royaltyParameters": [share]},
            ),
        ],
        "rest": [
            ("POST", f"{v3}/royalty/relation/batchquery", {"body": {"out_request_no": "Q1"}}),
            ("POST", f"{v3}/order/settle", shared("S1", "1.00")),
            ("POST", f"{v3}/order/settle", shared("S2", "0.50")),
            ("POST", f"{v3}/order/settle", shared("S3", "99.00")),
            (
                "GET",
                f"{v3}/query",
                {"query": {"trade_no": number, "query_options": "trade_settle_info"}},
            ),
        ],
    }
    bound, made, listed, again, second, exceeds, stands = run(stage.said | told)
    assert (bound["code"], bound["resultCode"]) == ("10000", "SUCCESS")
    assert [each["account"] for each in listed["data"]["receiver_list"]] == [kiosk]
    assert again["data"]["settle_no"] == made["settleNo"] != second["data"]["settle_no"]
    assert exceeds["code"] == "ACQ.ALLOC_AMOUNT_VALIDATE_ERROR"
    rows = stands["data"]["trade_settle_info"]["trade_settle_detail_list"]
    assert [row["amount"] for row in rows] == ["1.00", "0.50"]
    calls = [
        ("alipay.trade.royalty.relation.unbind", receivers),
        ("alipay.trade.royalty.relation.batchquery", {"outRequestNo": "Q2"}),
    ]
    unbound, empty = run(stage.said | {"calls": calls})
    assert (unbound["resultCode"], empty["receiverList"]) == ("SUCCESS", [])


def test_what_became_of_a_share_is_told_by_both_versions(alipay_stage: Stage) -> None:
    stage, kiosk = alipay_stage, numbers.seller_id(seed.KIOSK.merchant_id)
    receivers = {"outRequestNo": "B1", "receiverList": [{"type": "userId", "account": kiosk}]}
    pay = terms(stage.new_no()) | {"authCode": stage.digits("anna")}
    bind = "alipay.trade.royalty.relation.bind"
    paid, _ = run(stage.said | {"calls": [("alipay.trade.pay", pay), (bind, receivers)]})
    number, part = paid["tradeNo"], {"transIn": kiosk, "amount": "1.00"}
    share = {"outRequestNo": "S1", "tradeNo": number, "royaltyParameters": [part]}
    (made,) = run(stage.said | {"calls": [("alipay.trade.order.settle", share)]})
    v3 = "/v3/alipay/trade"
    told = {
        "calls": [
            ("alipay.trade.order.settle.query", {"settleNo": made["settleNo"]}),
            ("alipay.trade.order.onsettle.query", {"tradeNo": number}),
            ("alipay.trade.royalty.rate.query", {"outRequestNo": "Q1"}),
        ],
        "rest": [
            ("GET", f"{v3}/order/settle/query", {"query": {"settle_no": made["settleNo"]}}),
            ("GET", f"{v3}/order/onsettle/query", {"query": {"trade_no": number}}),
            ("GET", f"{v3}/royalty/rate/query", {"query": {"out_request_no": "Q1"}}),
        ],
    }
    settled, left, rate, settled_too, left_too, rate_too = run(stage.said | told)
    (detail,) = settled["royaltyDetailList"]
    assert (detail["amount"], detail["state"]) == ("1.00", "SUCCESS")
    assert settled_too["data"]["out_request_no"] == settled["outRequestNo"] == "S1"
    assert left_too["data"]["unsettled_amount"] == left["unsettledAmount"] == "11.87"
    assert rate_too["data"]["max_ratio"] == rate["maxRatio"] == "100"
