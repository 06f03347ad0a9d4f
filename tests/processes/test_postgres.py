"""``qrpay up --store postgres``: killed altogether, server included, it goes on where it was."""

from __future__ import annotations

import os
import shutil
import signal
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from ledger.ops.databases.laptop import LaptopPostgres
from tests.processes.acknowledged import Slips
from tests.processes.services import (
    FREE_PORTS,
    PARTIES,
    Services,
    nothing_left_running,
    processes_of,
    qrpay,
    wait_for,
)
from tests.processes.test_killed import PART, STEPS, Checkout


@pytest.fixture(scope="module")
def services() -> Iterator[Services]:
    """Till, wallet and ledger with the books in a server of their own."""
    data = Path(tempfile.mkdtemp(prefix="qrpay-test-"))
    data.chmod(0o711)  # the account that root lends the server passes through
    with nothing_left_running(data):
        made = Services(data)
        try:
            made.up(*FREE_PORTS, "--store", "postgres")
            yield made
        finally:
            made.down()
    shutil.rmtree(data)


@pytest.fixture(scope="module")
def slips(tmp_path_factory: pytest.TempPathFactory) -> Slips:
    return Slips(tmp_path_factory.mktemp("slips") / "slips.jsonl")


def kill_server(services: Services) -> None:
    """``kill -9`` the database server; its helpers notice and end."""
    record = services.data / "postgres" / "data" / "postmaster.pid"
    server = int(record.read_text().splitlines()[0])
    os.kill(server, signal.SIGKILL)
    wait_for("the server is gone", lambda: not Path(f"/proc/{server}").exists())
    wait_for("its helpers are gone", lambda: not processes_of(services.data))


def test_all_killed_in_the_middle_of_a_payment_qrpay_up_goes_on_where_they_were(
    services: Services, slips: Slips
) -> None:
    first, second = Checkout(services, slips), Checkout(services, slips)
    for step in STEPS:
        first.step(step)
    second.show()
    second.scan()
    approving = threading.Thread(target=second.approve)
    approving.start()
    for party in PARTIES:
        services.kill(party)
    kill_server(services)
    services.up(*services.ports())
    approving.join()
    second.told()
    second.give_back()
    for each in (first, second):
        assert each.till.sale(each.sale_id)["refunded_minor"] == PART
    assert services.audit()["findings"] == []
    slips.require_in_books(LaptopPostgres(services.data / "postgres").url)


def test_the_ledger_tells_where_its_books_are(services: Services) -> None:
    health = services.ask("ledger", "/health").done
    assert health["postgresql"].startswith("18.")
    assert (health["synchronous_commit"], health["fsync"]) == ("on", "on")
    assert not (services.data / "ledger" / "books.db").exists()


def test_the_books_stay_where_they_were_begun(services: Services) -> None:
    moved = qrpay("up", "--store", "postgresql:///elsewhere", data=services.data)
    assert moved.returncode == 1
    assert "already running" in moved.stderr


def test_the_trial_balance_is_read_from_the_database(services: Services) -> None:
    told = qrpay("ledger", "accounts", data=services.data)
    assert any(line.endswith("Anna") for line in told.stdout.splitlines()), told.stdout
