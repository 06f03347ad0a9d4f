"""The till's settings: one frozen value, read once from the environment.

Every setting is a variable ``QRPAY_POS_<NAME>``; what is not set has the default written here.
``..._s`` are seconds. Folders are made when the till starts, never when settings are read.

    >>> settings = from_environment({"HOME": "/home/anna", "QRPAY_POS_PORT": "0"})
    >>> settings.port, str(settings.store_path)
    (0, '/home/anna/.local/share/qrpay/pos/till.db')
    >>> from_environment({"QRPAY_POS_PAYMENT_LIFE_S": "301"})
    Traceback (most recent call last):
    ...
    ledger.kit.settings.SettingInvalid: QRPAY_POS_PAYMENT_LIFE_S must be at most 300, not 301
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
from pos.closing.business_day import time_zone

PREFIX = "QRPAY_POS_"
DEFAULT_PORT = 8401
PAYMENT_LIFE_MAX_S = 300
FEE_MAX_BPS = 10_000
STAFF_PIN = re.compile(r"[0-9]{4,8}", re.ASCII)
NATIVE = "qrpay"
VENDORS = ("alipay", "antom", "wechatpay")
"""Who else can collect the money."""


@dataclass(frozen=True)
class Settings:
    """Everything an operator can choose about a till.

    ``data_dir`` holds the till's store and its secret key. ``ledger_url`` is the provider,
    ``ledger_key`` the provider's key as it spells it (``key id:base64url``), which then is the only
    one trusted at the first start; ``enrolment_token`` is the operator's one-time token, needed at
    the first start only. ``wallet_url`` is where the link in a code leads a phone,
    ``receipt_url`` where a phone reaches this till for a receipt, empty for its own address.
    ``printer`` names the profile of the receipt printer. ``staff_pin`` is what refunds, decisions
    and the end of a day ask for; empty means that nobody is asked.
    ``sandbox_wallet`` is the wallet service whose demo payer the sandbox card plays; empty outside
    of a sandbox, and then there is no card. ``stickers`` are
    the terminals whose static codes are this till's. A code lives for ``payment_life_s``. The
    shop's days begin at midnight in ``time_zone`` (an IANA name). ``fee_bps`` is the fee agreed
    with the provider in basis points; None leaves a statement's fees unchecked. ``background`` runs
    the resolver inside this process. ``hosts`` are the host names the till answers to; empty means
    any. ``listening`` are the means of https, or the word that plain http beyond this machine is
    meant; ``behind_door`` believes what a door in front says of its callers. ``clock`` is the file
    of a sandbox's clock, ``QRPAY_CLOCK`` for all parties. ``acquirer`` names who collects the
    money: ``qrpay`` is the provider itself; a vendor is spoken to in its own protocol, at
    ``acquirer_url`` (empty is the provider's address), with the files in ``acquirer_keys``, and
    brings its notifications below ``notify_base``, empty for the till's own address.
    """

    data_dir: Path
    host: str = "127.0.0.1"
    port: int = DEFAULT_PORT
    ledger_url: str = "http://127.0.0.1:8400"
    ledger_key: str = ""
    wallet_url: str = "http://127.0.0.1:8402"
    receipt_url: str = ""
    printer: str = "default"
    staff_pin: str = ""
    sandbox_wallet: str = ""
    enrolment_token: str = "demo-till-T01"  # noqa: S105 (published: it opens the sandbox only)
    stickers: tuple[str, ...] = ("T02",)
    payment_life_s: int = 180
    time_zone: str = "Europe/Berlin"
    fee_bps: int | None = None
    background: bool = True
    listening: Listening = PLAIN
    behind_door: bool = False
    hosts: tuple[str, ...] = ()
    clock: Path | None = None
    acquirer: str = NATIVE
    acquirer_keys: Path | None = None
    acquirer_url: str = ""
    notify_base: str = ""

    @property
    def store_path(self) -> Path:
        """The file that holds what the till remembers."""
        return self.data_dir / "till.db"

    @property
    def key_path(self) -> Path:
        """The file that holds the seed of the till's key."""
        return self.data_dir / "till.key"

    @property
    def own_url(self) -> str:
        """Where the till listens."""
        return f"{self.listening.scheme}://{self.host}:{self.port}"

    @property
    def receipts_base(self) -> str:
        """Where phones fetch receipts."""
        return self.receipt_url or self.own_url

    @property
    def notify_url(self) -> str:
        """Where a vendor brings its notifications."""
        return f"{self.notify_base or self.own_url}/notify/{self.acquirer}"


def from_environment(environ: Mapping[str, str] | None = None) -> Settings:
    """Read the settings; raises ``SettingInvalid`` for a value that can't be understood."""
    read = Variables(PREFIX, os.environ if environ is None else environ)
    host = read.text("HOST", Settings.host)
    return Settings(
        data_dir=Path(read.text("DATA", str(home_folder(read.environ) / "pos"))),
        host=host,
        port=read.port(Settings.port),
        ledger_url=read.text("LEDGER_URL", Settings.ledger_url),
        ledger_key=read.text("LEDGER_KEY", Settings.ledger_key),
        wallet_url=read.text("WALLET_URL", Settings.wallet_url),
        receipt_url=read.text("RECEIPT_URL", Settings.receipt_url),
        printer=read.text("PRINTER", Settings.printer),
        staff_pin=_staff_pin(read),
        sandbox_wallet=read.text("SANDBOX_WALLET", Settings.sandbox_wallet),
        enrolment_token=read.text("ENROLMENT_TOKEN", Settings.enrolment_token),
        stickers=read.names("STICKERS", Settings.stickers),
        payment_life_s=read.number(
            "PAYMENT_LIFE_S", Settings.payment_life_s, most=PAYMENT_LIFE_MAX_S
        ),
        time_zone=_time_zone(read),
        fee_bps=_fee_bps(read),
        background=read.switch("BACKGROUND", default=Settings.background),
        listening=read.listening(),
        behind_door=read.switch("BEHIND_DOOR", default=Settings.behind_door),
        hosts=read.names("HOSTS", ("127.0.0.1", "localhost", host)),
        clock=shared_clock(read.environ),
        acquirer=_acquirer(read),
        acquirer_keys=_acquirer_keys(read),
        acquirer_url=read.text("ACQUIRER_URL", Settings.acquirer_url),
        notify_base=read.text("NOTIFY_BASE", Settings.notify_base),
    )


def running_url(environ: Mapping[str, str] | None = None) -> str:
    """Tell where this machine's till answers; raises as ``from_environment`` does."""
    read = Variables(PREFIX, os.environ if environ is None else environ)
    return service_url(read, "pos", from_environment(environ).own_url, ("HOST", "PORT"))


def _acquirer(read: Variables) -> str:
    name = read.text("ACQUIRER", NATIVE)
    if name not in (NATIVE, *VENDORS):
        raise SettingInvalid(f"{read.prefix}ACQUIRER is one of {', '.join((NATIVE, *VENDORS))}")
    return name


def _acquirer_keys(read: Variables) -> Path | None:
    folder = read.text("ACQUIRER_KEYS", "")
    if not folder and _acquirer(read) != NATIVE:
        raise SettingInvalid(f"{read.prefix}ACQUIRER_KEYS names the folder of the account's files")
    return Path(folder) if folder else None


def _staff_pin(read: Variables) -> str:
    pin = read.text("STAFF_PIN", Settings.staff_pin)
    if pin and not STAFF_PIN.fullmatch(pin):
        raise SettingInvalid(f"{read.prefix}STAFF_PIN has 4 to 8 digits")
    return pin


def _time_zone(read: Variables) -> str:
    name = read.text("TIME_ZONE", Settings.time_zone)
    try:
        return time_zone(name).key
    except ValueError as error:
        raise SettingInvalid(f"{read.prefix}TIME_ZONE: {error}") from error


def _fee_bps(read: Variables) -> int | None:
    if not read.text("FEE_BPS", ""):
        return None
    return read.number("FEE_BPS", 0, most=FEE_MAX_BPS)
