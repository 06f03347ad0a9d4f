"""One key, one request, one answer: kept with an effect or a refusal, not with an error."""

from __future__ import annotations

import pytest

from ledger.core import idempotency
from ledger.core.idempotency import Reply
from ledger.core.records.notices import StoredReply
from ledger.protocol.errors import QrpayError
from ledger.protocol.errors.checkout import (
    IdempotencyKeyFormat,
    IdempotencyKeyReused,
    NotEnoughFunds,
    OrderNotFound,
    ScaMismatch,
)
from ledger.protocol.errors.codes import QrExpired
from ledger.protocol.errors.content import AmountFormat
from ledger.protocol.errors.service import StorageFull
from ledger.protocol.errors.trust import NonceReplay
from ledger.protocol.instants import DAY, MINUTE, later
from tests.core.demo_world import SHOP, World
from tests.core.state import refused, state_of


class Operation:
    """An operation that counts how often it ran and leaves a trace in the books."""

    def __init__(self, world: World, refusal: QrpayError | None = None) -> None:
        self.world = world
        self.refusal = refusal
        self.runs = 0

    def ask(
        self, key: str = "key-1", body: bytes = b"{}", scope: str = "merchant:M1 POST /v1/payments"
    ) -> StoredReply:
        """Send the request once."""
        with self.world.store.transaction() as books:

            def perform() -> Reply:
                self.runs += 1
                books.codes.add_miss(SHOP, "0123456789", self.world.now)
                if self.refusal is not None:
                    raise self.refusal
                return Reply(201, f'{{"run":{self.runs}}}')

            return idempotency.once(
                books,
                scope=scope,
                key=key,
                fingerprint=idempotency.fingerprint("POST", "/v1/payments", body),
                now=self.world.now,
                perform=perform,
                refuse=lambda refusal: Reply(refusal.status, refusal.code),
            )

    def traces(self) -> int:
        """How often its effect stands in the books."""
        with self.world.store.reading() as books:
            return books.codes.misses(SHOP, later(self.world.now, -1))


def test_the_first_answer_is_given_for_ever(world: World) -> None:
    operation = Operation(world)
    first = operation.ask()
    before = state_of(world.store)
    again = [operation.ask() for _ in range(3)]
    assert (first.status, first.body, first.replayed) == (201, '{"run":1}', False)
    assert again == [StoredReply(201, '{"run":1}', replayed=True)] * 3
    assert operation.runs == 1
    assert state_of(world.store) == before


def test_a_key_stands_for_one_request(world: World) -> None:
    operation = Operation(world)
    operation.ask(body=b'{"amount_minor":1}')
    with refused(world, IdempotencyKeyReused):
        operation.ask(body=b'{"amount_minor":2}')
    assert operation.runs == 1


def test_two_callers_may_use_the_same_key(world: World) -> None:
    operation = Operation(world)
    operation.ask(scope="merchant:M1 POST /v1/payments")
    operation.ask(scope="merchant:M2 POST /v1/payments")
    assert operation.runs == 2


@pytest.mark.parametrize("refusal", [NotEnoughFunds("no"), ScaMismatch("no")])
def test_a_decision_is_kept_and_what_led_to_it_undone(world: World, refusal: QrpayError) -> None:
    operation = Operation(world, refusal)
    first = operation.ask()
    assert (first.status, first.body) == (refusal.status, refusal.code)
    operation.refusal = None
    assert operation.ask() == StoredReply(refusal.status, refusal.code, replayed=True)
    assert (operation.runs, operation.traces()) == (1, 0)


@pytest.mark.parametrize(
    "error", [AmountFormat("no"), OrderNotFound("no"), QrExpired("no"), StorageFull("no")]
)
def test_an_error_is_not_kept_and_the_key_may_be_used_again(
    world: World, error: QrpayError
) -> None:
    operation = Operation(world, error)
    with refused(world, type(error)):
        operation.ask()
    operation.refusal = None
    assert operation.ask(body=b"put right").status == 201
    assert operation.traces() == 1


@pytest.mark.parametrize("key", ["", "a b", "x" * 65, "ключ", "line\n", "１２３"])
def test_a_key_that_is_none_is_refused(world: World, key: str) -> None:
    operation = Operation(world)
    with refused(world, IdempotencyKeyFormat):
        operation.ask(key=key)
    assert operation.runs == 0


def test_what_makes_two_requests_the_same() -> None:
    same = idempotency.fingerprint("POST", "/v1/payments", b"{}")
    assert same == idempotency.fingerprint("POST", "/v1/payments", b"{}")
    others = {
        idempotency.fingerprint("PUT", "/v1/payments", b"{}"),
        idempotency.fingerprint("POST", "/v1/payment", b"s{}"),
        idempotency.fingerprint("POST", "/v1/payments", b"{ }"),
    }
    assert same not in others
    assert len(others) == 3


def test_a_reply_is_forgotten_by_its_age(world: World) -> None:
    operation = Operation(world)
    operation.ask()
    answered_at = world.now
    with world.store.transaction() as books:
        assert idempotency.forget_old(books, answered_at, 10) == 0
        assert idempotency.forget_old(books, later(answered_at, 1), 10) == 1
    assert not operation.ask().replayed


def test_a_key_whose_reply_is_forgotten_still_stands_for_its_one_request(world: World) -> None:
    operation = Operation(world)
    operation.ask()
    with world.store.transaction() as books:
        idempotency.forget_old(books, later(world.now, 1), 10)
    with refused(world, IdempotencyKeyReused):
        operation.ask(body=b'{"another":1}')


def test_after_its_key_is_forgotten_a_payment_is_still_the_same_payment(world: World) -> None:
    request = world.new_request(1295)
    payment = world.send(request)
    world.wait(31 * DAY)
    with world.store.transaction() as books:
        idempotency.forget_old(books, world.now, 10)
    assert world.send(request) == payment


def test_a_signed_request_can_not_be_sent_twice(world: World) -> None:
    expires_at = later(world.now, 10 * MINUTE)
    with world.store.transaction() as books:
        books.nonces.remember(key_id="k1", nonce="n1", expires_at=expires_at)
        books.nonces.remember(key_id="k2", nonce="n1", expires_at=expires_at)
    with refused(world, NonceReplay), world.store.transaction() as books:
        books.nonces.remember(key_id="k1", nonce="n1", expires_at=expires_at)


def test_a_nonce_is_remembered_until_it_expires_even_if_the_clock_goes_back(
    world: World,
) -> None:
    expires_at = later(world.now, 10 * MINUTE)
    with world.store.transaction() as books:
        books.nonces.remember(key_id="k1", nonce="n1", expires_at=expires_at)
        assert books.nonces.prune(later(world.now, -60 * MINUTE)) == 0
        assert books.nonces.prune(expires_at) == 0
        assert books.nonces.prune(later(expires_at, 1)) == 1
