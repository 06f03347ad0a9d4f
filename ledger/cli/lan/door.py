"""``python -m ledger door``: one door, as ``qrpay up --lan`` starts it.

What it is stands in the variables QRPAY_DOOR_*, which that command sets: HOST, PORT, TLS_CERT,
TLS_KEY and PLAIN_HTTP as of any service; NAME for its health; TABLE of path beginnings and the
addresses behind them (``/=http://127.0.0.1:8402,/receipt/=http://127.0.0.1:8401``); AUTHORITY, the
file of the certificate that people may download; TRUST_URL and WALLET_URL for the page about it;
ANNOUNCED, the name to tell the network.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import flask

from ledger import config
from ledger.cli.lan import trust
from ledger.cli.lan.trust import Trust
from ledger.kit import pages, serving, web
from ledger.kit.network.listening import Listening
from ledger.kit.settings import Variables
from ledger.ops.lan import announcer
from ledger.protocol.errors.service import ServiceUnavailable

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

PREFIX = "QRPAY_DOOR_"


@dataclass(frozen=True)
class DoorSettings:
    """What a door is told; see the module."""

    name: str
    host: str
    port: int
    listening: Listening
    table: dict[str, str]
    trust: Trust
    announced: str


def read_settings() -> DoorSettings:
    """Read the variables; raises ``SettingInvalid``."""
    read = Variables(PREFIX, config.environment_with({}))
    return DoorSettings(
        name=read.text("NAME", "door"),
        host=read.text("HOST", "127.0.0.1"),
        port=read.port(0),
        listening=read.listening(),
        table=dict(_row(each) for each in read.names("TABLE", ())),
        trust=Trust(
            authority=Path(read.text("AUTHORITY", "")),
            trust_url=read.text("TRUST_URL", ""),
            wallet_url=read.text("WALLET_URL", ""),
        ),
        announced=read.text("ANNOUNCED", ""),
    )


def _row(text: str) -> tuple[str, str]:
    beginning, _, url = text.partition("=")
    return beginning, url


class Door:
    """Some pages of its own, and the services behind it."""

    def __init__(self, own: flask.Flask, assets: str, behind: WSGIApplication) -> None:
        self._own = own
        self._assets = assets
        self._behind = behind
        self._paths = {rule.rule for rule in own.url_map.iter_rules()}

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer, or pass on."""
        path: str = environ["PATH_INFO"]
        is_own = path in self._paths or path.startswith(self._assets)
        return (self._own if is_own else self._behind)(environ, start_response)


def make(settings: DoorSettings) -> Door:
    """Build a door."""
    own = flask.Flask("door", static_folder=None)
    site = pages.Site("door", "ledger.cli.lan")
    web.install(own, settings.name, page=site.problem)
    site.install(own)
    trust.add(own, site, settings.trust)
    return Door(own, site.assets.root, serving.Forwarder(settings.table))


def from_environment() -> Door:
    """Build the door of this process, and tell the network its name for as long as it lives."""
    settings = read_settings()
    if settings.announced:
        try:
            stop = announcer.announce(settings.announced, settings.host, settings.port)
        except ServiceUnavailable as error:
            sys.stderr.write(f"{settings.announced}.local is not announced: {error}\n")
        else:
            serving.on_stop(stop)
    return make(settings)
