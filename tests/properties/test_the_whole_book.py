"""Whatever happens in whatever order, the rules hold: in memory, and in PostgreSQL."""

from __future__ import annotations

from hypothesis import settings
from hypothesis.stateful import run_state_machine_as_test

from tests.core.demo_world import World
from tests.properties.whole_book_as_acknowledged import WholeBookAsAcknowledged
from tests.stores.databases import Databases

TestTheWholeBook = WholeBookAsAcknowledged.TestCase
TestTheWholeBook.settings = settings(max_examples=40, stateful_step_count=40)


def test_the_rules_hold_in_a_database_too(databases: Databases) -> None:
    class WholeBookInADatabase(WholeBookAsAcknowledged):
        def make_world(self) -> World:
            return databases.world()

    few = settings(max_examples=4, stateful_step_count=30)
    run_state_machine_as_test(WholeBookInADatabase, settings=few)
