"""The four codes that are read at a till or on its screen, as perfect symbols of a pixel a module.

The texts are published vectors: the signed code and link stand in tests/vectors, the payment code
is made up. Versions are those of docs/reference/reading.md: 15-M, 9-M, 1-M and 154 modules wide.
"""

from __future__ import annotations

import io

import qrcode
from PIL import Image
from qrcode.constants import ERROR_CORRECT_M
from qrcode.util import QRData

from wallet import code_image

SIGNED_CODE = (
    "00020101021226330010test.qrpay0115M2088DEMO000001"
    "520459125303978540512.955802DE5913DEMO DROGERIE6006BERLIN610510115"
    "62590109K3-0004170305S0421052401KAK9Q3ZV7T2M5X8B4C6D0E0705POS03"
    "80800010test.qrpay01021E0208k7f3a9c103101795300000041017953001800516AAECAwQFBgcICQoL"
    "81980010test.qrpay0180"
    "v$G)Gr}{n0pyEi9l!arNR?^-j-|uq%W%4U2);L@5()1GGv_%8FLWWZ1VhY(wb}nZ88EFWM#P*jw=>rrB"
    "6304A0C4"
)
"""Profile S: 372 characters, version 15 at level M."""

SIGNED_LINK = (
    "http://192.168.178.20:8402/p#"
    "Hms3ZjNhOWMxAGappuP-z6FQvULIwzQOAAAABQ8D0msCG1R_jdjAq6uRl5WkWbdY"
    "Nf1H1G4bvHVGSGxCGIGjzAiXqpaDQdO_XF52yriuwys2z8PuvpQaGo2zou80_aHIL4AP"
)
"""Profile L: 161 characters, version 9 at level M."""

PAYMENT_CODE = "281234567890123456"


def byte_mode_qr(text: str) -> Image.Image:
    """Draw a merchant's code as EMVCo wants it: byte mode only (MPM 4.12.1.1), level M."""
    code = qrcode.QRCode(error_correction=ERROR_CORRECT_M, box_size=1, border=4)
    code.add_data(QRData(text.encode(), mode=4), optimize=0)
    return code.make_image().get_image().convert("L")


def _modules(png: bytes, module_px: int) -> Image.Image:
    picture = Image.open(io.BytesIO(png)).convert("L")
    size = (picture.width // module_px, picture.height // module_px)
    return picture.resize(size, Image.Resampling.NEAREST)


SHOWN = {
    "signed code (15-M)": (SIGNED_CODE, byte_mode_qr(SIGNED_CODE)),
    "signed link (9-M)": (SIGNED_LINK, byte_mode_qr(SIGNED_LINK)),
    "payment code QR (1-M)": (PAYMENT_CODE, _modules(code_image.qr_png(PAYMENT_CODE), 10)),
    "payment code 128": (PAYMENT_CODE, _modules(code_image.code128_png(PAYMENT_CODE), 4)),
}
"""By name: the text, and the symbol with its quiet zone."""
