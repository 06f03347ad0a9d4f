"""How many rows "all of them" are, for lists that are otherwise read in pages."""

from __future__ import annotations

from typing import Final

EVERYTHING: Final = 2**31 - 1
