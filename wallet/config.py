"""The wallet service's settings: one frozen value, read once from the environment.

Every setting is a variable ``QRPAY_WALLET_<NAME>``; what is not set has the default written here.
Folders are made when the service starts, never when settings are read.

    >>> settings = from_environment({"HOME": "/home/anna", "QRPAY_WALLET_PORT": "0"})
    >>> settings.port, str(settings.store_path)
    (0, '/home/anna/.local/share/qrpay/wallet/wallet.db')
    >>> from_environment({"QRPAY_WALLET_DEMO_WORLD": "yes"})
    Traceback (most recent call last):
    ...
    ledger.kit.settings.SettingInvalid: QRPAY_WALLET_DEMO_WORLD must be 0 or 1, not 'yes'
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ledger.kit.home import service_url
from ledger.kit.network.listening import PLAIN, Listening
from ledger.kit.settings import SettingInvalid, Variables, home_folder, shared_clock

PREFIX = "QRPAY_WALLET_"
DEFAULT_PORT = 8402
DEMO_PASSES = ("EUR:demo-guests-EUR", "CNY:demo-guests-CNY")
"""The guest passes that a sandbox publishes."""

OWN_MACHINE = ("http://127.0.0.1:*", "http://localhost:*")
"""Where a developer's own pages come from."""

_ORIGIN = re.compile(r"https?://(?:\*\.)?[A-Za-z0-9.-]+(?::(?:[0-9]{1,5}|\*))?", re.ASCII)


@dataclass(frozen=True)
class Settings:
    """Everything an operator can choose about a wallet service.

    ``data_dir`` holds the store and the service key. ``ledger_url`` is the provider, ``ledger_key``
    the provider's key as it spells it (``key id:base64url``), which then is the only one trusted
    when the key directory is fetched for the first time. ``demo_world`` enrols the demo payers at
    start and unlocks their wallets with the published demo PIN. ``guest_passes`` are the provider's
    guest passes as ``currency:token``, by which strangers in a browser are let in, and
    ``guests_most`` how many at once. ``hosts`` are the host names the service answers to; empty
    means any. ``shop_pages`` are the origins whose pages the wallet shows in a frame, as a content
    security policy spells them. ``listening`` are the means of https, or the word that plain http
    beyond this machine is meant; ``behind_door`` believes what a door in front says of its callers.
    ``sandbox`` gives pages the sandbox card (``web.session.sandbox``). ``clock`` is the file of a
    sandbox's clock, ``QRPAY_CLOCK`` for all parties.
    """

    data_dir: Path
    host: str = "127.0.0.1"
    port: int = DEFAULT_PORT
    ledger_url: str = "http://127.0.0.1:8400"
    ledger_key: str = ""
    demo_world: bool = True
    listening: Listening = PLAIN
    behind_door: bool = False
    guest_passes: tuple[str, ...] = DEMO_PASSES
    guests_most: int = 500
    hosts: tuple[str, ...] = ()
    shop_pages: tuple[str, ...] = OWN_MACHINE
    sandbox: bool = False
    clock: Path | None = None

    @property
    def own_url(self) -> str:
        """Where the service listens."""
        return f"{self.listening.scheme}://{self.host}:{self.port}"

    @property
    def is_for_this_machine(self) -> bool:
        """Whether nobody from elsewhere can reach the service."""
        return self.host in ("localhost", "127.0.0.1", "::1") and not self.behind_door

    @property
    def currencies_and_passes(self) -> list[tuple[str, str]]:
        """The guest passes, each with its currency."""
        pairs = (each.partition(":") for each in self.guest_passes)
        return [(currency, token) for currency, _, token in pairs]

    @property
    def store_path(self) -> Path:
        """The file that holds what the wallets remember."""
        return self.data_dir / "wallet.db"

    @property
    def service_key_path(self) -> Path:
        """The file that holds the service key, without which the store opens nothing."""
        return self.data_dir / "service.key"


def from_environment(environ: Mapping[str, str] | None = None) -> Settings:
    """Read the settings; raises ``SettingInvalid`` for a value that can't be understood."""
    read = Variables(PREFIX, os.environ if environ is None else environ)
    host = read.text("HOST", Settings.host)
    return Settings(
        data_dir=Path(read.text("DATA", str(home_folder(read.environ) / "wallet"))),
        host=host,
        port=read.port(Settings.port),
        ledger_url=read.text("LEDGER_URL", Settings.ledger_url),
        ledger_key=read.text("LEDGER_KEY", Settings.ledger_key),
        demo_world=read.switch("DEMO_WORLD", default=Settings.demo_world),
        listening=read.listening(),
        behind_door=read.switch("BEHIND_DOOR", default=Settings.behind_door),
        guest_passes=_passes(read.names("GUEST_PASSES", Settings.guest_passes)),
        guests_most=read.number("GUESTS_MOST", Settings.guests_most),
        hosts=read.names("HOSTS", ("127.0.0.1", "localhost", host)),
        shop_pages=_origins(read.names("SHOP_PAGES", OWN_MACHINE)),
        sandbox=read.switch("SANDBOX", default=Settings.sandbox),
        clock=shared_clock(read.environ),
    )


def running_url(environ: Mapping[str, str] | None = None) -> str:
    """Tell where this machine's wallet answers; raises as ``from_environment`` does."""
    read = Variables(PREFIX, os.environ if environ is None else environ)
    return service_url(read, "wallet", from_environment(environ).own_url, ("HOST", "PORT"))


def running_ledger_url(environ: Mapping[str, str] | None = None) -> str:
    """Tell where the provider of this machine's wallet answers; raises as the above."""
    read = Variables(PREFIX, os.environ if environ is None else environ)
    return service_url(read, "ledger", from_environment(environ).ledger_url, ("LEDGER_URL",))


def _passes(texts: tuple[str, ...]) -> tuple[str, ...]:
    """Check that each guest pass is ``currency:token``; a lone ``-`` is none at all."""
    if texts == ("-",):
        return ()
    for text in texts:
        if ":" not in text:
            raise SettingInvalid(f"{PREFIX}GUEST_PASSES: {text!r} is not currency:token")
    return texts


def _origins(texts: tuple[str, ...]) -> tuple[str, ...]:
    """Check that each is an origin; a lone ``-`` is none at all."""
    if texts == ("-",):
        return ()
    for text in texts:
        if not _ORIGIN.fullmatch(text):
            raise SettingInvalid(f"{PREFIX}SHOP_PAGES: {text!r} is no origin")
    return texts
