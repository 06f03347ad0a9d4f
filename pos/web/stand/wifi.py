r"""The code by which a phone joins a Wi-Fi, as its camera app reads it.

    WIFI:T:WPA;S:Stand 3;P:play\;money;;

The form is ZXing's ("Barcode Contents", Wi-Fi network config), which Android and iOS read. In a
name or a password, the characters that have a meaning there stand behind a backslash, and a text
that could be taken for hexadecimal digits stands in quotes.

    >>> text("Stand 3", "play;money")
    'WIFI:T:WPA;S:Stand 3;P:play\\;money;;'
    >>> text("CAFE", "", hidden=True)
    'WIFI:T:nopass;S:"CAFE";H:true;;'
"""

from __future__ import annotations

import re
from typing import Final

from ledger.protocol.errors.content import FieldFormat

NAME_BYTES_MAX: Final = 32
"""IEEE 802.11: a network's name has 0 to 32 bytes; nobody can join one without a name."""

_PASSWORD: Final = re.compile(r"[ -~]{8,63}", re.ASCII)
_SPECIAL: Final = re.compile(r'([\\;,:"])')
_HEXADECIMAL: Final = re.compile(r"[0-9A-Fa-f]+", re.ASCII)


def text(name: str, password: str, *, hidden: bool = False) -> str:
    """Write the code of a network; an empty password says that it is open.

    Raises ``FieldFormat`` for a name or a password that no network can have: 1 to 32 bytes, and 8
    to 63 printable ASCII characters (WPA2).
    """
    if not 1 <= len(name.encode()) <= NAME_BYTES_MAX or not name.isprintable():
        raise FieldFormat(f"the name of a Wi-Fi has 1 to {NAME_BYTES_MAX} bytes")
    if password and not _PASSWORD.fullmatch(password):
        raise FieldFormat("the password of a Wi-Fi has 8 to 63 ASCII characters")
    parts = [f"T:{'WPA' if password else 'nopass'}", f"S:{_spelled(name)}"]
    if password:
        parts.append(f"P:{_spelled(password)}")
    if hidden:
        parts.append("H:true")
    return f"WIFI:{';'.join(parts)};;"


def _spelled(value: str) -> str:
    escaped = _SPECIAL.sub(r"\\\1", value)
    return f'"{escaped}"' if _HEXADECIMAL.fullmatch(value) else escaped
