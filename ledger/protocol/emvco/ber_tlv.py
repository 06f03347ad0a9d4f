"""BER-TLV: tag, length and value in bytes, as chip cards and consumer-presented codes use it.

    5F2D 08 727565736465656E     tag of two bytes, length 8, "ruesdeen"

* Tag: if the low five bits of the first byte are all ones, more bytes follow, each but the last
  with its high bit set. Bit 6 of the first byte: the value is itself a row of data objects.
* Length: one byte up to 127; ``81`` and one byte, or ``82`` and two bytes, for more.
* Zero bytes before, between or after data objects mean nothing and are skipped.

Source: EMV 4.3 Book 3, Annex B. It leaves lengths open at the top; two bytes hold 65,535, far more
than a code can carry. A length of zero is outside the range it gives.

    >>> label = BerObject("50", b"Product1")
    >>> spell([BerObject("61", spell([label]))]).hex()
    '610a500850726f6475637431'
    >>> split(bytes.fromhex("5f2d02656e"))
    (BerObject(tag='5F2D', value=b'en'),)
"""

from __future__ import annotations

from collections.abc import Iterable

from ledger.protocol.errors.codes import QrSyntax
from ledger.protocol.records import record

_MORE_TAG_BYTES = 0x1F
_CONTINUES = 0x80
_LONG_FORM = 0x80
_LENGTH_BYTES_MAX = 2
_TAG_BYTES_MAX = 3
_SHORT_LENGTH_MAX = 0x7F
_ONE_BYTE_MAX = 0xFF
_CONSTRUCTED = 0x20


@record(frozen=True, slots=True)
class BerObject:
    """One data object: its tag in upper-case hexadecimal, and its value as bytes."""

    tag: str
    value: bytes

    @property
    def is_template(self) -> bool:
        """Whether the tag says that the value is a row of data objects."""
        return bool(int(self.tag[:2], 16) & _CONSTRUCTED)


def split(data: bytes) -> tuple[BerObject, ...]:
    """Cut bytes into data objects that cover them without a gap, else raise ``QrSyntax``.

    Templates stay whole; what is inside is split by whoever may look into them.
    """
    objects: list[BerObject] = []
    position = 0
    while position < len(data):
        if data[position] == 0:
            position += 1
            continue
        tag_end = _tag_end(data, position)
        length, value_start = _length(data, tag_end)
        value = data[value_start : value_start + length]
        if length == 0 or len(value) < length:
            tag = data[position:tag_end].hex().upper()
            raise QrSyntax(f"tag {tag} has length {length}, and {len(value)} bytes follow")
        objects.append(BerObject(data[position:tag_end].hex().upper(), value))
        position = value_start + length
    return tuple(objects)


def _tag_end(data: bytes, start: int) -> int:
    end = start + 1
    if data[start] & _MORE_TAG_BYTES == _MORE_TAG_BYTES:
        while end < len(data) and data[end] & _CONTINUES:
            end += 1
        end += 1
    if end > len(data) or end - start > _TAG_BYTES_MAX:
        raise QrSyntax(f"no tag of at most {_TAG_BYTES_MAX} bytes at byte {start}")
    return end


def _length(data: bytes, start: int) -> tuple[int, int]:
    """Give the length and where the value begins."""
    if start >= len(data):
        raise QrSyntax(f"no length at byte {start}")
    if data[start] < _LONG_FORM:
        return data[start], start + 1
    count = data[start] - _LONG_FORM
    end = start + 1 + count
    if not 1 <= count <= _LENGTH_BYTES_MAX or end > len(data):
        raise QrSyntax(f"no length of at most {_LENGTH_BYTES_MAX} bytes at byte {start}")
    return int.from_bytes(data[start + 1 : end], "big"), end


def spell(objects: Iterable[BerObject]) -> bytes:
    """Write data objects, each with the shortest length field that holds its length."""
    return b"".join(
        bytes.fromhex(item.tag) + _spell_length(len(item.value)) + item.value for item in objects
    )


def _spell_length(length: int) -> bytes:
    if length <= _SHORT_LENGTH_MAX:
        return bytes([length])
    count = 1 if length <= _ONE_BYTE_MAX else _LENGTH_BYTES_MAX
    return bytes([_LONG_FORM + count]) + length.to_bytes(count, "big")
