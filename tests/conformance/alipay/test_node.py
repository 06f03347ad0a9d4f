"""npm's ``alipay-sdk``, unmodified, its verification on: key and certificate mode, AES."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

import pytest

from ledger.core.vendors.alipay import ENCRYPT_KEY
from tests.conformance.alipay.stage import SOLD_YESTERDAY, Stage
from tests.conformance.environments import node, node_program, play
from tests.kit.answered import Json
from tests.processes.services import wait_for
from tests.protocol.alipay_bills.reading import files, table

REQUIREMENT = "alipay-sdk@4.14.0"
PROGRAM = Path(__file__).with_name("programs") / "node.cjs"


NOBODY = "2088000000000000"


def run(said: Json) -> list[Any]:
    """Run the SDK; what each call gave."""
    answers = play([node_program(), PROGRAM], said, folder=node(REQUIREMENT))
    assert isinstance(answers, list)
    return answers


def terms(number: str, amount: str = "12.95") -> Json:
    return {"subject": "普洱茶", "outTradeNo": number, "totalAmount": amount}


@pytest.mark.parametrize("mode", ["said", "certified"])
def test_a_whole_checkout(alipay_stage: Stage, mode: str) -> None:
    stage, number = alipay_stage, alipay_stage.new_no()
    said, named = getattr(stage, mode), {"outTradeNo": number}
    notified = {"notify_url": stage.notify_url}
    made, unknown, closed = run(
        said
        | {
            "calls": [
                ("alipay.trade.precreate", terms(number), notified),
                ("alipay.trade.query", named),
                ("alipay.trade.close", named),
            ]
        }
    )
    assert (made["code"], made["outTradeNo"]) == ("10000", number)
    assert made["traceId"]
    assert unknown["subCode"] == closed["subCode"] == "ACQ.TRADE_NOT_EXIST"
    assert stage.phone().pay(made["qrCode"])["state"] == "PAID"
    refund = named | {"refundAmount": "12.95"}
    paid, given, asked, after, cancelled = run(
        said
        | {
            "calls": [
                ("alipay.trade.query", named),
                ("alipay.trade.refund", refund),
                ("alipay.trade.fastpay.refund.query", named | {"outRequestNo": number}),
                ("alipay.trade.query", named),
                ("alipay.trade.cancel", {"outTradeNo": "nobody"}),
            ]
        }
    )
    assert paid["tradeStatus"] == "TRADE_SUCCESS"
    assert (given["fundChange"], given["refundFee"]) == ("Y", "12.95")
    assert (asked["refundStatus"], asked["refundAmount"]) == ("REFUND_SUCCESS", "12.95")
    assert after["tradeStatus"] == "TRADE_CLOSED"
    assert (cancelled["code"], cancelled.get("action")) == ("10000", None)
    told = wait_for("the notification", lambda: _told(stage, number))
    assert told
    assert run(said | {"notification": told}) == [True]
    assert run(said | {"notification": told | {"total_amount": "0.01"}}) == [False]


def _told(stage: Stage, number: str) -> dict[str, str] | None:
    return next((told for told in stage.notified if told.get("out_trade_no") == number), None)


@pytest.mark.parametrize("mode", ["said", "certified"])
def test_a_whole_checkout_by_rest(alipay_stage: Stage, mode: str) -> None:
    stage, number = alipay_stage, alipay_stage.new_no()
    said, trade = getattr(stage, mode), "/v3/alipay/trade"
    terms_of_rest = {"subject": "普洱茶", "out_trade_no": number, "total_amount": "12.95"}
    body = terms_of_rest | {"notify_url": stage.notify_url}
    query = {"query": {"out_trade_no": number}}
    made, unknown = run(
        said
        | {
            "rest": [
                ("POST", f"{trade}/precreate", {"body": body}),
                ("GET", f"{trade}/query", query),
            ]
        }
    )
    assert (made["responseHttpStatus"], made["data"]["out_trade_no"]) == (200, number)
    assert (unknown["code"], unknown["status"]) == ("ACQ.TRADE_NOT_EXIST", 400)
    assert stage.phone().pay(made["data"]["qr_code"])["state"] == "PAID"
    refund = {"out_trade_no": number, "refund_amount": "12.95"}
    paid, given = run(
        said
        | {
            "rest": [
                ("GET", f"{trade}/query", query),
                ("POST", f"{trade}/refund", {"body": refund}),
            ]
        }
    )
    assert paid["data"]["trade_status"] == "TRADE_SUCCESS"
    assert given["data"]["fund_change"] == "Y"
    assert wait_for("the notification", lambda: _told(stage, number))


def test_trades_begin_and_end_in_every_other_way_by_rest(alipay_stage: Stage) -> None:
    stage, trade = alipay_stage, "/v3/alipay/trade"
    paid, asked, made = (
        {"out_trade_no": stage.new_no(), "subject": "普洱茶", "total_amount": amount}
        for amount in ("12.95", "70.00", "1.00")
    )
    pay = ("POST", f"{trade}/pay", {"body": paid | {"auth_code": stage.digits("anna")}})
    (known,) = run(stage.said | {"rest": [pay]})
    buyer = {"buyer_id": known["data"]["buyer_user_id"]}
    back = {"out_trade_no": paid["out_trade_no"], "out_request_no": "R1"}
    given, refund, waiting, created, closed, cancelled = run(
        stage.said
        | {
            "rest": [
                ("POST", f"{trade}/refund", {"body": back | {"refund_amount": "2.95"}}),
                ("POST", f"{trade}/fastpay/refund/query", {"body": back}),
                ("POST", f"{trade}/pay", {"body": asked | {"auth_code": stage.digits("anna")}}),
                ("POST", f"{trade}/create", {"body": made | buyer}),
                ("POST", f"{trade}/close", {"body": {"out_trade_no": made["out_trade_no"]}}),
                ("POST", f"{trade}/cancel", {"body": {"out_trade_no": asked["out_trade_no"]}}),
            ]
        }
    )
    assert (given["data"]["fund_change"], refund["data"]["refund_amount"]) == ("Y", "2.95")
    assert (waiting["responseHttpStatus"], "gmt_payment" in waiting["data"]) == (200, False)
    assert created["data"]["trade_no"] == closed["data"]["trade_no"]
    assert cancelled["data"]["action"] == "close"


def test_deposits_begin_and_end_by_rest(alipay_stage: Stage) -> None:
    stage, path = alipay_stage, "/v3/alipay/fund/auth/order"
    shown, scanned = stage.new_no(), stage.new_no()
    terms_of_both = {"order_title": "充电宝", "amount": "30.00", "product_code": "PRE_AUTH"}
    by_code = {"out_order_no": shown, "out_request_no": f"{shown}-1"} | terms_of_both
    by_phone = {"out_order_no": scanned, "out_request_no": f"{scanned}-1"} | terms_of_both
    digits = {"auth_code_type": "bar_code", "auth_code": stage.digits("anna")}
    made, asked = run(
        stage.said
        | {
            "rest": [
                ("POST", f"{path}/voucher/create", {"body": by_code}),
                ("POST", f"{path}/freeze", {"body": by_phone | digits}),
            ]
        }
    )
    assert asked["data"]["status"] == "INIT"
    assert stage.phone().pay(made["data"]["code_value"])["state"] == "HELD"
    named = {"outOrderNo": shown, "outRequestNo": f"{shown}-1"}
    (held,) = run(stage.said | {"calls": [("alipay.fund.auth.operation.detail.query", named)]})
    back = {"auth_no": held["authNo"], "out_request_no": "U1", "amount": "30.00", "remark": "back"}
    undone = {"outOrderNo": scanned, "outRequestNo": f"{scanned}-1", "remark": "gone"}
    closed, given = run(
        stage.said
        | {
            "calls": [("alipay.fund.auth.operation.cancel", undone)],
            "rest": [("POST", f"{path}/unfreeze", {"body": back})],
        }
    )
    assert (closed["action"], given["data"]["status"]) == ("close", "SUCCESS")


def test_rest_by_a_wrong_key_or_of_another_platform(alipay_stage: Stage) -> None:
    call = {"rest": [("GET", "/v3/alipay/trade/query", {"query": {"out_trade_no": "1"}})]}
    (refused,) = run(alipay_stage.said | call | {"private_key": alipay_stage.key_of_nobody})
    assert (refused["code"], refused["status"]) == ("invalid-signature", 401)
    body = {"body": {"out_trade_no": "nobody"}}
    cancel = {"rest": [("POST", "/v3/alipay/trade/cancel", body)]}
    foreign = {"alipay_public_key": alipay_stage.own_public_key}
    (raised,) = run(alipay_stage.said | cancel | foreign)
    assert raised["code"] == "response-signature-verify-error"


def test_encrypted_contents(alipay_stage: Stage) -> None:
    encrypt_key = base64.b64encode(bytes(range(16))).decode()
    alipay_stage.register(**{ENCRYPT_KEY: encrypt_key})
    (unknown,) = run(
        alipay_stage.said
        | {
            "encrypt_key": encrypt_key,
            "calls": [("alipay.trade.query", {"outTradeNo": "nobody"}, {"encrypted": True})],
        }
    )
    assert unknown["subCode"] == "ACQ.TRADE_NOT_EXIST"


def test_an_answer_of_another_platform_is_not_believed(alipay_stage: Stage) -> None:
    said = alipay_stage.said
    other = said | {"alipay_public_key": alipay_stage.own_public_key}
    (raised,) = run(other | {"calls": [("alipay.trade.query", {"outTradeNo": "1"})]})
    assert "验签失败" in raised["said"]


def test_a_wrong_app_key_is_explained(alipay_stage: Stage) -> None:
    said = alipay_stage.said | {"private_key": alipay_stage.key_of_nobody}
    (refused,) = run(said | {"calls": [("alipay.trade.query", {"outTradeNo": "1"})]})
    assert refused["subCode"] == "isv.invalid-signature"
    assert "registered public key does not fit" in refused["subMsg"]


@pytest.mark.parametrize("mode", ["said", "certified"])
def test_a_browser_pays_and_brings_back_what_the_sdk_believes(
    alipay_stage: Stage, mode: str
) -> None:
    stage, back = alipay_stage, alipay_stage.return_url
    said, numbers = getattr(stage, mode), [stage.new_no() for _ in range(3)]
    link, form, app = run(
        said
        | {
            "pages": [
                ("alipay.trade.page.pay", "GET", terms(numbers[0]), back),
                ("alipay.trade.wap.pay", "POST", terms(numbers[1]), back),
                ("alipay.trade.app.pay", "APP", terms(numbers[2]), None),
            ]
        }
    )
    for brought in (link, form):
        returned = stage.paid_at_the_cashier(brought)
        assert run(said | {"notification": returned}) == [True]
        assert run(said | {"notification": returned | {"out_trade_no": "other"}}) == [False]
    assert stage.phone().pay(app)["state"] == "PAID"


def test_a_trade_is_made_for_a_buyer_and_shared_with_nobody_unknown(alipay_stage: Stage) -> None:
    stage, made, platform = alipay_stage, alipay_stage.new_no(), alipay_stage.platform
    code = {"authCode": stage.digits("anna")}
    (known,) = run(
        stage.said | {"calls": [("alipay.trade.pay", terms(stage.new_no()) | code)]},
    )
    share = {"royaltyType": "transfer", "transIn": NOBODY, "amount": "1.00"}
    shared = {"outRequestNo": "S1", "royaltyParameters": [share], "tradeNo": known["tradeNo"]}
    download = "alipay.open.app.alipaycert.download"
    told = {
        "calls": [
            ("alipay.trade.create", terms(made) | {"buyerId": known["buyerUserId"]}),
            ("alipay.trade.create", terms(f"{made}S")),
            ("alipay.trade.order.settle", shared),
            (download, {"alipayCertSn": platform.cert_sn}),
        ],
        "rest": [
            ("GET", "/v3/alipay/trade/query", {"query": {"out_trade_no": made}}),
            (
                "POST",
                "/v3/alipay/trade/order/settle",
                {
                    "body": {
                        "out_request_no": "S1",
                        "trade_no": known["tradeNo"],
                        "royalty_parameters": [{"trans_in": NOBODY, "amount": "1.00"}],
                    }
                },
            ),
        ],
    }
    created, nameless, refused, given, stands, refused_by_rest = run(stage.said | told)
    assert (created["code"], created["outTradeNo"]) == ("10000", made)
    assert nameless["subCode"] == "ACQ.INVALID_PARAMETER"
    assert refused["subCode"] == refused_by_rest["code"] == "ACQ.ROYALTY_ACCOUNT_NOT_EXIST"
    assert base64.b64decode(given["alipayCertContent"]).decode() == platform.chain
    assert stands["data"]["trade_status"] == "WAIT_BUYER_PAY"


def test_deposits_are_frozen_taken_and_given_back_by_both_versions(alipay_stage: Stage) -> None:
    stage, fund, path = alipay_stage, "alipay.fund.auth", "/v3/alipay/fund/auth"
    number, by_app = stage.new_no(), stage.new_no()
    more = {"orderTitle": "充电宝", "amount": "30.00", "productCode": "PRE_AUTH"}
    asked, in_app = (
        {"outOrderNo": each, "outRequestNo": f"{each}-1"} | more for each in (number, by_app)
    )
    made, scanned, brought = run(
        stage.said
        | {
            "calls": [
                (f"{fund}.order.voucher.create", asked),
                (
                    f"{fund}.order.freeze",
                    asked
                    | {"outOrderNo": f"{number}C", "authCodeType": "bar_code"}
                    | {"authCode": stage.digits("anna")},
                ),
            ],
            "pages": [(f"{fund}.order.app.freeze", "APP", in_app, None)],
        }
    )
    assert (scanned["code"], scanned["status"]) == ("10003", "INIT")
    assert stage.phone().pay(made["codeValue"])["state"] == "HELD"
    assert stage.phone().pay(brought)["state"] == "HELD"
    named = {"out_order_no": number, "out_request_no": f"{number}-1"}
    cancelled = {"out_order_no": by_app, "out_request_no": f"{by_app}-1", "remark": "mistake"}
    stands, undone, again = run(
        stage.said
        | {
            "rest": [
                ("POST", f"{path}/operation/detail/query", {"body": named}),
                ("POST", f"{path}/operation/cancel", {"body": cancelled}),
                ("POST", f"{path}/operation/cancel", {"body": cancelled}),
            ]
        }
    )
    assert (stands["data"]["order_status"], stands["data"]["rest_amount"]) == (
        *("AUTHORIZED", "30.00"),
    )
    assert undone["data"]["action"] == again["data"]["action"] == "unfreeze"
    auth_no = stands["data"]["auth_no"]
    taken = terms(f"{number}T", "3.50") | {"authNo": auth_no, "productCode": "PRE_AUTH"}
    back = {"authNo": auth_no, "outRequestNo": f"{number}-2", "amount": "26.50", "remark": "back"}
    paid, given = run(
        stage.said | {"calls": [("alipay.trade.pay", taken), (f"{fund}.order.unfreeze", back)]}
    )
    assert (paid["code"], given["status"]) == ("10000", "SUCCESS")


def test_the_bill_of_a_day_is_found_and_downloaded_by_both_versions(alipay_stage: Stage) -> None:
    method, path = "alipay.data.dataservice.bill.downloadurl.query", "/v3/alipay/data/dataservice"
    day = alipay_stage.yesterday
    asked = {"query": {"bill_type": "trade", "bill_date": day}}
    told = {
        "calls": [(method, {"billType": "trade", "billDate": day})],
        "rest": [("GET", f"{path}/bill/downloadurl/query", asked)],
    }
    *_, first, second = run(alipay_stage.said | told)
    for packed in (first, second):
        details, _ = files(base64.b64decode(packed)).values()
        assert [row["商户订单号"] for row in table(details)] == [SOLD_YESTERDAY]
