"""Antom's stage: its SDK for Python always calls port 443 of its own host, so it is led here."""

from __future__ import annotations

from pathlib import Path

import flask

from ledger.core.vendors import antom
from ledger.kit.secrets import rsa_keys
from ledger.ops import demo_apps
from ledger.protocol import rsa
from tests.conformance import environments
from tests.conformance.stages import SdkStage
from tests.kit.answered import Json

HOST = "open-de-global.alipay.com"
PROGRAM = Path(__file__).with_name("programs") / "till.py"
SDK = "global-open-sdk-python==1.7.1"
CLIENT = demo_apps.antom_client()
_ACKNOWLEDGED = {
    "result": {"resultCode": "SUCCESS", "resultStatus": "S", "resultMessage": "success"}
}


class Stage(SdkStage):
    """A till's program in front of the servers."""

    till = "alipay-plus"

    def __init__(self, folder: Path) -> None:
        self.python = environments.python(SDK)  # before any payment code is shown
        self.notified: list[tuple[str, dict[str, str], bytes]] = []
        super().__init__(folder)

    def listen(self, shop: flask.Flask) -> None:
        """Take notifications, each as Antom wants it taken."""

        @shop.post("/notify")
        def notify() -> Json:
            request = flask.request
            self.notified.append((request.path, dict(request.headers), request.get_data()))
            return _ACKNOWLEDGED

    @property
    def notify_url(self) -> str:
        """Where the shop is told."""
        return f"{self.shop_url}/notify"

    @property
    def platform_key(self) -> str:
        """The provider's public key, as the console would show it."""
        kept = self.provider.vendor_keys
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
            environment=self.redirected,
        )
        assert isinstance(answered, list)
        return answered
