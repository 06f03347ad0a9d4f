"""``alipay-sdk-python``, Alipay's own, unmodified: it always verifies, and ignores ports.

So it is run as `qrpay run` runs programs: its calls to the real host arrive here.
"""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from ledger.cli.redirection.command import led_to
from ledger.cli.redirection.entry import kept
from ledger.faces.alipay import numbers
from ledger.kit.redirection import environment
from ledger.kit.redirection.tunnel import Entry
from ledger.ops import seed
from tests.conformance.alipay.stage import SOLD_YESTERDAY, Stage
from tests.conformance.environments import play, python
from tests.kit.answered import Json
from tests.processes.services import wait_for
from tests.protocol.alipay_bills.reading import files, table

ADDRESS = "127.80.0.1"
"""One of this machine's, at whose low ports nobody else is."""

REQUIREMENT = "alipay-sdk-python==3.7.1411"
PROGRAM = Path(__file__).with_name("programs") / "official.py"


@pytest.fixture
def stage(alipay_stage: Stage) -> Stage:
    return alipay_stage


def run(stage: Stage, said: Json) -> list[Any]:
    """Run the SDK with its own gateway's address; what each call gave."""
    command, told = [python(REQUIREMENT), PROGRAM], said | {"gateway": ""}
    answers = play(command, told, environment=stage.redirected)
    assert isinstance(answers, list)
    return answers


def terms(number: str, amount: str = "12.95") -> Json:
    return {"subject": "普洱茶", "out_trade_no": number, "total_amount": amount}


@pytest.mark.parametrize("charset", ["utf-8", "gbk"])
def test_a_whole_checkout(stage: Stage, charset: str) -> None:
    number = stage.new_no()
    said, named = stage.said | {"charset": charset}, {"out_trade_no": number}
    made, unknown = run(
        stage,
        said
        | {
            "calls": [
                ("alipay.trade.precreate", terms(number), stage.notify_url),
                ("alipay.trade.query", named),
            ]
        },
    )
    assert made["is_success"]
    assert (unknown["is_success"], unknown["sub_code"]) == (False, "ACQ.TRADE_NOT_EXIST")
    assert unknown["sub_msg"] == "交易不存在"
    assert stage.phone().pay(made["qr_code"])["state"] == "PAID"
    refund = named | {"refund_amount": "5.00", "out_request_no": "R1"}
    paid, given, again, asked, late = run(
        stage,
        said
        | {
            "calls": [
                ("alipay.trade.query", named),
                ("alipay.trade.refund", refund),
                ("alipay.trade.refund", refund),
                (
                    "alipay.trade.fastpay.refund.query",
                    named | {"out_request_no": "R1"},
                ),
                ("alipay.trade.cancel", named),
            ]
        },
    )
    assert paid["trade_status"] == "TRADE_SUCCESS"
    assert (given["fund_change"], again["fund_change"]) == ("Y", "N")
    assert asked["refund_status"] == "REFUND_SUCCESS"
    assert late["sub_code"] == "ACQ.REASON_TRADE_REFUND_FEE_ERR"
    told = wait_for("the notification", lambda: _told(stage, number))
    assert told
    assert run(stage, stage.said | {"notification": told}) == [True]


def _told(stage: Stage, number: str) -> dict[str, str] | None:
    return _told_of(stage, "out_trade_no", number)


def test_a_payment_code_and_a_question(stage: Stage) -> None:
    paid, asked = stage.new_no(), stage.new_no()
    closed = stage.new_no()
    done, waiting, cancelled, refused, asked_again, ended = run(
        stage,
        stage.said
        | {
            "calls": [
                ("alipay.trade.pay", terms(paid) | {"auth_code": stage.digits("anna")}),
                ("alipay.trade.pay", terms(asked, "70.00") | {"auth_code": stage.digits()}),
                ("alipay.trade.cancel", {"out_trade_no": asked}),
                ("alipay.trade.pay", terms(stage.new_no()) | {"auth_code": "28" + "0" * 16}),
                ("alipay.trade.pay", terms(closed, "70.00") | {"auth_code": stage.digits()}),
                ("alipay.trade.close", {"out_trade_no": closed}),
            ]
        },
    )
    assert (done["code"], done["is_success"]) == ("10000", True)
    assert (waiting["code"], waiting["msg"]) == ("10003", " order success pay inprocess")
    assert cancelled["action"] == "close"
    assert refused["sub_code"] == "ACQ.PAYMENT_AUTH_CODE_INVALID"
    assert (asked_again["code"], ended["code"]) == ("10003", "10000")


