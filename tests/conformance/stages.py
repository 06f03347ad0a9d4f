"""A ledger and a wallet that answer over HTTP, and a shop's address that is told of payments.

Each vendor's stage says what its SDKs need to know; all of them lead programs here alike.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import cached_property
from pathlib import Path

import flask
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

import ledger.app
import ledger.config
import wallet.app
import wallet.config
from ledger.app import VENDOR_HOSTS
from ledger.cli.redirection.command import led_to, prepare
from ledger.faces import Provider
from ledger.kit.clock import SharedClock
from ledger.kit.course import Course
from ledger.kit.redirection import environment
from ledger.kit.redirection.environment import Places
from ledger.kit.redirection.tunnel import Tunnel
from ledger.kit.transport import HttpTransport
from ledger.protocol.alipay_wire.spelling import to_beijing
from ledger.protocol.instants import DAY
from ledger.store import open_store
from tests.journeys.counter import Phone, Screen


class _Quiet(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: object) -> None:  # noqa: A002 - werkzeug's name
        """Say nothing."""


def serve(app: flask.Flask) -> BaseWSGIServer:
    """Serve an app from a thread of its own."""
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=_Quiet)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


@contextmanager
def redirected(folder: Path, port: int) -> Iterator[dict[str, str]]:
    """Give the environment that `qrpay run` gives a program, leading its calls to a port here."""
    folder.mkdir()
    with Tunnel(led_to(port, prepare(folder, VENDOR_HOSTS))) as tunnel:
        places = Places(tunnel.proxy_port, tunnel.tls_port, folder, VENDOR_HOSTS)
        yield environment.variables(places)


class SdkStage:
    """The three addresses, and what stands behind them; ``till`` is whose payment codes it takes.

    ``listen`` adds the address by which the vendor's shop is told. The ledger is a day old.
    """

    till = "alipay"

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.settings = ledger.config.Settings(folder / "ledger")
        self.books = open_store(self.settings.books)
        clock = SharedClock(folder / "clock")
        clock.take_up(Course(shown_ms=-DAY))
        self.app = ledger.app.create_app(self.settings, store=self.books, clock=clock)
        shop = flask.Flask("shop")
        self.listen(shop)
        self.servers = [serve(self.app), serve(shop)]
        self.url, self.shop_url = (f"http://127.0.0.1:{each.server_port}" for each in self.servers)
        wallets = wallet.config.Settings(folder / "wallet", ledger_url=self.url)
        self.servers.append(serve(wallet.app.create_app(wallets, clock=clock)))
        self._open = ExitStack()
        self._numbers = 0
        self.yesterday = to_beijing(clock.now())[:10]
        self.sell_yesterday()
        clock.take_up(Course())

    def listen(self, shop: flask.Flask) -> None:
        """Add addresses to the shop's own."""

    def sell_yesterday(self) -> None:
        """Sell what bills shall tell: they are of days that are over, and the first day is."""

    def close(self) -> None:
        """Stop."""
        self._open.close()
        for server in self.servers:
            server.shutdown()
            server.server_close()
        ledger.app.ledger_of(self.app).close()

    @property
    def provider(self) -> Provider:
        """What the ledger's faces work with."""
        return ledger.app.ledger_of(self.app).provider

    @cached_property
    def redirected(self) -> dict[str, str]:
        """The environment that `qrpay run` gives a program, which leads its calls here."""
        led = redirected(self.folder / "run", self.servers[0].server_port)
        return self._open.enter_context(led)

    def phone(self, name: str = "li-wei") -> Phone:
        """A payer's wallet, over its own API."""
        address = f"http://127.0.0.1:{self.servers[2].server_port}"
        return Phone(Screen(address, HttpTransport()), name)

    def digits(self, name: str = "li-wei") -> str:
        """The wallet shows the next payment code, as this vendor's tills know it."""
        path = f"/api/wallets/{name}/payment-code?for={self.till}"
        return str(self.phone(name).screen.post(path, {}).done["digits"])

    def new_no(self) -> str:
        """A merchant's number that was never used."""
        self._numbers += 1
        return f"CONF{self._numbers:04d}"
