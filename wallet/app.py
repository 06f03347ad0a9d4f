"""The composition root: settings, store, keys, provider and API become one Flask app.

    app = create_app(from_environment())            # as ``python -m wallet serve`` does it
    app = create_app(settings, store=open_store(MEMORY, package="wallet.store"),
                     clock=SettableClock(now), entropy=SeededEntropy("journey"),
                     transport=WsgiTransport({...}))

Everything the parts depend on is made or passed in here and nowhere else. ``phones_of(app)`` gives
a test the wallets behind the API.
"""

from __future__ import annotations

import threading
from importlib.metadata import version
from typing import Final, NamedTuple

import flask

from ledger.client import SchemeClient
from ledger.kit import serving, web
from ledger.kit.background import Worker
from ledger.kit.clock import Clock, clock_at
from ledger.kit.embedded import EmbeddedStore, open_store
from ledger.kit.entropy import Entropy, SystemEntropy
from ledger.kit.secrets.seed_file import keep_seed
from ledger.kit.transport import HttpTransport, Transport
from ledger.kit.transport.faults import Faults, FaultyTransport
from ledger.protocol.identifiers import IdSource
from ledger.protocol.instants import to_text
from ledger.protocol.signing import PrivateKey
from wallet import authorise, config
from wallet.config import Settings
from wallet.device.allowances import Allowances
from wallet.device.key_watch import LOOK_EVERY_S, KeyWatch
from wallet.device.knowledge import Knowledge
from wallet.device.phone import Connect
from wallet.device.phones import Phones
from wallet.device.shops import Shops
from wallet.device.vault import Vault
from wallet.direct.sender import Sender
from wallet.store import WalletStore
from wallet.visitors.browser_wallets import BrowserWallets
from wallet.visitors.guests import Arrivals, Guests
from wallet.visitors.news import News
from wallet.visitors.passkeys import Passkeys
from wallet.visitors.relay import Relay
from wallet.visitors.sessions import Sessions
from wallet.web import pages, paying, routes
from wallet.web.session import browser_keys, live, mine, sandbox, visitor

SERVICE: Final = "wallet"
_EXTENSION: Final = "qrpay.wallet"
_NEWS: Final = "qrpay.wallet.news"
_KEY_WATCH: Final = "qrpay.wallet.key-watch"


def create_app(
    settings: Settings,
    *,
    store: EmbeddedStore | None = None,
    clock: Clock | None = None,
    entropy: Entropy | None = None,
    transport: Transport | None = None,
) -> flask.Flask:
    """Build a wallet service; what is not passed in is the machine's own.

    What was approved before the service stopped is asked about now. Raises what opening the store
    and reading the service key raise; a provider that does not answer is no error.
    """
    clock, entropy = clock or clock_at(settings.clock), entropy or SystemEntropy()
    faults = Faults()
    transport = _line_of(settings, transport or HttpTransport(), faults)
    service_key = keep_seed(settings.service_key_path, entropy)
    kept = WalletStore(store or open_store(settings.store_path, package="wallet.store"))
    vault = Vault(kept, service_key, entropy)
    try:
        vault.require_own_seals()
    except BaseException:
        kept.close()
        raise
    knowledge = Knowledge(kept, pinned=settings.ledger_key)
    phones = Phones(
        store=kept,
        vault=vault,
        knowledge=knowledge,
        connect=_line(settings, knowledge, clock, entropy, transport),
        ids=IdSource(entropy),
        shops=Shops(),
        allowances=Allowances(kept),
        sender=Sender(kept, knowledge.remembered),
        demo_world=settings.demo_world,
    )
    phones.bring_demo_world_up(now=clock.now())
    _resume(phones, clock)
    app = _flask_app(settings, phones, _Shared(clock, entropy, transport))
    watch = KeyWatch(knowledge, phones.connect, clock, entropy)
    app.extensions[_KEY_WATCH] = Worker("key-watch", watch.look, idle_s=LOOK_EVERY_S)
    if settings.sandbox:
        app.register_blueprint(sandbox.api(sandbox.Sandbox(clock, faults)))
    return app


