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

from collections.abc import Iterable, Sequence

from ledger.protocol.emvco.crc import crc
from ledger.protocol.emvco.fields import TEMPLATES
from ledger.protocol.emvco.tlv import HEAD_LENGTH, DataObject, split, utf8
from ledger.protocol.errors.codes import (
    QrCrcMismatch,
    QrDuplicateTag,
    QrField,
    QrSyntax,
    QrTagOrder,
    QrTooLong,
)
from ledger.protocol.records import record

MOST_BYTES = 512
"""UTF-8 bytes, which are characters as long as the text is ASCII (4.1)."""

FORMAT_INDICATOR = "00"
FORMAT_VERSION = "01"
CRC_ID = "63"
CRC_HEAD = CRC_ID + "04"


@record(frozen=True, slots=True)
class MerchantPresented:
    """A code: its exact text, and all that it says.

    A *path* names a data object: ``"54"`` at the root, ``"62.05"`` inside a template.
    """

    text: str
    by_path: dict[str, str]
    """All values by path in the text's own sequence, each template before its contents."""

    def ids(self) -> tuple[str, ...]:
        """Give the IDs of the root, in the sequence of the text."""
        return tuple([path for path in self.by_path if "." not in path])

    def get(self, path: str) -> str | None:
        """Give the value at a path, or ``None``."""
        return self.by_path.get(path)

    def value(self, path: str) -> str:
        """Give the value at a path; a code that has none there raises ``QrField``."""
        value = self.by_path.get(path)
        if value is None:
            raise QrField(f"{path} is missing")
        return value

    def before(self, identifier: str) -> str:
        """Give the text before a data object of the root; one that is not there: ``QrField``."""
        start = len(self.text)
        for path, value in reversed(self.by_path.items()):
            if "." not in path:
                start -= HEAD_LENGTH + len(value)
            if path == identifier:
                return self.text[:start]
        raise QrField(f"{identifier} is missing")

    def inside(self, template: str) -> list[str]:
        """Give the paths inside a template, in the sequence of the text."""
        prefix = f"{template}."
        return [path for path in self.by_path if path.startswith(prefix)]

    def values(self) -> dict[str, str]:
        """Give all values by path, without templates and CRC: what ``encode`` takes."""
        return {
            path: value
            for path, value in self.by_path.items()
            if path not in TEMPLATES and path != CRC_ID
        }

    @property
    def crc_is_over(self) -> str:
        """All of the text before the CRC's four characters."""
        return self.text[: -len(self.by_path[CRC_ID])]


def parse(text: str) -> MerchantPresented:
    """Read the data objects of a code, checks 1 to 3 of the module's list."""
    check_length(text)
    objects = split(text)
    found: list[tuple[str, str]] = []
    _add_contents(found, "", objects)
    _check_ends(objects)
    by_path = dict(found)
    if len(by_path) < len(found):
        raise _duplicate(found)
    return MerchantPresented(text, by_path)


def check_length(text: str) -> None:
    """Refuse a code that is too long: ``QrTooLong``."""
    length = len(utf8(text))
    if length > MOST_BYTES:
        raise QrTooLong(f"{length} bytes")


def _add_contents(found: list[tuple[str, str]], prefix: str, objects: Iterable[DataObject]) -> None:
    """Add paths and values, each template followed by what is inside, at any depth."""
    for identifier, value, start in objects:
        path = prefix + identifier
        found.append((path, value))
        if path in TEMPLATES:
            _add_contents(found, f"{path}.", split(value, start))


def _check_ends(objects: Sequence[DataObject]) -> None:
    if not objects:
        raise QrSyntax("there is no data object")
    (first, version, _), (last, _, _) = objects[0], objects[-1]
    if first != FORMAT_INDICATOR or last != CRC_ID:
        raise QrTagOrder(f"the code begins with ID {first} and ends with ID {last} (4.6.1)")
    if version != FORMAT_VERSION:
        raise QrField(f"format version {version!r} is not {FORMAT_VERSION!r} (4.7.1)")


def _duplicate(found: Iterable[tuple[str, str]]) -> QrDuplicateTag:
    """Say what stands twice where: the first that does."""
    seen: set[str] = set()
    for path, _ in found:
        if path in seen:
            break
        seen.add(path)
    template, _, identifier = path.rpartition(".")
    where = f"template {template}" if template else "the root"
    return QrDuplicateTag(f"ID {identifier} stands twice in {where}")


def check_crc(code: MerchantPresented) -> None:
    """Compare the last data object with the CRC over everything before its value."""
    found, expected = code.by_path[CRC_ID], crc(utf8(code.crc_is_over))
    if found != expected:
        raise QrCrcMismatch(f"the code ends with {found}, its text gives {expected}")
