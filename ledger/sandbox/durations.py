"""Lengths of time as people type them.

>>> milliseconds("90s"), milliseconds("250ms"), milliseconds("1d"), milliseconds("-90s")
(90000, 250, 86400000, -90000)
>>> milliseconds("soon")
Traceback (most recent call last):
...
ledger.protocol.errors.content.FieldFormat: 'soon' is no duration: write 90s, 10m, 2h or 1d
"""

from __future__ import annotations

import re
from typing import Final

from ledger.protocol.errors.content import FieldFormat
from ledger.protocol.instants import DAY, HOUR, MINUTE, SECOND

_UNITS: Final = {"ms": 1, "s": SECOND, "m": MINUTE, "h": HOUR, "d": DAY}
_DURATION: Final = re.compile(r"(-?[0-9]{1,6})(ms|[smhd])", re.ASCII)


def milliseconds(text: str) -> int:
    """Read a duration like ``90s``; raises ``FieldFormat``."""
    found = _DURATION.fullmatch(text)
    if found is None:
        raise FieldFormat(f"{text[:20]!r} is no duration: write 90s, 10m, 2h or 1d")
    return int(found[1]) * _UNITS[found[2]]
