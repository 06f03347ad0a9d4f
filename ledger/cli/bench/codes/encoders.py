"""The encoders that ``qrpay bench qr`` compares: ours, ``qrcode`` and ``segno``.

Each draws the same text at level M in byte mode, in its default way: the smallest version, the mask
of the lowest penalty. PNG and SVG are each library's own, four pixels a module, with quiet zone.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass

import qrcode
from qrcode.image.pil import PilImage
from qrcode.image.pure import PyPNGImage
from qrcode.image.svg import SvgPathImage
from qrcode.util import QRData

from ledger.kit import qr
from ledger.kit.qr.raster import Modules

MODULE_PX = 4


@dataclass(frozen=True, slots=True)
class Encoder:
    """How a library draws a text: its modules, and two files."""

    matrix: Callable[[str], object]
    png: Callable[[str], bytes]
    svg: Callable[[str], bytes]

    def drawing(self, text: str) -> dict[str, Callable[[], object]]:
        """Give what is measured, by name."""
        return {
            "matrix": lambda: self.matrix(text),
            "png": lambda: self.png(text),
            "svg": lambda: self.svg(text),
        }


def ours() -> Encoder:
    """Draw by templates; the matrix is the raster that the pictures are made of."""
    return Encoder(
        matrix=_raster,
        png=lambda text: qr.png(_raster(text), MODULE_PX),
        svg=lambda text: qr.svg(_raster(text)).encode(),
    )


def _raster(text: str) -> qr.Raster:
    return qr.encode(text, byte_mode=True)


def of_qrcode() -> Encoder:
    """Draw with ``qrcode``, pictures through Pillow and ``SvgPathImage``."""

    def png(text: str) -> bytes:
        file = io.BytesIO()
        _qrcode(text).make_image().save(file)
        return file.getvalue()

    def svg(text: str) -> bytes:
        file = io.BytesIO()
        _qrcode(text).make_image(SvgPathImage).save(file)
        return file.getvalue()

    return Encoder(lambda text: _qrcode(text).get_matrix(), png, svg)


def _qrcode(text: str) -> qrcode.QRCode[PilImage | PyPNGImage]:
    code = qrcode.QRCode(box_size=MODULE_PX)
    code.add_data(QRData(text.encode(), mode=4), optimize=0)
    return code


def of_segno() -> Encoder:
    """Draw with ``segno``; raises ``ImportError`` where it is absent."""
    import segno  # noqa: PLC0415 (an extra, which nothing else needs)

    def made(text: str) -> segno.QRCode:
        return segno.make(text.encode(), mode="byte", error="m", boost_error=False, micro=False)

    def saved(text: str, kind: str, scale: int) -> bytes:
        file = io.BytesIO()
        made(text).save(file, kind=kind, scale=scale)
        return file.getvalue()

    return Encoder(
        matrix=made,
        png=lambda text: saved(text, "png", MODULE_PX),
        svg=lambda text: saved(text, "svg", 1),
    )


def drawn_alike(text: str) -> bool:
    """Say whether ours and ``qrcode`` draw every module of the text alike."""
    theirs: Modules = tuple(tuple(map(bool, row)) for row in _qrcode(text).get_matrix())
    return _raster(text).modules() == theirs
