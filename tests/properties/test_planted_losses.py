"""The memory beside the whole book goes red for what sums don't show: losses and other words."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from tests.core.demo_world import SHOP
from tests.properties.whole_book_as_acknowledged import WholeBookAsAcknowledged
from tests.stores.raw import ask, drop_guards

Look = Callable[[WholeBookAsAcknowledged], None]

PLANTED: dict[str, tuple[str, Look]] = {
    "a receipt is gone": (
        "DELETE FROM receipt",
        WholeBookAsAcknowledged.nothing_acknowledged_is_lost,
    ),
    "a payment is gone, and with it all that was booked": (
        "DELETE FROM payment",
        WholeBookAsAcknowledged.nothing_acknowledged_is_lost,
    ),
    "a receipt says something else": (
        "UPDATE receipt SET text = replace(text, 'amount_minor=1295', 'amount_minor=1')",
        WholeBookAsAcknowledged.what_was_signed_holds_and_the_chain_is_whole,
    ),
    "an entry is gone": (
        "DELETE FROM entry WHERE kind = 'CAPTURE'",
        WholeBookAsAcknowledged.the_journal_only_grows_at_its_end,
    ),
    "an entry was booked before all others": (
        "INSERT INTO entry SELECT 'jnl_0', kind, 0, 0, NULL, NULL, '' FROM entry LIMIT 1",
        WholeBookAsAcknowledged.the_journal_only_grows_at_its_end,
    ),
    "a statement adds up to something else": (
        "UPDATE batch_line SET amount_minor = amount_minor + 1",
        WholeBookAsAcknowledged.each_statement_says_the_same_for_ever_and_adds_up,
    ),
    "a statement names another order": (
        "UPDATE batch_line SET merchant_order_no = 'other'",
        WholeBookAsAcknowledged.each_statement_says_the_same_for_ever_and_adds_up,
    ),
}


@pytest.fixture
def machine() -> Iterator[WholeBookAsAcknowledged]:
    made = WholeBookAsAcknowledged()
    assert made._buy(1295, "anna", SHOP) is not None
    made.let_days_end(3)
    made.seal_what_was_booked()
    yield made
    made.world.close()


@pytest.mark.parametrize(("plant", "look"), PLANTED.values(), ids=list(PLANTED))
def test_what_was_told_and_is_not_so_any_more_is_missed(
    machine: WholeBookAsAcknowledged, plant: str, look: Look
) -> None:
    look(machine)
    drop_guards(machine.world.store)
    ask(machine.world.store, plant)
    with pytest.raises(AssertionError):
        look(machine)
