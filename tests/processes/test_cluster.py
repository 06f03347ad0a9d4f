"""Three PostgreSQL servers under Patroni: several ledgers agree on one, and one may die.

The servers, etcd and the services are real processes; what is killed is killed with ``kill -9``.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from ledger.cli.cluster import layout as layouts
from ledger.cli.cluster.layout import NODES, Layout
from ledger.cli.cluster.members import is_whole, leader
from ledger.cli.cluster.servers import Servers
from tests.processes.acknowledged import Slips
from tests.processes.services import (
    FREE_PORTS,
    Services,
    nothing_left_running,
    qrpay,
)
from tests.processes.test_killed import PART, STEPS, Checkout

FAILOVER_S = 900.0

pytestmark = pytest.mark.skipif(
    shutil.which("etcd") is None, reason="etcd is missing: sudo apt-get install etcd-server"
)


@pytest.fixture(scope="module")
def home() -> Iterator[Path]:
    """A folder through which the account that root lends the servers may pass."""
    folder = Path(tempfile.mkdtemp(prefix="qrpay-test-"))
    folder.chmod(0o711)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def cluster(home: Path) -> Iterator[Layout]:
    """A cluster that was started by its command."""
    data = home / "cluster"
    started = qrpay("cluster", "up", "--data", data)
    assert started.returncode == 0, started.stderr
    layout = layouts.read(data)
    try:
        yield layout
    finally:
        stopped = qrpay("cluster", "down", "--data", data)
    assert stopped.returncode == 0, stopped.stderr
    assert qrpay("cluster", "status", "--data", data).returncode == 3


@pytest.fixture(scope="module")
def services(home: Path, cluster: Layout) -> Iterator[Services]:
    """Till, wallet and ledger with their books in the cluster."""
    data = home / "services"
    with nothing_left_running(data):
        made = Services(data)
        try:
            made.up(*FREE_PORTS, "--store", cluster.url)
            yield made
        finally:
            made.down()


@pytest.fixture(scope="module")
def slips(tmp_path_factory: pytest.TempPathFactory) -> Slips:
    return Slips(tmp_path_factory.mktemp("slips") / "slips.jsonl")


@contextmanager
def second_front_end(services: Services, books: str) -> Iterator[None]:
    """Beside the first ledger another one, and a wallet that knows only that one."""
    clock = {"QRPAY_CLOCK": str(services.data / "clock")}
    services.kill("wallet")
    first = services.urls["wallet"]
    with (
        services.another("ledger", {"QRPAY_LEDGER_STORE": books, **clock}) as ledger,
        services.another("wallet", {"QRPAY_WALLET_LEDGER_URL": ledger, **clock}) as wallet,
    ):
        services.urls["wallet"] = wallet
        yield
    services.urls["wallet"] = first
    services.restart("wallet")


def test_one_node_leads_and_two_confirm(cluster: Layout) -> None:
    told = qrpay("cluster", "status", "--json", "--data", cluster.folder)
    found = json.loads(told.stdout)
    roles = sorted(found["members"][node]["role"] for node in NODES)
    assert roles == ["leader", "quorum_standby", "quorum_standby"]
    assert found["url"] == qrpay("cluster", "url", "--data", cluster.folder).stdout.strip()


def test_a_payment_asked_for_at_one_ledger_is_paid_at_another(
    services: Services, cluster: Layout, slips: Slips
) -> None:
    with second_front_end(services, cluster.url):
        checkout = Checkout(services, slips)
        for step in STEPS:
            checkout.step(step)
    assert checkout.till.sale(checkout.sale_id)["refunded_minor"] == PART
    assert services.audit()["findings"] == []
    slips.require_in_books(cluster.url)


def test_when_the_leader_dies_another_leads_and_nothing_acknowledged_is_lost(
    services: Services, cluster: Layout, slips: Slips
) -> None:
    servers = Servers(cluster)
    before, during = Checkout(services, slips), Checkout(services, slips)
    for step in STEPS:
        before.step(step)
    during.show()
    during.scan()
    dead = leader(cluster)
    patroni = next(each for each in servers.running() if each.name == dead)
    patroni.signal(signal.SIGKILL)
    os.kill(servers.server(dead), signal.SIGKILL)
    during.approve()
    during.told()
    during.give_back()
    assert leader(cluster) != dead
    assert services.audit()["findings"] == []
    slips.require_in_books(cluster.url)
    again = qrpay("cluster", "up", "--data", cluster.folder)
    assert (again.returncode, f"starting {dead}" in again.stderr) == (0, True)
    assert is_whole(cluster)


@pytest.mark.parametrize(("words", "loses"), [((), False), (("--asynchronous",), True)])
def test_the_count_finds_loss_only_where_the_leader_acknowledged_alone(
    words: tuple[str, ...], *, loses: bool
) -> None:
    played = qrpay("bench", "failover", "--seconds", "2", "--json", *words, within_s=FAILOVER_S)
    assert played.returncode == 0, played.stderr
    found = json.loads(played.stdout.splitlines()[-1])
    assert found["acknowledged"] > 0
    assert (found["lost"] > 0) is loses
    assert (found["twice"], found["findings"]) == (0, 0)


def test_a_cluster_that_was_made_one_way_is_not_started_the_other_way(cluster: Layout) -> None:
    refused = qrpay("cluster", "up", "--asynchronous", "--data", cluster.folder)
    assert refused.returncode == 1
    assert "take another --data" in refused.stderr


def test_without_a_cluster_its_commands_say_what_makes_one(tmp_path: Path) -> None:
    for command in ("status", "url", "down"):
        told = qrpay("cluster", command, "--data", tmp_path)
        assert told.returncode == 3
        assert "`qrpay cluster up` makes one" in told.stderr
