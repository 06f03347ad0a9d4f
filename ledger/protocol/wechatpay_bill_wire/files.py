"""The bytes of a bill: a byte order mark, lines that each end with CRLF, UTF-8.

The platform announces the SHA-1 of the file as it is *before* compression, so a reader unpacks
first and compares then. A compressed bill is a gzip stream (RFC 1952), always the same for the same
file: nothing in it says when it was made.
"""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

HASH_TYPE: Final = "SHA1"
_LINE_END = "\r\n"


@dataclass(frozen=True, slots=True)
class BillFile:
    """A bill as it is downloaded."""

    plain: bytes

    @property
    def sha1(self) -> str:
        """What the file is announced by; 40 hexadecimal digits in lower case."""
        return hashlib.sha1(self.plain, usedforsecurity=False).hexdigest()

    @property
    def compressed(self) -> bytes:
        """The file as a gzip stream."""
        return gzip.compress(self.plain, mtime=0)


def file_of(lines: Iterable[str]) -> BillFile:
    """Join lines to a file."""
    return BillFile("".join(line + _LINE_END for line in lines).encode("utf-8-sig"))
