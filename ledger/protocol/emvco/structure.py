"""The skeleton of a merchant-presented code: which data objects it has, and that it arrived whole.

The checks stand in this order, each with its own error; a code broken twice reports the earlier:

1. ``QrTooLong``: at most 512 bytes of UTF-8 (4.1);
2. ``QrSyntax``: whole data objects from the first character to the last, also in templates (3.2);
3. ``QrTagOrder``: ID 00 first, ID 63 last (4.6.1); ``QrField``: format version "01" (4.7.1);
   ``QrDuplicateTag``: no ID twice at the root or inside one template (4.3.1.2);
4. ``QrCrcMismatch``: the CRC over everything before it (4.7.3), in upper case as 4.7.3.2 writes it.

``parse`` makes the first three, ``check_crc`` the last, so that a profile can put rules of its own
between them. All other IDs may stand in any order: EMVCo's own sample has 64 before 54.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from ledger.protocol.emvco.crc import crc
from ledger.protocol.emvco.fields import ROOT, Field, find
from ledger.protocol.emvco.tlv import DataObject, split, utf8
from ledger.protocol.errors.codes import (
    QrCrcMismatch,
    QrDuplicateTag,
    QrField,
    QrSyntax,
    QrTagOrder,
    QrTooLong,
)

MOST_BYTES = 512
"""UTF-8 bytes, which are characters as long as the text is ASCII (4.1)."""

FORMAT_INDICATOR = "00"
FORMAT_VERSION = "01"
CRC_ID = "63"
CRC_HEAD = CRC_ID + "04"


@dataclass(frozen=True, slots=True)
class MerchantPresented:
    """A code as it was scanned: the exact text, and its data objects in the text's own sequence.

    A *path* names a data object: ``"54"`` at the root, ``"62.05"`` inside a template.
    """

    text: str
    objects: tuple[DataObject, ...]

    def ids(self) -> tuple[str, ...]:
        """Give the IDs of the root, in the sequence of the text."""
        return tuple(item.id for item in self.objects)

    def find(self, path: str) -> DataObject | None:
        """Look up a data object by its path; ``None`` when the code has none there."""
        level, found = self.objects, None
        for identifier in path.split("."):
            found = next((item for item in level if item.id == identifier), None)
            if found is None:
                return None
            level = found.inner
        return found

    def get(self, path: str) -> str | None:
        """Give the value at a path, or ``None``."""
        found = self.find(path)
        return None if found is None else found.value

    def value(self, path: str) -> str:
        """Give the value at a path; a code that has none there raises ``QrField``."""
        found = self.find(path)
        if found is None:
            raise QrField(f"{path} is missing")
        return found.value

    def walk(self) -> Iterator[tuple[str, Field, DataObject]]:
        """Give path, meaning and data object of all there is, templates before their contents."""
        return _walk("", self.objects, ROOT)

    def values(self) -> dict[str, str]:
        """Give all values by path, without templates and CRC: what ``encode`` takes."""
        return {
            path: item.value for path, _, item in self.walk() if not item.inner and path != CRC_ID
        }


def _walk(
    prefix: str, objects: Sequence[DataObject], table: Sequence[Field]
) -> Iterator[tuple[str, Field, DataObject]]:
    for item in objects:
        field, path = find(table, item.id), prefix + item.id
        yield path, field, item
        yield from _walk(f"{path}.", item.inner, field.inside)


def parse(text: str) -> MerchantPresented:
    """Read the data objects of a code, checks 1 to 3 of the module's list."""
    length = len(utf8(text))
    if length > MOST_BYTES:
        raise QrTooLong(f"{length} bytes")
    code = MerchantPresented(text, _grow(split(text), ROOT))
    _check_ends(code)
    _check_unique("the root", code.objects)
    return code


def _grow(objects: Sequence[DataObject], table: Sequence[Field]) -> tuple[DataObject, ...]:
    """Read what is inside templates, at any depth."""
    return tuple(_with_contents(item, table) for item in objects)


def _with_contents(item: DataObject, table: Sequence[Field]) -> DataObject:
    inside = find(table, item.id).inside
    if not inside:
        return item
    return replace(item, inner=_grow(split(item.value, item.value_start), inside))


def _check_ends(code: MerchantPresented) -> None:
    ids = code.ids()
    if not ids:
        raise QrSyntax("there is no data object")
    if ids[0] != FORMAT_INDICATOR or ids[-1] != CRC_ID:
        raise QrTagOrder(f"the code begins with ID {ids[0]} and ends with ID {ids[-1]} (4.6.1)")
    if code.objects[0].value != FORMAT_VERSION:
        raise QrField(f"format version {code.objects[0].value!r} is not {FORMAT_VERSION!r} (4.7.1)")


def _check_unique(where: str, objects: Sequence[DataObject]) -> None:
    seen: set[str] = set()
    for item in objects:
        if item.id in seen:
            raise QrDuplicateTag(f"ID {item.id} stands twice in {where}")
        seen.add(item.id)
        _check_unique(f"template {item.id}", item.inner)


def check_crc(code: MerchantPresented) -> None:
    """Compare the last data object with the CRC over everything before its value."""
    last = code.objects[-1]
    expected = crc(utf8(code.text[: last.value_start]))
    if last.value != expected:
        raise QrCrcMismatch(f"the code ends with {last.value}, its text gives {expected}")