def test_the_wrong_key_is_explained_and_a_foreign_answer_not_believed(stage: Stage) -> None:
    call = {"calls": [("alipay.trade.query", {"out_trade_no": "1"})]}
    (refused,) = run(stage, stage.said | call | {"private_key": stage.key_of_nobody})
    assert refused["sub_code"] == "isv.invalid-signature"
    (raised,) = run(stage, stage.said | call | {"alipay_public_key": stage.own_public_key})
    assert raised["raised"] == "ResponseException"


def test_a_browser_pays_what_the_sdk_has_signed(stage: Stage) -> None:
    numbers = [stage.new_no() for _ in range(3)]
    link, form, app = run(
        stage,
        stage.said
        | {
            "pages": [
                ("alipay.trade.page.pay", "GET", terms(numbers[0]), stage.return_url),
                ("alipay.trade.wap.pay", "POST", terms(numbers[1]), stage.return_url),
                ("alipay.trade.app.pay", "APP", terms(numbers[2]), None),
            ]
        },
    )
    for brought in (link, form):
        returned = stage.paid_at_the_cashier(brought)
        assert run(stage, stage.said | {"notification": returned}) == [True]
    assert stage.phone().pay(app)["state"] == "PAID"


def test_a_deposit_is_frozen_taken_in_parts_and_unfrozen(stage: Stage) -> None:
    number, fund = stage.new_no(), "alipay.fund.auth"
    named = {"out_order_no": number, "out_request_no": f"{number}-1"}
    asked = named | {"order_title": "充电宝", "amount": "30.00", "product_code": "PRE_AUTH"}
    made, unknown, stranger = run(
        stage,
        stage.said
        | {
            "calls": [
                (f"{fund}.order.voucher.create", asked, stage.notify_url),
                (f"{fund}.operation.detail.query", named),
                (f"{fund}.order.freeze", asked | {"auth_code": "28" + "1" * 16}),
            ]
        },
    )
    assert made["is_success"]
    assert unknown["sub_code"] == "AUTH_ORDER_NOT_EXIST"
    assert stranger["sub_code"] == "ILLEGAL_ARGUMENT"
    assert stage.phone().pay(made["code_value"])["state"] == "HELD"
    told = wait_for("the notification", lambda: _told_of(stage, "out_order_no", number)) or {}
    assert run(stage, stage.said | {"notification": told}) == [True]
    part = terms(f"{number}T", "3.50")
    taken = part | {"auth_no": told["auth_no"], "product_code": "PRE_AUTH"}
    back = {"auth_no": told["auth_no"], "out_request_no": f"{number}-2", "remark": "returned"}
    paid, given, again, stands, undone = run(
        stage,
        stage.said
        | {
            "calls": [
                ("alipay.trade.pay", taken),
                (f"{fund}.order.unfreeze", back | {"amount": "26.50"}),
                ("alipay.trade.pay", taken | {"out_trade_no": f"{number}U"}),
                (f"{fund}.operation.detail.query", named),
                (f"{fund}.operation.cancel", named | {"remark": "too late"}),
            ]
        },
    )
    assert (paid["code"], paid["total_amount"]) == ("10000", "3.50")
    assert (given["status"], given["amount"]) == ("SUCCESS", "26.50")
    assert again["sub_code"] == "ACQ.AUTH_ORDER_HAS_FINISHED"
    assert (stands["order_status"], stands["total_pay_amount"]) == ("FINISH", "3.50")
    assert undone["sub_code"] == "ORDER_ALREADY_FINISH"


