"""Pictures of a payment code, for the till to scan: QR code and Code 128, as PNG and as SVG.

Units: modules in SVG (a vector has no pixels), whole pixels per module in PNG, so that every edge
is sharp. Black on white with the full quiet zone, also where the page around it is dark: readers
expect dark bars on light ground.

Sources: ISO/IEC 18004:2015 for the QR code (``ledger.kit.qr``): 18 or 24 digits fit version 1 in
numeric mode at level M, 21 modules a side, and a quiet zone of 4. ISO/IEC 15417 for Code 128
(``wallet.codes.code128``). A bar code is shown at least a quarter as high as it is wide, so that a
scanner held at an angle still crosses every bar.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from ledger.kit import qr
from wallet.codes import code128

Draw = Callable[[str], bytes]
"""What each public function here is: the digits of a payment code in, a file out."""

_QR_MODULE_PX: Final = 10
_BAR_MODULE_PX: Final = 4
_BAR_HEIGHT_MODULES: Final = 48


def qr_png(digits: str) -> bytes:
    """Draw the payment code as a QR code: a PNG of 10 pixels a module."""
    return qr.png(qr.encode(digits), _QR_MODULE_PX)


def qr_svg(digits: str) -> bytes:
    """Draw the payment code as a QR code: an SVG in modules."""
    return qr.svg(qr.encode(digits)).encode()


def code128_png(digits: str) -> bytes:
    """Draw the payment code as Code 128: a PNG of 4 pixels a module.

    Raises ``FieldFormat`` or ``TextCharacter`` for a text that Code 128 can't hold.
    """
    return qr.png(_bar_code(digits), _BAR_MODULE_PX)


def code128_svg(digits: str) -> bytes:
    """Draw the payment code as Code 128: an SVG in modules; raises as ``code128_png`` does."""
    return qr.svg(_bar_code(digits)).encode()


def _bar_code(digits: str) -> qr.Raster:
    row = [False] * code128.QUIET_ZONE_MODULES
    for place, width in enumerate(code128.encode(digits)):
        row += [place % 2 == 0] * width
    row += [False] * code128.QUIET_ZONE_MODULES
    return qr.Raster.of_rows([row], _BAR_HEIGHT_MODULES)
