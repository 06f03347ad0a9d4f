"""What a merchant of WeChat Pay registered: app ids, certificates, secrets, switches.

Both faces of WeChat Pay and the command that registers a merchant read and write the settings of a
``VendorAccount`` here, so that each setting has one name.

    >>> registration = Registration(appids=("wx8888888888888888",), api_v3_key="0" * 32)
    >>> registration.settings()
    {'appids': 'wx8888888888888888', 'api_v3_key': '00000000000000000000000000000000', \
'regime': 'certificate'}
"""

from __future__ import annotations

import hashlib
from enum import StrEnum

from ledger.core.records.vendors import VendorAccount
from ledger.protocol.records import record

NO = "no"


class Regime(StrEnum):
    """By which of its keys the platform signs what this merchant did not ask a key for."""

    CERTIFICATE = "certificate"
    PUBLIC_KEY = "public_key"


@record(frozen=True, slots=True)
class Registration:
    """The settings of one merchant number (``mchid``).

    ``certificates`` are the merchant's own in PEM, one after the other; the serial number of a call
    says which of them it is signed by. ``regime`` decides what the header ``Wechatpay-Serial`` of a
    call leaves open, and everything about notifications. A merchant ``has_platform_certificate``
    unless it came after the platform stopped to give any out. ``sp_mchid`` is the service provider
    that acts for this merchant. ``md5`` says that v2 may sign by MD5. ``probes`` is how many of a
    hundred answers and notifications are signed wrongly, to try the merchant (``probes``).
    ``old_codes`` spells API v3's codes as the vendor's older pages do, ``bills_today`` gives bills
    of a day that is not over, which the platform never does.
    """

    appids: tuple[str, ...] = ()
    certificates: str = ""
    api_v3_key: str = ""
    api_v2_key: str = ""
    regime: Regime = Regime.CERTIFICATE
    has_platform_certificate: bool = True
    sp_mchid: str = ""
    md5: bool = False
    probes: int = 0
    old_codes: bool = False
    bills_today: bool = False

    def settings(self) -> dict[str, str]:
        """Spell it as the settings of an account; what is not set is left out."""
        said = {
            "appids": ",".join(self.appids),
            "certificates": self.certificates,
            "api_v3_key": self.api_v3_key,
            "api_v2_key": self.api_v2_key,
            "regime": self.regime.value,
            "platform_certificate": "" if self.has_platform_certificate else NO,
            "sp_mchid": self.sp_mchid,
            "md5": "yes" if self.md5 else "",
            "probes": str(self.probes or ""),
            "old_codes": "yes" if self.old_codes else "",
            "bills_today": "yes" if self.bills_today else "",
        }
        return {name: value for name, value in said.items() if value}


def registration(account: VendorAccount) -> Registration:
    """Read an account's settings."""
    said = account.settings
    return Registration(
        appids=tuple(filter(None, said.get("appids", "").split(","))),
        certificates=said.get("certificates", ""),
        api_v3_key=said.get("api_v3_key", ""),
        api_v2_key=said.get("api_v2_key", ""),
        regime=Regime(said.get("regime", Regime.CERTIFICATE)),
        has_platform_certificate=said.get("platform_certificate") != NO,
        sp_mchid=said.get("sp_mchid", ""),
        md5=bool(said.get("md5")),
        probes=int(said.get("probes", 0)),
        old_codes=bool(said.get("old_codes")),
        bills_today=bool(said.get("bills_today")),
    )


def sandbox_key(api_v2_key: str) -> str:
    """Give the key of the vendor's sandbox: 32 characters, always the same for a merchant."""
    return hashlib.sha256(f"sandboxnew {api_v2_key}".encode()).hexdigest()[:32]
