"""Profile L: one payment as a link that any phone's camera app opens.

    http(s)://WALLET[:PORT]/p#TOKEN

The token stands in the fragment, which browsers keep to themselves: it is in no server's log and no
referrer. It is base64url of 99 bytes, all numbers big-endian:

    1   0x1E: version 1, Ed25519; 0x1F: P-256
    8   key id, ASCII; a key is one merchant's, so the merchant is not named again
    15  request id, the 24 characters of 62.05 as bits
    5   amount in minor units
    2   currency, ISO 4217 numeric
    4   expires at, seconds since the epoch
    64  signature over the 35 bytes before it

The host is not signed: it says where *a* browser finds *a* wallet. An installed wallet takes the
fragment and ignores the host. The symbol is small (version 9 at level M where profile S needs 15),
so it is what a screen shows to strangers' phones.

The checks, in sequence: ``QrForeign`` (no link of this form), ``QrLinkFormat``,
``QrVersionUnsupported``, the errors of keys, ``QrSignatureInvalid``, ``QrExpired``,
``QrLifetimeTooLong``, then the fields: ``CurrencyUnsupported``, ``AmountOutOfRange``.
"""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass, field

from ledger.protocol import identifiers, signing
from ledger.protocol.errors.codes import (
    QrExpired,
    QrForeign,
    QrLifetimeTooLong,
    QrLinkFormat,
    QrSignatureInvalid,
    QrVersionUnsupported,
)
from ledger.protocol.errors.trust import (
    KeyNotAllowedForMerchant,
    SignatureEncoding,
    SignatureInvalid,
)
from ledger.protocol.identifiers import RequestId
from ledger.protocol.instants import Instant, from_seconds, to_seconds
from ledger.protocol.merchant_qr.profile_s import CLOCK_SKEW, LIFETIME_MAX
from ledger.protocol.money import Money, currency_by_numeric, payable
from ledger.protocol.signing import (
    Algorithm,
    Domain,
    KeyDirectory,
    KeyRecord,
    PrivateKey,
    b64url,
    b64url_decode,
    merchant_owner,
)

VERSIONS = {0x1E: Algorithm.ED25519, 0x1F: Algorithm.P256}
TOKEN_BYTES = 99

_HEAD = struct.Struct(">B8s15s5s2s4s")
_URL = re.compile(r"https?://[^/?#\s]+/p#(?P<token>.*)", re.DOTALL)
_TOKEN = re.compile(r"[A-Za-z0-9_-]{132}")
_KEY_ID = re.compile(r"[A-Za-z0-9_-]{8}")


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkCode:
    """A signed link for one payment; ``expires_at`` is a whole second.

    ``merchant_id`` is the key's owner. ``text`` is the link or token exactly as it was scanned.
    """

    merchant_id: str
    amount: Money
    request_id: RequestId
    expires_at: Instant
    key_id: str
    text: str = field(default="", compare=False, repr=False)


def encode(code: LinkCode, key: PrivateKey) -> str:
    """Write and sign a token; a key id of other than 8 characters raises ``QrLinkFormat``."""
    if not _KEY_ID.fullmatch(code.key_id):
        raise QrLinkFormat(f"a key id in a link has 8 characters, not {code.key_id!r}")
    head = _HEAD.pack(
        next(byte for byte, algorithm in VERSIONS.items() if algorithm is key.public.algorithm),
        code.key_id.encode("ascii"),
        identifiers.to_bytes(code.request_id),
        payable(code.amount).minor_units.to_bytes(5, "big"),
        int(code.amount.currency.numeric).to_bytes(2, "big"),
        to_seconds(code.expires_at).to_bytes(4, "big"),
    )
    return b64url(head + key.sign(Domain.LINK, head))


def url(base: str, token: str) -> str:
    """Put a token behind a wallet's address such as ``http://192.168.1.5:8402``."""
    return f"{base.rstrip('/')}/p#{token}"


def token_of(text: str) -> str | None:
    """Give the token of a link, or a text that is one; ``None`` for any other text."""
    match = _URL.fullmatch(text)
    if match is not None:
        return match["token"]
    return text if _TOKEN.fullmatch(text) else None


def looks_like(text: str) -> bool:
    """Tell whether a text is a web address or a bare token, so that this profile is to judge it."""
    return text.lower().startswith(("http://", "https://")) or token_of(text) is not None


def verify(text: str, directory: KeyDirectory, *, now: Instant) -> LinkCode:
    """Read a link or a bare token; the errors and their sequence stand at the top of the module."""
    raw = token_bytes(text)
    head, signature = raw[: _HEAD.size], raw[_HEAD.size :]
    version, key_id, request_id, minor_units, numeric, expires = _HEAD.unpack(head)
    if version not in VERSIONS:
        raise QrVersionUnsupported(f"version byte {version:#04x}")
    record = directory.require(key_id.decode("latin-1"), at=now, algorithm=VERSIONS[version])
    merchant_id = _merchant_of(record)
    try:
        signing.verify(record.public_key, Domain.LINK, head, signature)
    except SignatureInvalid as error:
        raise QrSignatureInvalid(f"not signed by {record.key_id}") from error
    expires_at = from_seconds(int.from_bytes(expires, "big"))
    if now >= expires_at:
        raise QrExpired(f"expired {now - expires_at} ms ago")
    if expires_at - now > LIFETIME_MAX + CLOCK_SKEW:
        raise QrLifetimeTooLong(f"{expires_at - now} ms are left")
    currency = currency_by_numeric(f"{int.from_bytes(numeric, 'big'):03d}")
    return LinkCode(
        merchant_id=merchant_id,
        amount=payable(Money(int.from_bytes(minor_units, "big"), currency)),
        request_id=RequestId(identifiers.from_bytes(request_id)),
        expires_at=expires_at,
        key_id=record.key_id,
        text=text,
    )


def token_bytes(text: str) -> bytes:
    """Give the 99 bytes of a link or token; raises ``QrForeign`` or ``QrLinkFormat``."""
    token = token_of(text)
    if token is None:
        raise QrForeign("neither http(s)://WALLET/p#TOKEN nor a token")
    try:
        return b64url_decode(token, TOKEN_BYTES)
    except SignatureEncoding as error:
        raise QrLinkFormat(error.detail) from error


def _merchant_of(record: KeyRecord) -> str:
    kind, _, merchant_id = record.owner.partition(":")
    if record.owner != merchant_owner(merchant_id):
        raise KeyNotAllowedForMerchant(f"{record.key_id} is a key of a {kind}, not of a merchant")
    return merchant_id
