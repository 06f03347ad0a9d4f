"""Read a party's settings from variables, and say plainly which one can't be understood.

Each party has one ``config.py`` that passes its environment in; nothing in here looks around.

    >>> read = Variables("QRPAY_POS_", {"QRPAY_POS_PORT": "84oo", "QRPAY_POS_STICKERS": "T02, T03"})
    >>> read.names("STICKERS", ())
    ('T02', 'T03')
    >>> read.number("PORT", 8401)
    Traceback (most recent call last):
    ...
    ledger.kit.settings.SettingInvalid: QRPAY_POS_PORT must be a whole number, not '84oo'
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ledger.kit.network.listening import Listening

PORT_MAX = 65535

_NUMBER = re.compile(r"[0-9]{1,9}", re.ASCII)


class SettingInvalid(ValueError):
    """A setting can't be understood; the sentence names it."""


def home_folder(environ: Mapping[str, str]) -> Path:
    """Find the folder below which all parties of a machine keep their data.

    ``QRPAY_HOME``, or ``qrpay`` in the place the XDG base directory specification names.
    """
    if environ.get("QRPAY_HOME"):
        return Path(environ["QRPAY_HOME"])
    fallback = Path(environ.get("HOME", ".")) / ".local" / "share"
    return Path(environ.get("XDG_DATA_HOME") or fallback) / "qrpay"


def shared_clock(environ: Mapping[str, str]) -> Path | None:
    """Find the file of the clock that all parties of a sandbox share: ``QRPAY_CLOCK``, if set."""
    return Path(environ["QRPAY_CLOCK"]) if environ.get("QRPAY_CLOCK") else None


@dataclass(frozen=True)
class Variables:
    """Variables that begin with a prefix; one that is empty counts as not set."""

    prefix: str
    environ: Mapping[str, str]

    def text(self, name: str, default: str) -> str:
        """Read a text."""
        return self.environ.get(self.prefix + name, "") or default

    def names(self, name: str, default: tuple[str, ...]) -> tuple[str, ...]:
        """Read names with commas between them."""
        names = self.text(name, ",".join(default)).split(",")
        return tuple(each.strip() for each in names if each.strip())

    def number(self, name: str, default: int, most: int = 10**9) -> int:
        """Read a whole number of at most ``most``, else ``SettingInvalid``."""
        text = self.text(name, str(default))
        if not _NUMBER.fullmatch(text):
            raise SettingInvalid(f"{self.prefix}{name} must be a whole number, not {text!r}")
        if int(text) > most:
            raise SettingInvalid(f"{self.prefix}{name} must be at most {most}, not {text}")
        return int(text)

    def port(self, default: int) -> int:
        """Read ``PORT``; 0 asks for any free one."""
        return self.number("PORT", default, most=PORT_MAX)

    def listening(self) -> Listening:
        """Read ``TLS_CERT`` and ``TLS_KEY``, which need each other, and ``PLAIN_HTTP``."""
        certificate, key = self.text("TLS_CERT", ""), self.text("TLS_KEY", "")
        if bool(certificate) != bool(key):
            raise SettingInvalid(f"{self.prefix}TLS_CERT and {self.prefix}TLS_KEY go together")
        return Listening(
            certificate=Path(certificate) if certificate else None,
            key=Path(key) if key else None,
            plain_http=self.switch("PLAIN_HTTP", default=False),
        )

    def switch(self, name: str, *, default: bool) -> bool:
        """Read 0 or 1, else ``SettingInvalid``."""
        text = self.text(name, "1" if default else "0")
        if text not in ("0", "1"):
            raise SettingInvalid(f"{self.prefix}{name} must be 0 or 1, not {text!r}")
        return text == "1"
