"""The ledger's settings: one frozen value, read once from the environment.

Every setting is a variable ``QRPAY_LEDGER_<NAME>``; what is not set has the default written here.
Three are shared with the other parties: ``QRPAY_HOME``, the folder above everybody's data,
``QRPAY_CLOCK``, and ``QRPAY_POS_URL``, where the demo shop's till answers. ``..._s`` are seconds.
Folders are made when the ledger starts, never when settings are read.

    >>> settings = from_environment({"HOME": "/home/anna", "QRPAY_LEDGER_PORT": "0"})
    >>> settings.port, str(settings.data_dir)
    (0, '/home/anna/.local/share/qrpay/ledger')
    >>> from_environment({"QRPAY_LEDGER_PORT": "84oo"})
    Traceback (most recent call last):
    ...
    ledger.kit.settings.SettingInvalid: QRPAY_LEDGER_PORT must be a whole number, not '84oo'
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ledger.kit.network.listening import PLAIN, Listening
from ledger.kit.settings import SettingInvalid, Variables, home_folder, shared_clock

PREFIX = "QRPAY_LEDGER_"
DEFAULT_PORT = 8400
BOOKS_FILE = "books.db"
KEY_FILE, NEXT_KEY_FILE = "signing.key", "signing.key.next"
SANDBOX_TOKEN_FILE = "sandbox.token"  # noqa: S105 (the name of a file)
VENDOR_KEYS = "vendor-keys"
SNAPSHOTS = "snapshots"
FAULTS_FILE = "faults.json"
SPREAD_BPS_MAX = 10_000
"""The whole of an amount in basis points; the books keep no spread above it."""


@dataclass(frozen=True)
class Settings:
    """Everything an operator can choose about a ledger.

    ``data_dir`` holds the ledger's signing key and the books, unless ``store`` is the URL of the
    PostgreSQL database that holds them (``postgresql://…``). ``demo_world`` fills empty books with
    the demo shop and its payers at start; ``demo_notify_url`` is where the demo shop's till is told
    of payments. ``background`` runs notifier, sweeper, sealer and settler inside this process. The
    three ``stream`` settings bound the live events: how many at once, how many for one party, and
    after how many seconds a stream ends so that its thread serves others. ``fx_spread_bps`` is what
    a payer who changes money pays above the middle rate. ``hosts`` are the host names the ledger
    answers to, since the address is part of what a caller signs; empty means any. ``listening`` are
    the means of https, or the word that plain http beyond this machine is meant; ``behind_door``
    believes what a door in front says of its callers.
    ``notify_hosts`` are the hosts that a call through a vendor's face may have notifications sent
    to; ``*`` allows any. ``wallet_url`` is where a page of ours leads somebody who has no other
    wallet.
    ``clock`` is the file of a sandbox's clock, ``QRPAY_CLOCK`` for all parties.
    ``sandbox`` opens the control API to who knows the token in ``sandbox.token``, and remembers
    what is asked.
    """

    data_dir: Path
    store: str = ""
    host: str = "127.0.0.1"
    port: int = DEFAULT_PORT
    background: bool = True
    demo_world: bool = True
    demo_notify_url: str = "http://127.0.0.1:8401/notify"
    streams_max: int = 40
    streams_per_owner_max: int = 4
    stream_life_s: int = 300
    fx_spread_bps: int = 0
    listening: Listening = PLAIN
    behind_door: bool = False
    hosts: tuple[str, ...] = ()
    notify_hosts: tuple[str, ...] = ("127.0.0.1", "localhost", "::1")
    wallet_url: str = "http://127.0.0.1:8402"
    clock: Path | None = None
    sandbox: bool = False

    @property
    def books(self) -> str | Path:
        """The place of the books, as ``ledger.store.open_store`` takes it."""
        return self.store or self.books_path

    @property
    def books_path(self) -> Path:
        """The file that holds the books."""
        return self.data_dir / BOOKS_FILE

    @property
    def signing_key_path(self) -> Path:
        """The file that holds the seed of the ledger's signing key."""
        return self.data_dir / KEY_FILE

    @property
    def next_signing_key_path(self) -> Path:
        """The file of the key that is announced and does not sign yet."""
        return self.data_dir / NEXT_KEY_FILE

    @property
    def sandbox_token_path(self) -> Path:
        """The file that holds the token of the control API."""
        return self.data_dir / SANDBOX_TOKEN_FILE

    @property
    def snapshots_path(self) -> Path:
        """The folder of a sandbox's snapshots."""
        return self.data_dir / SNAPSHOTS

    @property
    def faults_path(self) -> Path:
        """The file of the faults that a sandbox is to begin with, once."""
        return self.data_dir / FAULTS_FILE

    @property
    def vendor_keys_path(self) -> Path:
        """The folder of the keys that vendors' faces sign with."""
        return self.data_dir / VENDOR_KEYS


def from_environment(environ: Mapping[str, str] | None = None) -> Settings:
    """Read the settings; raises ``SettingInvalid`` for a value that can't be understood."""
    read = Variables(PREFIX, os.environ if environ is None else environ)
    host = read.text("HOST", Settings.host)
    return Settings(
        data_dir=Path(read.text("DATA", str(home_folder(read.environ) / "ledger"))),
        store=_store(read),
        host=host,
        port=read.port(Settings.port),
        background=read.switch("BACKGROUND", default=Settings.background),
        demo_world=read.switch("DEMO_WORLD", default=Settings.demo_world),
        demo_notify_url=read.text("DEMO_NOTIFY_URL", _notify_url(read.environ)),
        streams_max=read.number("STREAMS_MAX", Settings.streams_max),
        streams_per_owner_max=read.number("STREAMS_PER_OWNER_MAX", Settings.streams_per_owner_max),
        stream_life_s=read.number("STREAM_LIFE_S", Settings.stream_life_s),
        fx_spread_bps=read.number("FX_SPREAD_BPS", Settings.fx_spread_bps, most=SPREAD_BPS_MAX),
        listening=read.listening(),
        behind_door=read.switch("BEHIND_DOOR", default=Settings.behind_door),
        hosts=read.names("HOSTS", ("127.0.0.1", "localhost", host)),
        notify_hosts=read.names("NOTIFY_HOSTS", Settings.notify_hosts),
        wallet_url=read.text("WALLET_URL", Settings.wallet_url),
        clock=shared_clock(read.environ),
        sandbox=read.switch("SANDBOX", default=Settings.sandbox),
    )


def _store(read: Variables) -> str:
    url = read.text("STORE", "")
    if url and not url.startswith(("postgresql://", "postgres://")):
        raise SettingInvalid(f"{PREFIX}STORE must be a URL like postgresql://…")
    return url


def home() -> Path:
    """Find the folder below which this machine's parties keep their data."""
    return home_folder(os.environ)


def environment_with(settings: Mapping[str, str]) -> dict[str, str]:
    """Give this process's environment with some settings added, for a process it starts."""
    return {**os.environ, **settings}


def _notify_url(environ: Mapping[str, str]) -> str:
    till = environ.get("QRPAY_POS_URL")
    return f"{till}/notify" if till else Settings.demo_notify_url
