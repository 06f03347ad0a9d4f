r"""Rows of modules, black and white, eight to a byte: what an encoder makes and a picture shows.

The form is that of a portable bitmap (PBM, ``P4``): the leftmost module is the highest bit of a
row's first byte, 1 is dark, and each row ends on a whole byte with zeros to spare.

    >>> corner = Raster.of_rows([(True, True, False), (True, False, False)])
    >>> corner.packed
    b'\xc0\x80'
    >>> corner.modules()
    ((True, True, False), (True, False, False))

Units: modules. A linear bar code is one row that is ``row_height`` modules high.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Final

QUIET_ZONE: Final = 4
"""Light modules on each side of a QR code (ISO/IEC 18004:2015, 6.3.8), part of its raster."""

Modules = tuple[tuple[bool, ...], ...]
"""Rows of modules from the top, from left to right; True is dark."""

_EIGHT: Final = [tuple(bool(byte >> bit & 1) for bit in range(7, -1, -1)) for byte in range(256)]


@dataclass(frozen=True, slots=True)
class Raster:
    """A picture in modules: how wide, its rows, and how many modules high each row is."""

    width: int
    packed: bytes
    row_height: int = 1

    @classmethod
    def of_rows(cls, rows: Sequence[Sequence[bool]], row_height: int = 1) -> Raster:
        """Pack rows of equal length."""
        width = len(rows[0])
        spare = "0" * (-width % 8)
        text = "".join("".join("1" if dark else "0" for dark in row) + spare for row in rows)
        return cls(width, int(text, 2).to_bytes(len(text) // 8), row_height)

    @property
    def stride(self) -> int:
        """How many bytes a row takes."""
        return -(-self.width // 8)

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in modules."""
        return self.width, len(self.packed) // self.stride * self.row_height

    def rows(self) -> list[bytes]:
        """Give the packed rows."""
        step = self.stride
        return [self.packed[begin : begin + step] for begin in range(0, len(self.packed), step)]

    def modules(self) -> Modules:
        """Unpack the rows, without what each has to spare."""
        eight = _EIGHT.__getitem__
        return tuple(
            tuple(chain.from_iterable(map(eight, row)))[: self.width] for row in self.rows()
        )
