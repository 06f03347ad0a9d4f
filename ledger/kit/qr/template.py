"""How a symbol of some version is laid out, learnt from ``qrcode`` by watching it draw one.

That library writes a symbol module by module, and which module it writes next depends on the
version alone. So one drawing tells where every bit of every text goes: its rows are replaced by
rows that note when they are written (``_Watched``). What stands there before are the function
modules.

A bit is then placed by ``bytes.translate``, which looks each byte of one string up in a table of
256 at the speed of C: the string says for each module the number of its bit, the table is the bits
themselves. A column pair of a symbol takes its bits from one stretch of the message, so a table of
256 bits serves many modules in a row.

Learning takes some milliseconds a version and happens when the version is first needed; two threads
that need it at once may both learn, and learn the same.

Source: ISO/IEC 18004:2015, 7.7 (placement), 7.8.2 (masks), 7.9 and 7.10 (format, version).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final, Literal, cast, get_args

from qrcode.image.pure import PyPNGImage
from qrcode.main import ModulesType, QRCode
from qrcode.util import mask_func

from ledger.kit.qr.levels import Level
from ledger.kit.qr.penalty import Grid, Mask
from ledger.kit.qr.raster import QUIET_ZONE

_MaskNumber = Literal[0, 1, 2, 3, 4, 5, 6, 7]
_MASKS: Final[tuple[_MaskNumber, ...]] = get_args(_MaskNumber)
_MASK_PERIOD: Final = 12
"""Every mask repeats itself after 12 rows and after 12 columns."""

_TABLE: Final = 256
_REMAINDER_BITS_MAX: Final = 7
_NOTHING: Final = b"0" * (_REMAINDER_BITS_MAX + _TABLE)
"""What follows the codewords: the remainder bits of some versions, and room for a whole table."""


@dataclass(frozen=True, slots=True)
class Template:
    """What all symbols of a version share.

    ``places``: the modules column by column, in stretches; for each the first bit of its table, and
    for each module the number of its bit in it. ``data``: which modules hold bits at all.
    """

    grid: Grid
    places: tuple[tuple[int, bytes], ...]
    data: int
    masks: tuple[Mask, ...]

    def place(self, codewords: bytes) -> int:
        """Lay the codewords out, unmasked; the modules that hold no bit stay light."""
        side, stride = self.grid.side, self.grid.stride
        bits = f"{int.from_bytes(codewords):0{8 * len(codewords)}b}".encode() + _NOTHING
        columns = b"".join(
            [numbers.translate(bits[first : first + _TABLE]) for first, numbers in self.places]
        )
        margin = b"0" * (stride - side)
        rows = margin.join([columns[row::side] for row in range(side)])
        return int(rows, 2) << stride - side - QUIET_ZONE & self.data


@cache
def template(version: int) -> Template:
    """Learn a version, once."""
    functions = _function_modules(version, Level.L, 0, penalised=True)
    side = len(functions)
    stride = 8 * -(-(side + 2 * QUIET_ZONE) // 8)
    data = _layer((_digits(cell is None for cell in row) for row in functions), stride)
    dark = _layer((_digits(map(bool, row)) for row in functions), stride)
    grid = Grid.of(_layer(("1" * side for _ in functions), stride), side, stride)
    masks = (_layer(_mask_rows(number, side), stride) & data | dark for number in _MASKS)
    return Template(
        grid,
        places=tuple(_stretches(_bit_numbers(version, functions), side)),
        data=data,
        masks=tuple(Mask.of(modules, grid) for modules in masks),
    )


@cache
def information(version: int, level: Level) -> tuple[int, ...]:
    """Learn for each mask the function modules with format and version information, as a layer."""
    stride = template(version).grid.stride
    drawn = (_function_modules(version, level, mask, penalised=False) for mask in _MASKS)
    return tuple(_layer((_digits(map(bool, row)) for row in rows), stride) for rows in drawn)


def _function_modules(
    version: int, level: Level, mask: _MaskNumber, *, penalised: bool
) -> ModulesType:
    """Draw all modules but those of the data, which are None; penalties leave some light."""
    code = _WithoutData(version, error_correction=level.value)
    code.data_cache = []
    code.makeImpl(penalised, mask)
    return code.modules


class _WithoutData(QRCode[PyPNGImage]):
    def map_data(self, data: Sequence[int], mask_pattern: int) -> None:
        """Leave the data's modules as they are."""


def _bit_numbers(version: int, functions: ModulesType) -> dict[tuple[int, int], int]:
    """Watch data being placed: for the row and column of a module, which bit it gets."""
    numbers: dict[tuple[int, int], int] = {}
    code = QRCode[PyPNGImage](version)
    code.modules_count = len(functions)
    watched = [_Watched(row, modules, numbers) for row, modules in enumerate(functions)]
    code.modules = cast("ModulesType", watched)
    code.map_data([], 0)
    return numbers


class _Watched:
    """A row of modules, which numbers those that are written."""

    def __init__(
        self, row: int, modules: list[bool | None], numbers: dict[tuple[int, int], int]
    ) -> None:
        self._row, self._modules, self._numbers = row, modules, numbers

    def __getitem__(self, column: int) -> bool | None:
        return self._modules[column]

    def __setitem__(self, column: int, dark: bool) -> None:
        self._numbers[self._row, column] = len(self._numbers)


def _stretches(numbers: dict[tuple[int, int], int], side: int) -> Iterator[tuple[int, bytes]]:
    """Cut the modules, column by column, wherever one table of bits is not enough any more."""
    stretch: list[int | None] = []
    low, high = _TABLE * _TABLE, -1
    for place in range(side * side):
        number = numbers.get((place % side, place // side))
        if number is not None:
            if max(high, number) - min(low, number) >= _TABLE:
                yield low, _numbered(stretch, low)
                stretch, low, high = [], number, number
            low, high = min(low, number), max(high, number)
        stretch.append(number)
    yield low, _numbered(stretch, low)


def _numbered(stretch: Iterable[int | None], low: int) -> bytes:
    # A function module takes any bit; Template.data puts it out afterwards.
    return bytes(0 if number is None else number - low for number in stretch)


def _mask_rows(number: _MaskNumber, side: int) -> Iterator[str]:
    inverts = mask_func(number)
    period = range(_MASK_PERIOD)
    rows = [_digits(inverts(row, column) for column in period) for row in period]
    return ((rows[row % _MASK_PERIOD] * side)[:side] for row in range(side))


def _digits(dark: Iterable[bool]) -> str:
    return "".join("1" if module else "0" for module in dark)


def _layer(rows: Iterable[str], stride: int) -> int:
    """Make one integer of the rows of a symbol, each with its margins."""
    return int("".join(f"{'0' * QUIET_ZONE}{row}".ljust(stride, "0") for row in rows), 2)
