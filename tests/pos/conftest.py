"""A till at work with a provider in miniature, one clock and the same randomness every time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import flask
import pytest
from flask.testing import FlaskClient

from ledger.kit import web
from ledger.kit.clock import SettableClock
from ledger.kit.embedded import MEMORY, open_store
from ledger.kit.entropy import SeededEntropy
from ledger.protocol.identifiers import IdSource
from ledger.protocol.instants import Instant
from ledger.protocol.native_wire import MerchantView, TerminalView
from ledger.protocol.signing import Algorithm, PrivateKey
from pos.counter.desk import Desk
from pos.goods import catalogue
from pos.keys import Identity
from pos.store import TillStore
from pos.web import incoming, routes
from tests.pos.provider import MERCHANT_ID, MiniProvider, provider_keys

START = Instant(1_795_300_180_000)
TILL_KEY = PrivateKey.from_seed(Algorithm.ED25519, b"t" * 32)

IDENTITY = Identity(
    key=TILL_KEY,
    key_id=TILL_KEY.public.key_id,
    merchant=MerchantView(
        merchant_id=MERCHANT_ID,
        name="Demo Drogerie",
        names={"de": "Demo Drogerie", "en": "Demo Drugstore", "zh": "演示药妆店"},
        city="Berlin",
        country="DE",
        postal_code="10115",
        mcc="5912",
        currency="EUR",
    ),
    terminal=TerminalView(terminal_id="T01", label="Kasse 1", store_label="Berlin Mitte"),
)

MakeDesk = Callable[[TillStore], Desk]


@pytest.fixture
def clock() -> SettableClock:
    return SettableClock(START)


@pytest.fixture
def provider(clock: SettableClock) -> MiniProvider:
    return MiniProvider(clock, IdSource(SeededEntropy("provider")))


@pytest.fixture
def make_desk(clock: SettableClock, provider: MiniProvider) -> MakeDesk:
    entropy = SeededEntropy("till")

    def make(store: TillStore) -> Desk:
        return Desk(
            store=store,
            acquirer=provider,
            identity=IDENTITY,
            provider_keys=provider_keys,
            clock=clock,
            ids=IdSource(entropy),
            entropy=entropy,
            wallet_url="http://127.0.0.1:8402",
            payment_life_ms=180_000,
            sticker_ids=("T02",),
        )

    return make


@pytest.fixture
def desk(make_desk: MakeDesk) -> Iterator[Desk]:
    store = TillStore(open_store(MEMORY, package="pos.store"))
    yield make_desk(store)
    store.close()


@pytest.fixture
def store_path(tmp_path: Path) -> Path:
    return tmp_path / "till.db"


@pytest.fixture
def app(desk: Desk) -> flask.Flask:
    app = flask.Flask("till", static_folder=None)
    web.install(app, "till", clock=desk.clock, entropy=SeededEntropy("web"))
    app.register_blueprint(routes.api(desk, catalogue.load()))
    app.register_blueprint(incoming.calls(desk))
    return app


@pytest.fixture
def client(app: flask.Flask) -> FlaskClient:
    return app.test_client()
