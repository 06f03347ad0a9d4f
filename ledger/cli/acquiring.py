"""``qrpay up --acquirer``: let the demo shop's till collect through a vendor's protocol.

The demo shop is known to all vendors already, with published keys; what is missing is the folder
that a shop is given: its own number and key, and what it needs of the platform. It is written once,
below the services' data, and the till is told where it lies.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from ledger.cli.books_place.writing import operators_clock
from ledger.config import VENDOR_KEYS
from ledger.core.vendors import antom
from ledger.faces.alipay import certificates
from ledger.faces.wechatpay import keys
from ledger.kit import vendor_certificates
from ledger.kit.home import Home
from ledger.kit.secrets import SecretFolder, rsa_keys
from ledger.ops import demo_apps
from ledger.protocol import rsa

NATIVE: Final = "qrpay"
_PRIVATE: Final = 0o600

Settings = dict[str, dict[str, str]]


def settings(home: Home, acquirer: str) -> Settings:
    """Write the files of the demo shop's account; the till's settings for it, none for our own."""
    if acquirer == NATIVE:
        return {}
    folder = home.part("acquirer") / acquirer
    folder.mkdir(exist_ok=True, mode=0o700)
    for name, text in ACCOUNTS[acquirer](SecretFolder(home.part("ledger") / VENDOR_KEYS)).items():
        _write(folder / name, text)
    return {"pos": {"QRPAY_POS_ACQUIRER": acquirer, "QRPAY_POS_ACQUIRER_KEYS": str(folder)}}


def _write(path: Path, text: str) -> None:
    path.touch(mode=_PRIVATE)
    path.write_text(text, encoding="utf-8")


def _wechatpay(kept: SecretFolder) -> Mapping[str, str]:
    known = demo_apps.wechatpay_mchid()
    own = vendor_certificates.read(known.certificate)
    platform = rsa.spell_public(rsa_keys.keep(kept, keys.PUBLIC_KEY).public_key())
    told = {
        "mchid": known.overseas_mchid,
        "appid": known.appid,
        "serial_no": own.serial_no,
        "apiv3_key": known.api_v3_key,
        "private_key": known.private_key,
        "public_key_id": keys.public_key_id(platform),
        "public_key": platform,
    }
    return {"wechatpay.json": json.dumps(told, indent=1) + "\n"}


def _alipay(kept: SecretFolder) -> Mapping[str, str]:
    known = demo_apps.alipay_app()
    platform = certificates.platform(kept, operators_clock().now())
    return {
        "app-id.txt": known.app_id,
        "app-private-key-pkcs8.pem": rsa.forms(rsa.private_key(known.private_key))["pkcs8"],
        "alipay-public-key.pem": rsa.spell_public(platform.key.public_key()),
    }


def _antom(kept: SecretFolder) -> Mapping[str, str]:
    known = demo_apps.antom_client()
    platform = rsa_keys.keep(kept, antom.PLATFORM_KEY).public_key()
    return {
        "client-id.txt": known.app_id,
        "merchant-private-key-pkcs8.pem": rsa.forms(rsa.private_key(known.private_key))["pkcs8"],
        "antom-public-key.pem": rsa.spell_public(platform),
    }


ACCOUNTS: Mapping[str, Callable[[SecretFolder], Mapping[str, str]]] = {
    "alipay": _alipay,
    "antom": _antom,
    "wechatpay": _wechatpay,
}
"""By the vendor's name, what writes the texts of the demo shop's files."""
