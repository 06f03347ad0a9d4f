"""The parts of a till at work, as fixtures."""

from __future__ import annotations

from collections.abc import Iterator

import flask
import pytest
from flask.testing import FlaskClient

from ledger.kit import web
from ledger.kit.clock import SettableClock
from ledger.kit.entropy import SeededEntropy
from pos.acquirers.intents import Profile
from pos.counter import collecting
from pos.counter.desk import Desk
from pos.goods import catalogue
from pos.web import day_routes, incoming, routes, screens, selling
from tests.pos.provider import MiniProvider
from tests.pos.scene import Scene
from tests.pos.shop import START, new_desk, new_provider, open_sale


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
    goods = catalogue.load()
    app.register_blueprint(routes.api(desk, goods))
    selling.add(app, desk, goods)
    app.register_blueprint(day_routes.days(desk))
    app.register_blueprint(incoming.calls(screens.site()))
    incoming.add_notify(app, desk)
    return app


@pytest.fixture
def client(app: flask.Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def scene(desk: Desk, provider: MiniProvider, clock: SettableClock) -> Scene:
    sale = open_sale(desk)
    collecting.show_code(desk, sale.sale_id, Profile.SIGNED)
    attempt = desk.store.attempts.of_sale(sale.sale_id)[0]
    return Scene(desk, provider, clock, sale, attempt.payment_id)
