"""When merchants are told, to the second of the sandbox's clock: both versions, payment and refund.

A merchant's server here verifies as an SDK does and refuses what it can't verify.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from itertools import accumulate

import pytest

from ledger.core.records.vendors import VendorFace
from ledger.core.vendors.wechatpay import Regime
from ledger.faces.wechatpay.announcer import WechatPayAnnouncer
from ledger.faces.wechatpay_v2.announcer import WechatPayV2Announcer
from ledger.kit.transport import Response
from ledger.ops.notifier import PROBE_REFUSED, PROBE_TAKEN, Notifier
from ledger.protocol import rsa
from ledger.protocol.errors.trust import SignatureEncoding, SignatureInvalid
from ledger.protocol.instants import HOUR, MINUTE, SECOND, Instant, later
from ledger.protocol.wechatpay_wire.signed_texts import answer_text
from tests.faces.vendor_world import WorldClock
from tests.faces.wechat_merchants import NOTIFY_URL
from tests.faces.wechatpay.shop_world import PLATFORM_KEY, PUBLIC_KEY, WechatWorld
from tests.faces.wechatpay_v2.xml_shop import XmlShop
from tests.ops.vendor_listener import Listener

AFTER_S = (
    *(15, 15, 30, 180, 600, 1200, 1800, 1800, 1800, 3600),
    *(10800, 10800, 10800, 21600, 21600),
)
"""15s/15s/30s/3m/10m/20m/30m/30m/30m/60m/3h/3h/3h/6h/6h, as the vendor's pages have it."""

AT_MS = [0, *(seconds * SECOND for seconds in accumulate(AFTER_S))]


class Shop(Listener):
    """A merchant's server that looks at signatures, unless it was written in a hurry."""

    def __init__(self, world: WechatWorld, *, looks: bool = True) -> None:
        super().__init__()
        self._world = world
        self._looks = looks
        self.rightly: list[str] = []

    def request(self, method: str, url: str, headers: Mapping[str, str], body: bytes) -> Response:
        super().request(method, url, headers, body)
        key = self._world.platform.named(headers["Wechatpay-Serial"])
        assert key is not None
        text = answer_text(headers["Wechatpay-Timestamp"], headers["Wechatpay-Nonce"], body)
        try:
            rsa.verify(key.private_key.public_key(), text, headers["Wechatpay-Signature"])
        except (SignatureInvalid, SignatureEncoding):
            if self._looks:
                return Response(401, {}, b'{"code":"FAIL"}')
        else:
            self.rightly.append(json.loads(body)["id"])
        return self.answer


def _notifier(world: WechatWorld | XmlShop, listener: Listener) -> Notifier:
    announcers = {VendorFace.WECHATPAY_V2: WechatPayV2Announcer(world.entropy)}
    if isinstance(world, WechatWorld):
        announcer = WechatPayAnnouncer(lambda: world.platform, world.entropy, WorldClock(world))
        return Notifier(world.store, WorldClock(world), listener, {VendorFace.WECHATPAY: announcer})
    return Notifier(world.store, WorldClock(world), listener, announcers)


def _told_at(world: WechatWorld | XmlShop, listener: Listener) -> list[int]:
    """Tell at each time of the schedule, and look a millisecond before that nothing is told."""
    notifier, begun, told = _notifier(world, listener), world.now, []
    for at in (*AT_MS, 48 * HOUR):
        for early in (1, 0):
            world.now = later(begun, at - early)
            while notifier.deliver_due():
                pass
            told += [world.now - begun] * len(listener.posts)
            listener.posts.clear()
    return told


@pytest.mark.parametrize("what", ["payment", "refund"])
def test_who_does_not_answer_is_told_fifteen_times_more(world: WechatWorld, what: str) -> None:
    shop = Shop(world)
    world.sold()
    if what == "refund":
        shop.answer = Response(204, {}, b"")
        _notifier(world, shop).deliver_due()
        shop.posts.clear()
        wanted = {"out_trade_no": "tea-0001", "out_refund_no": "b-1", "notify_url": NOTIFY_URL}
        refunded = world.post(
            "/v3/refund/domestic/refunds", {**wanted, "amount": {"refund": 300, "total": 1295}}
        )
        assert refunded.status == 200
    shop.answer, shop.rightly = Response(500, {}, b""), []
    assert _told_at(world, shop) == AT_MS
    assert len(set(shop.rightly)) == 1
    assert AT_MS[-1] == 24 * HOUR + 4 * MINUTE


def test_a_merchant_who_changes_over_meanwhile_is_told_by_the_new_key(world: WechatWorld) -> None:
    shop = Shop(world)
    shop.answer = Response(500, {}, b"")
    world.sold()
    notifier = _notifier(world, shop)
    notifier.deliver_due()
    world.register(regime=Regime.PUBLIC_KEY)
    world.now = Instant(world.now + 15 * SECOND)
    notifier.deliver_due()
    keys = [headers["Wechatpay-Serial"] for _, headers, _ in shop.posts]
    assert keys == [PLATFORM_KEY.name, PUBLIC_KEY.name]


def test_a_merchant_of_api_v2_is_told_at_the_same_times() -> None:
    shop, listener = XmlShop(), Listener()
    listener.answer = Response(200, {}, b"<xml><return_code>FAIL</return_code></xml>")
    shop.sold()
    assert _told_at(shop, listener) == AT_MS
    shop.refund_part(100, "back-1", notify_url=NOTIFY_URL)
    assert _told_at(shop, listener) == AT_MS
    shop.close()


def _answers(world: WechatWorld) -> list[str]:
    payment_id = world.opened().order.payment_id
    with world.store.reading() as books:
        return [row.answer for row in books.outbox.of_payment(payment_id)]


def test_a_probe_is_refused_and_the_notification_comes_again_rightly(world: WechatWorld) -> None:
    world.sold()
    world.register(probes="100")
    shop = Shop(world)
    notifier = _notifier(world, shop)
    notifier.deliver_due()
    assert shop.posts[0][1]["Wechatpay-Signature"].startswith("WECHATPAY/SIGNTEST/")
    assert _answers(world) == [PROBE_REFUSED]
    world.now = Instant(world.now + 15 * SECOND)
    notifier.deliver_due()
    assert len(shop.rightly) == 1
    assert not notifier.deliver_due()
    assert shop.rightly == [json.loads(shop.posts[0][2])["id"]]


def test_a_merchant_who_takes_a_forged_signature_is_found_out(world: WechatWorld) -> None:
    world.sold()
    world.register(probes="100")
    shop = Shop(world, looks=False)
    shop.answer = Response(200, {}, b"")
    _notifier(world, shop).deliver_due()
    assert _answers(world) == [PROBE_TAKEN]
    world.now = Instant(world.now + 15 * SECOND)
    _notifier(world, shop).deliver_due()
    assert len(shop.rightly) == 1


def test_answers_are_probed_as_often_as_the_merchant_is_registered_for(world: WechatWorld) -> None:
    path = "/v3/pay/transactions/out-trade-no/tea-0001?mchid=1900000001"
    world.post("/v3/pay/transactions/native", world.wanted())
    world.register(probes="30")  # which ones follows from the calls, so always the same
    outcomes = []
    for _ in range(100):
        try:
            outcomes.append(world.get(path).status)
        except SignatureInvalid:
            outcomes.append(0)
    assert 15 <= outcomes.count(0) <= 45
    world.register(probes="")
    assert [world.get(path).status for _ in range(20)] == [200] * 20
