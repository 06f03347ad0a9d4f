"""Reading a code in a camera's frame, with the settings that ``qrpay bench qr`` compares.

The frame is 1280 x 720 pixels of grey with one drawn code in it. ``zxing-cpp`` looks for every kind
of code, turned, inverted and shrunk, unless it is told what to leave out.
"""

from __future__ import annotations

import io
from collections.abc import Callable

import zxingcpp
from PIL import Image

_FRAME = (1280, 720)
_PAPER = 200
_QR_CODES = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)


def frame(png: bytes) -> Image.Image:
    """Put the picture of a code into the middle of a camera's frame."""
    code = Image.open(io.BytesIO(png)).convert("L")
    whole = Image.new("L", _FRAME, _PAPER)
    left, top = (_FRAME[0] - code.width) // 2, (_FRAME[1] - code.height) // 2
    whole.paste(code, (left, top))
    return whole


SETTINGS: dict[str, Callable[[Image.Image], list[zxingcpp.Barcode]]] = {
    "quick": lambda picture: zxingcpp.read_barcodes(
        picture, formats=_QR_CODES, try_rotate=False, try_downscale=False, try_invert=False
    ),
    "qr_only": lambda picture: zxingcpp.read_barcodes(picture, formats=_QR_CODES),
    "everything": zxingcpp.read_barcodes,
}
"""How a wallet looks first, how it looks next, and how the library looks unless it is told."""


def reading(picture: Image.Image, setting: str) -> Callable[[], list[str]]:
    """Prepare to look for the texts in a picture."""
    look = SETTINGS[setting]
    return lambda: [found.text for found in look(picture)]
