from __future__ import annotations

from collections.abc import Iterator

import flask
import pytest
from flask.testing import FlaskClient

from ledger.kit import web
from ledger.kit.clock import SettableClock
from ledger.kit.entropy import SeededEntropy
from pos.counter.desk import Desk
from pos.goods import catalogue
from pos.web import incoming, routes
from tests.pos.provider import MiniProvider
from tests.pos.shop import START, new_desk, new_provider


@pytest.fixture
def clock() -> SettableClock:
    return SettableClock(START)


@pytest.fixture
def provider(clock: SettableClock) -> MiniProvider:
    return new_provider(clock)


@pytest.fixture
def desk(provider: MiniProvider) -> Iterator[Desk]:
    desk = new_desk(provider)
    yield desk
    desk.store.close()


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
