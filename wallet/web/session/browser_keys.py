"""Wallets whose key is in the browser: ``/api/browser``, by cookie.

POST /api/browser {algorithm, public_key, currency}    let the browser's key in
POST /api/browser/relay {method, target, headers, body[, pin][, passkey]}
POST /api/browser/read {text}                          what a code asks for, after all checks
POST /api/browser/passkey-options {}    POST /api/browser/passkeys {credential}
POST /api/browser/forget {}
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import flask
from msgspec import Struct

from ledger.kit import web
from ledger.kit.clock import Clock
from ledger.protocol.errors.content import FieldMissing
from ledger.protocol.native_wire import EnrolKey
from ledger.protocol.signing import Algorithm, KeyDirectory
from wallet import scan
from wallet.codes import checks
from wallet.codes.page_orders import Post
from wallet.store.browsers import BrowserWallet
from wallet.visitors.browser_wallets import BrowserWallets
from wallet.visitors.passkeys import Passkeys
from wallet.visitors.relay import Relay, SignedCall
from wallet.visitors.sessions import Sessions
from wallet.web import bodies
from wallet.web.routes import as_json
from wallet.web.session import visitor, visitor_views


class NewKey(Struct, frozen=True, forbid_unknown_fields=True):
    """A browser's public key, and the currency its play money shall be in."""

    algorithm: Algorithm
    public_key: str
    currency: str = ""


class Relayed(Struct, frozen=True, forbid_unknown_fields=True):
    """A call that the browser has signed, with what a consent needs besides."""

    method: str
    target: str
    headers: dict[str, str]
    body: str = ""
    pin: str | None = None
    passkey: dict[str, Any] | None = None

    @property
    def call(self) -> SignedCall:
        """The call itself."""
        return SignedCall(self.method, self.target, self.headers, self.body)


class MadePasskey(Struct, frozen=True, forbid_unknown_fields=True):
    """What ``navigator.credentials.create`` gave."""

    credential: dict[str, Any]


class Doors:
    """What this part of the API opens to."""

    def __init__(
        self,
        sessions: Sessions,
        wallets: BrowserWallets,
        passkeys: Passkeys,
        relay: Relay,
        clock: Clock,
        *,
        post: Post,
    ) -> None:
        self.sessions = sessions
        self.wallets = wallets
        self.passkeys = passkeys
        self.relay = relay
        self.clock = clock
        self.post = post

    def wallet(self) -> BrowserWallet:
        """Give the wallet of the browser that asks; raises ``SessionMissing``."""
        name = self.sessions.wallet_of(visitor.token(), now=self.clock.now())
        return self.wallets.get(name)

    def confirm(self, wallet: BrowserWallet, sent: Relayed, text: str) -> None:
        """Ask for the passkey or the PIN that a consent needs."""
        if sent.passkey is not None:
            origin = visitor.own_origin()
            self.passkeys.require_agreed(wallet.name, origin, text, sent.passkey)
        elif sent.pin is not None:
            self.wallets.prove_pin(wallet.name, sent.pin, now=self.clock.now())
        else:
            raise FieldMissing("pin")


def api(doors: Doors, directory: Callable[[], KeyDirectory]) -> flask.Blueprint:
    """Make the part of the API for keys in browsers; ``directory()`` gives the known keys."""
    blueprint = flask.Blueprint("browser", __name__, url_prefix="/api/browser")
    blueprint.before_request(visitor.require_own_page)
    _add_wallet(blueprint, doors, directory)
    _add_passkeys(blueprint, doors)
    return blueprint


def _add_wallet(
    blueprint: flask.Blueprint, doors: Doors, directory: Callable[[], KeyDirectory]
) -> None:
    @blueprint.post("")
    def enrol_key() -> flask.Response:
        wanted = web.read_json(NewKey)
        key = EnrolKey(token="", algorithm=wanted.algorithm, public_key=wanted.public_key)
        token, enrolled = doors.wallets.enrol(key, wanted.currency, now=doors.clock.now())
        answer = as_json(visitor_views.enrolled(enrolled, doors.relay.ledger_url), status=201)
        return visitor.remember(answer, token)

    @blueprint.post("/relay")
    def relay_call() -> flask.Response:
        sent, wallet = web.read_json(Relayed), doors.wallet()
        answer = doors.relay.carry(
            wallet,
            sent.call,
            lambda text: doors.confirm(wallet, sent, text),
            now=doors.clock.now(),
        )
        return as_json(visitor_views.answered(answer))

    @blueprint.post("/read")
    def read_code() -> flask.Response:
        text, now = web.read_json(bodies.Text).text, doors.clock.now()
        doors.wallet()
        reading, text = scan.told(doors.post, text)
        if reading.kind in scan.VENDORS_CODES:
            return as_json(visitor_views.VendorsCodeView(text))
        scan.require_payable_kind(reading)
        keys = directory()
        code = checks.verify(text, keys, now=now).accepted()
        return as_json(visitor_views.code(code))

    @blueprint.post("/forget")
    def forget_browser() -> flask.Response:
        web.read_json(bodies.Empty)
        doors.wallets.forget(doors.wallet().name)
        return visitor.forget(as_json({"forgotten": True}))


def _add_passkeys(blueprint: flask.Blueprint, doors: Doors) -> None:
    @blueprint.post("/passkey-options")
    def ask_for_passkey() -> flask.Response:
        web.read_json(bodies.Empty)
        wallet, origin = doors.wallet(), visitor.own_origin()
        asked = doors.passkeys.ask(wallet.name, origin, now=doors.clock.now())
        return as_json(visitor_views.options(asked))

    @blueprint.post("/passkeys")
    def keep_passkey() -> flask.Response:
        made, wallet = web.read_json(MadePasskey), doors.wallet()
        origin = visitor.own_origin()
        doors.passkeys.keep(wallet.name, origin, made.credential, now=doors.clock.now())
        return as_json({"passkeys": doors.passkeys.ids(wallet.name)}, status=201)
