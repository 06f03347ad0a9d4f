"""Odd calls by the hundred: never a failure of ours, and nothing changes without a signature.

    pytest tests/faces/alipay/test_campaign.py --campaign 2000      ten thousand calls
    pytest tests/faces/alipay/test_campaign.py --seed 7             other ones

They go to V2 by GET and POST, to V3, and from browsers to the cashier. One in three is not rightly
signed: altered after signing, by another app or none, not at all. What is answered is checked to be
signed by the platform, whatever was sent.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from urllib.parse import quote, urlencode

import pytest

from ledger.faces.alipay.methods import METHODS
from ledger.protocol.instants import MINUTE
from tests.faces.alipay.shop import AlipayShop
from tests.faces.alipay.test_rest import authorization, send
from tests.faces.mutations import TEXTS, Json, broken, mutated

CALLS_EACH = 5
TERMS: Json = {"total_amount": "1.00", "subject": "Tea", "timeout_express": "90m"}
DEPOSIT: Json = {"order_title": "Bank", "amount": "1.00", "product_code": "PRE_AUTH"}
PUBLIC = ("notify_url", "return_url", "format", "version", "timestamp", "app_auth_token")


def contents(number: str) -> dict[str, Json]:
    """A content that could be right, for every method; a trade and a deposit are there already."""
    sold: Json = {"out_trade_no": "SOLD"}
    held: Json = {"out_order_no": "HELD", "out_request_no": "HELD-1"}
    terms: Json = {**TERMS, "out_trade_no": number}
    asked: Json = {**DEPOSIT, "out_order_no": number, "out_request_no": number}
    by_code: Json = {**terms, "auth_code": "28" + "9" * 16, "scene": "bar_code"}
    fund = "alipay.fund.auth"
    known: dict[str, Json] = {
        "alipay.trade.pay": by_code,
        "alipay.trade.create": {**terms, "buyer_id": "2088000000000000"},
        "alipay.trade.refund": {**sold, "refund_amount": "0.01", "out_request_no": number},
        "alipay.trade.fastpay.refund.query": {**sold, "out_request_no": number},
        "alipay.trade.order.settle": {
            "trade_no": "2026112222001000000000000000",
            "out_request_no": number,
            "royalty_parameters": [{"trans_in": "2088"}],
        },
        f"{fund}.order.freeze": {**asked, "auth_code": "28" + "9" * 16, "auth_code_type": "x"},
        f"{fund}.order.unfreeze": {**held, "amount": "0.01", "remark": "x"},
        f"{fund}.operation.detail.query": held,
        f"{fund}.operation.cancel": {**asked, "remark": "x"},
        "alipay.open.app.alipaycert.download": {"alipay_cert_sn": "x"},
        "alipay.data.dataservice.bill.downloadurl.query": {
            "bill_type": "trade",
            "bill_date": "2026-11-20",
        },
    }
    for method in METHODS:
        if method not in known:
            known[method] = asked if method.startswith(fund) else terms
    for ending in ("query", "cancel", "close"):
        known[f"alipay.trade.{ending}"] = sold if ending == "query" else terms
    return known


def drawn(number: str, draw: random.Random) -> tuple[str, bytes]:
    """A method and an odd content for it."""
    method = draw.choice([*METHODS])
    body = contents(number)[method]
    raw = mutated(body, draw) if draw.random() < 0.9 else json.dumps(body).encode()
    return method, raw


def parameters(shop: AlipayShop, method: str, raw: bytes, draw: random.Random) -> dict[str, str]:
    """V2's parameters, signed, some of the public ones odd."""
    public = {"charset": draw.choice(["utf-8", "utf-8", "GBK"])}
    if draw.random() < 0.2:
        public[draw.choice(PUBLIC)] = draw.choice(TEXTS)
    # What is no text of the charset would not travel as it was signed.
    text = raw.decode("utf-8", "replace").encode(public["charset"], "ignore")
    return shop.signed(
        {**shop.public(method), **public, "biz_content": text.decode(public["charset"])}
        | {name: said.encode("gbk", "ignore").decode("gbk") for name, said in public.items()}
    )


