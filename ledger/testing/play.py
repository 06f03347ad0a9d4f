"""One provider for one test: in this process, in memory, on a free port, its clock standing still.

Requests are answered by threads of their own, notifications go out as soon as there are any, and
whatever waits for time waits until the test lets it pass. With the same seed and the same ``now``
the provider gives the same numbers and draws the same faults.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path
from typing import Final

import flask
from werkzeug.serving import WSGIRequestHandler, make_server

from ledger.app import VENDOR_HOSTS, Ledger, create_app, ledger_of
from ledger.cli.redirection.command import led_to, prepare
from ledger.config import SNAPSHOTS, Settings, environment_with
from ledger.faces import Provider
from ledger.kit.background import Worker
from ledger.kit.clock import LedClock, SystemClock
from ledger.kit.entropy import SeededEntropy
from ledger.kit.redirection import environment
from ledger.kit.redirection.environment import Places
from ledger.kit.redirection.tunnel import Tunnel
from ledger.ops.audit import Auditable, audit
from ledger.protocol.errors.sandbox import BooksNotSound
from ledger.protocol.instants import SECOND, Instant, from_text
from ledger.sandbox.checklist.judging import Checklist, Line, judge
from ledger.sandbox.checklist.traffic import Traffic
from ledger.sandbox.faults import Fault, Faults
from ledger.sandbox.faults.kinds import kind_of
from ledger.sandbox.place import Sandbox
from ledger.sandbox.snapshots.provider import Snapshots
from ledger.sandbox.timekeeper import Timekeeper
from ledger.sandbox.wallets import PlayWallet
from ledger.store import MEMORY, open_store
from ledger.testing.accounts import (
    AlipayAccount,
    AntomAccount,
    WechatPayAccount,
    platform_secrets,
)
from ledger.testing.handles import (
    PlayClock,
    PlayFaults,
    PlayNotifications,
    PlayRequests,
)

HOST: Final = "127.0.0.1"
_POLL_S: Final = 0.01
_IDLE_S: Final = 3600.0
_LOOK_S: Final = 0.1


SetVariable = Callable[[str, str], None]
"""Sets a variable of this process for as long as the test lasts."""


class _Quiet(WSGIRequestHandler):
    """A server that does not write what it answers; the journal has it."""

    def log(self, type: str, message: str, *args: object) -> None:  # noqa: A002 (werkzeug's)
        """Say nothing."""


class Play:
    """A provider in a test's hands; ``qrpay`` in every example.

    ``clock``, ``faults``, ``notifications`` and ``requests`` are described in ``handles``; what an
    SDK has to know is in ``alipay``, ``antom`` and ``wechatpay`` (``accounts``).
    """

    def __init__(
        self,
        ledger_url: str,
        sandbox: Sandbox,
        *,
        clock: PlayClock,
        notify: Callable[[], object],
        store: Auditable,
        folder: Path,
        redirect: Callable[[], None],
        provider: Provider,
        snapshots: Snapshots,
        paused: Callable[[], AbstractContextManager[None]],
    ) -> None:
        self.ledger_url = ledger_url
        self.clock = clock
        self.faults = PlayFaults(sandbox.faults)
        self.notifications = PlayNotifications(sandbox.deliveries, self._resend)
        self.requests = PlayRequests(sandbox.journal)
        self.alipay = AlipayAccount(provider, ledger_url, folder)
        self.antom = AntomAccount(provider, ledger_url, folder)
        self.wechatpay = WechatPayAccount(provider, ledger_url, folder)
        self._sandbox = sandbox
        self._notify = notify
        self._store = store
        self._redirect = redirect
        self._snapshots = snapshots
        self._paused = paused

    def wallet(self, name: str = "li-wei") -> PlayWallet:
        """Give a payer's wallet: ``li-wei``, ``anna``, ``chen-jing``, ``yuki``, ``omar``."""
        return self._sandbox.people.wallet(name)

    def redirect(self) -> None:
        """Lead what is said to the vendors' host names here, until the test ends.

        For SDKs that know one address only; it sets the variables by which programs find a proxy
        and believe its certificate, for this process and those it starts.
        """
        self._redirect()

    def checklist(self, face: str, merchant: str = "") -> dict[str, Line]:
        """Tell by name how each point of the integration checklist stands (``verdict``).

        ``face`` is a way of speaking: ``alipay``, ``antom``, ``wechatpay``, ``wechatpay_v2``,
        ``native``; ``merchant`` tells apart where several speak it.
        """
        nobody = Checklist(merchant, face, judge(Traffic(merchant, face, [], [], self.clock.now())))
        told = next(iter(self._sandbox.checklists(merchant, face)), nobody)
        return {line.point.label: line for line in told.lines}

    def snapshot(self, name: str = "begun") -> str:
        """Keep books, time and faults as they are now, under a name; the name.

        Raises ``SnapshotNameTaken``.
        """
        self._snapshots.save(name)
        return name

    def restore(self, name: str = "begun") -> None:
        """Have books, time and faults again as they were then, as often as you like.

        What was asked and told meanwhile stays on record. Raises ``SnapshotUnknown``.
        """
        with self._paused():
            self._snapshots.restore(name)

    def assert_books_balanced(self) -> None:
        """Audit the books: money sums to zero, nobody paid twice, each receipt holds.

        Raises ``BooksNotSound`` with what was found.
        """
        self._notify()
        findings = audit(self._store)
        if findings:
            raise BooksNotSound("; ".join(map(str, findings)))

    def _resend(self, notification_id: str) -> None:
        self._sandbox.deliveries.resend(notification_id, self.clock.now())


