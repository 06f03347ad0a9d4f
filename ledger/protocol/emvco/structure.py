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

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from ledger.protocol.emvco.crc import crc
from ledger.protocol.emvco.fields import ROOT, Field, Table
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
class Entry:
    """A data object in its place, with what the specification says about that place."""

    path: str
    field: Field
    item: DataObject


@dataclass(frozen=True, slots=True)
class MerchantPresented:
    """A code as it was scanned: the exact text, and its data objects in the text's own sequence.

    A *path* names a data object: ``"54"`` at the root, ``"62.05"`` inside a template.
    """

    text: str
    objects: tuple[DataObject, ...]
    entries: Mapping[str, Entry] = field(compare=False, repr=False)
    """All there is by path, templates before their contents."""

    def ids(self) -> tuple[str, ...]:
        """Give the IDs of the root, in the sequence of the text."""
        return tuple(item.id for item in self.objects)

    def find(self, path: str) -> DataObject | None:
        """Look up a data object by its path; ``None`` when the code has none there."""
        entry = self.entries.get(path)
        return None if entry is None else entry.item

    def get(self, path: str) -> str | None:
        """Give the value at a path, or ``None``."""
        entry = self.entries.get(path)
        return None if entry is None else entry.item.value

    def value(self, path: str) -> str:
        """Give the value at a path; a code that has none there raises ``QrField``."""
        value = self.get(path)
        if value is None:
            raise QrField(f"{path} is missing")
        return value

    def walk(self) -> Iterable[Entry]:
        """Give all data objects with their meaning, in the sequence of the text."""
        return self.entries.values()

    def values(self) -> dict[str, str]:
        """Give all values by path, without templates and CRC: what ``encode`` takes."""
        return {
            path: entry.item.value
            for path, entry in self.entries.items()
            if not entry.item.inner and path != CRC_ID
        }


def parse(text: str) -> MerchantPresented:
    """Read the data objects of a code, checks 1 to 3 of the module's list."""
    length = len(utf8(text))
    if length > MOST_BYTES:
        raise QrTooLong(f"{length} bytes")
    objects = _grow(split(text), ROOT)
    _check_ends(objects)
    _check_unique("the root", objects)
    return MerchantPresented(text, objects, {e.path: e for e in _entries("", objects, ROOT)})


def _grow(objects: Sequence[DataObject], table: Table) -> tuple[DataObject, ...]:
    """Read what is inside templates, at any depth."""
    return tuple(_with_contents(item, table.by_id[item.id].inside) for item in objects)


def _with_contents(item: DataObject, inside: Table | None) -> DataObject:
    if inside is None:
        return item
    inner = _grow(split(item.value, item.value_start), inside)
    return DataObject(item.id, item.value, inner, item.start)


def _check_ends(objects: Sequence[DataObject]) -> None:
    if not objects:
        raise QrSyntax("there is no data object")
    first, last = objects[0], objects[-1]
    if first.id != FORMAT_INDICATOR or last.id != CRC_ID:
        raise QrTagOrder(f"the code begins with ID {first.id} and ends with ID {last.id} (4.6.1)")
    if first.value != FORMAT_VERSION:
        raise QrField(f"format version {first.value!r} is not {FORMAT_VERSION!r} (4.7.1)")


def _check_unique(where: str, objects: Sequence[DataObject]) -> None:
    seen: set[str] = set()
    for item in objects:
        if item.id in seen:
            raise QrDuplicateTag(f"ID {item.id} stands twice in {where}")
        seen.add(item.id)
        if item.inner:
            _check_unique(f"template {item.id}", item.inner)


def _entries(prefix: str, objects: Sequence[DataObject], table: Table) -> Iterator[Entry]:
    for item in objects:
        entry = Entry(prefix + item.id, table.by_id[item.id], item)
        yield entry
        if entry.field.inside is not None:
            yield from _entries(f"{entry.path}.", item.inner, entry.field.inside)


def check_crc(code: MerchantPresented) -> None:
    """Compare the last data object with the CRC over everything before its value."""
    last = code.objects[-1]
    expected = crc(utf8(code.text[: last.value_start]))
    if last.value != expected:
        raise QrCrcMismatch(f"the code ends with {last.value}, its text gives {expected}")
