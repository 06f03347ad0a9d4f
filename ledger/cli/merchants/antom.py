"""What Antom's console shows of a client: its id, keys in every form, Antom's public key."""

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
from ledger.core.vendors import antom
from ledger.kit.secrets import rsa_keys
from ledger.protocol import rsa

_FORMS: Final = {
    "pkcs1": "merchant-private-key-pkcs1.pem",
    "pkcs1-line": "merchant-private-key-pkcs1.txt",
    "pkcs8": "merchant-private-key-pkcs8.pem",
    "pkcs8-line": "merchant-private-key-pkcs8.txt",
}


def _settings(_client_id: str, key: RSAPrivateKey, _w: Wishes, _k: Keeper) -> dict[str, str]:
    return {antom.PUBLIC_KEY: rsa.spell_public(key.public_key())}


def _files(held: Held, keeper: Keeper) -> list[KeyFile]:
    own = rsa.spell_public(held.key.public_key())
    platform = rsa_keys.keep(keeper.vendor_keys, antom.PLATFORM_KEY).public_key()
    return [
        KeyFile("client-id.txt", held.account.account_id, "the client id"),
        *key_forms(held.key, _FORMS),
        *public_forms("merchant-public-key", own, "the shop's public key"),
        *public_forms("antom-public-key", rsa.spell_public(platform), "Antom's public key"),
        *examples("antom", held.currency),
    ]


CONSOLE: Final = Console(
    noun="client",
    draw=lambda entropy: f"5Y{digits(entropy, 16)}",
    settings=_settings,
    files=_files,
)