def test_it_is_reached_by_its_base_url_at_the_ports_that_it_knows(
    stage: Stage, tmp_path: Path
) -> None:
    """It takes no port from an address, so the entry is at 80 and 443 of an address of its own."""
    led = led_to(urlsplit(stage.url).port or 80, kept(tmp_path, ADDRESS))
    said = stage.said | {"calls": [("alipay.trade.query", {"out_trade_no": "nobody"})]}
    believed = {"SSL_CERT_FILE": str(tmp_path / environment.CERTIFICATE)}
    try:
        entry = Entry(led, address=ADDRESS, http_port=80, https_port=443)
    except OSError as error:
        pytest.skip(f"ports 80 and 443 of {ADDRESS} can't be opened: {error}")
    with entry:
        for scheme in ("http", "https"):
            told = said | {"gateway": f"{scheme}://{ADDRESS}/gateway.do"}
            answers = play([python(REQUIREMENT), PROGRAM], told, environment=believed)
            assert isinstance(answers, list)
            assert answers[0]["sub_code"] == "ACQ.TRADE_NOT_EXIST"


def test_an_app_freezes_a_deposit_that_the_sdk_has_signed(stage: Stage) -> None:
    number, method = stage.new_no(), "alipay.fund.auth.order.app.freeze"
    named = {"out_order_no": number, "out_request_no": f"{number}-1"}
    asked = named | {"order_title": "充电宝", "amount": "30.00", "product_code": "PRE_AUTH_ONLINE"}
    (brought,) = run(stage, stage.said | {"pages": [(method, "APP", asked, None)]})
    assert stage.phone().pay(brought)["state"] == "HELD"
    query = {"calls": [("alipay.fund.auth.operation.detail.query", named)]}
    (stands,) = run(stage, stage.said | query)
    assert (stands["order_status"], stands["rest_amount"]) == ("AUTHORIZED", "30.00")


def test_a_receiver_is_bound_gets_a_share_and_gives_it_back_with_a_refund(stage: Stage) -> None:
    number, kiosk = stage.new_no(), numbers.seller_id(seed.KIOSK.merchant_id)
    code = stage.digits("anna")
    (paid,) = run(
        stage, stage.said | {"calls": [("alipay.trade.pay", terms(number) | {"auth_code": code})]}
    )
    receivers = {
        "out_request_no": "B1",
        "receiver_list": [{"type": "userId", "account": kiosk, "memo": "rent"}],
    }
    share = {"royalty_type": "transfer", "trans_in": kiosk, "amount": "1.00"}
    shared = {"out_request_no": "S1", "trade_no": paid["trade_no"], "royalty_parameters": [share]}
    much = shared | {"out_request_no": "S2", "royalty_parameters": [share | {"amount": "99.00"}]}
    back = {
        "trade_no": paid["trade_no"],
        "refund_amount": "2.00",
        "out_request_no": "R1",
        "refund_royalty_parameters": [{"trans_out": kiosk, "amount": "0.40"}],
    }
    settle, asked = "alipay.trade.order.settle", {"trade_no": paid["trade_no"]}
    unbound, bound, listed, made, again, exceeds, refunded, stands, gone = run(
        stage,
        stage.said
        | {
            "calls": [
                (settle, shared),
                ("alipay.trade.royalty.relation.bind", receivers),
                ("alipay.trade.royalty.relation.batchquery", {"out_request_no": "Q1"}),
                (settle, shared),
                (settle, shared),
                (settle, much),
                ("alipay.trade.refund", back),
                ("alipay.trade.query", asked | {"query_options": ["trade_settle_info"]}),
                ("alipay.trade.royalty.relation.unbind", receivers),
            ]
        },
    )
    assert (gone["is_success"], gone["result_code"]) == (True, "SUCCESS")
    assert unbound["sub_code"] == "ACQ.ROYALTY_RECEIVER_INVALID"
    assert (bound["is_success"], bound["result_code"]) == (True, "SUCCESS")
    assert [each["account"] for each in listed["receiver_list"]] == [kiosk]
    assert (made["is_success"], made["settle_no"]) == (True, again["settle_no"])
    assert exceeds["sub_code"] == "ACQ.ALLOC_AMOUNT_VALIDATE_ERROR"
    assert refunded["fund_change"] == "Y"
    rows = stands["trade_settle_info"]["trade_settle_detail_list"]
    assert [(row["operation_type"], row["amount"]) for row in rows] == [
        ("transfer", "1.00"),
        ("transfer_refund", "0.40"),
    ]


