"""Every published merchant-presented code, of the street and of this scheme."""

from __future__ import annotations

from tests.protocol import code_vectors

MERCHANT_PRESENTED = [
    vector
    for name in ("emvco_merchant_presented", "signed_codes")
    for vector in code_vectors.load(name).vectors
    if not vector.id.startswith("l-")
]
READABLE = [
    vector
    for vector in MERCHANT_PRESENTED
    if vector.result
    not in ("QR_TOO_LONG", "QR_SYNTAX", "QR_TAG_ORDER", "QR_DUPLICATE_TAG", "QR_CRC_MISMATCH")
    and vector.id not in ("format-version-02", "s-format-version-02")
]
"""Those whose structure is whole, whatever else is wrong with them."""
