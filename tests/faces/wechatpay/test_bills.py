"""Bills of API v3: offered with a hash, downloaded by an address that holds for five minutes."""

from __future__ import annotations

import gzip
import hashlib
from urllib.parse import urlsplit

import pytest
from werkzeug.test import TestResponse

from ledger.faces.wechatpay.calls import desk
from ledger.faces.wechatpay.calls.call import Face
from ledger.kit import web
from ledger.protocol.instants import DAY, MINUTE, later
from ledger.protocol.wechatpay_bill_wire.files import HASH_TYPE
from tests.faces.wechat_merchants import EURO_MCHID, MCHID, SP_MCHID, SUB_MCHID
from tests.faces.wechatpay.shop_world import WechatWorld
from tests.protocol.wechatpay_bills.reading import table

TRADE = "/v3/bill/tradebill?bill_date=2026-11-22"
FLOW = "/v3/bill/fundflowbill?bill_date=2026-11-22"


def download(world: WechatWorld, url: str, mchid: str = MCHID) -> TestResponse:
    """Download by an address, signed as the call that gave it was."""
    parts = urlsplit(url)
    target = f"{parts.path}?{parts.query}"
    headers = {"Accept": "*/*", "User-Agent": "test"}
    headers["Authorization"] = world.authorize("GET", target, b"", mchid=mchid)
    return world.http.get(target, headers=headers)


@pytest.fixture
def a_day_later(world: WechatWorld) -> WechatWorld:
    """A day on which tea was sold and partly given back is over in China."""
    world.sold()
    body = {"refund": 295, "total": 1295, "currency": "CNY"}
    refund = {"out_trade_no": "tea-0001", "out_refund_no": "back-1", "amount": body}
    assert world.post("/v3/refund/domestic/refunds", refund).status == 200
    face = Face(world.provider, lambda: world.platform)
    web.draw_under(world.http.application, "/v3/", lambda error: desk.refuse(face, error))
    world.now = later(world.now, DAY)
    return world


def test_a_bill_is_offered_with_its_hash_and_downloaded_unsigned(a_day_later: WechatWorld) -> None:
    offered = a_day_later.get(TRADE).body
    assert offered["hash_type"] == HASH_TYPE
    response = download(a_day_later, str(offered["download_url"]))
    plain = response.get_data()
    assert hashlib.sha1(plain).hexdigest() == offered["hash_value"]  # noqa: S324 - the vendor's
    assert "Wechatpay-Signature" not in response.headers
    rows, sums = table(plain)
    assert [(row["商户订单号"], row["交易状态"]) for row in rows] == [
        ("tea-0001", "REFUND"),
        ("tea-0001", "SUCCESS"),
    ]
    assert (sums["订单总金额"], sums["申请退款总金额"]) == ("12.95", "2.95")


def test_a_compressed_bill_has_the_hash_of_the_plain_one(a_day_later: WechatWorld) -> None:
    plain, packed = a_day_later.get(TRADE).body, a_day_later.get(f"{TRADE}&tar_type=GZIP").body
    assert plain["hash_value"] == packed["hash_value"]
    response = download(a_day_later, str(packed["download_url"]))
    assert response.content_type == "application/x-gzip"
    assert "Content-Encoding" not in response.headers
    unpacked = gzip.decompress(response.get_data())
    assert unpacked == download(a_day_later, str(plain["download_url"])).get_data()


@pytest.mark.parametrize(
    ("query", "states"),
    [
        ("&bill_type=ALL", ["REFUND", "SUCCESS"]),
        ("&bill_type=SUCCESS", ["SUCCESS"]),
        ("&bill_type=REFUND", ["REFUND"]),
    ],
)
def test_three_kinds_of_trade_bills(
    a_day_later: WechatWorld, query: str, states: list[str]
) -> None:
    url = str(a_day_later.get(TRADE + query).body["download_url"])
    rows, _ = table(download(a_day_later, url).get_data())
    assert [row["交易状态"] for row in rows] == states


