"""The composition root: settings, store, key, acquirer and web become one Flask app.

    app = from_environment()                        # as ``python -m pos serve`` does it
    app = create_app(settings, store=open_store(MEMORY, package="pos.store"), clock=clock,
                     entropy=SeededEntropy("journey"), transport=WsgiTransport({...}))

Everything the parts depend on is made or passed in here and nowhere else. ``till_of(app)`` gives a
test or a command the parts back, and ``close()`` on it ends what runs and lets go of the files.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from functools import partial
from importlib.metadata import version
from typing import Final

import flask

from ledger.client import SchemeClient
from ledger.kit import pages, serving, web
from ledger.kit.clock import Clock, SystemClock, clock_at
from ledger.kit.embedded import EmbeddedStore, open_store
from ledger.kit.entropy import Entropy, SystemEntropy
from ledger.kit.transport import HttpTransport, Transport
from ledger.kit.transport.faults import Faults, FaultyTransport
from ledger.protocol.identifiers import IdSource
from ledger.protocol.instants import SECOND, to_text
from pos import config
from pos.acquirers import choice
from pos.acquirers.choice import Means
from pos.acquirers.native import NativeAcquirer
from pos.acquirers.native_news import follow_with
from pos.acquirers.port import Acquirer, Teller
from pos.acquirers.provider_keys import FRESH_MS, ProviderKeys
from pos.closing.business_day import time_zone
from pos.config import Settings
from pos.counter.desk import Desk
from pos.counter.news.listener import Listener
from pos.counter.resolver import Resolver
from pos.goods import catalogue
from pos.keys import identify, till_key
from pos.store import TillStore
from pos.web import day_routes, incoming, routes, screens, selling
from pos.web import staff as for_staff
from pos.web.papers import routes as papers
from pos.web.stand import sandbox, setup
from pos.web.stand.demo_payer import DemoPayer
from pos.web.stand.sandbox import Sandbox
from pos.web.stand.setup import Stand

SERVICE: Final = "pos"
_EXTENSION: Final = "qrpay.pos"


@dataclass(frozen=True)
class Till:
    """A running till's parts, for whoever has to reach behind its API."""

    desk: Desk
    resolver: Resolver
    listener: Listener
    feed: pages.Feed
    stand: Stand
    sandbox: Sandbox | None

    def stop(self) -> None:
        """End the step in hand and the screens' streams; a second call does nothing."""
        self.feed.close()
        self.listener.stop()
        self.resolver.stop()

    def close(self) -> None:
        """Stop, then let go of the store; a second call does nothing."""
        self.stop()
        self.desk.store.close()


def create_app(
    settings: Settings,
    *,
    store: EmbeddedStore | None = None,
    clock: Clock | None = None,
    entropy: Entropy | None = None,
    transport: Transport | None = None,
) -> flask.Flask:
    """Build a till; what is not passed in is the machine's own.

    A first start enrols with the provider and so needs it; a later one does not. Raises what
    opening the store, reading the key and enrolling raise.
    """
    kept = TillStore(store or open_store(settings.store_path, package="pos.store"))
    try:
        till = _till(
            settings,
            kept,
            clock=clock or clock_at(settings.clock),
            entropy=entropy or SystemEntropy(),
            transport=transport or HttpTransport(),
        )
    except BaseException:
        kept.close()
        raise
    if settings.background:
        till.resolver.start()
        till.listener.start()
    return _flask_app(settings, till)


def from_environment() -> flask.Flask:
    """Build the till of this process: settings from the environment, stopped with the service."""
    app = create_app(config.from_environment())
    serving.on_stop(till_of(app).stop)
    return app


def till_of(app: flask.Flask) -> Till:
    """Give the parts behind an app that ``create_app`` made."""
    till = app.extensions[_EXTENSION]
    if not isinstance(till, Till):
        raise TypeError("not an app of create_app")
    return till


