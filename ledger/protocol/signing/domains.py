r"""Domains: what a signature is for, so that none can be replayed in another role.

A merchant's one key signs its codes and its payment requests, a device's key its consents and its
HTTP requests. Without care, bytes signed as the one might be read as the other. So no message is
signed as it stands: the name of its purpose, a version and a zero byte go in front (RFC 8725,
section 3.11 asks the same of tokens). A verifier says which purpose it expects and never reads it
from the message.

    >>> signed_bytes(Domain.RECEIPT, b"paid")
    b'test.qrpay/receipt/v1\x00paid'

HTTP signatures (RFC 9421) are made over a base that begins with ``"@``, which no domain does.
"""

from __future__ import annotations

from enum import StrEnum

SCHEME = "test.qrpay"
"""Reverse domain name of the scheme; ``.test`` is reserved (RFC 6761), so it is nobody's."""


class Domain(StrEnum):
    """The purposes a signature can have."""

    MPM = "mpm"  # a dynamic code shown by the merchant
    LINK = "link"  # the same as a link
    STICKER = "sticker"  # a static code
    REQUEST = "request"  # the merchant asks to be paid
    AUTHORISATION = "auth"  # the payer agrees
    RECEIPT = "receipt"  # the provider states an outcome
    NOTIFICATION = "notify"  # the provider tells the till
    HEAD = "head"  # the provider states the end of its audit chain


_PREFIX = {domain: f"{SCHEME}/{domain}/v1\0".encode("ascii") for domain in Domain}


def signed_bytes(domain: Domain, message: bytes) -> bytes:
    """Put the purpose in front of a message: these are the bytes that are signed."""
    return _PREFIX[domain] + message
