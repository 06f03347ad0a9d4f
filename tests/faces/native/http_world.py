"""A ledger behind its HTTP face, with the demo world in it, at noon.

world = HttpWorld(folder)
payment = world.shop.ask(1295)
world.wallet("anna").pay(world.shop, payment)
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path

from ledger.app import VENDOR_FACES, create_app, ledger_of
from ledger.config import Settings
from ledger.faces import Provider, ServedFace
from ledger.kit.clock import SettableClock
from ledger.kit.entropy import SeededEntropy
from ledger.kit.transport import Transport
from ledger.kit.transport.wsgi_transport import WsgiTransport
from ledger.ops import seed
from ledger.protocol.instants import Instant
from ledger.protocol.signing import Algorithm, PrivateKey, b64url, b64url_decode
from ledger.store import MEMORY, open_store
from tests.faces.native.parties import Till, Wallet
from tests.faces.native.wire import BASE, Line
from tests.kit.answered import Json

NOON = Instant(1_795_348_800_000)  # 2026-11-22T12:00:00Z


def seeded_key(name: str, algorithm: Algorithm = Algorithm.ED25519) -> PrivateKey:
    """The key of a test party, always the same."""
    return PrivateKey.from_seed(algorithm, hashlib.sha256(name.encode()).digest())


class HttpWorld:
    """A ledger with the demo world in it, its clock standing still at noon."""

    def __init__(
        self,
        folder: Path,
        transport: Transport | None = None,
        change: Callable[[Settings], Settings] = lambda settings: settings,
        *,
        in_a_file: bool = False,
        vendor_faces: Sequence[Callable[[Provider], ServedFace]] = VENDOR_FACES,
    ) -> None:
        self.clock = SettableClock(NOON)
        self.store = open_store(folder / "books.db" if in_a_file else MEMORY)
        self.app = create_app(
            change(Settings(data_dir=folder, background=False)),
            store=self.store,
            clock=self.clock,
            entropy=SeededEntropy("ledger"),
            transport=transport,
            vendor_faces=vendor_faces,
        )
        self.ledger = ledger_of(self.app)
        self.line = Line(WsgiTransport({BASE: self.app}), self.clock)
        self._tills: dict[str, Till] = {}
        self._wallets: dict[str, Wallet] = {}

    def close(self) -> None:
        """Stop."""
        self.ledger.close()

    def till(self, token: str, algorithm: Algorithm = Algorithm.ED25519) -> Till:
        """The till of a token, enrolled when it is first asked for."""
        if token not in self._tills:
            key = seeded_key(token, algorithm)
            enrolled = self.line.post_unsigned("/v1/enrolments", enrolment(token, key))
            assert enrolled.status == 201, enrolled.body
            view = enrolled.json
            self._tills[token] = Till(self.line, key, view["merchant"], view["terminal"])
            self.line.look_keys_up()
        return self._tills[token]

    def wallet(self, name: str, algorithm: Algorithm = Algorithm.ED25519) -> Wallet:
        """The phone of a demo payer, enrolled when it is first asked for."""
        if name not in self._wallets:
            key = seeded_key(name, algorithm)
            enrolled = self.line.post_unsigned("/v1/devices", enrolment(f"demo-wallet-{name}", key))
            assert enrolled.status == 201, enrolled.body
            view = enrolled.json
            secret = b64url_decode(view["code_secret"], 32)
            self._wallets[name] = Wallet(self.line, key, view["payer"], view["device_id"], secret)
        return self._wallets[name]

    def public_key(self, key: PrivateKey) -> str:
        """A public key as it stands in a body."""
        return b64url(key.public.raw)

    @property
    def shop(self) -> Till:
        """Till T01 of the drugstore."""
        return self.till(seed.TILLS[0].token)

    @property
    def kiosk(self) -> Till:
        """The other merchant's till."""
        return self.till(seed.TILLS[2].token)

    def paid(self, amount_minor: int, name: str = "anna") -> Json:
        """A payment at the shop from request to receipt."""
        result = self.wallet(name).pay(self.shop, self.shop.ask(amount_minor))
        return dict(result["payment"])


def enrolment(token: str, key: PrivateKey) -> Json:
    """The body that brings a key in."""
    return {
        "token": token,
        "algorithm": str(key.public.algorithm),
        "public_key": b64url(key.public.raw),
    }
