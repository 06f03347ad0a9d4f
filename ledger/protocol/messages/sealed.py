"""Sealing and opening: a message's exact text, the id of the key that signed it, the signature.

Opening goes in a fixed order. The key must be known, in its time and the expected owner's; the
signature must hold over the text as it came, for the expected purpose; only then is the text read.
So no unproven text is acted upon. (``open_receipt`` reads the text first, but only for the time at
which the key must have been good.)
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import ClassVar, Self, TypeVar

from ledger.protocol.errors.content import FieldFormat, FieldMissing, MessageFormat, UnknownField
from ledger.protocol.instants import Instant
from ledger.protocol.messages.text import Fields, Layout
from ledger.protocol.records import record
from ledger.protocol.signing import (
    SIGNATURE_BYTES,
    Domain,
    KeyDirectory,
    PrivateKey,
    b64url,
    b64url_decode,
    verify,
)


class Message(ABC):
    """What every message type has: a purpose, its lines, and how it is read from them."""

    __slots__ = ()

    DOMAIN: ClassVar[Domain]
    LAYOUT: ClassVar[Layout]

    @abstractmethod
    def values(self) -> tuple[str, ...]:
        """Give the values of the lines after the first, in their fixed order."""

    def last(self) -> str:
        """Give the value of the last line, which is only there where it is not empty."""
        return ""

    @classmethod
    @abstractmethod
    def from_fields(cls, fields: Fields) -> Self:
        """Make the message from the values of its lines."""


M = TypeVar("M", bound=Message)


def encode(message: Message) -> str:
    """Spell a message: the text that is signed."""
    return message.LAYOUT.write(message.values(), message.last())


def decode(expected: type[M], text: str) -> M:
    """Read a text that is exactly what ``encode`` writes for this type, else ``MessageFormat``.

    Values that break a rule of their field raise that rule (``IdentifierFormat``,
    ``TextCharacter``, ``AmountOutOfRange``, ``CurrencyUnsupported``, ``FieldFormat``).
    """
    message = expected.from_fields(expected.LAYOUT.read(text))
    if encode(message) != text:
        raise MessageFormat("a value is spelled differently")
    return message


@record(frozen=True, slots=True)
class Signed:
    """A sealed message; nothing about it is believed before it is opened."""

    text: str
    key_id: str
    signature: str

    def to_json(self) -> dict[str, str]:
        """Spell as the members of a JSON object."""
        return {"text": self.text, "key_id": self.key_id, "signature": self.signature}

    @classmethod
    def from_json(cls, value: object) -> Signed:
        """Read the object of ``to_json``; ``FieldFormat``, ``FieldMissing`` or ``UnknownField``."""
        if not isinstance(value, dict):
            raise FieldFormat("a signed message is an object")
        unknown = value.keys() - {*_PARTS}
        if unknown:
            raise UnknownField(str(min(unknown))[:40])
        return cls(**{name: _text(value, name) for name in _PARTS})


_PARTS = ("text", "key_id", "signature")


def _text(value: dict[str, object], name: str) -> str:
    if name not in value:
        raise FieldMissing(name)
    text = value[name]
    if not isinstance(text, str):
        raise FieldFormat(f"{name} is text")
    return text


def seal(message: Message, key: PrivateKey) -> Signed:
    """Sign a message."""
    text = encode(message)
    signature = key.sign(message.DOMAIN, text.encode("utf-8"))
    return Signed(text, key.public.key_id, b64url(signature))


def open_(
    signed: Signed, expected: type[M], directory: KeyDirectory, *, at: Instant, owner: str
) -> M:
    """Give the message when ``owner`` sealed it, as one of this type, with a key good ``at`` then.

    Raises what ``KeyDirectory.require`` raises, ``SignatureEncoding``, ``SignatureInvalid``, and
    what ``decode`` raises.
    """
    require_sealed(signed, expected, directory, at=at, owner=owner)
    return decode(expected, signed.text)


def require_sealed(
    signed: Signed, expected: type[Message], directory: KeyDirectory, *, at: Instant, owner: str
) -> None:
    """Refuse a text that ``owner`` did not seal for this purpose, with a key good ``at`` then.

    Raises what ``KeyDirectory.require`` raises, ``SignatureEncoding``, ``SignatureInvalid``.
    """
    key = directory.require(signed.key_id, at=at, owner=owner)
    signature = b64url_decode(signed.signature, SIGNATURE_BYTES)
    verify(key.public_key, expected.DOMAIN, _bytes(signed.text), signature)


def _bytes(text: str) -> bytes:
    try:
        return text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise MessageFormat("half of a surrogate pair is no character") from error
