"""Alipay's stage. What an SDK needs to know to sell (``said``) is what the console would show."""

from __future__ import annotations

import html
import json
import re
from functools import cached_property
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import flask
from werkzeug.test import TestResponse

from ledger.cli.bench.faces.calls import Desk
from ledger.core.records.vendors import Vendor
from ledger.core.vendors import accounts, alipay
from ledger.faces.alipay import certificates
from ledger.faces.alipay.apps import Platform
from ledger.kit.secrets import rsa_keys
from ledger.ops import demo_apps
from ledger.protocol import rsa
from tests.conformance.stages import SdkStage
from tests.kit.answered import Json

APP = demo_apps.alipay_app()
SOLD_YESTERDAY = "BILL0001"
KEY = rsa.private_key(APP.private_key)


def _unescaped(attribute: str) -> str:
    """Read an attribute as browsers do: ``&timestamp`` is no ``&times;`` without a semicolon."""
    return re.sub("&#?[A-Za-z0-9]+;", lambda found: html.unescape(found[0]), attribute)


class Stage(SdkStage):
    """A shop that is told by forms."""

    def __init__(self, folder: Path) -> None:
        self.notified: list[dict[str, str]] = []
        super().__init__(folder)

    def sell_yesterday(self) -> None:
        """Sell one thing by a code."""
        made = json.loads(Desk(self.app, self.books).precreate(SOLD_YESTERDAY)())
        code = made["alipay_trade_precreate_response"]["qr_code"]
        assert self.phone("anna").pay(code)["state"] == "PAID"

    def browse(self, brought: str) -> TestResponse:
        """A browser opens a page's address, or the form that an SDK has written; no redirection."""
        client = self.app.test_client()
        if not brought.lstrip().startswith("<"):
            return client.get(f"/gateway.do?{urlsplit(brought).query or brought}")
        action = re.search(r"""action=["']([^"']+)["']""", brought)
        assert action is not None, brought
        fields = re.findall(
            r"""<input[^>]*name=["']([^"']+)["'][^>]*value=(["'])(.*?)\2""", brought, re.DOTALL
        )
        query = urlsplit(_unescaped(action[1])).query
        body = {name: _unescaped(value) for name, _, value in fields}
        return client.post(f"/gateway.do?{query}", data=body)

    def paid_at_the_cashier(self, brought: str) -> Json:
        """Pay with the wallet what a browser is led to; the parameters it brings back."""
        led = self.browse(brought)
        assert led.status_code == 302, led.text
        code = led.location.replace("/alipay/cashier/", "https://qr.alipay.com/")
        assert self.phone().pay(code)["state"] == "PAID"
        back = self.app.test_client().get(f"{led.location}/return").location
        assert back.startswith(f"{self.return_url}?")
        return dict(parse_qsl(urlsplit(back).query))

    @property
    def return_url(self) -> str:
        """Where a browser goes when it has paid."""
        return f"{self.shop_url}/back"

    @property
    def notify_url(self) -> str:
        """Where the shop is told."""
        return f"{self.shop_url}/notify?shop=1&till=2"

    @property
    def platform(self) -> Platform:
        """The platform's key and certificates."""
        return certificates.platform(self.provider.vendor_keys, self.provider.clock.now())

    @property
    def said(self) -> Json:
        """What a program needs to know: key mode."""
        return {
            "gateway": f"{self.url}/gateway.do",
            "endpoint": self.url,
            "app_id": APP.app_id,
            "private_key": rsa.forms(KEY)["pkcs1"],
            "alipay_public_key": rsa.spell_public(self.platform.key.public_key()),
        }

    @property
    def certified(self) -> Json:
        """What a program needs to know in certificate mode."""
        now, secrets = self.provider.clock.now(), self.provider.vendor_keys
        cert = certificates.app_certificate(secrets, APP.app_id, KEY.public_key(), now)
        self.register(**{alipay.APP_CERT: cert})
        shown = {"alipay_cert": self.platform.chain, "root_cert": self.platform.root_cert}
        return self.said | shown | {"app_cert": cert}

    @property
    def own_public_key(self) -> str:
        """The app's own public key, which some take for the platform's."""
        return rsa.spell_public(KEY.public_key())

    @cached_property
    def key_of_nobody(self) -> str:
        """A private key that no app has registered."""
        return rsa.forms(rsa_keys.draw())["pkcs1"]

    def register(self, **settings: str) -> None:
        """Let the app register something more."""
        with self.books.transaction() as books:
            account = accounts.require(books, vendor=Vendor.ALIPAY, account_id=APP.app_id)
            accounts.change_settings(books, account=account, settings=settings)

    def listen(self, shop: flask.Flask) -> None:
        """Take notifications, each as Alipay wants it taken."""

        @shop.post("/notify")
        def notify() -> str:
            body = flask.request.get_data().decode("ascii")
            self.notified.append(dict(parse_qsl(body)))
            return "success"
