"""Whoever looks at the books sees one state of them, whatever is being written, in each engine."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from ledger.ops.audit import audit
from ledger.protocol.errors.service import InvariantBroken
from ledger.store import open_reader
from tests.core.demo_world import World


def test_another_process_may_look_while_this_one_writes(world: World, place: str | Path) -> None:
    reader = open_reader(place)
    payment = world.request(100)
    with reader.reading() as books:
        assert books.payments.find(payment.payment_id) == payment
        with pytest.raises(InvariantBroken):
            books.payments.add(payment)
    assert audit(reader) == []
    reader.close()
    reader.close()


def test_whoever_looks_does_not_wait_for_a_writer_and_sees_one_state(world: World) -> None:
    payment = world.request(100)
    looked = threading.Event()

    def look() -> None:
        with world.store.reading() as books:
            assert books.payments.find(payment.payment_id) == payment
        looked.set()

    with world.store.transaction() as books:
        assert books.payments.find(payment.payment_id) == payment  # and holds it
        thread = threading.Thread(target=look)
        thread.start()
        assert looked.wait(10)
    thread.join()


def test_a_snapshot_does_not_move_while_others_write(world: World) -> None:
    with world.store.reading() as books:
        assert books.payments.page("", 10) == []
        payment = world.request(100)
        assert books.payments.page("", 10) == []
    with world.store.reading() as books:
        assert books.payments.page("", 10) == [payment]
