"""The page to set a stand up and try everything once before the first shopper comes.

    GET  /setup                  the page
    GET  /api/setup/services     whether the three services answer, their versions and clocks
    GET  /api/setup/phone        where a phone is asked to go, and whether one has been there
    POST /api/setup/wifi         {name, password, hidden}: the code by which phones join; not kept
    POST /api/setup/paper {}     what the printer makes of a test paper, as a picture
    GET  /receipt/hello/{token}  for the phone: says that it has come through

A phone that comes through proves what no check on this machine can: that the Wi-Fi does not keep
its guests apart.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

import flask
import msgspec

from ledger.kit import pages, qr, web
from ledger.kit.transport import Transport
from ledger.protocol import strict_json
from ledger.protocol.errors import QrpayError
from ledger.protocol.errors.content import RouteNotFound
from ledger.protocol.instants import SECOND, from_text
from ledger.protocol.signing import b64url
from pos.counter.desk import Desk
from pos.goods.catalogue import Language
from pos.paper import content, picture, roll
from pos.paper.content import Centred, Gap, Row, Rule
from pos.web import bodies
from pos.web.answers import json_answer
from pos.web.stand import wifi

HELLO: Final = "/receipt/hello/"
TOKEN_BYTES: Final = 9
PROBE_AMOUNT_MINOR: Final = 12_34


class Wifi(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A network that phones shall join."""

    name: str
    password: str = ""
    hidden: bool = False


class ServiceView(msgspec.Struct, frozen=True):
    """How a service is: ``clock_off_s`` is by how much its clock differs from the till's."""

    name: str
    answers: bool
    version: str = ""
    clock_off_s: int = 0


@dataclass
class Stand:
    """What the page looks at: the other services by name and address, and where phones come in."""

    desk: Desk
    version: str
    others: dict[str, str]
    base: str
    printer: str
    transport: Transport
    arrived: bool = False
    token: str = field(init=False)

    def __post_init__(self) -> None:
        self.token = b64url(self.desk.entropy(TOKEN_BYTES))

    @property
    def phone_url(self) -> str:
        """Where a phone is asked to go."""
        return f"{self.base.rstrip('/')}{HELLO}{self.token}"

    def look_at(self, name: str, url: str) -> ServiceView:
        """Ask a service how it is."""
        try:
            answer = self.transport.request("GET", f"{url}/health", {}, b"")
            told = strict_json.load_object(answer.body)
            off_ms = from_text(str(told["clock"])) - self.desk.clock.now()
            return ServiceView(
                name, answers=True, version=str(told["version"]), clock_off_s=off_ms // SECOND
            )
        except (QrpayError, KeyError):
            return ServiceView(name, answers=False)

    def test_paper(self) -> bytes:
        """Print a test paper and give what the printer makes of it; raises ``ExtraMissing``."""
        merchant = self.desk.identity.merchant
        lines: list[content.Line] = [
            *(Centred(part) for part in content.BANNER.split(" · ")),
            *(Centred(part, strong=True) for part in content.NO_TILL_RECEIPT),
            Gap(),
            *(Centred(merchant.names.get(each, merchant.name)) for each in Language),
            Rule(),
            Row("Äpfel, Öl, Käse — 5 € · 洗发水", "0123456789"),
        ]
        width = roll.width_of(self.printer)
        drawn = picture.draw(lines, code=self.phone_url, under=self.phone_url, width=width)
        return picture.png(roll.seen(roll.commands(drawn, self.printer)))


def add(app: flask.Flask, site: pages.Site, stand: Stand) -> None:
    """Add the page and what it asks."""

    @app.get("/setup")
    def show_setup() -> flask.Response:
        return site.show("setup.html", base=stand.base, phone_url=stand.phone_url)

    @app.get("/setup/phone.svg")
    def show_phone_code() -> flask.Response:
        code = qr.svg(qr.encode(stand.phone_url, qr.Level.M))
        return flask.Response(code, mimetype="image/svg+xml")

    @app.get("/api/setup/services")
    def list_services() -> flask.Response:
        own = ServiceView("pos", answers=True, version=stand.version)
        others = [stand.look_at(name, url) for name, url in stand.others.items()]
        return json_answer({"services": [own, *others]})

    @app.get("/api/setup/phone")
    def show_phone() -> flask.Response:
        return json_answer({"url": stand.phone_url, "arrived": stand.arrived})

    @app.post("/api/setup/wifi")
    def draw_wifi() -> flask.Response:
        wanted = web.read_json(Wifi)
        code = wifi.text(wanted.name, wanted.password, hidden=wanted.hidden)
        return flask.Response(qr.svg(qr.encode(code, qr.Level.M)), mimetype="image/svg+xml")

    @app.post("/api/setup/paper")
    def print_test() -> flask.Response:
        web.read_json(bodies.Empty)
        return flask.Response(stand.test_paper(), mimetype="image/png")

    @app.get(f"{HELLO}<token>")
    def greet_phone(token: str) -> flask.Response:
        if token != stand.token:
            raise RouteNotFound
        stand.arrived = True
        return site.show("hello.html")