def test_what_became_of_a_share_is_told(stage: Stage) -> None:
    kiosk = numbers.seller_id(seed.KIOSK.merchant_id)
    receivers = {"out_request_no": "B1", "receiver_list": [{"type": "userId", "account": kiosk}]}
    pay = terms(stage.new_no()) | {"auth_code": stage.digits("anna")}
    bind = "alipay.trade.royalty.relation.bind"
    paid, _ = run(stage, stage.said | {"calls": [("alipay.trade.pay", pay), (bind, receivers)]})
    asked = {"trade_no": paid["trade_no"]}
    request = asked | {"out_request_no": "S1"}
    parts = [{"trans_in": kiosk, "trans_in_type": "userId", "amount": "1.00"}]
    made, settled, left, rate, unknown = run(
        stage,
        stage.said
        | {
            "calls": [
                ("alipay.trade.order.settle", request | {"royalty_parameters": parts}),
                ("alipay.trade.order.settle.query", request),
                ("alipay.trade.order.onsettle.query", asked),
                ("alipay.trade.royalty.rate.query", {"out_request_no": "Q1"}),
                ("alipay.trade.order.settle.query", {"settle_no": "0"}),
            ]
        },
    )
    assert made["is_success"]
    (detail,) = settled["royalty_detail_list"]
    assert (detail["trans_in"], detail["amount"], detail["state"]) == (kiosk, "1.00", "SUCCESS")
    assert (left["unsettled_amount"], rate["max_ratio"]) == ("11.87", "100")
    assert (unknown["is_success"], unknown["sub_code"]) == (False, "ACQ.TRADE_NOT_EXIST")


def test_a_trade_is_made_for_a_buyer_and_shared_with_nobody_unknown(stage: Stage) -> None:
    paid, made, platform = stage.new_no(), stage.new_no(), stage.platform
    code = stage.digits("anna")
    (known,) = run(
        stage, stage.said | {"calls": [("alipay.trade.pay", terms(paid) | {"auth_code": code})]}
    )
    share = {"royalty_type": "transfer", "trans_in": "2088000000000000", "amount": "1.00"}
    shared = {"out_request_no": "S1", "royalty_parameters": [share]}
    create, settle = "alipay.trade.create", "alipay.trade.order.settle"
    download = "alipay.open.app.alipaycert.download"
    created, stranger, stands, refused, unknown, given, other = run(
        stage,
        stage.said
        | {
            "calls": [
                (create, terms(made) | {"buyer_id": known["buyer_user_id"]}),
                (create, terms(f"{made}S") | {"buyer_id": "2088000000000000"}),
                ("alipay.trade.query", {"out_trade_no": made}),
                (settle, shared | {"trade_no": known["trade_no"]}),
                (settle, shared | {"trade_no": "2026112222001400000000000000"}),
                (download, {"alipay_cert_sn": platform.cert_sn}),
                (download, {"alipay_cert_sn": "00"}),
            ]
        },
    )
    assert (created["is_success"], created["out_trade_no"]) == (True, made)
    assert stranger["sub_code"] == "ACQ.BUYER_NOT_EXIST"
    assert stands["trade_status"] == "WAIT_BUYER_PAY"
    assert refused["sub_code"] == "ACQ.ROYALTY_ACCOUNT_NOT_EXIST"
    assert unknown["sub_code"] == "ACQ.TRADE_NOT_EXIST"
    assert base64.b64decode(given["alipay_cert_content"]).decode() == platform.chain
    assert other["sub_code"] == "ACQ.INVALID_PARAMETER"


def test_the_bill_of_a_day_is_found_and_downloaded(stage: Stage) -> None:
    method = "alipay.data.dataservice.bill.downloadurl.query"
    kinds = [{"bill_type": kind, "bill_date": stage.yesterday} for kind in ("trade", "stock")]
    asked = [(method, each) for each in kinds]
    found, refused, packed = run(stage, stage.said | {"calls": asked})
    assert found["is_success"]
    assert refused["sub_code"] == "TYPE_NOT_SUPPORTED"
    details, _ = files(base64.b64decode(packed)).values()
    (row,) = table(details)
    assert row["商户订单号"] == SOLD_YESTERDAY
    assert (row["业务类型"], row["订单金额（元）"]) == ("交易", "12.95")


def _told_of(stage: Stage, name: str, number: str) -> dict[str, str] | None:
    return next((told for told in stage.notified if told.get(name) == number), None)
