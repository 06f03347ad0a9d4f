"""The ledger as a whole: what works by itself, what a restart keeps, how it stops."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import flask
import pytest

from ledger.app import create_app, ledger_of
from ledger.config import Settings
from ledger.kit.clock import SettableClock
from ledger.kit.entropy import SeededEntropy
from ledger.kit.transport.wsgi_transport import WsgiTransport
from ledger.ops.audit import audit
from ledger.protocol.errors.service import KeyFileUnusable, StoreInUse
from ledger.protocol.instants import MINUTE
from ledger.store import open_reader
from tests.faces.native.http_world import NOON, HttpWorld
from tests.faces.native.wire import BASE, Request
from tests.ops.fake_till import FakeTill


def running(settings: Settings) -> Settings:
    """Settings with the background work on."""
    return replace(settings, background=True)


def test_a_till_is_told_without_anybody_asking_for_it(tmp_path: Path) -> None:
    till = FakeTill()
    world = HttpWorld(tmp_path, transport=till, change=running, in_a_file=True)
    payment = world.paid(100)
    till.wait()
    assert f"payment_id={payment['payment_id']}" in till.told[0].notification.text
    world.close()


def test_a_payment_expires_without_anybody_asking_for_it(tmp_path: Path) -> None:
    till = FakeTill()
    world = HttpWorld(tmp_path, transport=till, change=running, in_a_file=True)
    payment = world.shop.ask(100)
    world.clock.advance(3 * MINUTE)
    for worker in world.ledger.workers:
        worker.wake()
    till.wait()
    assert world.shop.get(f"/v1/payments/{payment['payment_id']}").json["state"] == "CLOSED"
    world.close()


def test_a_commit_wakes_only_who_has_something_to_do_because_of_it(tmp_path: Path) -> None:
    world = HttpWorld(tmp_path, change=running)
    woken = {worker.name for worker in world.ledger.woken}
    listeners = world.ledger.store.listeners
    assert woken == {"notifier"}
    assert listeners == [world.ledger.live.wake, *(each.wake for each in world.ledger.woken)]
    world.close()


def test_stopping_ends_every_thread_of_the_ledger(tmp_path: Path) -> None:
    before = set(threading.enumerate())
    world = HttpWorld(tmp_path, change=running)
    assert {thread.name for thread in set(threading.enumerate()) - before} >= {
        "notifier",
        "sweeper",
    }
    world.close()
    assert set(threading.enumerate()) <= before
    world.close()


def build(folder: Path, *, entropy: str = "ledger") -> flask.Flask:
    """A ledger whose books lie in a folder."""
    return create_app(
        Settings(data_dir=folder, background=False),
        clock=SettableClock(NOON),
        entropy=SeededEntropy(entropy),
    )


def test_a_restart_keeps_the_books_the_key_and_the_demo_world(tmp_path: Path) -> None:
    def ask(path: str) -> Callable[[flask.Flask], object]:
        return lambda app: json.loads(
            WsgiTransport({BASE: app}).request("GET", BASE + path, {}, b"").body
        )

    first = build(tmp_path)
    keys, shop = ask("/v1/keys")(first), ask("/v1/merchants/M2088DEMO000001")(first)
    ledger_of(first).close()
    second = build(tmp_path)
    assert (ask("/v1/keys")(second), ask("/v1/merchants/M2088DEMO000001")(second)) == (keys, shop)
    with ledger_of(second).store.reading() as books:
        assert len(books.directory.payers()) == 5
    ledger_of(second).close()


def test_a_ledger_whose_key_was_lost_does_not_go_on_with_another(tmp_path: Path) -> None:
    ledger_of(build(tmp_path)).close()
    key_file = tmp_path / "signing.key"
    lost = key_file.read_bytes()
    key_file.unlink()
    for _ in range(2):  # the first try has made a new key; that does not make it the right one
        with pytest.raises(KeyFileUnusable, match="put its file back"):
            build(tmp_path, entropy="another")
    key_file.write_bytes(lost)
    ledger_of(build(tmp_path)).close()


def test_one_folder_has_one_ledger(tmp_path: Path) -> None:
    first = build(tmp_path)
    with pytest.raises(StoreInUse):
        build(tmp_path)
    ledger_of(first).close()


def test_the_books_can_be_looked_at_while_the_ledger_runs(tmp_path: Path) -> None:
    app = build(tmp_path)
    reader = open_reader(tmp_path / "books.db")
    with reader.reading() as books:
        assert books.directory.merchant("M2088DEMO000001") is not None
    reader.close()
    ledger_of(app).close()


def test_a_ledger_can_be_built_without_the_demo_world(tmp_path: Path) -> None:
    world = HttpWorld(tmp_path, change=lambda settings: replace(settings, demo_world=False))
    with world.store.reading() as books:
        assert books.directory.merchant("M2088DEMO000001") is None
        assert books.directory.payers() == []
    assert audit(world.store) == []
    world.close()


def test_a_host_name_that_is_not_the_ledgers_is_refused(tmp_path: Path) -> None:
    world = HttpWorld(tmp_path, change=lambda settings: replace(settings, hosts=("ledger.test",)))
    known = world.line.receive(Request("GET", "/health", {}))
    other = world.line.receive(Request("GET", "/health", {"Host": "evil.test"}))
    assert (known.status, other.status) == (200, 400)
    world.close()


def test_an_app_of_somebody_else_has_no_ledger() -> None:
    with pytest.raises(KeyError):
        ledger_of(flask.Flask("other"))
