"""What WeChat Pay's portal gives a merchant: key, certificate, secrets, the platform's keys.

``apiclient_key.pem`` and ``apiclient_cert.pem`` are named as every tutorial names them; the same
pair is in ``apiclient_cert.p12``, whose password is the merchant number. ``wechatpay.json`` has all
of it for a program to read.
"""

from __future__ import annotations

import json
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12

from ledger.cli.merchants.accounts import (
    SECRET,
    Console,
    Held,
    Keeper,
    KeyFile,
    Wishes,
    digits,
    examples,
)
from ledger.core.vendors.wechatpay import Regime, Registration, registration
from ledger.faces.wechatpay.keys import KeptKeys
from ledger.kit import vendor_certificates
from ledger.kit.vendor_certificates import Subject
from ledger.protocol import rsa
from ledger.protocol.wechatpay_wire import certificates

APPID: Final = "wx8888888888888888"
CERTIFICATE_DAYS: Final = 5 * 365
_SECRET_BYTES: Final = 16
_SERIAL_BYTES: Final = 20


def _settings(mchid: str, key: RSAPrivateKey, wishes: Wishes, keeper: Keeper) -> dict[str, str]:
    return Registration(
        appids=(wishes.appid or APPID,),
        certificates=_certified(mchid, key, keeper),
        api_v3_key=keeper.entropy(_SECRET_BYTES).hex(),
        api_v2_key=keeper.entropy(_SECRET_BYTES).hex(),
        regime=Regime.PUBLIC_KEY if wishes.by_public_key else Regime.CERTIFICATE,
        has_platform_certificate=not wishes.by_public_key,
        sp_mchid=wishes.sp_mchid,
        md5=wishes.md5,
    ).settings()


def _certified(mchid: str, key: RSAPrivateKey, keeper: Keeper) -> str:
    return vendor_certificates.issue(
        Subject("QRPay sandbox", mchid, key.public_key()),
        issuer="Tenpay sandbox merchant authority",
        key=key,
        serial=certificates.serial_number(keeper.entropy(_SERIAL_BYTES)),
        begins=keeper.clock.now(),
        days=CERTIFICATE_DAYS,
    )


def _files(held: Held, keeper: Keeper) -> list[KeyFile]:
    mchid, known = held.account.account_id, registration(held.account)
    own, told = vendor_certificates.read(known.certificates), _told(held, keeper)
    bundle = _bundle(mchid, held.key, own.pem)
    platform = [
        KeyFile(
            f"wechatpay_{each.certificate.serial_no}.pem",
            each.certificate.pem,
            "the platform's certificate",
        )
        for each in KeptKeys(keeper)().certificates
        if each.certificate is not None and known.has_platform_certificate
    ]
    return [
        KeyFile("mchid.txt", mchid, "the merchant number"),
        KeyFile("appid.txt", told["appid"], "the app id"),
        KeyFile("apiclient_key.pem", told["private_key"], "private key, PKCS #8 in PEM", SECRET),
        KeyFile("apiclient_cert.pem", own.pem, "the merchant's certificate"),
        KeyFile("apiclient_cert.p12", bundle, "both; password: the merchant number", SECRET),
        KeyFile("serial-no.txt", own.serial_no, "the certificate's serial number"),
        KeyFile("apiv3-key.txt", known.api_v3_key, "the API v3 key", SECRET),
        KeyFile("apiv2-key.txt", known.api_v2_key, _v2(known), SECRET),
        KeyFile("pub_key.pem", told["public_key"], "the platform's public key"),
        KeyFile("pub_key_id.txt", told["public_key_id"], "the name of that key"),
        *platform,
        KeyFile("wechatpay.json", json.dumps(told, indent=1) + "\n", "all of it", SECRET),
        *examples("wechatpay", held.currency),
    ]


def _v2(known: Registration) -> str:
    return f"the API v2 key; MD5 is {'on' if known.md5 else 'off'}"


def _told(held: Held, keeper: Keeper) -> dict[str, str]:
    known, platform = registration(held.account), KeptKeys(keeper)().public_key
    own = vendor_certificates.read(known.certificates)
    return {
        "mchid": held.account.account_id,
        "appid": known.appids[0],
        "serial_no": own.serial_no,
        "apiv3_key": known.api_v3_key,
        "apiv2_key": known.api_v2_key,
        "private_key": rsa.spell_private(held.key),
        "certificate": own.pem,
        "public_key_id": platform.name,
        "public_key": rsa.spell_public(platform.private_key.public_key()),
    }


def _bundle(mchid: str, key: RSAPrivateKey, pem: str) -> bytes:
    certificate = x509.load_pem_x509_certificate(pem.encode())
    kept = BestAvailableEncryption(mchid.encode())
    return pkcs12.serialize_key_and_certificates(b"Tenpay", key, certificate, None, kept)


CONSOLE: Final = Console(
    noun="merchant number",
    draw=lambda entropy: f"19{digits(entropy, 8)}",
    settings=_settings,
    files=_files,
)
