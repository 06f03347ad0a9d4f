"""A provider whose every number comes from a seed, and whose time stands still until it is moved.

The same seed, the same beginning and the same things done to it in the same order give the same
bytes: identifiers, nonces, signatures, sealed notifications.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import flask

from ledger.app import SERVICE, Ledger, create_app, ledger_of
from ledger.config import SNAPSHOTS, Settings
from ledger.kit import web
from ledger.kit.clock import SettableClock
from ledger.kit.entropy import SeededEntropy
from ledger.kit.transport import Transport
from ledger.protocol.instants import Instant, later
from ledger.sandbox.control import routes as control
from ledger.sandbox.control.routes import Steering
from ledger.sandbox.control.stories import Stories
from ledger.sandbox.faults import Faults
from ledger.sandbox.snapshots.provider import Snapshots
from ledger.sandbox.timekeeper import Timekeeper
from ledger.scenarios.at_home import OwnStories
from ledger.store import MEMORY, open_store
from ledger.testing.accounts import platform_secrets
from ledger.testing.play import jobs, sandbox_of

_TOKEN_BYTES = 16


class SeededClock(SettableClock):
    """Stands still until it is moved; what is let pass is the sandbox's time and nobody else's."""

    def __init__(self, now: Instant) -> None:
        super().__init__(now)
        self._let_pass_ms = 0

    def advance(self, milliseconds: int) -> None:
        """Let time pass."""
        super().advance(milliseconds)
        self._let_pass_ms += milliseconds

    def outside(self) -> Instant:
        """Give the time of day without what was let pass, the same at each playing."""
        return later(self.now(), -self._let_pass_ms)


@dataclass(frozen=True)
class Seeded:
    """The app, what stands behind it, who lets its time pass, and the token that steers it.

    ``looking`` answers what only looks. It is an app of its own, so that looking draws no number:
    even the next identifier of a millisecond depends on the one before.
    """

    app: flask.Flask
    looking: flask.Flask
    ledger: Ledger
    clock: SeededClock
    timekeeper: Timekeeper
    token: str


@contextmanager
def provider(folder: Path, clock: SeededClock, transport: Transport, seed: str) -> Iterator[Seeded]:
    """Begin a provider in memory, with its control API; nothing works in it by itself."""
    app = create_app(
        Settings(folder, background=False),
        store=open_store(MEMORY),
        clock=clock,
        entropy=SeededEntropy(seed),
        vendor_keys=platform_secrets(),
        transport=transport,
        faults=Faults(seed),
    )
    ledger = ledger_of(app)
    ledger.notifier.senders = 1  # one after the other, for their order to be known
    token = SeededEntropy(f"{seed}/token")(_TOKEN_BYTES).hex()
    timekeeper = Timekeeper(clock, ledger.store, jobs(ledger))
    kept = Snapshots(folder / SNAPSHOTS, ledger.store, sandbox_of(ledger), clock=None)
    kept.begin()
    stories = Stories(OwnStories(app, token, ledger.provider.vendor_keys))
    steering = Steering(sandbox_of(ledger), timekeeper, token, kept, stories)
    control.install(app, steering)
    looking = flask.Flask(SERVICE, static_folder=None)
    web.install(looking, SERVICE, health=steering.health, clock=clock)
    control.install(looking, steering)
    try:
        yield Seeded(app, looking, ledger, clock, timekeeper, token)
    finally:
        ledger.close()
