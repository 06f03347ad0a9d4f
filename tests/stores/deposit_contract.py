"""What every store must do for deposits: they come back as they were, and end once."""

from __future__ import annotations

import pytest

from ledger.core.records.journal import EntryKind
from ledger.ops.audit import audit
from ledger.protocol.instants import DAY, later
from ledger.protocol.lifecycle import PaymentState
from ledger.store import BooksFile
from tests.core.demo_world import World
from tests.stores.at_once import at_once


class DepositContract:
    """A part of ``StoreContract``; ``world`` is the demo world in the store under test."""

    @pytest.fixture
    def world(self, store: BooksFile) -> World:
        """The demo world in a store."""
        return World(store)

    def test_a_deposit_comes_back_as_it_was_held_and_captured(self, world: World) -> None:
        held = world.held(3000, "li-wei", hold_until=later(world.now, DAY))
        assert world.payment(held) == held
        captured = world.capture(held, 350).payment
        assert world.payment(held) == captured
        with world.store.reading() as books:
            entries = books.journal.entries_of_payment(held.payment_id)
        assert [entry.kind for entry in entries] == [EntryKind.HOLD, EntryKind.CAPTURE]

    def test_held_deposits_are_listed_the_one_that_ends_first_before_the_others(
        self, world: World
    ) -> None:
        late = world.held(100, "anna", hold_until=later(world.now, 2 * DAY))
        early = world.held(100, "anna", hold_until=later(world.now, DAY))
        world.give_back(world.held(100, "anna"))
        with world.store.reading() as books:
            assert books.payments.held(10) == [early, late]
            assert books.payments.held(1) == [early]
            assert books.payments.held_past(later(world.now, DAY), 10) == [early]
            assert books.payments.held_past(later(world.now, DAY - 1), 10) == []

    def test_of_capture_release_and_expiry_at_the_same_instant_one_wins(self, world: World) -> None:
        for _ in range(10):
            self._race_for_one_deposit(world)
        assert audit(world.store) == []

    def _race_for_one_deposit(self, world: World) -> None:
        before = world.balance("anna")
        until = later(world.now, DAY)
        payment = world.held(3000, "anna", hold_until=until)
        capture_at = world.now

        def end(number: int) -> str:
            if number == 0:
                return f"capture {world.capture(payment, 350).payment.state}"
            if number == 1:
                return f"release {world.give_back(payment).state}"
            return f"expiry {len(world.end_holds_at(until))}"

        outcomes = at_once(3, end)
        assert world.now == capture_at
        stands = world.payment(payment)
        if stands.state is PaymentState.PAID:
            assert (outcomes["capture PAID"], outcomes["expiry 0"]) == (1, 1)
            assert outcomes["DEPOSIT_CAPTURED"] == 1
            assert world.balance("anna") == before - 350
        else:
            assert stands.state is PaymentState.CLOSED
            assert outcomes["capture PAID"] == 0
            assert outcomes["release CLOSED"] == 1
            assert world.balance("anna") == before
