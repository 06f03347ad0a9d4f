"""A shop of the faces' tests, answering over HTTP, so that SDKs can be refused what it prepared."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from ledger.protocol import rsa
from tests.conformance.alipay.refusals.legs import LEGS, Call
from tests.conformance.stages import redirected, serve
from tests.faces.alipay.shop import APP_ID, AlipayShop, platform_key
from tests.faces.on_demand import Asking
from tests.kit.answered import Json
from tests.protocol.alipay.vectors import KEY

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment


class InTurn(Asking):
    """Asks for one code after the other, a call each."""

    def __init__(self, shop: AlipayShop) -> None:
        super().__init__(shop.app)
        self.codes: deque[str] = deque()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Let a call through."""
        self.code = self.codes.popleft() if self.codes else ""
        return super().__call__(environ, start_response)


class Stage:
    """A shop, and the SDKs that call for it."""

    def __init__(self, shop: AlipayShop, url: str, environment: dict[str, str]) -> None:
        self.shop = shop
        self.asking = InTurn(shop)
        self._environment = environment
        self._said: Json = {
            "gateway": f"{url}/gateway.do",
            "endpoint": url,
            "app_id": APP_ID,
            "private_key": rsa.forms(KEY)["pkcs1"],
            "alipay_public_key": rsa.spell_public(platform_key().public_key()),
        }

    def refused(self, leg: str, calls: Sequence[Call]) -> list[str]:
        """Have an SDK make calls; by which code each was refused."""
        return LEGS[leg](self._said, calls, self._environment)


@contextmanager
def staged(folder: Path) -> Iterator[Stage]:
    """Serve a shop."""
    shop = AlipayShop(folder)
    server = serve(shop.app)
    with redirected(folder / "run", server.server_port) as environment:
        yield Stage(shop, f"http://127.0.0.1:{server.server_port}", environment)
    server.shutdown()
    server.server_close()
    shop.close()
