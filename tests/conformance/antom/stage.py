"""A ledger that answers by https at Antom's names, a wallet, and a shop that is notified."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import flask
from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from werkzeug.serving import BaseWSGIServer, make_server

import ledger.app
import ledger.config
import wallet.app
import wallet.config
from ledger.core.vendors import antom
from ledger.kit.secrets import rsa_keys
from ledger.kit.transport import HttpTransport
from ledger.ops import demo_apps
from ledger.protocol import rsa
from ledger.store import open_store
from tests.conformance import environments
from tests.journeys.counter import Json, Phone, Screen

HOST = "open-de-global.alipay.com"
HERE = Path(__file__).parent
PROGRAM = HERE / "programs" / "till.py"
SDK = "global-open-sdk-python==1.7.1"
CLIENT = demo_apps.antom_client()
_ACKNOWLEDGED = {
    "result": {"resultCode": "SUCCESS", "resultStatus": "S", "resultMessage": "success"}
}


def certificate(folder: Path) -> tuple[str, str]:
    """Make a certificate for Antom's name that is believed by itself; the files."""
    key, now = rsa_keys.draw(), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, HOST)])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1001)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(HOST)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, SHA256())
    )
    files = folder / "antom.crt", folder / "antom.key"
    files[0].write_bytes(made.public_bytes(Encoding.PEM))
    files[1].write_text(rsa.spell_private(key))
    return str(files[0]), str(files[1])


class Stage:
    """The three servers, and the till's program in front of them."""

    def __init__(self, folder: Path) -> None:
        self.python = environments.python(SDK)  # before any payment code is shown
        settings = ledger.config.Settings(folder / "ledger")
        self.books = open_store(settings.books)
        self.app = ledger.app.create_app(settings, store=self.books)
        self.notified: list[tuple[str, dict[str, str], bytes]] = []
        self.crt, key = certificate(folder)
        self.servers: list[BaseWSGIServer] = []
        self.https = self._serve(self.app, (self.crt, key))
        url = f"http://127.0.0.1:{self._serve(self.app)}"
        self.shop_url = f"http://127.0.0.1:{self._serve(self._shop())}"
        wallets = wallet.app.create_app(wallet.config.Settings(folder / "wallet", ledger_url=url))
        self.wallet_url = f"http://127.0.0.1:{self._serve(wallets)}"
        self._numbers = 0

    def _serve(self, app: flask.Flask, tls: tuple[str, str] | None = None) -> int:
        server = make_server("127.0.0.1", 0, app, threaded=True, ssl_context=tls)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.servers.append(server)
        return server.server_port

    def _shop(self) -> flask.Flask:
        app = flask.Flask("shop")

        @app.post("/notify")
        def notify() -> Json:
            request = flask.request
            self.notified.append((request.path, dict(request.headers), request.get_data()))
            return _ACKNOWLEDGED

        return app

    def close(self) -> None:
        """Stop."""
        for server in self.servers:
            server.shutdown()
            server.server_close()
        ledger.app.ledger_of(self.app).close()

    def phone(self, name: str = "li-wei") -> Phone:
        """A payer's wallet, over its own API."""
        return Phone(Screen(self.wallet_url, HttpTransport()), name)

    def digits(self, name: str = "li-wei") -> str:
        """The wallet shows the next payment code."""
        path = f"/api/wallets/{name}/payment-code?for=alipay-plus"
        return str(self.phone(name).screen.post(path, {}).done["digits"])

    def new_no(self) -> str:
        """A merchant's number that was never used."""
        self._numbers += 1
        return f"CONF{self._numbers:04d}"

    @property
    def notify_url(self) -> str:
        """Where the shop is told."""
        return f"{self.shop_url}/notify"

    @property
    def platform_key(self) -> str:
        """The provider's public key, as the console would show it."""
        kept = ledger.app.ledger_of(self.app).provider.vendor_keys
        return rsa.spell_public(rsa_keys.keep(kept, antom.PLATFORM_KEY).public_key())

    def run(self, *steps: Json, **over: str) -> list[Json]:
        """Let the till's program do these steps with its SDK; what each gave."""
        said = {
            "gateway": f"https://{HOST}",
            "client_id": CLIENT.app_id,
            "private_key": rsa.forms(rsa.private_key(CLIENT.private_key))["pkcs1-line"],
            "alipay_public_key": self.platform_key,
            **over,
        }
        with_notice = [{"notify_url": self.notify_url, **step} for step in steps]
        answered = environments.play(
            [self.python, PROGRAM],
            {**said, "steps": with_notice},
            environment={
                "SSL_CERT_FILE": self.crt,
                "PYTHONPATH": str(PROGRAM.parent / "redirected"),
                "REDIRECTED_HOSTS": HOST,
                "REDIRECTED_PORT": str(self.https),
            },
        )
        assert isinstance(answered, list)
        return answered
