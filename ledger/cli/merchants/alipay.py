"""What Alipay's open platform shows of an app: ids, keys in every form, certificates."""

from __future__ import annotations

from typing import Final

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from ledger.cli.merchants.accounts import (
    Console,
    Held,
    Keeper,
    KeyFile,
    Wishes,
    digits,
    examples,
    key_forms,
    public_forms,
)
from ledger.core.vendors.alipay import APP_PUBLIC_KEY
from ledger.faces.alipay import certificates
from ledger.protocol import rsa

_FORMS: Final = {
    "pkcs1": "app-private-key.pem",
    "pkcs1-line": "app-private-key.txt",
    "pkcs8": "app-private-key-pkcs8.pem",
    "pkcs8-line": "app-private-key-pkcs8.txt",
}


def _settings(_app_id: str, key: RSAPrivateKey, _w: Wishes, _k: Keeper) -> dict[str, str]:
    return {APP_PUBLIC_KEY: rsa.spell_public(key.public_key())}


def _files(held: Held, keeper: Keeper) -> list[KeyFile]:
    app_id, public, now = held.account.account_id, held.key.public_key(), keeper.clock.now()
    platform = certificates.platform(keeper.vendor_keys, now)
    cert = certificates.app_certificate(keeper.vendor_keys, app_id, public, now)
    theirs = rsa.spell_public(platform.key.public_key())
    return [
        KeyFile("app-id.txt", app_id, "the app id"),
        *key_forms(held.key, _FORMS),
        *public_forms("app-public-key", rsa.spell_public(public), "the app's public key"),
        *public_forms("alipay-public-key", theirs, "the platform's public key"),
        KeyFile(f"appCertPublicKey_{app_id}.crt", cert, "the app's certificate"),
        KeyFile("alipayCertPublicKey_RSA2.crt", platform.chain, "the platform's certificate"),
        KeyFile("alipayRootCert.crt", platform.root_cert, "the root of both"),
        *examples("alipay", held.currency),
    ]


CONSOLE: Final = Console(
    noun="app",
    draw=lambda entropy: f"2021{digits(entropy, 12)}",
    settings=_settings,
    files=_files,
)
