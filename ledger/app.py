"""The composition root: settings, store, core, face and background work become one Flask app.

    app = from_environment()                        # as ``python -m ledger serve`` does it
    app = create_app(settings, store=open_store(MEMORY), clock=SettableClock(now),
                     entropy=SeededEntropy("journey"), transport=WsgiTransport({...}))

Everything the parts depend on is made or passed in here and nowhere else. ``ledger_of(app)`` gives
a test or a command the parts back, and ``close()`` on it ends what runs and lets go of the files.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from typing import Final

import flask

from ledger import config
from ledger.config import Settings
from ledger.core.books.fx import SANDBOX_RATES
from ledger.core.limits import SANDBOX_POLICY, Policy
from ledger.core.parties import keys
from ledger.core.vendors.announcing import Announcers
from ledger.faces import Provider, ServedFace, alipay, antom, wechatpay, wechatpay_v2
from ledger.faces.alipay.served import HOSTS as ALIPAY_HOSTS
from ledger.faces.antom.routes import HOSTS as ANTOM_HOSTS
from ledger.faces.native import routes
from ledger.faces.native.live import LiveEvents, StreamLimits
from ledger.faces.wechatpay.served import HOSTS as WECHATPAY_HOSTS
from ledger.kit import serving, web
from ledger.kit.background import Worker
from ledger.kit.clock import Clock, SharedClock, clock_at
from ledger.kit.entropy import Entropy, SystemEntropy
from ledger.kit.secrets import SecretFolder, keep_text
from ledger.kit.transport import Transport
from ledger.ops import demo_apps, seed
from ledger.ops import notifier as notifying
from ledger.ops.keys import signing_key
from ledger.ops.notifier import Notifier
from ledger.ops.sealer import Sealer
from ledger.ops.settlement.settler import Settler
from ledger.ops.sweeper import Sweeper
from ledger.protocol.errors.sandbox import SnapshotsNeedAFile
from ledger.protocol.identifiers import IdSource
from ledger.protocol.instants import to_text
from ledger.protocol.signing import ED25519_LIBRARY
from ledger.sandbox import front, place
from ledger.sandbox.control import routes as control
from ledger.sandbox.control.routes import Steering
from ledger.sandbox.control.stories import Stories
from ledger.sandbox.faults import Faults
from ledger.sandbox.place import Sandbox, SkewedClock
from ledger.sandbox.snapshots.provider import Snapshots, faults_left_at
from ledger.sandbox.timekeeper import Timekeeper
from ledger.scenarios.at_home import OwnStories
from ledger.store import BooksStore, open_store
from ledger.store.announced import AnnouncedStore

SERVICE: Final = "ledger"
NOTIFIER_IDLE_S: Final = 1.0
SWEEPER_IDLE_S: Final = 1.0
SEALER_IDLE_S: Final = 5.0
SETTLER_IDLE_S: Final = 5.0
PAYERS_IDLE_S: Final = 1.0
TIMEKEEPER_IDLE_S: Final = 0.1
FAST: Final = 2
"""From this speed of a sandbox's time on, its timekeeper looks for what is due as well."""

SANDBOX_SEED: Final = "1"
SANDBOX_TOKEN_BYTES: Final = 16
_EXTENSION: Final = "qrpay.ledger"

VENDOR_FACES: tuple[Callable[[Provider], ServedFace], ...] = (
    alipay.served,
    antom.face,
    wechatpay.served,
    wechatpay_v2.served,
)
"""The vendors' faces; each is made of what the provider has."""

VENDOR_HOSTS: Final = (*ALIPAY_HOSTS, *ANTOM_HOSTS, *WECHATPAY_HOSTS)
"""The host names by which vendors' SDKs know these faces."""


@dataclass(frozen=True)
class Ledger:
    """A running ledger's parts, for whoever has to reach behind its face.

    ``woken`` is the work that each commit may make, ``paced`` what time brings, or what can wait.
    """

    store: AnnouncedStore
    provider: Provider
    live: LiveEvents
    notifier: Notifier
    sweeper: Sweeper
    sealer: Sealer
    settler: Settler
    woken: tuple[Worker, ...]
    paced: tuple[Worker, ...]
    sandbox: Sandbox | None = None
    timekeeper: Timekeeper | None = None

    @property
    def workers(self) -> tuple[Worker, ...]:
        """All background work: what looks after each commit, and what keeps its own pace."""
        return self.woken + self.paced

    def start(self) -> None:
        """Let notifier, sweeper, sealer and settler work by themselves."""
        self.store.listeners.extend(worker.wake for worker in self.woken)
        for worker in self.workers:
            worker.start()

    def rest(self) -> None:
        """End the streams and the background work; requests in hand are still finished."""
        self.live.close()
        for worker in self.workers:
            worker.stop()

    def close(self) -> None:
        """Rest, then let go of the books; a second call does nothing."""
        self.rest()
        self.store.close()


