"""Base64url without padding (RFC 4648, section 5), in its one canonical spelling.

Base64 packs 6 bits a character, so the last character of a text often has bits to spare: 64 bytes
can be written in 16 ways that ordinary decoders take for the same. A signature that has sixteen
spellings slips through whatever remembers texts already seen. Here a text is read only when writing
it again gives the same text.

    >>> b64url(b"qr?")
    'cXI_'
    >>> b64url_decode("cXI_")
    b'qr?'
    >>> b64url(b"q")
    'cQ'
    >>> b64url_decode("cR")
    Traceback (most recent call last):
    ...
    ledger.protocol.errors.trust.SignatureEncoding: not canonical base64url: 'cR'
"""

from __future__ import annotations

import base64
import binascii

from ledger.protocol.errors.trust import SignatureEncoding


def b64url(raw: bytes) -> str:
    """Spell bytes as base64url without padding."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode("ascii")


def b64url_decode(text: str, length: int | None = None) -> bytes:
    """Read what ``b64url`` writes, of exactly ``length`` bytes where given.

    Padding, whitespace, other alphabets, stray last bits and other lengths raise
    ``SignatureEncoding``.
    """
    try:
        raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (binascii.Error, ValueError) as error:
        raise SignatureEncoding(f"not base64url: {text[:100]!r}") from error
    if b64url(raw) != text:
        raise SignatureEncoding(f"not canonical base64url: {text[:100]!r}")
    if length is not None and len(raw) != length:
        raise SignatureEncoding(f"{len(raw)} bytes where {length} are expected")
    return raw
