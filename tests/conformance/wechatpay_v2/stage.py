"""A ledger and a wallet that answer over HTTP, and the address of a shop that sells by API v2.

``/notify`` at the shop's own address takes what the platform sends and keeps it as it came,
``/notified`` gives it to the program under test, which is the one to verify it. ``/pay`` lets a
payer's wallet pay a code, ``/digits`` has it show a payment code, ``/approve`` says yes on it, and
``/tomorrow`` lets a day pass.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from pathlib import Path

import flask
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

import ledger.app
import ledger.config
import wallet.app
import wallet.config
from ledger.core.parties import register
from ledger.core.records.parties import Terminal
from ledger.core.records.vendors import Vendor, VendorAccount
from ledger.core.vendors import accounts
from ledger.core.vendors.wechatpay import Registration
from ledger.kit.clock import SettableClock, SystemClock
from ledger.kit.transport import HttpTransport
from ledger.protocol.instants import DAY
from ledger.store import open_store
from tests.core.ground import shop
from tests.journeys.counter import Phone, Screen
from tests.kit.answered import Json

TEA_HOUSE = "M2088DEMO000077"
APPID, MCHID = "wx7777777777777777", "1900000077"
API_V2_KEY = "0123456789abcdef0123456789ABCDEF"
TAKEN = "<xml><return_code><![CDATA[SUCCESS]]></return_code></xml>"


class _Quiet(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: object) -> None:  # noqa: A002 - werkzeug's name
        """Say nothing."""


@dataclass
class Stage:
    """What a test reaches behind the addresses."""

    folder: Path
    notified: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.clock = SettableClock(SystemClock().now())
        settings = ledger.config.Settings(self.folder / "ledger")
        self.books = open_store(settings.books)
        self.app = ledger.app.create_app(settings, store=self.books, clock=self.clock)
        self.servers = [_serve(self.app), _serve(self._shop())]
        wallets = wallet.config.Settings(self.folder / "wallet", ledger_url=self.url(0))
        self.servers.append(_serve(wallet.app.create_app(wallets, clock=self.clock)))
        self._register()

    def url(self, number: int) -> str:
        """Where the ledger (0), the shop (1) or the wallet (2) answers."""
        return f"http://127.0.0.1:{self.servers[number].server_port}"

    def phone(self) -> Phone:
        """A payer's wallet."""
        return Phone(Screen(self.url(2), HttpTransport()), "li-wei")

    def close(self) -> None:
        """End all of it."""
        for server in self.servers:
            server.shutdown()
        ledger.app.ledger_of(self.app).close()

    def _register(self) -> None:
        registered = Registration((APPID,), api_v2_key=API_V2_KEY, md5=True)
        with self.books.transaction() as books:
            register.register_merchant(books, merchant=shop(TEA_HOUSE, "Cha", zh="茶", code="CNY"))
            register.register_terminal(books, terminal=Terminal(TEA_HOUSE, "T01", "T01", "Mitte"))
            account = VendorAccount(
                Vendor.WECHATPAY, MCHID, TEA_HOUSE, "T01", self.clock.now(), registered.settings()
            )
            accounts.register(books, account=account)

    def allow_md5(self, *, allowed: bool) -> None:
        """Let the merchant ask for MD5, or no more."""
        with self.books.transaction() as books:
            account = accounts.require(books, vendor=Vendor.WECHATPAY, account_id=MCHID)
            accounts.change_settings(
                books, account=account, settings={"md5": "yes" if allowed else ""}
            )

    def told(self) -> Json:
        """What a program needs to know to sell."""
        return {
            "base_url": f"{self.url(0)}/",
            "appid": APPID,
            "mch_id": MCHID,
            "api_key": API_V2_KEY,
            "shop": self.url(1),
        }

    def _shop(self) -> flask.Flask:
        app = flask.Flask("shop")

        @app.post("/notify")
        def notify() -> str:
            self.notified.append(flask.request.get_data().decode())
            return TAKEN

        @app.get("/notified")
        def notified() -> flask.Response:
            return flask.jsonify(self.notified)

        @app.post("/pay")
        def pay() -> Json:
            return self.phone().pay(flask.request.get_json()["code"])

        @app.post("/digits")
        def digits() -> Json:
            path = "/api/wallets/li-wei/payment-code?for=wechatpay"
            return self.phone().screen.post(path).done

        @app.post("/approve")
        def approve() -> Json:
            phone = self.phone()
            return phone.approve(phone.pending()[0]).done

        @app.post("/decline")
        def decline() -> Json:
            phone = self.phone()
            return phone.decline(phone.pending()[0]).done

        @app.post("/tomorrow")
        def tomorrow() -> Json:
            self.clock.advance(DAY)
            return {}

        return app


def _serve(app: flask.Flask) -> BaseWSGIServer:
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=_Quiet)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server
