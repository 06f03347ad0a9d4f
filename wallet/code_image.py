"""Pictures of a payment code, for the till to scan: QR code and Code 128, as PNG and as SVG.

Units: modules in SVG (a vector has no pixels), whole pixels per module in PNG, so that every edge
is sharp. Black on white with the full quiet zone, also where the page around it is dark: readers
expect dark bars on light ground.

Sources: ISO/IEC 18004:2015 for the QR code (through the ``qrcode`` library): 18 or 24 digits fit
version 1 in numeric mode at level M, 21 modules a side, and a quiet zone of 4. ISO/IEC 15417 for
Code 128 (``wallet.codes.code128``). A bar code is shown at least a quarter as high as it is wide,
so that a scanner held at an angle still crosses every bar.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass

import qrcode
from PIL import Image
from qrcode.constants import ERROR_CORRECT_M

from wallet.codes import code128

Draw = Callable[[str], bytes]
"""What each public function here is: the digits of a payment code in, a file out."""

_QR_QUIET_ZONE_MODULES = 4
_QR_MODULE_PX = 10
_BAR_MODULE_PX = 4
_BAR_HEIGHT_MODULES = 48


@dataclass(frozen=True, slots=True)
class _Symbol:
    """Rows of modules, true for dark, quiet zone included; each row ``row_height`` modules high."""

    rows: list[list[bool]]
    row_height: int

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in modules."""
        return len(self.rows[0]), len(self.rows) * self.row_height


def qr_png(digits: str) -> bytes:
    """Draw the payment code as a QR code: a PNG of 10 pixels a module."""
    return _png(_qr_code(digits), _QR_MODULE_PX)


def qr_svg(digits: str) -> bytes:
    """Draw the payment code as a QR code: an SVG in modules."""
    return _svg(_qr_code(digits))


def code128_png(digits: str) -> bytes:
    """Draw the payment code as Code 128: a PNG of 4 pixels a module.

    Raises ``FieldFormat`` or ``TextCharacter`` for a text that Code 128 can't hold.
    """
    return _png(_bar_code(digits), _BAR_MODULE_PX)


def code128_svg(digits: str) -> bytes:
    """Draw the payment code as Code 128: an SVG in modules; raises as ``code128_png`` does."""
    return _svg(_bar_code(digits))


def _qr_code(digits: str) -> _Symbol:
    code = qrcode.QRCode(error_correction=ERROR_CORRECT_M, border=_QR_QUIET_ZONE_MODULES)
    code.add_data(digits)
    return _Symbol([[bool(module) for module in row] for row in code.get_matrix()], 1)


def _bar_code(digits: str) -> _Symbol:
    row = [False] * code128.QUIET_ZONE_MODULES
    for place, width in enumerate(code128.encode(digits)):
        row += [place % 2 == 0] * width
    row += [False] * code128.QUIET_ZONE_MODULES
    return _Symbol([row], _BAR_HEIGHT_MODULES)


def _png(symbol: _Symbol, module_px: int) -> bytes:
    width, height = symbol.size
    shades = bytes(0 if dark else 255 for row in symbol.rows for dark in row)
    modules = Image.frombytes("L", (width, len(symbol.rows)), shades).convert("1")
    picture = modules.resize((width * module_px, height * module_px), Image.Resampling.NEAREST)
    file = io.BytesIO()
    picture.save(file, "PNG")
    return file.getvalue()


def _svg(symbol: _Symbol) -> bytes:
    width, height = symbol.size
    dark = "".join(
        f"M{column} {line * symbol.row_height}h{length}v{symbol.row_height}h-{length}z"
        for line, row in enumerate(symbol.rows)
        for column, length in _dark_runs(row)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}"'
        ' shape-rendering="crispEdges">'
        f'<path fill="#fff" d="M0 0h{width}v{height}H0z"/><path d="{dark}"/></svg>'
    ).encode()


def _dark_runs(row: list[bool]) -> list[tuple[int, int]]:
    """Where each run of dark modules begins and how long it is."""
    edges = [
        column
        for column, (left, right) in enumerate(zip([False, *row], [*row, False], strict=True))
        if left != right
    ]
    return [(begin, end - begin) for begin, end in zip(edges[::2], edges[1::2], strict=True)]
