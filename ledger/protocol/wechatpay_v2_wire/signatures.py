r"""A message authentication code over sorted fields: what API v2 calls a signature.

Fields that have a value, but for ``sign`` itself, are sorted by name (ASCII), written as
``name=value`` with ``&`` between them, and the merchant's *API v2 key*, 32 characters that the
platform knows too, is appended as ``&key=``. The digest of that text, MD5 or HMAC-SHA256 under the
same key, is written in upper-case hexadecimal. Values stand as they are: nothing is escaped or
encoded. Source: pay.weixin.qq.com, API v2, "signature algorithm", whose example this is:

    >>> fields = {"appid": "wxd930ea5d5a258f4f", "mch_id": "10000100", "device_info": "1000",
    ...           "body": "test", "nonce_str": "ibuaiVcKdpRxkhJA"}
    >>> sign(fields, "192006250b4c09247ec02edce69f6a2d", SignType.MD5)
    '9A0A8659F005D6984697E2CA0A9CF3B7'
    >>> sign(fields, "192006250b4c09247ec02edce69f6a2d", SignType.HMAC_SHA256)
    '6A9AE1657590FD6257D693A078E1C3E4BB6BA4DC30B23E0EE2496E54170DACD6'

MD5 with the key at the end of the text is the vendor's default and no longer sound, so it is taken
only from a merchant who asked for it.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from ledger.protocol.errors.trust import KeyFormat, SignatureInvalid, SignatureMissing
from ledger.protocol.errors.wechatpay_v2 import Md5Refused, SignTypeUnknown

API_V2_KEY_CHARACTERS: Final = 32


class SignType(StrEnum):
    """How a text is digested."""

    MD5 = "MD5"
    HMAC_SHA256 = "HMAC-SHA256"


def check_api_v2_key(key: str) -> str:
    """Give back an API v2 key: 32 letters and digits; anything else raises ``KeyFormat``."""
    if len(key) != API_V2_KEY_CHARACTERS or not (key.isascii() and key.isalnum()):
        raise KeyFormat(f"an API v2 key has {API_V2_KEY_CHARACTERS} letters and digits")
    return key


def filled(fields: Mapping[str, str | int]) -> dict[str, str]:
    """Give the fields that are signed, sorted: those with a value, but for ``sign``."""
    return {
        name: str(value) for name, value in sorted(fields.items()) if name != "sign" and value != ""
    }


def joined(fields: Mapping[str, str]) -> str:
    """Write ``name=value`` with ``&`` between them, in the sequence given."""
    return "&".join(f"{name}={value}" for name, value in fields.items())


def signed_text(fields: Mapping[str, str | int], key: str) -> str:
    """Spell what is digested.

    >>> signed_text({"b": 0, "sign": "F00", "a": "1", "empty": ""}, "secret")
    'a=1&b=0&key=secret'
    """
    return f"{joined(filled(fields))}&key={key}"


def sign(fields: Mapping[str, str | int], key: str, sign_type: SignType) -> str:
    """Sign fields; upper-case hexadecimal."""
    return digest(signed_text(fields, key), key, sign_type)


def digest(text: str, key: str, sign_type: SignType) -> str:
    """Digest a text that ends with the key; upper-case hexadecimal."""
    if sign_type is SignType.MD5:
        return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest().upper()
    return hmac.new(key.encode(), text.encode(), hashlib.sha256).hexdigest().upper()


def sign_type_of(fields: Mapping[str, str]) -> SignType:
    """Tell how fields say that they are signed: MD5 if they don't; raises ``SignTypeUnknown``."""
    named = fields.get("sign_type") or SignType.MD5.value
    try:
        return SignType(named)
    except ValueError as error:
        raise SignTypeUnknown(f"sign_type is {named[:24]!r}") from error


def verify(fields: Mapping[str, str], key: str, *, md5_allowed: bool) -> SignType:
    """Check that who knows the key signed the fields, and tell how.

    Raises ``SignatureMissing``, ``SignTypeUnknown``, ``Md5Refused`` or ``SignatureInvalid``;
    ``explain`` says why.
    """
    given = fields.get("sign", "")
    if not given:
        raise SignatureMissing("there is no sign")
    sign_type = sign_type_of(fields)
    if sign_type is SignType.MD5 and not md5_allowed:
        raise Md5Refused("sign with sign_type HMAC-SHA256, or have MD5 allowed")
    expected = sign(fields, key, sign_type)
    if not hmac.compare_digest(given.encode(), expected.encode()):
        raise SignatureInvalid("the sign is not the one of these fields and this key")
    return sign_type
