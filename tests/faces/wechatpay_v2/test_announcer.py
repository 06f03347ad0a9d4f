"""Notifications in XML: signed as the order was, sealed for refunds, taken if an answer says so."""

from __future__ import annotations

import pytest

from ledger.core.records.vendors import VendorFace
from ledger.faces.wechatpay_v2.announcer import WechatPayV2Announcer
from ledger.kit.clock import SettableClock
from ledger.kit.transport import Response, Stream
from ledger.ops.notifier import Notifier
from ledger.protocol.wechatpay_v2_wire import documents, refund_seal, signatures
from ledger.protocol.wechatpay_v2_wire.signatures import SignType
from tests.faces.wechat_merchants import NOTIFY_URL, SP_MCHID, SUB_MCHID
from tests.faces.wechatpay_v2.xml_shop import KEY, XmlShop

TAKEN = (
    b"<xml><return_code><![CDATA[SUCCESS]]></return_code>"
    b"<return_msg><![CDATA[OK]]></return_msg></xml>"
)
REFUND_URL = "http://127.0.0.1:9/refund"


class Listener:
    """A merchant's server: remembers what arrives and answers as it was taught."""

    def __init__(self) -> None:
        self.posts: list[tuple[str, bytes]] = []
        self.answer = Response(200, {}, TAKEN)

    def request(self, method: str, url: str, headers: object, body: bytes) -> Response:
        """Be told something."""
        assert (method, headers) == ("POST", {"Content-Type": "text/xml"})
        self.posts.append((url, body))
        return self.answer

    def stream(self, url: str, headers: object) -> Stream:
        """Nobody streams notifications."""
        raise AssertionError((url, headers))


class Ear:
    """A listener and the notifier that tells it."""

    def __init__(self, shop: XmlShop) -> None:
        self.shop, self.listener = shop, Listener()
        self.clock = SettableClock(shop.now)
        announcers = {VendorFace.WECHATPAY_V2: WechatPayV2Announcer(shop.entropy)}
        self.notifier = Notifier(shop.store, self.clock, self.listener, announcers)

    def hear(self) -> list[tuple[str, dict[str, str]]]:
        """Be told what is due, as documents with their addresses."""
        self.clock.set(self.shop.now)
        while self.notifier.deliver_due():
            pass
        posts, self.listener.posts = self.listener.posts, []
        return [(url, documents.read(body)) for url, body in posts]


@pytest.fixture
def ear(shop: XmlShop) -> Ear:
    return Ear(shop)


def test_a_paid_order_is_told_signed_with_all_about_it(shop: XmlShop, ear: Ear) -> None:
    shop.sold()
    ((url, told),) = ear.hear()
    assert url == NOTIFY_URL
    assert list(told) == sorted(told)
    assert signatures.verify(told, KEY, md5_allowed=False) is SignType.HMAC_SHA256
    queried = shop.query()
    shared = (set(told) & set(queried)) - {"nonce_str", "sign"}
    assert {"openid", "total_fee", "transaction_id", "time_end", "attach"} <= shared
    assert {name: told[name] for name in shared} == {name: queried[name] for name in shared}
    assert ear.hear() == []


def test_it_is_signed_as_the_order_was(shop: XmlShop, ear: Ear) -> None:
    key = shop.call("/sandboxnew/pay/getsignkey")["sandbox_signkey"]
    fields = {"body": "茶", "out_trade_no": "tea-0001", "total_fee": "101", "trade_type": "NATIVE"}
    ordered = shop.call(
        "/sandboxnew/pay/unifiedorder",
        key,
        SignType.MD5,
        **fields,
        notify_url=NOTIFY_URL,
        spbill_create_ip="127.0.0.1",
    )
    shop.scan_and_pay("li-wei", ordered["code_url"])
    ((_, told),) = ear.hear()
    assert signatures.verify(told, key, md5_allowed=True) is SignType.MD5


def test_a_service_provider_is_told_of_what_it_sold_for_another(shop: XmlShop, ear: Ear) -> None:
    shop.sold(mch_id=SP_MCHID, sub_mch_id=SUB_MCHID)
    ((_, told),) = ear.hear()
    assert (told["mch_id"], told["sub_mch_id"]) == (SP_MCHID, SUB_MCHID)


def test_a_refund_that_names_an_address_is_told_sealed_and_unsigned(
    shop: XmlShop, ear: Ear
) -> None:
    shop.sold()
    ear.hear()
    shop.refund_part(100, "quiet")
    refunded = shop.refund_part(295, "back-0001", notify_url=REFUND_URL)
    ((url, told),) = ear.hear()
    assert url == REFUND_URL
    assert list(told) == ["return_code", "appid", "mch_id", "nonce_str", "req_info"]
    plain = documents.read(refund_seal.unseal(told["req_info"], KEY), root="root")
    assert (plain["refund_id"], plain["refund_fee"]) == (refunded["refund_id"], "295")
    assert (plain["out_refund_no"], plain["refund_status"]) == ("back-0001", "SUCCESS")
    assert (plain["total_fee"], plain["success_time"]) == ("1295", "2026-11-22 20:00:00")


@pytest.mark.parametrize(
    ("word", "status"), [("REFUND_ABNORMAL", "CHANGE"), ("REFUND_CLOSED", "REFUNDCLOSE")]
)
def test_a_refund_that_does_not_arrive_is_told_without_a_time(
    shop: XmlShop, ear: Ear, word: str, status: str
) -> None:
    shop.sold()
    ear.hear()
    shop.wished = word
    shop.refund_part(295, notify_url=REFUND_URL)
    ((_, told),) = ear.hear()
    plain = documents.read(refund_seal.unseal(told["req_info"], KEY), root="root")
    assert (plain["refund_status"], "success_time" in plain) == (status, False)


def test_a_payment_by_code_and_the_end_of_an_order_are_not_told(shop: XmlShop, ear: Ear) -> None:
    shop.micropay("li-wei")
    shop.order("tea-0002")
    shop.call("/pay/closeorder", out_trade_no="tea-0002")
    assert ear.hear() == []


@pytest.mark.parametrize(
    ("status", "answer", "is_taken"),
    [
        (200, TAKEN, True),
        (200, b"<xml><return_code>SUCCESS</return_code></xml>", True),
        (200, b"<xml><return_code>FAIL</return_code></xml>", False),
        (500, TAKEN, False),
        (200, b"success", False),
        (200, b"", False),
        (200, b"<!DOCTYPE xml><xml><return_code>SUCCESS</return_code></xml>", False),
    ],
)
def test_a_merchant_has_it_when_its_document_says_so(
    ear: Ear, status: int, answer: bytes, is_taken: object
) -> None:
    announcer = WechatPayV2Announcer(ear.shop.entropy)
    assert announcer.is_taken(status, answer) is is_taken
