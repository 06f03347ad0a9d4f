"""The code a shop shows: text of data objects, the first one ID 00, the last one ID 63, the CRC.

    000201 010212 2633... 52045912 5303978 540512.95 5802DE 5913DEMO DROGERIE 6006BERLIN 6304D170

Reading has two depths, because codes of the street are not all as the specification wants them:

* ``decode`` reads the *structure*: at most 512 bytes, whole data objects, 00 first and 63 last, no
  ID twice, CRC right. A code that fails here can't be told from a misread one and is refused.
* ``rules.validate`` lists every rule about *fields* that the code breaks. A code that breaks none
  is EMVCo-clean. Others are tolerated where a reader only says what it sees (PromptPay has no
  merchant name, KHQR puts a time where an identifier belongs); ``rules.check`` refuses them.

``encode`` writes clean codes only; ``assemble`` writes anything, for those who need a bad code.
Fields are named by their path, ``"62.05"`` for ID 05 inside template 62:

    >>> text = encode({
    ...     "00": "01", "01": "12", "26.00": "test.qrpay", "26.01": "M2088DEMO000001", "52": "5912",
    ...     "53": "978", "54": "12.95", "58": "DE", "59": "DEMO DROGERIE", "60": "BERLIN"})
    >>> text[-22:]
    'ERIE6006BERLIN6304D170'
    >>> code = decode(text)
    >>> code.value("26.01"), code.get("62.05"), code.ids()[-3:]
    ('M2088DEMO000001', None, ('59', '60', '63'))
    >>> decode(text.replace("12.95", "02.95"))
    Traceback (most recent call last):
    ...
    ledger.protocol.errors.codes.QrCrcMismatch: the code ends with D170, its text gives 17A3
"""

from __future__ import annotations

from collections.abc import Mapping

from ledger.protocol.emvco import rules
from ledger.protocol.emvco.crc import crc
from ledger.protocol.emvco.fields import field_at
from ledger.protocol.emvco.structure import (
    CRC_HEAD,
    CRC_ID,
    MerchantPresented,
    check_crc,
    parse,
)
from ledger.protocol.emvco.tlv import ID_LENGTH, spell, utf8
from ledger.protocol.errors.codes import QrField

__all__ = ["MerchantPresented", "assemble", "close", "compose", "decode", "encode"]


def decode(text: str) -> MerchantPresented:
    """Read a code's structure.

    Raises ``QrTooLong``, ``QrSyntax``, ``QrTagOrder``, ``QrField`` (another format version),
    ``QrDuplicateTag`` or ``QrCrcMismatch``, whichever comes first in that sequence.
    """
    code = parse(text)
    check_crc(code)
    return code


def encode(values: Mapping[str, str]) -> str:
    """Write values by path, in the mapping's own sequence, as an EMVCo-clean code with its CRC.

    ``"00"`` comes first; the CRC is added. A rule that the code would break raises what ``decode``
    or ``rules.check`` raise; so does an ID that EMVCo reserves.
    """
    code = decode(assemble(values))
    rules.check(code)
    for path in code.by_path:
        field = field_at(path)
        if field.reserved:
            raise QrField(f"{path} is reserved by EMVCo ({field.section})")
    return code.text


def assemble(values: Mapping[str, str]) -> str:
    """Write values by path as a code with its CRC, without asking whether they make sense.

    Only what can't be written at all is refused: a value of no or of more than 99 characters
    (``QrField``) or with half a surrogate pair (``QrSyntax``).
    """
    return compose(values).text


def compose(values: Mapping[str, str]) -> MerchantPresented:
    """Make the code that ``assemble`` writes, as ``parse`` finds it in the text."""
    by_path: dict[str, str] = {}
    return close(spell_into(by_path, values), by_path)


def spell_into(by_path: dict[str, str], values: Mapping[str, str], prefix: str = "") -> str:
    """Write values without a CRC; add them, and their templates, to ``by_path`` as ``parse`` would.

    What belongs to a template is collected where the template first appears.
    """
    rows: dict[str, dict[str, str]] = {}
    for path, value in values.items():
        rows.setdefault(path[:ID_LENGTH], {})[path[ID_LENGTH + 1 :]] = value
    objects: list[str] = []
    for identifier, row in rows.items():
        path = prefix + identifier
        by_path[path] = ""  # a template stands before its contents, and is known after them
        by_path[path] = row[""] if "" in row else spell_into(by_path, row, f"{path}.")
        objects.append(spell(identifier, by_path[path]))
    return "".join(objects)


def close(text: str, by_path: dict[str, str]) -> MerchantPresented:
    """End a text, whose values by path are given, with its CRC."""
    text += CRC_HEAD
    by_path[CRC_ID] = crc(utf8(text))
    return MerchantPresented(text + by_path[CRC_ID], by_path)
