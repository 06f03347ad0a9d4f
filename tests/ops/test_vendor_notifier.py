"""What came by a vendor's face is told by that face, on its schedule, at hosts that are allowed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import accumulate

import pytest

from ledger.core.notices import attempts
from ledger.core.ports import Books
from ledger.core.records.notices import DeliveryState, OutboxRow
from ledger.core.records.vendors import VendorFace, VendorOrder
from ledger.core.vendors.announcing import Post
from ledger.core.vendors.orders import Opened
from ledger.faces.alipay import announcer as alipay
from ledger.faces.antom import announcer as antom
from ledger.kit.clock import SettableClock
from ledger.kit.transport import Response
from ledger.ops.audit import audit
from ledger.ops.notifier import ANY_HOST, NOT_TOLD, OWN_HOSTS, Notifier
from ledger.protocol.instants import MINUTE, SECOND, Instant, later
from tests.core.vendors.vendor_shop import VendorShop
from tests.ops.vendor_listener import Listener

SCHEDULE = (2 * MINUTE, 10 * MINUTE)


class Crier:
    """An announcer that says the event and the merchant's number."""

    def __init__(self) -> None:
        self.retry_after_ms: Sequence[int] = SCHEDULE
        self.is_broken = False

    def render(
        self, books: Books, row: OutboxRow, order: VendorOrder, *, now: Instant
    ) -> Post | None:
        """Spell it; nothing is told of what was closed."""
        assert books.payments.find(row.payment_id) is not None
        if self.is_broken:
            raise ZeroDivisionError
        if row.event == "payment.closed":
            return None
        body = f"{row.event} {order.out_no} {now}".encode()
        return Post(order.notify_url, body, {"X-Attempt": str(row.attempts)})

    def is_taken(self, status: int, body: bytes) -> bool:
        """Alipay's way."""
        return (status, body) == (200, b"success")


@pytest.fixture
def shop() -> Iterator[VendorShop]:
    made = VendorShop()
    yield made
    assert audit(made.store) == []
    made.close()


class Desk:
    """A notifier whose clock is the shop's."""

    def __init__(self, shop: VendorShop, hosts: Sequence[str] = OWN_HOSTS) -> None:
        self.shop, self.clock = shop, SettableClock(shop.now)
        self.listener, self.crier = Listener(), Crier()
        self.notifier = Notifier(
            shop.store, self.clock, self.listener, {VendorFace.ALIPAY: self.crier}, hosts
        )

    def wait(self, milliseconds: int) -> None:
        """Let time go by and deliver."""
        self.shop.now = later(self.shop.now, milliseconds)
        self.clock.set(self.shop.now)
        self.notifier.deliver_due()

    def row(self, opened: Opened) -> OutboxRow:
        """The only notification about an order."""
        with self.shop.store.reading() as books:
            (row,) = books.outbox.of_payment(opened.order.payment_id)
        return row


def paid(shop: VendorShop, notify_url: str = "http://127.0.0.1:9/notify?a=1") -> Opened:
    opened = shop.open_order(replace(shop.wanted(), notify_url=notify_url))
    shop.pay_order(opened, "anna")
    return opened


def test_a_face_tells_in_its_own_words_and_its_answer_counts(shop: VendorShop) -> None:
    opened, desk = paid(shop), Desk(shop)
    desk.wait(0)
    body = f"payment.paid A1 {shop.now}".encode()
    assert desk.listener.posts == [("http://127.0.0.1:9/notify?a=1", {"X-Attempt": "1"}, body)]
    assert desk.row(opened).state is DeliveryState.DELIVERED


@pytest.mark.parametrize("schedule", [SCHEDULE, alipay.RETRY_AFTER_MS, antom.RETRY_AFTER_MS])
def test_a_vendors_schedule_is_followed_to_its_end_and_each_attempt_is_in_the_log(
    shop: VendorShop, schedule: Sequence[int]
) -> None:
    opened, desk = paid(shop), Desk(shop)
    desk.listener.answer = Response(500, {}, b"success")
    desk.crier.retry_after_ms = schedule
    waits = (0, *schedule)
    for attempt, wait in enumerate(waits, 1):
        desk.wait(wait - SECOND if wait else 0)
        assert len(desk.listener.posts) == max(attempt - 1, 1)
        desk.wait(SECOND if wait else 0)
        assert len(desk.listener.posts) == attempt
    row = desk.row(opened)
    assert (row.state, row.answer) == (DeliveryState.DEAD, "500 b'success'")
    with shop.store.reading() as books:
        log = [(made.number, made.made_at) for made in attempts.log_of(books, row)]
    made_at = [later(row.created_at, waited) for waited in accumulate(waits)]
    assert log == [*enumerate(made_at, 1)]


def test_what_a_vendor_does_not_tell_is_over_at_once(shop: VendorShop) -> None:
    desk = Desk(shop)
    closed = shop.ordered()
    shop.close_payment(closed.payment)
    desk.wait(0)
    assert desk.listener.posts == []
    row = desk.row(closed)
    assert (row.state, row.answer) == (DeliveryState.DELIVERED, NOT_TOLD)


def test_nobody_is_told_where_no_address_was_named(shop: VendorShop) -> None:
    opened, desk = paid(shop, notify_url=""), Desk(shop)
    desk.wait(0)
    assert desk.row(opened).answer == NOT_TOLD


@pytest.mark.parametrize(
    "url", ["http://shop.example/notify", "http://[::1", "http://127.0.0.1.x/"]
)
def test_an_address_elsewhere_is_told_only_if_the_operator_allows_it(
    shop: VendorShop, url: str
) -> None:
    opened, desk = paid(shop, url), Desk(shop)
    desk.wait(0)
    assert desk.listener.posts == []
    row = desk.row(opened)
    assert (row.state, "NOTIFY_HOSTS" in row.answer) == (DeliveryState.PENDING, True)


@pytest.mark.parametrize("hosts", [(ANY_HOST,), ("shop.example",)])
def test_allowed_hosts_are_told(shop: VendorShop, hosts: tuple[str, ...]) -> None:
    paid(shop, "https://shop.example/notify")
    desk = Desk(shop, hosts)
    desk.wait(0)
    assert [url for url, _, _ in desk.listener.posts] == ["https://shop.example/notify"]


def test_what_can_not_be_spelled_does_not_hold_up_others_and_is_tried_again(
    shop: VendorShop,
) -> None:
    opened, desk = paid(shop), Desk(shop)
    desk.crier.is_broken = True
    desk.wait(0)
    assert desk.row(opened).answer == "ZeroDivisionError"
    desk.crier.is_broken = False
    desk.wait(SCHEDULE[0])
    assert desk.row(opened).state is DeliveryState.DELIVERED


def test_each_notification_of_a_vendor_goes_alone(shop: VendorShop) -> None:
    desk = Desk(shop)
    opened = paid(shop)
    shop.refund_order(opened, 100, "R1")
    shop.refund_order(opened, 100, "R2")
    desk.wait(0)
    assert [body.split()[0] for _, _, body in desk.listener.posts] == [
        b"payment.paid",
        b"refund.succeeded",
        b"refund.succeeded",
    ]
