"""What a shop was given to work with WeChat Pay: number, app id, key, secret, platform's key.

All of it stands in ``wechatpay.json``, which the provider's command writes for a shop.
"""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import Final

import msgspec
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey

from ledger.protocol import rsa
from ledger.protocol.errors.trust import KeyFormat

FILE: Final = "wechatpay.json"


class Account(msgspec.Struct, frozen=True, dict=True):
    """The members of the file that a till needs; the others are left alone."""

    mchid: str
    appid: str
    serial_no: str
    apiv3_key: str
    private_key: str
    public_key_id: str
    public_key: str

    @cached_property
    def key(self) -> RSAPrivateKey:
        """The key that this shop signs with."""
        return rsa.private_key(self.private_key)

    @cached_property
    def platform_key(self) -> RSAPublicKey:
        """The platform's public key, by which its certificates are believed too."""
        return rsa.public_key(self.public_key)


def read(folder: Path) -> Account:
    """Read the file in a folder; raises ``KeyFormat`` for one that is missing or not understood."""
    try:
        account = msgspec.json.decode((folder / FILE).read_bytes(), type=Account)
    except (OSError, msgspec.DecodeError) as error:
        raise KeyFormat(f"{folder / FILE}: {error}") from error
    return account
