"""What the library that the templates are learnt from draws, in its default way."""

from __future__ import annotations

import qrcode
from qrcode.util import QRData

from ledger.kit.qr import QUIET_ZONE, Level
from ledger.kit.qr.raster import Modules


def drawn_by_qrcode(data: str | bytes, level: Level, *, byte_mode: bool = False) -> Modules:
    code = qrcode.QRCode(error_correction=level.value, border=QUIET_ZONE)
    if byte_mode:
        code.add_data(QRData(data, mode=4), optimize=0)
    else:
        code.add_data(data)
    code.make(fit=True)
    return tuple(tuple(bool(module) for module in row) for row in code.get_matrix())
