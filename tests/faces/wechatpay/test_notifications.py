"""What merchants are told, sealed with their key and signed by the platform's."""

from __future__ import annotations

import json

from ledger.core.notices.notifications import RETRY_AFTER_MS
from ledger.core.vendors.announcing import Post
from ledger.faces.wechatpay.announcer import WechatPayAnnouncer
from ledger.protocol.instants import HOUR, MINUTE
from ledger.protocol.wechatpay_wire import seals, signatures, times
from ledger.protocol.wechatpay_wire.signed_texts import answer_text
from tests.faces.vendor_world import WorldClock
from tests.faces.wechat_merchants import APPID, EURO_MCHID, MCHID, NOTIFY_URL, SP_MCHID, SUB_MCHID
from tests.faces.wechatpay.shop_world import API_V3_KEY, PLATFORM_KEY, PUBLIC_KEY_ID, WechatWorld

BY_NO = f"/v3/pay/transactions/out-trade-no/tea-0001?mchid={MCHID}"
REFUND = {
    "out_trade_no": "tea-0001",
    "out_refund_no": "back-1",
    "notify_url": "http://127.0.0.1:9/refunded",
    "amount": {"refund": 300, "total": 1295},
}


def _posts(world: WechatWorld) -> list[Post]:
    """What the notifier would post now, oldest first."""
    announcer = WechatPayAnnouncer(lambda: world.platform, world.entropy, WorldClock(world))
    found = []
    with world.store.reading() as books:
        for row in books.outbox.due(world.now, 100):
            order = books.vendor_orders.of_payment(row.payment_id)
            assert order is not None
            found.append(announcer.render(books, row, order, now=world.now))
    return [post for post in found if post is not None]


def _opened(post: Post) -> tuple[dict[str, object], dict[str, object]]:
    """Check a notification as an SDK does: its envelope, and what was sealed in it."""
    envelope = json.loads(post.body)
    sealed = envelope["resource"]
    plain = seals.unseal(
        sealed["ciphertext"], API_V3_KEY, nonce=sealed["nonce"], data=sealed["associated_data"]
    )
    return envelope, json.loads(plain)


def _verify(world: WechatWorld, post: Post) -> None:
    headers = post.headers
    key = world.platform.named(headers["Wechatpay-Serial"])
    assert key is not None
    text = answer_text(headers["Wechatpay-Timestamp"], headers["Wechatpay-Nonce"], post.body)
    signatures.verify(key.private_key.public_key(), text, headers["Wechatpay-Signature"])


def test_a_payment_is_told_to_the_address_of_its_order(world: WechatWorld) -> None:
    world.sold()
    [post] = _posts(world)
    _verify(world, post)
    assert post.url == NOTIFY_URL
    assert post.headers["Content-Type"] == "application/json"
    envelope, plain = _opened(post)
    assert list(envelope) == [
        "id",
        "create_time",
        "resource_type",
        "event_type",
        "summary",
        "resource",
    ]
    assert envelope["event_type"] == "TRANSACTION.SUCCESS"
    assert envelope["create_time"] == times.to_text(world.now)
    assert plain == world.get(BY_NO).body


def test_each_attempt_is_signed_anew_under_the_same_id(world: WechatWorld) -> None:
    world.sold()
    [first], [second] = _posts(world), _posts(world)
    assert json.loads(first.body)["id"] == json.loads(second.body)["id"]
    assert first.headers["Wechatpay-Nonce"] != second.headers["Wechatpay-Nonce"]
    assert first.body != second.body


def test_a_refund_is_told_to_the_address_of_the_refund_and_in_its_own_members(
    world: WechatWorld,
) -> None:
    world.sold()
    answer = world.post("/v3/refund/domestic/refunds", REFUND)
    post = _posts(world)[-1]
    _verify(world, post)
    assert post.url == "http://127.0.0.1:9/refunded"
    envelope, plain = _opened(post)
    assert (envelope["event_type"], envelope["summary"]) == ("REFUND.SUCCESS", "退款成功")
    assert plain == {
        "mchid": MCHID,
        "transaction_id": answer.body["transaction_id"],
        "out_trade_no": "tea-0001",
        "refund_id": answer.body["refund_id"],
        "out_refund_no": "back-1",
        "refund_status": "SUCCESS",
        "success_time": times.to_text(world.now),
        "user_received_account": "支付用户零钱",
        "amount": {"total": 1295, "refund": 300, "payer_total": 1295, "payer_refund": 300},
    }


