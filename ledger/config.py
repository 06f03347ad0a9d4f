"""The ledger's settings: one frozen value, read once from the environment.

Every setting is a variable ``QRPAY_LEDGER_<NAME>``; what is not set has the default written here.
Two are shared with the other parties: ``QRPAY_HOME``, the folder above everybody's data, and
``QRPAY_POS_URL``, where the demo shop's till answers. ``..._s`` are seconds. Folders are made when
the ledger starts, never when settings are read.

    >>> settings = from_environment({"HOME": "/home/anna", "QRPAY_LEDGER_PORT": "0"})
    >>> settings.port, str(settings.data_dir)
    (0, '/home/anna/.local/share/qrpay/ledger')
    >>> from_environment({"QRPAY_LEDGER_PORT": "84oo"})
    Traceback (most recent call last):
    ...
    ledger.config.SettingInvalid: QRPAY_LEDGER_PORT must be a whole number, not '84oo'
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

PREFIX = "QRPAY_LEDGER_"
DEFAULT_PORT = 8400
PORT_MAX = 65535

_NUMBER = re.compile(r"[0-9]{1,9}", re.ASCII)


class SettingInvalid(ValueError):
    """A setting in the environment can't be understood; the sentence names it."""


@dataclass(frozen=True)
class Settings:
    """Everything an operator can choose about a ledger.

    ``data_dir`` holds the books and the ledger's signing key. ``demo_world`` fills empty books with
    the demo shop and its payers at start; ``demo_notify_url`` is where the demo shop's till is told
    of payments. ``background`` runs the notifier and the sweeper inside this process. The three
    ``stream`` settings bound the live events: how many at once, how many for one party, and after
    how many seconds a stream ends so that its thread serves others. ``hosts`` are the host names
    the ledger answers to, since the address is part of what a caller signs; empty means any.
    """

    data_dir: Path
    host: str = "127.0.0.1"
    port: int = DEFAULT_PORT
    background: bool = True
    demo_world: bool = True
    demo_notify_url: str = "http://127.0.0.1:8401/notify"
    streams_max: int = 40
    streams_per_owner_max: int = 4
    stream_life_s: int = 300
    hosts: tuple[str, ...] = ()

    @property
    def books_path(self) -> Path:
        """The file that holds the books."""
        return self.data_dir / "books.db"

    @property
    def signing_key_path(self) -> Path:
        """The file that holds the seed of the ledger's signing key."""
        return self.data_dir / "signing.key"


def from_environment(environ: Mapping[str, str] | None = None) -> Settings:
    """Read the settings; raises ``SettingInvalid`` for a value that can't be understood."""
    read = _Reader(os.environ if environ is None else environ)
    host = read.text("HOST", Settings.host)
    return Settings(
        data_dir=Path(read.text("DATA", str(home_folder(read.environ) / "ledger"))),
        host=host,
        port=read.number("PORT", Settings.port, most=PORT_MAX),
        background=read.switch("BACKGROUND", default=Settings.background),
        demo_world=read.switch("DEMO_WORLD", default=Settings.demo_world),
        demo_notify_url=read.text("DEMO_NOTIFY_URL", _notify_url(read.environ)),
        streams_max=read.number("STREAMS_MAX", Settings.streams_max),
        streams_per_owner_max=read.number("STREAMS_PER_OWNER_MAX", Settings.streams_per_owner_max),
        stream_life_s=read.number("STREAM_LIFE_S", Settings.stream_life_s),
        hosts=tuple(read.text("HOSTS", f"127.0.0.1,localhost,{host}").split(",")),
    )


def home_folder(environ: Mapping[str, str] | None = None) -> Path:
    """Find the folder all three parties keep their data under (XDG base directories)."""
    environ = os.environ if environ is None else environ
    if "QRPAY_HOME" in environ:
        return Path(environ["QRPAY_HOME"])
    fallback = Path(environ.get("HOME", ".")) / ".local" / "share"
    return Path(environ.get("XDG_DATA_HOME") or fallback) / "qrpay"


def environment_with(settings: Mapping[str, str]) -> dict[str, str]:
    """Give this process's environment with some settings added, for a process it starts."""
    return {**os.environ, **settings}


def _notify_url(environ: Mapping[str, str]) -> str:
    till = environ.get("QRPAY_POS_URL")
    return f"{till}/notify" if till else Settings.demo_notify_url


@dataclass(frozen=True)
class _Reader:
    """Reads one variable at a time and says which one is wrong."""

    environ: Mapping[str, str]

    def text(self, name: str, default: str) -> str:
        return self.environ.get(PREFIX + name, "") or default

    def number(self, name: str, default: int, most: int = 10**9) -> int:
        text = self.text(name, str(default))
        if not _NUMBER.fullmatch(text):
            raise SettingInvalid(f"{PREFIX}{name} must be a whole number, not {text!r}")
        if int(text) > most:
            raise SettingInvalid(f"{PREFIX}{name} must be at most {most}, not {text}")
        return int(text)

    def switch(self, name: str, *, default: bool) -> bool:
        text = self.text(name, "1" if default else "0")
        if text not in ("0", "1"):
            raise SettingInvalid(f"{PREFIX}{name} must be 0 or 1, not {text!r}")
        return text == "1"