def v2(shop: AlipayShop, sent: dict[str, str], draw: random.Random) -> str:
    """Send by GET or POST; the sub-code of a node, or of a page, that was answered."""
    method, charset = sent["method"], sent["charset"].lower()
    if METHODS[method].is_page:
        address = f"/gateway.do?{urlencode(sent, encoding=charset)}"
        came = shop.app.test_client().get(address)
        assert came.status_code in (302, 400), (sent, came.status_code)
        return "" if came.status_code == 302 else came.text
    if draw.random() < 0.3:
        address = f"/gateway.do?{urlencode(sent, encoding=charset)}"
        shop.app.test_client().get(address)
    node = shop.node(shop.post(sent), method, charset)
    return str(node.get("sub_code", ""))


@pytest.fixture
def draw(request: pytest.FixtureRequest) -> random.Random:
    seed = request.config.getoption("--seed")
    return random.Random(20261122 if seed is None else seed)  # noqa: S311 - the same calls


@pytest.fixture
def calls(request: pytest.FixtureRequest) -> int:
    return CALLS_EACH * int(request.config.getoption("--campaign"))


@pytest.fixture
def busy(shop: AlipayShop) -> AlipayShop:
    """A shop that has sold something and holds a deposit."""
    shop.scan_and_pay("anna", shop.precreate("SOLD", "100.00"))
    held = {**DEPOSIT, "amount": "50.00", "out_order_no": "HELD", "out_request_no": "HELD-1"}
    made = shop.call("alipay.fund.auth.order.voucher.create", **held)
    shop.scan_and_pay("anna", made["code_value"])
    return shop


def test_no_signed_call_is_a_failure_of_ours(
    busy: AlipayShop, draw: random.Random, calls: int
) -> None:
    for number in range(calls * 2 // 3):
        method, raw = drawn(f"ODD{number:06}", draw)
        if METHODS[method].rest == "" or draw.random() < 0.6:
            said = v2(busy, parameters(busy, method, raw, draw), draw)
            assert "unknow-error" not in said, (method, raw)
            assert "SYSTEM_ERROR" not in said, (method, raw)
        else:
            verb, path = METHODS[method].rest, METHODS[method].path
            if verb == "GET":
                path, raw = f"{path}?out_trade_no={quote(draw.choice(TEXTS), safe='')}", b""
            answer = send(busy, verb, path, raw)
            assert (answer.status < 500, answer.status) == (True, answer.status), (path, raw)
        busy.clock.advance(MINUTE // 60)


def altered(sent: dict[str, str], draw: random.Random) -> dict[str, str]:
    """The same parameters, not rightly signed."""
    kind = draw.randrange(5)
    if kind == 0:
        return {**sent, "biz_content": sent["biz_content"] + " "}
    if kind == 1:
        return {**sent, "app_id": draw.choice(["2021000000000009", "x", ""])}
    if kind == 2:
        return {**sent, "sign": draw.choice(["", "AAAA", "%%%", sent["sign"][:-4] + "AAA="])}
    if kind == 3:
        return {**sent, "notify_url": "http://127.0.0.1:9/else", "extra": draw.choice(TEXTS)}
    return {name: said for name, said in sent.items() if name != "sign"}


def _refusing(*_args: object) -> Callable[..., object]:
    raise AssertionError("a call that nobody signed came to the books")


def test_no_unsigned_call_reaches_the_books(
    busy: AlipayShop, draw: random.Random, calls: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn_before = [drawn(f"ODD{number:06}", draw) for number in range(calls // 3)]
    monkeypatch.setattr(type(busy.ledger.store), "transaction", _refusing)
    for method, raw in drawn_before:
        sent = altered(parameters(busy, method, raw, draw), draw)
        if METHODS[method].rest == "" or draw.random() < 0.6:
            said = v2(busy, {**sent, "charset": "utf-8"}, draw)
            assert "isv." in said, (sent, said)
            continue
        verb, path = METHODS[method].rest, METHODS[method].path
        right = authorization(busy, verb, path, raw)
        header = draw.choice([right[:-8] + "AAAAAAA=", "", "Basic x", f"{right}x", "ALIPAY"])
        body = broken(raw, draw) if verb == "POST" else b""
        answer = send(busy, verb, path, body, Authorization=header)
        assert answer.status in (400, 401), (path, answer)
    monkeypatch.undo()