def test_a_refund_that_does_not_arrive_is_told_with_how_it_stood_then(world: WechatWorld) -> None:
    world.sold()
    lost = {"Wechatpay-Negative-Test": "REFUND_ABNORMAL"}
    answer = world.post("/v3/refund/domestic/refunds", REFUND, headers=lost)
    path = f"/v3/refund/domestic/refunds/{answer.body['refund_id']}/apply-abnormal-refund"
    own_card = {"out_refund_no": "back-1", "type": "MERCHANT_BANK_CARD"}
    world.post(path, own_card)
    told = [_opened(post) for post in _posts(world)[1:]]
    assert [(envelope["event_type"], envelope["summary"]) for envelope, _ in told] == [
        ("REFUND.ABNORMAL", "退款异常"),
        ("REFUND.CLOSED", "退款关闭"),
    ]
    assert [plain["refund_status"] for _, plain in told] == ["ABNORMAL", "CLOSED"]
    assert all("success_time" not in plain for _, plain in told)


def test_a_refund_without_address_and_a_payment_by_code_are_not_told(world: WechatWorld) -> None:
    world.post("/v3/pay/transactions/codepay", world.by_code("li-wei"))
    assert _posts(world) == []
    world.post("/v3/refund/domestic/refunds", {**REFUND, "notify_url": ""})
    assert _posts(world) == []


def test_overseas_the_rate_is_told_too_and_the_number_is_called_as_at_home(
    world: WechatWorld,
) -> None:
    wanted = {
        **world.wanted(total=1750),
        "mchid": EURO_MCHID,
        "amount": {"total": 1750, "currency": "EUR"},
        "trade_type": "NATIVE",
        "merchant_category_code": "5912",
    }
    made = world.post("/v3/global/transactions/native", wanted, mchid=EURO_MCHID)
    world.scan_and_pay("li-wei", str(made.body["code_url"]))
    [post] = _posts(world)
    _, plain = _opened(post)
    number = world.opened(mchid=EURO_MCHID).order.vendor_no
    assert (plain["transaction_id"], "id" in plain) == (number, False)
    assert plain["amount"]["exchange_rate"] == {  # type: ignore[index]
        "type": "SETTLEMENT_RATE",
        "rate": 781_250_000,
    }


def test_what_ends_unpaid_is_not_told(world: WechatWorld) -> None:
    world.post("/v3/pay/transactions/native", world.wanted())
    world.post("/v3/pay/transactions/out-trade-no/tea-0001/close", {"mchid": MCHID})
    assert _posts(world) == []


def test_notifications_are_signed_by_the_key_the_merchant_is_registered_with(
    world: WechatWorld,
) -> None:
    world.sold()
    assert _posts(world)[0].headers["Wechatpay-Serial"] == PLATFORM_KEY.name
    world.use_public_key()
    [post] = _posts(world)
    assert post.headers["Wechatpay-Serial"] == PUBLIC_KEY_ID
    _verify(world, post)


def test_who_asked_for_the_public_key_is_told_by_it_before_the_change_too(
    world: WechatWorld,
) -> None:
    asked = world.post("/v3/pay/transactions/native", world.wanted(), serial=PUBLIC_KEY_ID)
    world.scan_and_pay("li-wei", str(asked.body["code_url"]))
    world.post("/v3/refund/domestic/refunds", REFUND, serial=PUBLIC_KEY_ID)
    world.post("/v3/refund/domestic/refunds", {**REFUND, "out_refund_no": "back-2"})
    posts = _posts(world)
    assert [post.headers["Wechatpay-Serial"] for post in posts] == [
        PUBLIC_KEY_ID,
        PUBLIC_KEY_ID,
        PLATFORM_KEY.name,
    ]
    for post in posts:
        _verify(world, post)


def test_a_service_provider_is_told_in_its_own_key(world: WechatWorld) -> None:
    wanted = {
        **world.wanted(),
        "sp_appid": APPID,
        "sp_mchid": SP_MCHID,
        "sub_mchid": SUB_MCHID,
    }
    del wanted["appid"], wanted["mchid"]
    answer = world.post("/v3/pay/partner/transactions/native", wanted, mchid=SP_MCHID)
    world.scan_and_pay("li-wei", str(answer.body["code_url"]))
    _, plain = _opened(_posts(world)[0])
    assert (plain["sp_mchid"], plain["sub_mchid"]) == (SP_MCHID, SUB_MCHID)


def test_only_the_status_of_an_answer_says_that_it_was_taken(world: WechatWorld) -> None:
    announcer = WechatPayAnnouncer(lambda: world.platform, world.entropy, WorldClock(world))
    assert announcer.is_taken(200, b'{"code":"FAIL"}')
    assert announcer.is_taken(204, b"")
    for status in (201, 202, 301, 400, 500):
        assert not announcer.is_taken(status, b'{"code":"SUCCESS"}')
    assert announcer.retry_after_ms == RETRY_AFTER_MS
    assert sum(RETRY_AFTER_MS) == 24 * HOUR + 4 * MINUTE
