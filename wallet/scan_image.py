"""Reading codes from a photo or a screenshot: PNG or JPEG bytes in, the codes' text out.

A picture comes from a stranger, so it is measured before it is decoded: at most 2 MiB, PNG or JPEG
by its first bytes, at most 16 megapixels and 8192 pixels a side by its header. What a decoder
stumbles over is one answer, ``ImageUnreadable``. Small pictures exist on which a decoder works for
minutes: whoever reads strangers' pictures in a service goes through ``wallet.codes.confined``.

Good pictures are read at the first, quick attempt; a bad one is looked at again enlarged, halved
and sharpened, in that order, and last for bar codes (measured in docs/reference/reading.md). More
than one *different* text in a picture is refused: a person has to choose, not the program.

Sources: ISO/IEC 18004 and 15417 through zxing-cpp; PNG (ISO/IEC 15948) and JPEG (ITU-T T.81,
B.1) through Pillow.
"""

from __future__ import annotations

import io
import warnings
from collections.abc import Callable, Iterator

import zxingcpp
from PIL import Image, ImageFile, ImageFilter

from ledger.protocol.errors.codes import (
    ImagePixels,
    ImageTooLarge,
    ImageTypeUnsupported,
    ImageUnreadable,
    QrAmbiguous,
)
from ledger.protocol.records import record

MOST_BYTES = 2 * 1024 * 1024
MOST_PIXELS = 16_000_000
MOST_SIDE_PX = 8192
_SIDE_OF_A_COPY_PX = 2000

_QR_CODES = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
_BAR_CODES = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.Code128)
_PNG_BEGINS = b"\x89PNG\r\n\x1a\n"
_JPEG_BEGINS = b"\xff\xd8\xff"

# Pillow only warns of a picture between 89 and 179 megapixels; here it is refused as well.
warnings.simplefilter("error", Image.DecompressionBombWarning)


@record(frozen=True, slots=True)
class FoundCode:
    """One code in a picture: its text and the name of its symbology, such as ``QR Code``."""

    text: str
    symbology: str


def read_one(photo: bytes) -> FoundCode:
    """Read the one code of the picture; raises as ``read_all`` does, and ``QrAmbiguous``."""
    return only(read_all(photo))


def only(found: list[FoundCode]) -> FoundCode:
    """Take the single one of ``found``; several raise ``QrAmbiguous``."""
    if len(found) > 1:
        raise QrAmbiguous(f"{len(found)} different codes")
    return found[0]


def read_all(photo: bytes) -> list[FoundCode]:
    """Read every code that the picture shows, each text once, at least one.

    Raises ``ImageTooLarge``, ``ImageTypeUnsupported``, ``ImagePixels``, or ``ImageUnreadable`` when
    the picture is damaged or no code can be read in it.
    """
    picture = _load(photo)
    found = _read_quickly(picture) or next(filter(None, _read_patiently(picture)), [])
    if not found:
        raise ImageUnreadable("no code was found in the picture")
    return list(dict.fromkeys(FoundCode(_text(code), str(code.format)) for code in found))


def check_size(photo: bytes) -> None:
    """Check the number of bytes; more than 2 MiB raise ``ImageTooLarge``."""
    if len(photo) > MOST_BYTES:
        raise ImageTooLarge(f"{len(photo)} bytes")


def _load(photo: bytes) -> Image.Image:
    """Turn the bytes into shades of grey, after everything that can be checked cheaply."""
    check_size(photo)
    if not photo.startswith((_PNG_BEGINS, _JPEG_BEGINS)):
        raise ImageTypeUnsupported("the bytes begin neither like a PNG nor like a JPEG file")
    try:
        with Image.open(io.BytesIO(photo), formats=("PNG", "JPEG")) as picture:
            _check_pixels(picture)
            return _on_white(picture)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as bomb:
        raise ImagePixels("far more than 16 megapixels") from bomb
    except ImagePixels:
        raise
    # A damaged file makes Pillow raise nearly any error there is; to the caller all are one.
    except Exception as damage:
        raise ImageUnreadable("the picture is damaged") from damage


def _check_pixels(picture: ImageFile.ImageFile) -> None:
    width, height = picture.size
    if width * height > MOST_PIXELS or max(width, height) > MOST_SIDE_PX:
        raise ImagePixels(f"{width} x {height} pixels")


def _on_white(picture: ImageFile.ImageFile) -> Image.Image:
    # A code on a transparent ground (a screenshot of an app) would else become black on black.
    if picture.has_transparency_data:
        ground = Image.new("RGBA", picture.size, "white")
        return Image.alpha_composite(ground, picture.convert("RGBA")).convert("L")
    return picture.convert("L")


def _as_it_stands(picture: Image.Image) -> Image.Image:
    return picture


def _enlarged(picture: Image.Image) -> Image.Image:
    """Twice the size, unless large already: for modules narrower than two pixels."""
    width, height = picture.size
    if max(width, height) * 2 > _SIDE_OF_A_COPY_PX:
        return picture
    return picture.resize((width * 2, height * 2), Image.Resampling.BICUBIC)


def _halved(picture: Image.Image) -> Image.Image:
    """Half the size, each pixel the mean of four: against noise."""
    return picture.reduce(2)


def _sharpened(picture: Image.Image) -> Image.Image:
    """Against a blur of half a module, by an unsharp mask of about a module's width."""
    return _moderate(picture).filter(ImageFilter.UnsharpMask(radius=3, percent=300, threshold=0))


def _moderate(picture: Image.Image) -> Image.Image:
    copy = picture.copy()
    copy.thumbnail((_SIDE_OF_A_COPY_PX, _SIDE_OF_A_COPY_PX))
    return copy


_ATTEMPTS: tuple[tuple[Callable[[Image.Image], Image.Image], zxingcpp.BarcodeFormats], ...] = (
    (_as_it_stands, _QR_CODES),
    (_enlarged, _QR_CODES),
    (_halved, _QR_CODES),
    (_sharpened, _QR_CODES),
    # Not every symbology: the weaker ones (ITF, Codabar) are "found" in any damaged QR code.
    (_moderate, _BAR_CODES),
    (_sharpened, _BAR_CODES),
)


def _read_quickly(picture: Image.Image) -> list[zxingcpp.Barcode]:
    return zxingcpp.read_barcodes(
        picture, formats=_QR_CODES, try_rotate=False, try_downscale=False, try_invert=False
    )


def _read_patiently(picture: Image.Image) -> Iterator[list[zxingcpp.Barcode]]:
    for prepared, formats in _ATTEMPTS:
        yield zxingcpp.read_barcodes(prepared(picture), formats=formats)


def _text(code: zxingcpp.Barcode) -> str:
    # Our codes are UTF-8 without saying so; the reader's own guess is only for what is not.
    try:
        return code.bytes.decode()
    except UnicodeDecodeError:
        return code.text
