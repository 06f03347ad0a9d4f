"""Pictures of codes: text in, PNG, SVG or terminal characters out.

A symbol follows ISO/IEC 18004 with error correction level M (about 15 % of it may be unreadable),
the quiet zone of four modules on each side, and *byte mode only*: EMVCo MPM v1.1, 4.12.1.1 forbids
the other modes, which an encoder would mix in to save modules. Text outside of ASCII is written as
UTF-8 without an ECI designator; our codes are ASCII.

A picture depends on the text alone, so it is kept for as long as it is among the last asked for. It
is made when somebody looks at it, never while a payment waits.

    >>> print(svg("https://example.org/p#token")[:66])
    <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 37 37" shape-
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from ledger.kit import qr
from ledger.kit.qr.raster import Modules
from ledger.protocol.errors.codes import QrTooLong

TEXT_LENGTH_MAX = 512
PIXELS_PER_MODULE = 8
_KEPT_PICTURES: Final = 256


@lru_cache(maxsize=_KEPT_PICTURES)
def _raster(text: str) -> qr.Raster:
    if len(text) > TEXT_LENGTH_MAX:
        raise QrTooLong(f"{len(text)} characters")
    return qr.encode(text, qr.Level.M, byte_mode=True)


def modules(text: str) -> Modules:
    """Encode a text of at most 512 characters, else raise ``QrTooLong``; with the quiet zone."""
    return _raster(text).modules()


@lru_cache(maxsize=_KEPT_PICTURES)
def png(text: str) -> bytes:
    """Draw a black and white PNG with eight pixels a module; raises as ``modules`` does."""
    return qr.png(_raster(text), PIXELS_PER_MODULE)


@lru_cache(maxsize=_KEPT_PICTURES)
def svg(text: str) -> str:
    """Draw an SVG, one unit a module; it scales to any size. Raises as ``modules`` does."""
    return qr.svg(_raster(text)) + "\n"


def terminal(text: str, *, dark_background: bool = True) -> str:
    """Draw with half blocks, two modules a character; what is drawn are the light modules.

    On a terminal that writes dark on light, ``dark_background=False`` draws the dark ones.
    """
    return qr.terminal(_raster(text), dark_background=dark_background)
