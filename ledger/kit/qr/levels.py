"""How much of a symbol may be unreadable: the four levels of ISO/IEC 18004:2015, 7.5.1."""

from __future__ import annotations

from enum import Enum, unique

from qrcode.constants import (
    ERROR_CORRECT_H,
    ERROR_CORRECT_L,
    ERROR_CORRECT_M,
    ERROR_CORRECT_Q,
)


@unique
class Level(Enum):
    """A level of error correction; its value is what ``qrcode`` calls it."""

    L = ERROR_CORRECT_L
    """About 7 % may be unreadable."""
    M = ERROR_CORRECT_M
    """About 15 %."""
    Q = ERROR_CORRECT_Q
    """About 25 %."""
    H = ERROR_CORRECT_H
    """About 30 %."""