def create_app(
    settings: Settings,
    *,
    store: BooksStore | None = None,
    clock: Clock | None = None,
    entropy: Entropy | None = None,
    transport: Transport | None = None,
    policy: Policy = SANDBOX_POLICY,
    vendor_keys: SecretFolder | None = None,
    vendor_faces: Sequence[Callable[[Provider], ServedFace]] = VENDOR_FACES,
    faults: Faults | None = None,
) -> flask.Flask:
    """Build a ledger; what is not passed in is the machine's own.

    ``transport`` carries notifications. With ``faults`` it is a sandbox (``ledger.sandbox``).
    Raises what opening the store and reading the key raise.
    """
    clock, entropy = clock or clock_at(settings.clock), entropy or SystemEntropy()
    faults = faults or _faults_of(settings)
    clock = SkewedClock(clock, faults) if faults else clock
    announced = AnnouncedStore(store or open_store(settings.books))
    try:
        provider = Provider(
            store=announced,
            signing_key=signing_key(settings.signing_key_path, entropy),
            policy=policy,
            rates=replace(SANDBOX_RATES, spread_bps=settings.fx_spread_bps),
            clock=clock,
            entropy=entropy,
            ids=IdSource(entropy),
            vendor_keys=vendor_keys or SecretFolder(settings.vendor_keys_path),
            wallet_url=settings.wallet_url,
            sandbox_payers=seed.HANDS if settings.demo_world else {},
        )
        _prepare_books(settings, provider)
    except BaseException:
        announced.close()
        raise
    carrier, played = transport or notifying.transport(), None
    if faults:
        played = place.sandbox(provider, faults)
        provider = replace(provider, stand_in=played.magic_codes.stand_in)
    faces = [make(provider) for make in vendor_faces]
    ledger = _assemble(settings, announced, provider, carrier, faces, sandbox=played)
    app = _flask_app(settings, ledger, faces)
    if settings.background:
        ledger.start()
    return app


def _faults_of(settings: Settings) -> Faults | None:
    if not settings.sandbox:
        return None
    faults = Faults(SANDBOX_SEED)
    faults.put_back(faults_left_at(settings.faults_path))
    return faults


def from_environment() -> flask.Flask:
    """Build the ledger of this process: settings from the environment, stopped with the service."""
    app = create_app(config.from_environment())
    serving.on_stop(ledger_of(app).rest)
    return app


def ledger_of(app: flask.Flask) -> Ledger:
    """Give the parts behind an app that ``create_app`` made."""
    ledger = app.extensions[_EXTENSION]
    if not isinstance(ledger, Ledger):
        raise TypeError("not an app of create_app")
    return ledger


def announcers_of(provider: Provider) -> Announcers:
    """Give the announcers of all vendors' faces, for whoever tells merchants without a ledger."""
    return _announcers([make(provider) for make in VENDOR_FACES])


def _announcers(faces: Sequence[ServedFace]) -> Announcers:
    return {face: each for served in faces for face, each in served.announcers.items()}


def _assemble(
    settings: Settings,
    store: AnnouncedStore,
    provider: Provider,
    transport: Transport,
    faces: Sequence[ServedFace],
    *,
    sandbox: Sandbox | None,
) -> Ledger:
    limits = StreamLimits(
        most=settings.streams_max,
        most_per_audience=settings.streams_per_owner_max,
        life_s=settings.stream_life_s,
    )
    live = LiveEvents(store, limits)
    store.listeners.append(live.wake)
    announcers = _announcers(faces)
    notifier = Notifier(
        store.unannounced,
        provider.clock,
        transport,
        announcers,
        settings.notify_hosts,
        send=sandbox.courier(transport, announcers).send if sandbox else None,
    )
    sweeper = _sweeper(store, provider)
    sealer = Sealer(store, provider.clock, provider.signing_key, provider.entropy)
    settler = Settler(store, provider.clock, provider.ids)
    woken = (Worker("notifier", notifier.deliver_due, idle_s=NOTIFIER_IDLE_S),)
    paced: tuple[Worker, ...] = (
        Worker("sweeper", sweeper.sweep, idle_s=SWEEPER_IDLE_S),
        Worker("sealer", sealer.seal, idle_s=SEALER_IDLE_S),
        Worker("settler", settler.settle, idle_s=SETTLER_IDLE_S),
    )
    timekeeper = None
    if sandbox:
        paced += (Worker("payers", sandbox.magic_codes.decide, idle_s=PAYERS_IDLE_S),)
    if sandbox and settings.clock:
        jobs = (notifier.deliver_due, sweeper.sweep, settler.settle)
        timekeeper = sandbox.timekeeper(SharedClock(settings.clock), jobs)
        paced += (_keeping_up(timekeeper),)
    return Ledger(
        *(store, provider, live, notifier, sweeper, sealer, settler),
        woken=woken,
        paced=paced,
        sandbox=sandbox,
        timekeeper=timekeeper,
    )


