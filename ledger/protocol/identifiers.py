"""Identifiers: what kind of thing, when it came to be, and 70 random bits, in 28 characters.

    pay_01KAK9Q3ZV7T2M5X8B4C6D0E
    ^^^ ^^^^^^^^^^------------^^
    kind  time (50 bits, ms)  random (70 bits)

The body is 24 characters of Crockford's base32 (no I, L, O, U), 120 bits: the longest whole that
fits field 62.05 of an EMVCo code (25 characters) and 15 bytes of a link. Identifiers of one process
sort by the order they were made in. The prefix makes a wrong kind visible and refusable.

A payment's identifier is ``pay_`` plus the *request id*, the 24 characters the till chose for its
payment request; so a payment has a name before the provider has heard of it.

    >>> source = IdSource(lambda count: bytes(count))
    >>> source.new(Kind.PAYMENT, Instant(1795300180123))
    'pay_01M803NG4V00000000000000'
    >>> source.new(Kind.PAYMENT, Instant(1795300180123))
    'pay_01M803NG4V00000000000001'
    >>> check(Kind.REFUND, 'pay_01M803NG4V')
    Traceback (most recent call last):
    ...
    ledger.protocol.errors.content.IdentifierFormat: not a rfd_ identifier: 'pay_01M803NG4V'
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from enum import Enum
from functools import lru_cache
from typing import NewType

from ledger.protocol.errors.content import IdentifierFormat, TextCharacter
from ledger.protocol.instants import Instant

PaymentId = NewType("PaymentId", str)
RefundId = NewType("RefundId", str)
ReceiptId = NewType("ReceiptId", str)
PayerId = NewType("PayerId", str)
DeviceId = NewType("DeviceId", str)
QuoteId = NewType("QuoteId", str)
RequestId = NewType("RequestId", str)
BatchId = NewType("BatchId", str)


ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
BODY_LENGTH = 24
BODY_BYTES = 15
RANDOM_BITS = 70
_RANDOM_BYTES = 9
_RANDOM = (1 << RANDOM_BITS) - 1
_BODY = re.compile(f"[{ALPHABET}]{{{BODY_LENGTH}}}", re.ASCII)


class Kind(Enum):
    """The kinds of things that have an identifier, each with its prefix."""

    PAYMENT = "pay"
    REFUND = "rfd"
    RECEIPT = "rcp"
    ENTRY = "jnl"
    NOTIFICATION = "ntf"
    QUOTE = "fxq"
    AUTHORISATION = "aut"
    DEVICE = "dev"
    PAYER = "pyr"
    SALE = "sal"
    REVIEW = "rev"
    BATCH = "bat"
    GRANT = "grt"

    def __init__(self, prefix: str) -> None:
        self.prefix = prefix
        self.pattern = re.compile(f"{prefix}_{_BODY.pattern}", re.ASCII)


class IdSource:
    """Makes identifiers from given randomness; two of the same millisecond still sort in order."""

    def __init__(self, entropy: Callable[[int], bytes]) -> None:
        self._entropy = entropy
        self._last = 0

    def body(self, now: Instant) -> str:
        """Make the 24 characters alone, as a till does for a request id."""
        return _spell(self._following(now))

    def new(self, kind: Kind, now: Instant) -> str:
        """Make an identifier of a kind."""
        return f"{kind.prefix}_{self.body(now)}"

    def several(self, kind: Kind, now: Instant, count: int) -> list[str]:
        """Make identifiers of a kind that follow each other; the first one's bits are random."""
        first = self._following(now)
        self._last += count - 1
        return [f"{kind.prefix}_{_spell(number)}" for number in range(first, first + count)]

    def _following(self, now: Instant) -> int:
        fresh = (now << RANDOM_BITS) | int.from_bytes(self._entropy(_RANDOM_BYTES), "big") >> 2
        self._last = max(fresh, self._last + 1)
        return self._last


# Two characters are ten bits; and Python's own base 32 has the same values under other characters.
_PAIRS = [one + other for one in ALPHABET for other in ALPHABET]
_PLACES = range(RANDOM_BITS - 10, -1, -10)
_TO_PYTHONS = str.maketrans(ALPHABET, "0123456789abcdefghijklmnopqrstuv")


