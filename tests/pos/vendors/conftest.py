"""A till for each vendor, and the real provider behind it, in one process, made once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import flask
import pytest
from flask.testing import FlaskClient

from ledger.cli import acquiring
from ledger.kit.home import Home
from ledger.kit.transport import Response
from ledger.protocol.instants import SECOND
from ledger.protocol.money import Money
from pos.acquirers.choice import VENDORS
from pos.acquirers.intents import Attempt, Profile
from pos.app import till_of
from pos.counter import collecting
from pos.counter.desk import Desk
from pos.till import Sale
from tests.pos.shop import PRICE, let_pass, open_sale
from tests.pos.with_ledger import Checkout, Meddle


@dataclass(frozen=True)
class Posted:
    """A notification on its way."""

    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Shop:
    """A till that speaks a vendor's protocol."""

    vendor: str
    checkout: Checkout
    app: flask.Flask
    posted: list[Posted] = field(default_factory=list)

    @property
    def desk(self) -> Desk:
        return till_of(self.app).desk

    @property
    def client(self) -> FlaskClient:
        return self.app.test_client()

    def show(self, amount: Money = PRICE) -> Attempt:
        """Show the vendor's code for a new sale."""
        sale = open_sale(self.desk, amount)
        collecting.show_code(self.desk, sale.sale_id, Profile.SIGNED)
        return self.latest(sale.sale_id)

    def latest(self, sale_id: str) -> Attempt:
        return self.desk.store.attempts.of_sale(sale_id)[0]

    def sale(self, attempt: Attempt) -> Sale:
        return self.desk.store.sales.get(attempt.sale_id)

    def pay(self, attempt: Attempt, name: str = "anna") -> None:
        """Scan the code that is shown, and agree."""
        wallet = self.checkout.world.wallet(name)
        offer = wallet.post("/v1/codes/claim", {"code": attempt.code}).json
        agreed = wallet.agree(wallet.consent(offer, attempt.code))
        assert agreed.status == 201, agreed.json

    def told(self) -> list[Posted]:
        """Take what the provider posts, and keep it from the till."""
        self.posted.clear()
        self.checkout.plug_in(_recorder(self.posted))
        self.checkout.deliver()
        self.checkout.plug_in(self.app)
        return list(self.posted)

    def bring(self, posted: Posted, body: bytes | None = None) -> int:
        """Post a notification to the till; the status of its answer."""
        content = posted.body if body is None else body
        headers = {**posted.headers, "Content-Length": str(len(content))}
        return self.client.post(posted.path, data=content, headers=headers).status_code

    def pass_by(self, seconds: int) -> None:
        """Let time pass with the resolver at work."""
        let_pass(self.desk, self.checkout.clock, seconds * SECOND)

    def while_answers_are(self, meddle: Meddle) -> None:
        """Have every answer altered or lost from now on."""
        self.checkout.wire.meddle = meddle


def untouched(_: str, answer: Response) -> Response:
    """Let an answer through."""
    return answer


def _recorder(kept: list[Posted]) -> flask.Flask:
    app = flask.Flask("recorder")

    @app.post("/<path:_>")
    def take(_: str) -> flask.Response:
        request = flask.request
        kept.append(Posted(request.path, dict(request.headers), request.get_data()))
        return flask.Response(b"fail", 500)

    return app


@pytest.fixture(scope="module", params=VENDORS)
def standing(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Shop]:
    folder = tmp_path_factory.mktemp(request.param)
    written = acquiring.settings(Home(folder), request.param)["pos"]
    checkout = Checkout(folder)
    keys = Path(written["QRPAY_POS_ACQUIRER_KEYS"])
    app = checkout.start(acquirer=request.param, acquirer_keys=keys)
    yield Shop(request.param, checkout, app)
    till_of(app).close()
    checkout.world.close()


@pytest.fixture
def shop(standing: Shop) -> Iterator[Shop]:
    """The shop, its line mended, and nothing of an earlier test on its way."""
    standing.while_answers_are(untouched)
    standing.told()
    yield standing
    standing.while_answers_are(untouched)
