r"""The file of a session: JSON that people read, one entry for each thing that happened.

    call    somebody asked the provider, and was answered; status 0: the connection broke
    work    the provider did what was due: told merchants, let payments expire, settled days
    told    on the way, it posted this to a merchant
    heard   what the merchant answered; between the two stand calls the merchant made meanwhile

Instants are written as in all messages. Bytes stand as text where they are text, else in base 64
behind ``base64:``.

>>> spell(b"success"), spell(bytes([255])), spell(b"base64:")
('success', 'base64:/w==', 'base64:YmFzZTY0Og==')
>>> unspell("base64:/w==")
b'\xff'
"""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Final

import msgspec

from ledger.protocol.errors.content import MessageFormat
from ledger.protocol.errors.sandbox import TapeUnreadable
from ledger.protocol.instants import from_text

FORM: Final = 1
_CODED: Final = "base64:"


class Call(msgspec.Struct, frozen=True, tag_field="what", tag="call"):
    """A request and its answer; header names of the request are in small letters."""

    at: str
    method: str
    target: str
    headers: dict[str, str]
    body: str
    status: int
    answer_headers: dict[str, str]
    answer: str


class Work(msgspec.Struct, frozen=True, tag_field="what", tag="work"):
    """The provider looked what was due, and did it."""

    at: str


class Told(msgspec.Struct, frozen=True, tag_field="what", tag="told"):
    """A post to a merchant."""

    url: str
    headers: dict[str, str]
    body: str


class Heard(msgspec.Struct, frozen=True, tag_field="what", tag="heard"):
    """The merchant's answer to the post that is still without one; status 0 where none came."""

    status: int
    answer: str
    unreached: bool = False


Event = Call | Work | Told | Heard


class Tape(msgspec.Struct, frozen=True):
    """A session: the seed of everything random, the time at its beginning, what happened."""

    seed: str
    begins: str
    events: list[Event]
    form: int = FORM

    def write(self, file: Path) -> None:
        """Write the file, in place of what is there."""
        file.write_bytes(msgspec.json.format(msgspec.json.encode(self), indent=1) + b"\n")


def read(file: Path) -> Tape:
    """Read a file; raises ``TapeUnreadable``."""
    try:
        tape = msgspec.json.decode(file.read_bytes(), type=Tape)
        from_text(tape.begins)
    except (OSError, msgspec.DecodeError, MessageFormat) as error:
        raise TapeUnreadable(f"{file.name}: {error}") from error
    if tape.form != FORM:
        raise TapeUnreadable(f"{file.name} is of form {tape.form}, this is {FORM}")
    return tape


def spell(raw: bytes) -> str:
    """Write bytes as text."""
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        return _coded(raw)
    return _coded(raw) if text.startswith(_CODED) else text


def unspell(text: str) -> bytes:
    """Read bytes that ``spell`` wrote; raises ``TapeUnreadable``."""
    if not text.startswith(_CODED):
        return text.encode()
    try:
        return base64.b64decode(text.removeprefix(_CODED), validate=True)
    except ValueError as error:
        raise TapeUnreadable(f"{text[:40]!r} is not base 64") from error


def _coded(raw: bytes) -> str:
    return _CODED + base64.b64encode(raw).decode()
