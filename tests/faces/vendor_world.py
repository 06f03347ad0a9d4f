"""The demo world behind a vendor's face: a Flask app, and phones that pay by the books.

The provider's vendor keys are drawn once for all tests, since drawing takes a while.
"""

from __future__ import annotations

from collections.abc import Callable

import flask

from ledger.core.records.vendors import VendorAccount
from ledger.core.vendors import accounts
from ledger.faces import Provider, ServedFace
from ledger.kit import web
from ledger.kit.secrets import SecretFolder, rsa_keys
from ledger.ops.notifier import OWN_HOSTS, Notifier
from ledger.protocol.instants import SECOND, Instant, later
from tests.core.demo_world import World
from tests.core.vendors.shoppers import ShopperWorld
from tests.ops.vendor_listener import Listener

VENDOR_KEYS = SecretFolder(None)
MERCHANT_KEY = rsa_keys.draw()


class WorldClock:
    """A clock that follows a world's; ``ahead_ms`` of it was let pass in the sandbox alone."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.ahead_ms = 0

    def now(self) -> Instant:
        """Give the world's time."""
        return self._world.now

    def outside(self) -> Instant:
        """Give the time of programs with a clock of their own."""
        return later(self._world.now, -self.ahead_ms)

    def monotonic(self) -> float:
        """Give seconds that pass with the world's time."""
        return self._world.now / SECOND


class VendorWorld(ShopperWorld):
    """The demo world with one account and one face; ``client`` calls it."""

    def __init__(self, account: VendorAccount, face: Callable[[Provider], ServedFace]) -> None:
        super().__init__()
        self.account = account
        with self.store.transaction() as books:
            accounts.register(books, account=account)
        clock = WorldClock(self)
        self.provider = Provider(
            store=self.store,
            signing_key=self.key,
            policy=self.policy,
            rates=self.rates,
            clock=clock,
            entropy=self.entropy,
            ids=self.ids,
            vendor_keys=VENDOR_KEYS,
        )
        served = face(self.provider)
        app = flask.Flask("ledger")
        web.install(app, "ledger", clock=clock, entropy=self.entropy)
        served.install(app)
        for prefix in served.prefixes:
            web.draw_under(app, prefix, served.refuse)
        self.client = app.test_client()
        self.listener = Listener()
        self.notifier = Notifier(self.store, clock, self.listener, served.announcers, OWN_HOSTS)