def _till(
    settings: Settings, store: TillStore, *, clock: Clock, entropy: Entropy, transport: Transport
) -> Till:
    key = till_key(settings.key_path, entropy)
    keys = ProviderKeys(store, clock)
    faults = Faults()
    line = _line(settings, transport, faults)
    client = SchemeClient(
        settings.ledger_url,
        line,
        key=key,
        ledger_keys=keys.directory,
        clock=clock,
        entropy=entropy,
    )
    keys.begin(client, settings.ledger_key)
    identity = identify(store, key, token=settings.enrolment_token, client=client)
    means = Means(line, identity.merchant, identity.terminal.terminal_id, clock, entropy)
    desk = Desk(
        store=store,
        acquirer=_acquirer(settings, client, means),
        identity=identity,
        provider_keys=keys.directory,
        refresh_keys=partial(keys.refresh, client),
        clock=clock,
        ids=IdSource(entropy),
        entropy=entropy,
        wallet_url=settings.wallet_url,
        payment_life_ms=settings.payment_life_s * SECOND,
        sticker_ids=settings.stickers if settings.acquirer == config.NATIVE else (),
        time_zone=time_zone(settings.time_zone),
        fee_bps=settings.fee_bps,
    )
    stay_informed = partial(keys.refresh, client, at_most_every_ms=FRESH_MS)
    resolver = Resolver(desk, meanwhile=stay_informed)
    listener = Listener(follow_with(client), resolver)
    return Till(
        desk,
        resolver,
        listener,
        screens.feed(desk, listener),
        _stand(settings, desk, transport),
        _sandbox(settings, desk, transport, faults),
    )


def _acquirer(settings: Settings, client: SchemeClient, means: Means) -> Acquirer:
    if settings.acquirer == config.NATIVE:
        return NativeAcquirer(client)
    return choice.vendor(settings, means)


def _line(settings: Settings, transport: Transport, faults: Faults) -> Transport:
    if not settings.sandbox_wallet:
        return transport
    return FaultyTransport(transport, faults, pause=threading.Event().wait)


def _sandbox(
    settings: Settings, desk: Desk, transport: Transport, faults: Faults
) -> Sandbox | None:
    if not settings.sandbox_wallet:
        return None
    return Sandbox(desk, DemoPayer(settings.sandbox_wallet, transport), faults)


def _stand(settings: Settings, desk: Desk, transport: Transport) -> Stand:
    others = {
        "ledger": settings.ledger_url,
        "wallet": settings.sandbox_wallet or settings.wallet_url,
    }
    return Stand(
        desk, version("qrpay"), others, settings.receipts_base, settings.printer, transport
    )


def _flask_app(settings: Settings, till: Till) -> flask.Flask:
    desk = till.desk
    app = flask.Flask(SERVICE, static_folder=None)
    app.config["TRUSTED_HOSTS"] = list(settings.hosts) or None
    app.extensions[_EXTENSION] = till
    site = screens.site()
    web.install(
        app,
        SERVICE,
        health=lambda: _health(desk),
        page=site.problem,
        clock=desk.clock,
        entropy=desk.entropy,
    )
    goods = catalogue.load()
    app.register_blueprint(routes.api(desk, goods))
    selling.add(app, desk, goods)
    app.register_blueprint(day_routes.days(desk))
    staff = for_staff.Staff(settings.staff_pin, timer=SystemClock(), entropy=desk.entropy)
    for_staff.add(app, staff)
    app.register_blueprint(incoming.calls(site))
    if isinstance(desk.acquirer, Teller):
        incoming.add_news(app, desk, desk.acquirer)
    else:
        incoming.add_notify(app, desk)
    if till.sandbox is not None:
        sandbox.add(app, till.sandbox)
    papers.add(app, site, papers.Papers(desk, settings.receipts_base, settings.printer))
    screens.add(app, desk, site, till.feed, is_sandbox=till.sandbox is not None)
    setup.add(app, site, till.stand)
    if settings.behind_door:
        web.believe_door(app)
    return app


def _health(desk: Desk) -> dict[str, object]:
    return {
        "version": version("qrpay"),
        "clock": to_text(desk.clock.now()),
        **desk.store.facts(),
        "acquirer": desk.acquirer.name,
        "merchant_id": desk.identity.merchant.merchant_id,
        "terminal_id": desk.identity.terminal.terminal_id,
        "unfinished": len(desk.store.attempts.running()),
        "alarms": len(desk.store.evidence.alarms()),
    }