def test_a_fund_flow_bill_tells_what_changed_the_account(a_day_later: WechatWorld) -> None:
    url = str(a_day_later.get(FLOW).body["download_url"])
    rows, sums = table(download(a_day_later, url).get_data())
    assert [(row["收支类型"], row["账户结余(元)"]) for row in rows] == [
        ("收入", "12.95"),
        ("支出", "10.00"),
    ]
    assert sums["资金流水总笔数"] == "2"


def test_who_wants_it_gets_a_bill_of_a_day_that_is_not_over(world: WechatWorld) -> None:
    world.sold()
    assert world.get(TRADE).code == "STATEMENT_CREATING"
    world.register(bills_today="yes")
    rows, _sums = table(download(world, str(world.get(TRADE).body["download_url"])).get_data())
    assert [row["商户订单号"] for row in rows] == ["tea-0001"]


@pytest.mark.parametrize(
    ("target", "code"),
    [
        (TRADE.replace("11-22", "11-21"), "NO_STATEMENT_EXIST"),
        (TRADE.replace("11-22", "11-23"), "STATEMENT_CREATING"),
        (TRADE.replace("2026-11-22", "20261122"), "PARAM_ERROR"),
        (TRADE.replace("2026-11-22", "2026-11-31"), "PARAM_ERROR"),
        (TRADE.partition("?")[0], "PARAM_ERROR"),
        (f"{TRADE}&bill_type=MINE", "PARAM_ERROR"),
        (f"{TRADE}&tar_type=ZIP", "PARAM_ERROR"),
        (f"{FLOW}&account_type=FEES", "NO_STATEMENT_EXIST"),
        (f"{FLOW}&account_type=MINE", "PARAM_ERROR"),
    ],
)
def test_why_there_is_no_bill_is_told(a_day_later: WechatWorld, target: str, code: str) -> None:
    answer = a_day_later.get(target)
    assert (answer.status, answer.code) == (400, code)


def test_an_address_holds_five_minutes_and_for_whom_it_was_given_to(
    a_day_later: WechatWorld,
) -> None:
    a_day_later.register(EURO_MCHID, api_v3_key="f" * 32)
    url = str(a_day_later.get(TRADE).body["download_url"])
    altered = url[:-8] + ("A" if url[-8] != "A" else "B") + url[-7:]
    for wrong, mchid, told in (
        (url, EURO_MCHID, (403, "NO_AUTH")),
        (altered, MCHID, (403, "NO_AUTH")),
        (url.partition("=")[0] + "=x", MCHID, (400, "INVALID_REQUEST")),
        (url.partition("?")[0] + "?token=", MCHID, (400, "PARAM_ERROR")),
    ):
        response = download(a_day_later, wrong, mchid)
        assert (response.status_code, response.get_json()["code"]) == told
    a_day_later.now = later(a_day_later.now, 5 * MINUTE - 1)
    assert download(a_day_later, url).status_code == 200
    a_day_later.now = later(a_day_later.now, 1)
    response = download(a_day_later, url)
    assert (response.status_code, response.get_json()["code"]) == (400, "INVALID_REQUEST")


def test_a_download_is_signed_too(a_day_later: WechatWorld) -> None:
    parts = urlsplit(str(a_day_later.get(TRADE).body["download_url"]))
    headers = {"Accept": "*/*", "User-Agent": "test"}
    response = a_day_later.http.get(f"{parts.path}?{parts.query}", headers=headers)
    assert (response.status_code, response.get_json()["code"]) == (401, "SIGN_ERROR")


def test_a_service_provider_gets_the_bills_of_its_sub_merchants_alone(
    a_day_later: WechatWorld,
) -> None:
    world = a_day_later
    answer = world.get(f"{TRADE}&sub_mchid={SUB_MCHID}", mchid=SP_MCHID)
    assert answer.code == "NO_STATEMENT_EXIST"
    assert world.get(f"{TRADE}&sub_mchid={MCHID}", mchid=SP_MCHID).code == "NO_AUTH"
