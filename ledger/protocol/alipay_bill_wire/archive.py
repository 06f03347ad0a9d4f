r"""A ZIP as the platform packs it: names in GBK, and no flag that says how they are written.

Bit 11 of a member's flags would say UTF-8 (APPNOTE 6.3.9, section 4.4.4); without it readers take
their own code page, and Java's is told ``Charset.forName("GBK")``. Python's ``zipfile`` always sets
it for names that are not ASCII, so the few records are written here. The same members are the same
bytes: the time in the archive is an argument, to two seconds.

    >>> import io, zipfile
    >>> packed = archive([("账单.csv", b"1,2\n")], made=datetime(2026, 11, 22, 5, 46, 48))
    >>> read = zipfile.ZipFile(io.BytesIO(packed), metadata_encoding="gbk")
    >>> read.namelist(), read.read("账单.csv"), read.infolist()[0].flag_bits
    (['账单.csv'], b'1,2\n', 0)
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from ledger.protocol.alipay_bill_wire.cells import ENCODING

_VERSION: Final = 20
_DEFLATED: Final = 8
_RAW: Final = -15
_LOCAL = struct.Struct("<4s5H3I2H")
_CENTRAL = struct.Struct("<4s6H3I5H2I")
_END = struct.Struct("<4s4H2IH")


def archive(members: Sequence[tuple[str, bytes]], *, made: datetime) -> bytes:
    """Pack files by their names; ``made`` is what the archive says of their time."""
    local, central = b"", b""
    for name, content in members:
        raw = name.encode(ENCODING)
        packed = _deflated(content)
        common = (
            *(0, _DEFLATED, *_dos_time(made)),
            *(zlib.crc32(content), len(packed), len(content), len(raw), 0),
        )
        central += _CENTRAL.pack(b"PK\x01\x02", _VERSION, _VERSION, *common, 0, 0, 0, 0, len(local))
        central += raw
        local += _LOCAL.pack(b"PK\x03\x04", _VERSION, *common) + raw + packed
    count = len(members)
    end = _END.pack(b"PK\x05\x06", 0, 0, count, count, len(central), len(local), 0)
    return local + central + end


def _deflated(content: bytes) -> bytes:
    packer = zlib.compressobj(wbits=_RAW)
    return packer.compress(content) + packer.flush()


def _dos_time(moment: datetime) -> tuple[int, int]:
    time = moment.hour << 11 | moment.minute << 5 | moment.second // 2
    return time, (moment.year - 1980) << 9 | moment.month << 5 | moment.day