def _prepare_books(settings: Settings, provider: Provider) -> None:
    now = provider.clock.now()
    with provider.store.transaction() as books:
        keys.require_own_books(books, public_key=provider.signing_key.public)
        keys.admit_ledger_key(books, public_key=provider.signing_key.public, now=now)
        if settings.demo_world:
            seed.seed(
                books,
                notify_url=settings.demo_notify_url,
                now=now,
                ids=provider.ids,
                entropy=provider.entropy,
            )
            seed.open_to_guests(books, now=now)
            seed.invite_hands(books, now=now)
            seed.let_stories_in(books, now=now)
            demo_apps.register(books, now=now)


def _sweeper(store: AnnouncedStore, provider: Provider) -> Sweeper:
    return Sweeper(
        store=store,
        clock=provider.clock,
        ids=provider.ids,
        signing_key=provider.signing_key,
        policy=provider.policy,
    )


def _keeping_up(timekeeper: Timekeeper) -> Worker:
    return Worker("timekeeper", partial(timekeeper.keep_up, FAST), idle_s=TIMEKEEPER_IDLE_S)


def _flask_app(settings: Settings, ledger: Ledger, faces: Sequence[ServedFace]) -> flask.Flask:
    app = flask.Flask(SERVICE, static_folder=None)
    # One spelling for each address: no redirection that a signature would not survive.
    app.url_map.merge_slashes = False
    vendors_hosts = [host for face in faces for host in face.hosts]
    app.config["TRUSTED_HOSTS"] = [*settings.hosts, *vendors_hosts] if settings.hosts else None
    app.config["PROVIDE_AUTOMATIC_OPTIONS"] = False
    app.extensions[_EXTENSION] = ledger
    provider = ledger.provider
    web.install(
        app,
        SERVICE,
        health=lambda: _health(ledger),
        clock=provider.clock,
        entropy=provider.entropy,
    )
    routes.install(app, provider, ledger.live)
    for face in faces:
        face.install(app)
        for prefix in face.prefixes:
            web.draw_under(app, prefix, face.refuse)
    if ledger.sandbox:
        ledger.sandbox.stand_before(app)
        if settings.sandbox:
            control.install(app, _steering(app, settings, ledger, ledger.sandbox))
            front.install(
                app, till_told_at=settings.demo_notify_url, wallet_url=settings.wallet_url
            )
    if settings.behind_door:
        web.believe_door(app)
    return app


def _steering(app: flask.Flask, settings: Settings, ledger: Ledger, sandbox: Sandbox) -> Steering:
    """Let the sandbox be steered by who knows the token; its clock, where all parties share one."""
    entropy = ledger.provider.entropy
    token = keep_text(settings.sandbox_token_path, lambda: entropy(SANDBOX_TOKEN_BYTES).hex())
    clock = SharedClock(settings.clock) if settings.clock else None
    kept = Snapshots(settings.snapshots_path, ledger.store, sandbox, clock)
    with suppress(SnapshotsNeedAFile):
        kept.begin_once()
    stories = Stories(OwnStories(app, token, ledger.provider.vendor_keys))
    return Steering(sandbox, ledger.timekeeper, token, kept, stories)


def _version() -> str:
    try:
        return version("qrpay")
    except PackageNotFoundError:
        return "not installed"  # run from a checkout


def _health(ledger: Ledger) -> dict[str, object]:
    with ledger.store.reading() as books:
        waiting, unlinked = books.outbox.waiting(), books.chain.count_waiting()
    return {
        "version": _version(),
        "clock": to_text(ledger.provider.clock.now()),
        "ed25519": ED25519_LIBRARY,
        **ledger.store.facts(),
        "outbox_waiting": waiting,
        "unlinked": unlinked,
    }
