"""What only locks keep right when many write at once, whatever the books are kept in.

class TestLocksInAFile(LockContract):
    @pytest.fixture
    def world(self) -> Iterator[World]: ...
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from functools import partial
from itertools import cycle

import pytest

from ledger.core.notices import notifications
from ledger.core.records.payments import Payment
from ledger.ops.audit import audit
from ledger.protocol import payment_code
from ledger.protocol.errors.checkout import OrderNumberReused
from ledger.protocol.errors.codes import PaymentAuthCodeInvalid
from ledger.protocol.errors.trust import NonceReplay
from ledger.protocol.instants import MINUTE, Instant, later
from ledger.protocol.messages import Presented
from ledger.protocol.payment_code import PaymentCodeParts
from tests.core.demo_world import KIOSK, SHOP, World
from tests.stores.at_once import at_once

MANY = 12


class LockContract:
    """The suite; ``world`` is the demo world in the store under test."""

    def test_a_payment_code_that_two_tills_read_at_once_pays_once(self, world: World) -> None:
        code = world.shown_code("anna")
        asked = [
            world.new_request(100, merchant_id=shop, presented=Presented.CONSUMER)
            for _, shop in zip(range(MANY), cycle((SHOP, KIOSK)), strict=False)
        ]
        outcomes = at_once(
            MANY, lambda number: world.pay_with_code(asked[number], code).payment.state
        )
        assert outcomes == {"PAID": 1, PaymentAuthCodeInvalid.code: MANY - 1}
        assert world.balance("anna") == 19_900

    def test_a_request_that_arrives_many_times_at_once_is_one_payment(self, world: World) -> None:
        request = world.new_request(100)
        outcomes = at_once(MANY, lambda _: world.send(request).payment_id)
        assert list(outcomes.values()) == [MANY]

    def test_of_requests_with_one_order_number_one_is_taken(self, world: World) -> None:
        asked = [world.new_request(100, order_no="K1") for _ in range(MANY)]
        outcomes = at_once(MANY, lambda number: world.send(asked[number]).state)
        assert outcomes == {"AWAITING_PAYER": 1, OrderNumberReused.code: MANY - 1}

    def test_a_nonce_is_new_once(self, world: World) -> None:
        def use(_: int) -> str:
            with world.store.transaction() as books:
                books.nonces.remember(key_id="k", nonce="n", expires_at=world.now)
            return "new"

        assert at_once(MANY, use) == {"new": 1, NonceReplay.code: MANY - 1}

    def test_what_goes_without_asking_in_a_day_is_not_passed_by_haste(self, world: World) -> None:
        codes = world.codes("anna")[:6]
        asked = [world.new_request(5_000, presented=Presented.CONSUMER) for _ in codes]
        outcomes = at_once(
            len(codes),
            lambda number: world.pay_with_code(asked[number], codes[number]).payment.state,
        )
        assert outcomes == {"PAID": 3, "AUTHORISING": 3}

    def test_whatever_happens_to_one_payer_at_once_nobody_gets_stuck(self, world: World) -> None:
        """Captures, refunds and reversals touch the same accounts and sums from all sides."""
        actions: list[Callable[[], str]] = []
        for _ in range(4):
            waiting = world.claim(world.request(100), "anna").payment
            actions.append(partial(_authorise, world, waiting))
            actions.append(partial(_refund, world, world.paid(100, "anna")))
            actions.append(partial(_reverse, world, world.paid(100, "anna")))
        outcomes = at_once(len(actions), lambda number: actions[number]())
        assert outcomes == {"PAID": 4, "FULLY_REFUNDED": 4, "REVERSED": 4}
        assert world.balance("anna") == 20_000 - 400

    def test_whoever_watches_sees_every_event(self, world: World) -> None:
        """Though many commit at once, no event appears behind the last one that was seen."""
        audience, seen = f"merchant:{SHOP}", Counter[int]()
        done = threading.Event()

        def watch() -> None:
            known, last_look = 0, False
            while not last_look:
                last_look = done.is_set()
                with world.store.reading() as books:
                    for event in books.events.after(audience, known, 1000):
                        known = event.sequence
                        seen[known] += 1

        watcher = threading.Thread(target=watch)
        watcher.start()
        for _ in range(5):
            at_once(8, lambda _: world.request(100).state)
        done.set()
        watcher.join()
        with world.store.reading() as books:
            every = [event.sequence for event in books.events.after(audience, 0, 1000)]
        assert len(every) == 40
        assert list(seen) == every

    def test_each_notification_is_taken_by_one_notifier(self, world: World) -> None:
        paid = [world.paid(100, "anna").payment_id for _ in range(5)]
        taken: list[str] = []

        def take(_: int) -> str:
            with world.store.transaction() as books:
                due = notifications.lease_due(books, now=world.now, limit=3)
            taken.extend(row.payment_id for row in due)
            return "taken"

        at_once(4, take)
        assert sorted(taken) == sorted(paid)

    def test_payments_that_two_sweepers_find_overdue_end_once(self, world: World) -> None:
        for _ in range(4):
            world.request(100)
        world.now = later(world.now, 5 * MINUTE)
        outcomes = at_once(4, lambda _: str(len(world.expire())))
        assert sum(int(count) * times for count, times in outcomes.items()) == 4
        assert audit(world.store) == []

    def test_only_so_many_proofs_are_tried_at_a_handle(
        self, world: World, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        good = world.shown_code("anna")
        wrong = good[:-1] + str((int(good[-1]) + 1) % 10)
        tried: list[str] = []
        check = payment_code.check

        def try_one(parts: PaymentCodeParts, secret: bytes, now: Instant) -> None:
            tried.append(parts.handle)
            check(parts, secret, now)

        monkeypatch.setattr(payment_code, "check", try_one)
        shops = (SHOP, KIOSK)
        outcomes = at_once(24, lambda number: world.guess(wrong, shops[number % 2]))
        assert outcomes == {PaymentAuthCodeInvalid.code: 24}
        assert len(tried) == world.policy.misses_per_handle


def _authorise(world: World, payment: Payment) -> str:
    return world.authorise(payment, "anna").payment.state


def _refund(world: World, payment: Payment) -> str:
    return world.refund(payment, 100, payment.payment_id).payment.state


def _reverse(world: World, payment: Payment) -> str:
    return world.reverse(payment.payment_id, payment.merchant_order_no).payment.state