@contextmanager
def playing(
    folder: Path,
    set_variable: SetVariable,
    *,
    seed: str = "1",
    now: str = "",
    faults: Sequence[str] = (),
    notify_url: str = "",
    clock: LedClock | None = None,
    port: int = 0,
) -> Iterator[Play]:
    """Begin a provider and end it with the block.

    ``now`` is where its clock stands, by default at this machine's time. ``faults`` are set from
    the beginning. ``notify_url`` is where the native API's demo till is told; vendors' calls name
    an address of their own.
    A ``clock`` of one's own may run: then time passes by itself as well.
    """
    clock = clock or LedClock.standing_at(from_text(now) if now else _whole_second())
    wanted = Faults(seed)
    for label in faults:
        wanted.add(Fault(kind_of(label)))
    store = open_store(MEMORY)
    app = create_app(
        Settings(folder, background=False, demo_notify_url=notify_url),
        store=store,
        clock=clock,
        entropy=SeededEntropy(seed),
        vendor_keys=platform_secrets(),
        faults=wanted,
    )
    ledger = ledger_of(app)
    timekeeper = Timekeeper(clock, ledger.store, jobs(ledger))
    with ExitStack() as ending:
        ending.callback(ledger.close)
        ending.enter_context(_working(ledger, timekeeper))
        port = ending.enter_context(served(app, port))
        yield Play(
            f"http://{HOST}:{port}",
            sandbox_of(ledger),
            clock=PlayClock(clock, timekeeper),
            notify=timekeeper.catch_up,
            store=store,
            folder=folder,
            redirect=lambda: _redirect(ending, folder, port, set_variable),
            provider=ledger.provider,
            snapshots=Snapshots(folder / SNAPSHOTS, ledger.store, sandbox_of(ledger), clock),
            paused=timekeeper.paused,
        )


def jobs(ledger: Ledger) -> Sequence[Callable[[], bool]]:
    """Name what a provider does when it is due."""
    decide = sandbox_of(ledger).magic_codes.decide
    return (decide, ledger.notifier.deliver_due, ledger.sweeper.sweep, ledger.settler.settle)


def sandbox_of(ledger: Ledger) -> Sandbox:
    """Give the sandbox of a ledger; raises ``TypeError`` where it is none."""
    if ledger.sandbox is None:
        raise TypeError("the ledger was made without faults")
    return ledger.sandbox


@contextmanager
def _working(ledger: Ledger, timekeeper: Timekeeper) -> Iterator[None]:
    """Have what is due done after each commit, and all the time while time goes by itself."""
    worker = Worker("qrpay", timekeeper.catch_up, idle_s=_IDLE_S)
    ledger.store.listeners.append(worker.wake)
    workers = (worker, Worker("qrpay-time", timekeeper.keep_up, idle_s=_LOOK_S))
    for each in workers:
        each.start()
    try:
        yield
    finally:
        for each in workers:
            each.stop()


@contextmanager
def served(app: flask.Flask, port: int) -> Iterator[int]:
    """Answer at a port, 0 for a free one; which."""
    server = make_server(HOST, port, app, threaded=True, request_handler=_Quiet)
    serving = threading.Thread(target=server.serve_forever, args=(_POLL_S,), daemon=True)
    serving.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        serving.join()
        server.server_close()


def _redirect(ending: ExitStack, folder: Path, port: int, set_variable: SetVariable) -> None:
    """Lead the vendors' host names here, for this process and those it starts."""
    files = prepare(folder, VENDOR_HOSTS)
    tunnel = ending.enter_context(Tunnel(led_to(port, files)))
    places = Places(tunnel.proxy_port, tunnel.tls_port, folder, VENDOR_HOSTS)
    for name, text in environment.variables(places, environment_with({})).items():
        set_variable(name, text)


def _whole_second() -> Instant:
    now = SystemClock().now()
    return Instant(now - now % SECOND)
