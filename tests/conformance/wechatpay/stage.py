"""A ledger and a wallet that answer over HTTP, for programs of other languages.

Beside both, a shop's own address: ``/notify`` takes what the platform sends and keeps it as it
came, ``/notified`` gives it to the program under test, which is the one to verify it. ``/pay`` lets
a payer's wallet pay a code, ``/digits`` has a phone show a payment code, ``/approve`` says yes on
the phone; ``/rotate`` gives the platform a new certificate, ``/probe`` has it sign wrongly.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path

import flask
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

import ledger.app
import ledger.config
import wallet.app
import wallet.config
from ledger.app import Ledger
from ledger.cli.redirection.command import prepare
from ledger.core.records.vendors import Vendor, VendorAccount
from ledger.core.vendors import accounts
from ledger.core.vendors.wechatpay import Regime, Registration
from ledger.faces.wechatpay import keys
from ledger.faces.wechatpay.keys import KeptKeys
from ledger.faces.wechatpay.served import HOSTS
from ledger.kit.clock import SharedClock
from ledger.kit.course import Course
from ledger.kit.redirection import environment
from ledger.kit.redirection.environment import Places
from ledger.kit.redirection.tunnel import Destination, Tunnel
from ledger.kit.transport import HttpTransport
from ledger.ops import demo_apps
from ledger.protocol import rsa
from ledger.protocol.instants import DAY
from ledger.protocol.wechatpay_wire import authorization, times
from ledger.store import open_store
from tests.journeys.counter import Phone, Screen
from tests.kit.answered import Json
from tests.protocol.wechatpay import vectors
from tests.protocol.wechatpay.vectors import MERCHANT, MERCHANT_KEY

APPID = "wx8888888888888888"
MCHID, NEW_MCHID, SP_MCHID, SUB_MCHID = "1900000001", "1900000002", "1900000009", "1900000010"
EURO_MCHID = "1900000021"
API_V3_KEY = "0123456789abcdef0123456789abcdef"
_A_DAY_AGO = Course(shown_ms=-DAY)


class _Quiet(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: object) -> None:  # noqa: A002 - werkzeug's name
        """Say nothing."""


@dataclass
class Stage:
    """What a test reaches behind the addresses."""

    folder: Path
    notified: list[Json] = field(default_factory=list)
    refusing: int = 0
    sold_on: str = ""

    def __post_init__(self) -> None:
        settings = ledger.config.Settings(self.folder / "ledger")
        self.books = open_store(settings.books)
        self.clock = SharedClock(self.folder / "clock")
        self.clock.take_up(_A_DAY_AGO)
        self.app = ledger.app.create_app(settings, store=self.books, clock=self.clock)
        self.servers = [_serve(self.app), _serve(self._shop())]
        wallets = wallet.config.Settings(self.folder / "wallet", ledger_url=self.url)
        self.servers.append(_serve(wallet.app.create_app(wallets, clock=self.clock)))
        self._register()
        self.clock.take_up(Course())

    @property
    def ledger(self) -> Ledger:
        """The ledger's parts."""
        return ledger.app.ledger_of(self.app)

    @property
    def port(self) -> int:
        """Where the ledger answers."""
        return int(self.servers[0].server_port)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def shop_url(self) -> str:
        return f"http://127.0.0.1:{self.servers[1].server_port}"

    def phone(self, name: str = "li-wei") -> Phone:
        """A payer's wallet."""
        address = f"http://127.0.0.1:{self.servers[2].server_port}"
        return Phone(Screen(address, HttpTransport()), name)

    def close(self) -> None:
        for server in self.servers:
            server.shutdown()
        self.ledger.close()

    def _register(self) -> None:
        registered = demo_apps.wechatpay_mchid().registration
        new = {"regime": Regime.PUBLIC_KEY.value, "platform_certificate": "no"}
        with self.ledger.store.transaction() as books:
            for mchid, settings in (
                (NEW_MCHID, {**registered.settings(), **new}),
                (SP_MCHID, registered.settings()),
                (SUB_MCHID, Registration(sp_mchid=SP_MCHID).settings()),
            ):
                account = VendorAccount(
                    Vendor.WECHATPAY,
                    mchid,
                    demo_apps.TEA_HOUSE.merchant_id,
                    "T01",
                    self.ledger.provider.clock.now(),
                    settings,
                )
                accounts.register(books, account=account)

    def sign_by_public_key(self, mchid: str) -> None:
        """Let a merchant change over to the platform public key."""
        self.change(mchid, regime=Regime.PUBLIC_KEY.value)

    def change(self, mchid: str, **settings: str) -> None:
        """Let the platform decide something else about a merchant."""
        with self.ledger.store.transaction() as books:
            account = accounts.require(books, vendor=Vendor.WECHATPAY, account_id=mchid)
            accounts.change_settings(books, account=account, settings=settings)

    def told(self, mchid: str = MCHID) -> Json:
        """What a program needs to know to sell."""
        platform = KeptKeys(self.ledger.provider)()
        return {
            "appid": APPID,
            "mchid": mchid,
            "serial_no": MERCHANT.serial_no,
            "private_key": vectors.load().keys["merchant"],
            "certificate": MERCHANT.pem,
            "apiv3_key": API_V3_KEY,
            "public_key": rsa.spell_public(platform.public_key.private_key.public_key()),
            "public_key_id": platform.public_key.name,
            "platform_certificates": {
                key.name: key.certificate.pem for key in platform.certificates if key.certificate
            },
            "apiv2_key": demo_apps.wechatpay_mchid().registration.api_v2_key,
            "shop": self.shop_url,
            "sub_mchid": SUB_MCHID,
        }

    def sell_yesterday(self, *numbers: str) -> str:
        """Sell and give a part of it back, a day ago by the clock of all; the day, as bills say it.

        Of yesterday there is a bill, of today there is none.
        """
        self.clock.take_up(_A_DAY_AGO)
        self.sold_on = self.today()
        for number in numbers:
            wanted = {
                "appid": APPID,
                "mchid": MCHID,
                "description": "tea, green",
                "out_trade_no": number,
                "notify_url": f"{self.shop_url}/notify",
                "amount": {"total": 1295},
            }
            self.pay(str(self._call("/v3/pay/transactions/native", wanted)["code_url"]))
            back = {"out_trade_no": number, "out_refund_no": f"back-{number}"}
            self._call(
                "/v3/refund/domestic/refunds", {**back, "amount": {"refund": 300, "total": 1295}}
            )
        self.clock.take_up(Course())
        return self.sold_on

    def sell_overseas_yesterday(self, number: str) -> None:
        """Sell in Berlin, a day ago by the clock of all: today its yuan are converted."""
        self.clock.take_up(_A_DAY_AGO)
        wanted = {
            "appid": APPID,
            "mchid": EURO_MCHID,
            "description": "tea",
            "out_trade_no": number,
            "notify_url": f"{self.shop_url}/notify",
            "amount": {"total": 1750, "currency": "EUR"},
            "trade_type": "NATIVE",
            "merchant_category_code": "5912",
        }
        made = self._call("/v3/global/transactions/native", wanted, mchid=EURO_MCHID)
        self.pay(str(made["code_url"]))
        self.clock.take_up(Course())

    def today(self) -> str:
        """Tell the day in China."""
        return times.to_text(self.clock.now())[:10]

    def _call(self, path: str, body: Json, mchid: str = MCHID) -> Json:
        raw = json.dumps(body).encode()
        signed = authorization.sign(
            "POST",
            path,
            raw,
            mchid=mchid,
            serial_no=MERCHANT.serial_no,
            key=MERCHANT_KEY,
            nonce="nonce",
            now=self.clock.now(),
        )
        headers = {
            "Authorization": signed,
            "Content-Type": "application/json",
            "Accept": "*/*",
            "User-Agent": "stage",
        }
        answer = HttpTransport().request("POST", self.url + path, headers, raw)
        assert answer.status == HTTPStatus.OK, answer.body
        told: Json = json.loads(answer.body)
        return told

    @contextmanager
    def redirected(self) -> Iterator[dict[str, str]]:
        """Give the environment in which the vendor's hosts lead to this ledger."""
        folder = self.folder / "run"
        folder.mkdir(exist_ok=True)
        files = prepare(folder, HOSTS)
        with Tunnel(Destination(HOSTS, files.certificate, files.key, self.port)) as tunnel:
            yield environment.variables(Places(tunnel.proxy_port, tunnel.tls_port, folder, HOSTS))

    # the shop's own address

    def _shop(self) -> flask.Flask:
        app = flask.Flask("shop")

        @app.post("/notify")
        def notify() -> tuple[str, int]:
            request = flask.request
            kept = {"headers": dict(request.headers), "body": request.get_data().decode()}
            self.notified.append(kept)
            return ("", 500) if len(self.notified) <= self.refusing else ("", 204)

        @app.get("/notified")
        def notified() -> flask.Response:
            return flask.jsonify(self.notified)

        @app.post("/pay")
        def pay() -> Json:
            sent = flask.request.get_json()
            return self.pay(sent["code"], sent.get("name", "li-wei"))

        @app.post("/digits")
        def digits() -> Json:
            return {"digits": self.digits(flask.request.get_json().get("name", "li-wei"))}

        @app.post("/approve")
        def approve() -> Json:
            phone = self.phone()
            return phone.approve(phone.pending()[0]).done

        @app.post("/rotate")
        def rotate() -> Json:
            provider = self.ledger.provider
            now = provider.clock.now()
            return {"serial_no": keys.rotate(provider.vendor_keys, provider.entropy, now).name}

        @app.post("/probe")
        def probe() -> Json:
            self.change(MCHID, probes="100")
            return {}

        return app

    def pay(self, code: str, name: str = "li-wei") -> Json:
        """A payer's wallet scans a code and pays."""
        return self.phone(name).pay(code)

    def digits(self, name: str) -> str:
        """A payer's phone shows the next payment code, with a prefix of WeChat Pay's."""
        shown = self.phone(name).screen.post(f"/api/wallets/{name}/payment-code?for=wechatpay")
        return str(shown.done["digits"])


def _serve(app: flask.Flask) -> BaseWSGIServer:
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=_Quiet)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server
