"""Start the processes of a cluster, wait until it is whole, and stop them.

Each process is known by its id and start time, as in ``ledger.kit.home``: nothing is ever stopped
that was not started here.
"""

from __future__ import annotations

import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from ledger import config
from ledger.cli import NotRunning, TimedOut
from ledger.cli.cluster import patroni, programs
from ledger.cli.cluster.layout import BOOKS, HOST, LEDGER, NODES, SUPERUSER, Layout
from ledger.cli.cluster.members import is_whole, leader
from ledger.kit.home import Home, RunningService, start_mark
from ledger.kit.network.ports import require_free
from ledger.ops.databases.account import Account
from ledger.protocol.errors.service import ServiceUnavailable

ETCD: Final = "etcd"
WHOLE_WITHIN_S: Final = 180.0
STOP_WITHIN_S: Final = 30.0
_LOOK_EVERY_S: Final = 0.2

Tell = Callable[[str], None]


class Servers:
    """The processes of one cluster; ``tell`` hears what is being waited for."""

    def __init__(self, layout: Layout, tell: Tell = lambda _: None) -> None:
        self._layout = layout
        self._tell = tell
        self._account = Account(layout.servers)
        self._record = Home(Path(layout.folder))

    def running(self) -> list[RunningService]:
        """List the processes that run."""
        return self._record.running()

    def start(self) -> None:
        """Start whatever does not run, and wait until all three servers have all there is.

        Raises ``StoreDriverMissing``, ``StoreUnfit``, ``PortTaken``, and ``TimedOut`` or
        ``NotRunning`` after having stopped what was started.
        """
        running, started = self.running(), list[RunningService]()
        missing = [name for name in (ETCD, *NODES) if name not in {each.name for each in running}]
        self._account.take(self._layout.servers)
        etcd, node = programs.etcd(), programs.patroni(self._account)
        try:
            for name in missing:
                self._tell(f"starting {name}")
                started.append(
                    self._start_etcd(etcd) if name == ETCD else self._start_node(name, node)
                )
                self._record.record([*running, *started])
            self._wait("a leader", lambda: bool(leader(self._layout)), started)
            self._wait("two followers", lambda: is_whole(self._layout), started)
            self._make_books(leader(self._layout))
        except BaseException:
            self.stop(started)
            raise

    def stop(self, services: list[RunningService] | None = None) -> None:
        """Stop everything, or these: followers before their leader, etcd at the end."""
        ending = self.running() if services is None else services
        first = leader(self._layout)
        for wave in (
            [each for each in ending if each.name not in (first, ETCD)],
            [each for each in ending if each.name == first],
            [each for each in ending if each.name == ETCD],
        ):
            for service in wave:
                service.signal(signal.SIGTERM)
            _wait_until_gone(wave)
        left = self.running()
        if left:
            self._record.record(left)
        else:
            self._record.forget()

    def server(self, node: str) -> int:
        """Tell the process id of a node's PostgreSQL."""
        record = self._layout.data(node) / "postmaster.pid"
        return int(record.read_text().splitlines()[0])

    def ask(self, node: str, statement: str, database: str = "postgres") -> str:
        """Run a statement at one node as the superuser, by psql; raises ``ServiceUnavailable``."""
        done = self._account.run(
            str(self._account.programs() / "psql"),
            *("--no-psqlrc", "--quiet", "--tuples-only", "--no-align", "--set=ON_ERROR_STOP=1"),
            f"--host={self._layout.servers / node}",
            f"--port={self._layout.nodes[node].postgres}",
            *(f"--username={SUPERUSER}", f"--dbname={database}", f"--command={statement}"),
        )
        if done.returncode != 0:
            raise ServiceUnavailable(f"{node} refused: {done.stdout.strip()}")
        return done.stdout.strip()

    def _start_etcd(self, program: str) -> RunningService:
        clients, peers = self._layout.etcd, self._layout.etcd_peers
        for port in (clients, peers):
            require_free(HOST, port)
        ours, theirs = f"http://{HOST}:{clients}", f"http://{HOST}:{peers}"
        command = (
            program,
            f"--name={ETCD}",
            f"--data-dir={self._layout.servers / ETCD}",
            *(f"--listen-client-urls={ours}", f"--advertise-client-urls={ours}"),
            *(f"--listen-peer-urls={theirs}", f"--initial-advertise-peer-urls={theirs}"),
            f"--initial-cluster={ETCD}={theirs}",
        )
        return self._launch(ETCD, ours, command, {})

    def _start_node(self, name: str, program: programs.Program) -> RunningService:
        ports = self._layout.nodes[name]
        for port in (ports.postgres, ports.patroni):
            require_free(HOST, port)
        self._account.take(self._layout.servers / name)
        settings = patroni.write(self._layout, name, self._account.programs())
        self._account.own(settings)
        command = (*program.command, str(settings))
        return self._launch(name, self._layout.rest(name), command, program.environment)

    def _launch(
        self, name: str, url: str, command: tuple[str, ...], environment: dict[str, str]
    ) -> RunningService:
        log = self._layout.log(name)
        log.parent.mkdir(exist_ok=True, mode=0o700)
        with log.open("ab") as said:
            process = subprocess.Popen(  # noqa: S603 (etcd, and Patroni under a Python)
                command,
                **self._account.run_as(),
                env=config.environment_with(environment),
                cwd="/",
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        return RunningService(name, url, process.pid, start_mark(process.pid))

    def _wait(self, what: str, happened: Callable[[], bool], needed: list[RunningService]) -> None:
        self._tell(f"waiting for {what}")
        deadline = time.monotonic() + WHOLE_WITHIN_S
        while not happened():
            for service in needed:
                if not service.is_alive():
                    log = self._layout.log(service.name)
                    raise NotRunning(f"{service.name} ended while starting; see {log}")
            if time.monotonic() > deadline:
                logs = Path(self._layout.folder) / "logs"
                raise TimedOut(f"{what}: not within {WHOLE_WITHIN_S:.0f} s; see {logs}")
            time.sleep(_LOOK_EVERY_S)

    def _make_books(self, node: str) -> None:
        """Make the ledger's own account and its database, in a new cluster."""
        if self.ask(node, f"SELECT 1 FROM pg_roles WHERE rolname = '{LEDGER}'") == "1":  # noqa: S608
            return
        password = self._layout.ledger_password  # hexadecimal digits
        self.ask(node, f"CREATE ROLE {LEDGER} LOGIN PASSWORD '{password}'")
        self.ask(node, f"CREATE DATABASE {BOOKS} OWNER {LEDGER}")


def _wait_until_gone(services: list[RunningService]) -> None:
    deadline = time.monotonic() + STOP_WITHIN_S
    while any(service.is_alive() for service in services) and time.monotonic() < deadline:
        time.sleep(_LOOK_EVERY_S)
    for service in services:
        service.signal(signal.SIGKILL)
