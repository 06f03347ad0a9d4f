r"""Looking for a word in bytes, in every spelling in which it could stand there.

>>> is_in("Grünkohl", b'{"name": "Gr\\u00fcnkohl"}')
True
>>> is_in("canary-7", base64.b64encode(b"a canary-7 sings"))
True
>>> is_in(b"\xca\xfe\xba\xbe", b"secret=cafebabe")
True
>>> is_in("canary-7", b"canary-8")
False
"""

from __future__ import annotations

import base64
import json
import re
from urllib.parse import quote

Word = str | bytes
"""A fact to look for; a key or a secret is bytes."""


def is_in(word: Word, content: bytes) -> bool:
    """Tell whether a word stands in ``content``: as text, JSON, address, hexadecimal or base64.

    A word of fewer than six bytes is found by chance in what is long enough.
    """
    return any(form in content for form in spellings(word))


def is_alone_in(digits: str, content: bytes) -> bool:
    """Tell whether a number stands in ``content`` as such, not as a part of a longer one."""
    return re.search(rb"(?<![0-9])" + digits.encode() + rb"(?![0-9])", content) is not None


def spellings(word: Word) -> set[bytes]:
    """Give every spelling of a word."""
    raw = word if isinstance(word, bytes) else word.encode()
    forms = {raw, raw.hex().encode(), raw.hex().upper().encode(), *_base64(raw)}
    if isinstance(word, str):
        forms |= {json.dumps(word)[1:-1].encode(), quote(word, safe="").encode()}
    return forms


def _base64(raw: bytes) -> set[bytes]:
    """Give what base64 makes of a word at each of three offsets, without what its neighbours do."""
    forms = set()
    for before in range(3):
        encoded = base64.b64encode(bytes(before) + raw)
        inner = encoded[-(-before * 8 // 6) :].rstrip(b"=")
        if (before + len(raw)) % 3:
            inner = inner[:-1]
        forms |= {inner, inner.replace(b"+", b"-").replace(b"/", b"_")}
    return forms
