"""Say what each data object of a merchant-presented code means, field by field.

A code need not be good to be explained: only its data objects must be readable. A wrong CRC and
every broken rule appear as notes at the field they belong to, and fields that are wrongly absent
follow at the end without a value; so a damaged or forged code shows where it is wrong.

What lies inside account templates (26 to 51), system-specific templates (62.50 to 62.99) and
unreserved ones (80 to 99) is defined by whoever owns the template's globally unique identifier.
Names for those fields come in as *dialects*: identifier -> ID -> name; without one they are called
after the table.

    >>> from ledger.protocol.emvco.merchant_presented import assemble
    >>> text = assemble({"00": "01", "01": "12", "26.00": "test.qrpay", "53": "978", "54": "12.95"})
    >>> for line in explain(text, {"test.qrpay": {"01": "Merchant id"}})[2:6]:
    ...     print(line.path, line.name, line.value, "|", line.note)
    26 Merchant Account Information 0010test.qrpay | template with 1 data object
    26.00 Globally Unique Identifier test.qrpay | names who defines the rest of this template
    53 Transaction Currency 978 | EUR, 2 decimals
    54 Transaction Amount 12.95 | what the payer is asked to pay
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from ledger.protocol.emvco import rules
from ledger.protocol.emvco.crc import crc
from ledger.protocol.emvco.fields import IDENTIFIERS, TEMPLATES, field_at
from ledger.protocol.emvco.structure import CRC_ID, MerchantPresented, parse
from ledger.protocol.emvco.tlv import utf8
from ledger.protocol.errors.content import CurrencyUnsupported
from ledger.protocol.money import currency_by_numeric
from ledger.protocol.records import record

Dialects = Mapping[str, Mapping[str, str]]
"""Lower-case globally unique identifier -> ID inside its template, or whole path -> name."""

ABSENT = "(absent)"


@record(frozen=True, slots=True)
class Explained:
    """One data object: where it stands, what it is, what it says, and the section that tells so."""

    path: str
    name: str
    value: str
    section: str
    note: str


def explain(text: str, dialects: Dialects | None = None) -> list[Explained]:
    """Explain every data object, in the sequence of the text; raises what ``parse`` does."""
    code = parse(text)
    broken: dict[str, list[str]] = {}
    for rule in rules.validate(code):
        broken.setdefault(rule.path, []).append(f"{rule.sentence} ({rule.section})")
    present = [
        Explained(
            path,
            _name(code, path, dialects or {}),
            value,
            field_at(path).section,
            "; ".join(filter(None, [_note(code, path, value), *broken.pop(path, [])])),
        )
        for path, value in code.by_path.items()
    ]
    return present + [
        Explained(path, ABSENT, "", "", "; ".join(notes)) for path, notes in broken.items()
    ]


def _name(code: MerchantPresented, path: str, dialects: Dialects) -> str:
    template, _, identifier = path.rpartition(".")
    owner = (code.get(f"{template}.00") or "").lower()
    names = dialects.get(owner, {})
    return names.get(path) or names.get(identifier, field_at(path).name)


def _note(code: MerchantPresented, path: str, value: str) -> str:
    if path in TEMPLATES:
        size = sum(len(inner) == len(path) + len(".00") for inner in code.inside(path))
        return f"template with {size} data object{'s' if size > 1 else ''}"
    if path == CRC_ID:
        expected = crc(utf8(code.crc_is_over))
        return "right" if value == expected else f"wrong: the text gives {expected}"
    if path.startswith("62.") and value == rules.ASK_PAYER:
        return "the wallet asks the payer"
    if path in IDENTIFIERS:
        return "names who defines the rest of this template"
    return _NOTES[path](value) if path in _NOTES else ""


def _currency(value: str) -> str:
    try:
        currency = currency_by_numeric(value)
    except CurrencyUnsupported:
        return "a currency that is not known here"
    return f"{currency.code}, {currency.exponent} decimals"


def _consumer_data(value: str) -> str:
    names = {"A": "address", "M": "mobile number", "E": "e-mail address"}
    return "the wallet adds the payer's " + ", ".join(names.get(letter, "?") for letter in value)


_INITIATION = {
    rules.STATIC: "static: the same code for many payments",
    rules.DYNAMIC: "dynamic: a new code for each payment",
}
_TIP = {
    rules.TIP: "the wallet asks the payer for a tip",
    rules.FIXED_FEE: "a fixed fee is added",
    rules.PERCENT_FEE: "a fee in percent is added",
}

_NOTES: dict[str, Callable[[str], str]] = {
    "00": lambda _: "version of the code's format",
    "01": lambda value: _INITIATION.get(value, ""),
    "52": lambda _: "the merchant's line of business (ISO 18245)",
    "53": _currency,
    "54": lambda _: "what the payer is asked to pay",
    "55": lambda value: _TIP.get(value, ""),
    "58": lambda _: "where the merchant is (ISO 3166-1)",
    "62.09": _consumer_data,
    "64.00": lambda _: "language of the names beside it (ISO 639)",
}
