"""``qrpay bench checkout`` plays real checkouts, and its proof tells books that lie."""

from __future__ import annotations

import json
import socket
from pathlib import Path

import pytest

from ledger.cli.bench.checkout.driver.arrivals import ClosedLoop, OpenLoop
from ledger.cli.bench.checkout.driver.play import Steps, play
from ledger.cli.bench.checkout.driver.wire import Connection, take_apart
from ledger.cli.bench.checkout.proof import prove
from ledger.kit.network.ports import free_port
from ledger.protocol.errors.trust import AnswerLost
from ledger.store import open_store
from tests.processes.services import qrpay


@pytest.mark.parametrize("flow", ["at-once", "offer"])
def test_a_tiny_run_acknowledges_what_the_books_hold(flow: str) -> None:
    asked = ["--connections", "2", "--seconds", "0.5", "--payers", "2", "--merchants", "2"]
    asked += ["--flow", flow]
    done = qrpay("bench", "checkout", *asked, "--json")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout.splitlines()[-1])
    assert told["acknowledged"] == told["stored"] > 0
    assert (told["postings_sum_minor"], told["untold"], told["findings"]) == (0, 0, [])
    assert set(told["cpu_us_per_checkout"]) == {"ledger", "pos", "wallet", "driver", "all"}
    assert {"checkouts_per_s", "p50_ms", "p99_ms", "share_of_limit", "backend"} <= set(told)
    assert told["machine"]["cores"] > 0


def test_a_payment_that_was_acknowledged_and_is_not_in_the_books_is_told(tmp_path: Path) -> None:
    place = tmp_path / "books.db"
    open_store(place).close()
    proved = prove(place, ["pay_01M803NG4V00000000000000"], untold=0)
    assert proved.broken() == ["1 acknowledged and not in the books"]
    assert prove(place, [], untold=3).broken() == ["3 notifications that no till has taken"]


def test_an_answer_is_whole_only_when_all_of_it_has_come() -> None:
    whole = b"HTTP/1.1 201 Created\r\nContent-Length: 4\r\nX: y\r\n\r\nbody"
    assert [take_apart(whole[:end]) for end in range(len(whole))] == [None] * len(whole)
    assert take_apart(whole) == (201, b"body")
    with pytest.raises(AnswerLost):
        take_apart(b"HTTP/1.1 200 OK\r\n\r\nhow much?")


class Hurried:
    """Somebody whose checkout is over before it asked anything twice."""

    def __init__(self, connection: Connection) -> None:
        self.connections = (connection,)

    def checkout(self) -> Steps:
        """Ask once."""
        yield self.connections[0], "/", b"{}"
        return "paid"


def test_a_service_that_hangs_up_ends_the_run() -> None:
    with socket.create_server(("127.0.0.1", port := free_port())) as server:
        shopper = Hurried(Connection(f"http://127.0.0.1:{port}"))
        server.accept()[0].close()
        with pytest.raises((AnswerLost, ConnectionError)):
            play([shopper], ClosedLoop(1))
        shopper.connections[0].close()


def test_people_who_come_at_fixed_moments_are_counted_from_when_they_were_due() -> None:
    crowd = OpenLoop(seconds=1.0, rate=4.0)
    assert crowd.take(0.6) == 0.0
    assert crowd.take(0.6) == 0.25
    assert crowd.take(0.6) == 0.5
    assert crowd.take(0.6) is None
    assert crowd.wait_s(0.6) == pytest.approx(0.15)
    assert not crowd.are_over(0.6)
    assert crowd.take(0.8) == 0.75
    assert crowd.are_over(0.8)
