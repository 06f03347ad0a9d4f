"""QR codes and their pictures, a hundred times as fast as the library that they are learnt from.

    raster = encode("HTTPS://EXAMPLE.ORG/", Level.M)
    png(raster, module_px=8)
    svg(raster)

``encode`` gives module for module what ``qrcode.QRCode(error_correction=level)`` gives after
``add_data`` and ``make(fit=True)``: the same modes, the same version, the same mask. It asks that
library once for each version how a symbol is laid out (``template``), and does the rest, which is
different for each text, by tables and by arithmetic on long integers:

* ``segments``: the text as data codewords (ISO/IEC 18004:2015, 7.4);
* ``reed_solomon``: their error correction codewords (7.5, 7.6);
* ``template``: where each of their bits goes (7.7);
* ``penalty``: which of the eight masks is best (7.8);
* ``raster``, ``png``, ``svg``, ``terminal``: the symbol with its quiet zone, and its pictures.

Docs: ``docs/internals/performance.md`` has the figures, ``docs/decisions`` says why.
"""

from __future__ import annotations

from ledger.kit.qr.encoder import Level, encode
from ledger.kit.qr.png import png
from ledger.kit.qr.raster import QUIET_ZONE, Raster
from ledger.kit.qr.svg import svg
from ledger.kit.qr.terminal import terminal

__all__ = ["QUIET_ZONE", "Level", "Raster", "encode", "png", "svg", "terminal"]
