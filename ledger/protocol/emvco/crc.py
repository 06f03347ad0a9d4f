"""The checksum at the end of a merchant-presented code (EMVCo MPM 4.7.3).

CRC-16 with polynomial 0x1021 and initial value 0xFFFF, nothing reflected, nothing inverted (often
called CRC-16/CCITT-FALSE), written as four upper-case hexadecimal digits. It runs over the *bytes*
of the UTF-8 text, although lengths inside the code count *characters*.

It finds a misread symbol. It proves nothing about who made the code.

    >>> crc(b"123456789")
    '29B1'
"""

from __future__ import annotations

from binascii import crc_hqx

INITIAL_VALUE = 0xFFFF


def crc(data: bytes) -> str:
    """Compute the four hexadecimal digits for data that ends with ``6304``.

    ``binascii.crc_hqx`` has the same polynomial; only the initial value is EMVCo's choice.
    """
    return f"{crc_hqx(data, INITIAL_VALUE):04X}"