def _spell(number: int) -> str:
    random = number & _RANDOM
    pairs = [_PAIRS[random >> place & 1023] for place in _PLACES]
    return _spell_time(number >> RANDOM_BITS) + "".join(pairs)


# The identifiers of a while share their millisecond, also those that are read again.
@lru_cache(maxsize=1024)
def _spell_time(milliseconds: int) -> str:
    return "".join([_PAIRS[milliseconds >> place & 1023] for place in range(40, -1, -10)])


def from_bytes(raw: bytes) -> str:
    """Spell 15 bytes as 24 characters."""
    return _spell(int.from_bytes(raw, "big"))


def to_bytes(body: str) -> bytes:
    """Read 24 characters as 15 bytes; other characters raise ``IdentifierFormat``."""
    return int(check_body(body).translate(_TO_PYTHONS), 32).to_bytes(BODY_BYTES, "big")


def check_body(body: str) -> RequestId:
    """Give back a well-formed body (a request id), else raise ``IdentifierFormat``."""
    if not _BODY.fullmatch(body):
        raise IdentifierFormat(f"not 24 characters of base32: {body[:40]!r}")
    return RequestId(body)


def check(kind: Kind, text: str) -> str:
    """Give back a well-formed identifier of that kind, else raise ``IdentifierFormat``."""
    if not kind.pattern.fullmatch(text):
        raise IdentifierFormat(f"not a {kind.prefix}_ identifier: {text[:40]!r}")
    return text


def body_of(identifier: str) -> str:
    """Give the 24 characters behind the prefix."""
    return identifier.partition("_")[2]


def payment_id_of(request_id: str) -> PaymentId:
    """Name the payment of a till's request id."""
    return PaymentId(f"{Kind.PAYMENT.prefix}_{check_body(request_id)}")


_MERCHANT_ID = re.compile(r"[A-Za-z0-9]{1,20}", re.ASCII)
_TERMINAL_ID = re.compile(r"[A-Za-z0-9_-]{1,16}", re.ASCII)
_MERCHANT_NUMBER = re.compile(r"[A-Za-z0-9_\-|*]{1,32}", re.ASCII)


def check_merchant_id(text: str) -> str:
    """Give back a merchant id: 1 to 20 letters and digits, as field 26.01 of a code carries it."""
    return _matching(_MERCHANT_ID, text, "a merchant id has 1 to 20 letters and digits")


def check_terminal_id(text: str) -> str:
    """Give back a terminal id: 1 to 16 letters, digits, ``_`` or ``-`` (ISO 8583 DE 41)."""
    return _matching(_TERMINAL_ID, text, "a terminal id has 1 to 16 letters, digits, _ or -")


def check_merchant_order_no(text: str) -> str:
    """Give back a merchant's own number for a payment or refund: 1 to 32 of ``A-Za-z0-9_-|*``.

    The alphabet is the narrower one of the two vendors' (WeChat Pay ``out_trade_no``).
    """
    rule = "a merchant's number has 1 to 32 letters, digits, _ - | or *"
    return _matching(_MERCHANT_NUMBER, text, rule)


def _matching(pattern: re.Pattern[str], text: str, rule: str) -> str:
    if not pattern.fullmatch(text):
        raise IdentifierFormat(f"{rule}, not {text[:40]!r}")
    return text


_FORBIDDEN_CATEGORIES = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


def check_text(text: str, most: int) -> str:
    """Give back free text for people: composed (NFC), at most ``most`` characters, nothing hidden.

    Control, format (bidirectional, zero-width), private and unassigned characters and separators of
    lines raise ``TextCharacter``: they can make a screen say something else than what was signed.
    """
    if len(text) > most:
        raise TextCharacter(f"{len(text)} characters, at most {most} are kept")
    if text.isascii() and text.isprintable():
        return text  # the most frequent case, and by itself composed and free of what is hidden
    if unicodedata.normalize("NFC", text) != text:
        raise TextCharacter("the text is not in composed form (Unicode NFC)")
    for character in text:
        if unicodedata.category(character) in _FORBIDDEN_CATEGORIES:
            raise TextCharacter(f"U+{ord(character):04X} is not allowed")
    return text
