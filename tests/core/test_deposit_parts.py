"""Parts of a deposit: each is a sale of its own, and what is left is held anew at the same rate."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ledger.core.books.fx import RateTable
from ledger.core.checkout import requests
from ledger.core.checkout.deposits import parts
from ledger.core.checkout.deposits.parts import Taken
from ledger.core.records.payments import Payment
from ledger.ops.audit import audit
from ledger.protocol.errors.checkout import CaptureExceedsHeld, HoldExpired, PaymentNotHeld
from ledger.protocol.instants import HOUR, later
from ledger.protocol.lifecycle import PaymentState
from ledger.protocol.messages import Presented
from ledger.protocol.money import Money
from tests.core.demo_world import EUR, World
from tests.core.seen import held_of
from tests.stores.raw import ask


def take(world: World, deposit: Payment, minor: int, *, keep_rest: bool = True) -> Taken:
    """The merchant takes a part."""
    asked = world.new_request(minor, presented=Presented.CONSUMER)
    with world.store.transaction() as books:
        part = requests.open_payment(books, request=asked, policy=world.policy, now=world.now)
        return parts.take(
            books,
            deposit=deposit,
            part=part,
            keep_rest=keep_rest,
            now=world.now,
            ids=world.ids,
            key=world.key,
        )


def give_back(world: World, deposit: Payment, minor: int) -> Payment | None:
    """The merchant gives a part back."""
    with world.store.transaction() as books:
        return parts.give_back(
            books,
            deposit=deposit,
            amount=Money(minor, EUR),
            now=world.now,
            ids=world.ids,
            key=world.key,
        )


def test_parts_are_sales_and_the_rest_stays_held(world: World) -> None:
    deposit = world.held(3000, "anna")
    first = take(world, deposit, 350)
    assert first.part.payment.state is PaymentState.PAID
    assert first.rest is not None
    assert (first.rest.state, first.rest.amount.minor_units) == (PaymentState.HELD, 2650)
    assert first.rest.hold_until == deposit.hold_until
    assert (world.balance("anna"), held_of(world, "anna")) == (17_000, 2650)
    second = take(world, first.rest, 2000)
    assert second.rest is not None
    assert give_back(world, second.rest, 150) is not None
    assert (world.balance("anna"), held_of(world, "anna")) == (17_150, 500)
    assert audit(world.store) == []


def test_the_payer_pays_at_their_rate_and_never_more_than_was_held(world: World) -> None:
    deposit = world.held(3000, "li-wei")
    world.rates = RateTable({"EUR": (1, 1), "CNY": (99, 1)}, "dearer")
    rest: Payment | None = deposit
    for minor in (350, 350, 1, 1, 2298):
        assert rest is not None
        rest = take(world, rest, minor).rest
    assert rest is None
    assert held_of(world, "li-wei") == 0
    assert 500_000 - world.balance("li-wei") == 23_438  # what was held of 30.00 at 125/16
    assert audit(world.store) == []


def test_the_last_part_lets_the_rest_go(world: World) -> None:
    taken = take(world, world.held(3000, "li-wei"), 350, keep_rest=False)
    assert taken.rest is None
    assert (held_of(world, "li-wei"), world.balance("li-wei")) == (0, 500_000 - 2735)
    assert audit(world.store) == []


def test_all_of_it_given_back_is_all_that_was_held(world: World) -> None:
    deposit = world.held(3000, "li-wei")
    assert give_back(world, deposit, 3000) is None
    assert (held_of(world, "li-wei"), world.balance("li-wei")) == (0, 500_000)
    with pytest.raises(PaymentNotHeld):
        give_back(world, world.payment(deposit), 1)


def test_no_more_than_is_held_and_not_too_late(world: World) -> None:
    deposit = world.held(3000, "anna")
    with pytest.raises(CaptureExceedsHeld):
        take(world, deposit, 3001)
    with pytest.raises(CaptureExceedsHeld):
        give_back(world, deposit, 3001)
    assert deposit.hold_until is not None
    world.now = later(deposit.hold_until, HOUR)
    with pytest.raises(HoldExpired):
        take(world, deposit, 1)
    assert held_of(world, "anna") == 3000
    assert replace(deposit) == world.payment(deposit)


@pytest.mark.parametrize(
    "tampering",
    [
        "UPDATE payment SET request_text = 'x' WHERE request_text LIKE 'rest of %'",
        "UPDATE payment SET amount_minor = 1 WHERE intent = 'deposit' AND state = 'CLOSED'",
    ],
)
def test_a_rest_without_the_deposit_it_follows_is_found(tampering: str) -> None:
    world = World()
    assert take(world, world.held(3000, "anna"), 350).rest is not None
    assert audit(world.store) == []
    ask(world.store, tampering)
    assert "consents_belong_to_captures" in {each.rule for each in audit(world.store)}
    world.close()