class _Shared(NamedTuple):
    """What a service has from its surroundings."""

    clock: Clock
    entropy: Entropy
    transport: Transport


def from_environment() -> flask.Flask:
    """Build the service of this process: settings from the environment, stopped with it."""
    app = create_app(config.from_environment())
    watch: Worker = app.extensions[_KEY_WATCH]
    watch.start()
    serving.on_stop(watch.stop)
    serving.on_stop(app.extensions[_NEWS].close)
    serving.on_stop(phones_of(app).store.close)
    return app


def phones_of(app: flask.Flask) -> Phones:
    """Give the wallets behind an app that ``create_app`` made."""
    phones = app.extensions[_EXTENSION]
    if not isinstance(phones, Phones):
        raise TypeError("not an app of create_app")
    return phones


def _line_of(settings: Settings, transport: Transport, faults: Faults) -> Transport:
    if not settings.sandbox:
        return transport
    return FaultyTransport(transport, faults, threading.Event().wait, sandbox.concerns)


def _line(
    settings: Settings,
    knowledge: Knowledge,
    clock: Clock,
    entropy: Entropy,
    transport: Transport,
) -> Connect:
    def connect(key: PrivateKey | None) -> SchemeClient:
        return SchemeClient(
            settings.ledger_url,
            transport,
            key=key,
            ledger_keys=knowledge.remembered,
            clock=clock,
            entropy=entropy,
        )

    return connect


def _resume(phones: Phones, clock: Clock) -> None:
    for phone, review_id in phones.in_doubt():
        review = phone.store.reviews.get(phone.wallet.name, review_id)
        authorise.resume(phone, review, now=clock.now())


def _flask_app(settings: Settings, phones: Phones, shared: _Shared) -> flask.Flask:
    clock, entropy, _ = shared
    app = flask.Flask(SERVICE, static_folder=None)
    app.config["TRUSTED_HOSTS"] = list(settings.hosts) or None
    app.extensions[_EXTENSION] = phones
    site = pages.site()
    web.install(
        app,
        SERVICE,
        page=site.problem,
        health=lambda: _health(phones, clock),
        clock=clock,
        entropy=entropy,
    )
    for blueprint in routes.api(phones, clock):
        blueprint.before_request(visitor.require_this_machine)
        app.register_blueprint(blueprint)
    if settings.is_for_this_machine:
        paying.add(app, phones, clock)
    pages.add(app, site, settings.shop_pages)
    _let_visitors_in(app, settings, phones, shared)
    if settings.behind_door:
        web.believe_door(app)
    return app


def _let_visitors_in(app: flask.Flask, settings: Settings, phones: Phones, shared: _Shared) -> None:
    clock, entropy, transport = shared
    sessions = Sessions(phones.store, entropy)
    passes = dict(settings.currencies_and_passes)
    guests = Guests(phones, sessions, Arrivals(settings.guests_most, sessions), passes, entropy)
    doors = browser_keys.Doors(
        sessions,
        BrowserWallets(phones, sessions, guests, entropy),
        Passkeys(phones.store, entropy),
        Relay(transport, settings.ledger_url, phones.knowledge),
        clock,
        post=phones.connect(None).post_form,
    )
    news = app.extensions[_NEWS] = News(clock)
    parts = [
        *mine.api(
            sessions,
            guests,
            clock,
            has_card=settings.sandbox,
            behind_door=settings.behind_door,
        ),
        browser_keys.api(doors, phones.knowledge.remembered),
        live.api(sessions, guests, doors, news, clock),
    ]
    for blueprint in parts:
        app.register_blueprint(blueprint)


def _health(phones: Phones, clock: Clock) -> dict[str, object]:
    fetched_at = phones.knowledge.fetched_at()
    return {
        "version": version("qrpay"),
        "clock": to_text(clock.now()),
        **phones.store.facts(),
        "wallets": len(phones.store.wallets.list()),
        "keys_fetched_at": None if fetched_at is None else to_text(fetched_at),
    }
