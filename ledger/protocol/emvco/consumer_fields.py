"""What the data objects of a consumer-presented code mean, and which rules about them it breaks.

``FIELDS`` is table 6.1 with the formats and lengths (in bytes) of table A.1 of CPM version 1.1.
Templates 63 and 64 are told as one opaque value, as a till must treat them.

    >>> from ledger.protocol.emvco.consumer_presented import decode
    >>> sample = decode("hQVDUFYwMWEaTwegAAAAVVVVVw8SNFZ4kBI0WNGRIgESNF8=")
    >>> for line in explain(sample):
    ...     print(line.path, line.name, line.value, "|", line.note)
    85 Payload Format Indicator CPV01 | version
    61 Application Template 4F07A0000000555555570F1234567890123458D191220112345F | holds 2
    61.4F Application Definition File (ADF) Name A0000000555555 | AID of the payment product
    61.57 Track 2 Equivalent Data 1234567890123458D191220112345F | account 1234567890123458
    >>> validate(sample)
    []
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from enum import Enum

from ledger.protocol.emvco.ber_tlv import BerObject, split
from ledger.protocol.emvco.consumer_presented import APPLICATION, COMMON, ConsumerPresented
from ledger.protocol.emvco.explain import Explained
from ledger.protocol.emvco.rules import BrokenRule
from ledger.protocol.records import record


class Format(Enum):
    """The formats of values (CPM table A.1)."""

    BINARY = "b"
    TEXT = "ans"
    LETTERS_AND_DIGITS = "an"
    DIGITS = "n"
    PADDED_DIGITS = "cn"


@record(frozen=True, slots=True)
class Field:
    """A known tag; lengths in bytes."""

    name: str
    format: Format
    least: int
    most: int
    section: str
    note: str = ""


_ANY = 65_535
_OPAQUE = "opaque to the till, handed on unopened"

FIELDS = {
    "85": Field("Payload Format Indicator", Format.LETTERS_AND_DIGITS, 5, 5, "3.1", "version"),
    "61": Field("Application Template", Format.BINARY, 1, _ANY, "3.1"),
    "62": Field("Common Data Template", Format.BINARY, 1, _ANY, "3.1"),
    "63": Field(
        "Application Specific Transparent Template", Format.BINARY, 1, _ANY, "5.1.7", _OPAQUE
    ),
    "64": Field("Common Data Transparent Template", Format.BINARY, 1, _ANY, "5.1.8", _OPAQUE),
    "4F": Field(
        "Application Definition File (ADF) Name",
        Format.BINARY,
        5,
        16,
        "5.1.4",
        "AID of the payment product",
    ),
    "50": Field("Application Label", Format.TEXT, 1, 16, "6", "for screen and receipt"),
    "57": Field("Track 2 Equivalent Data", Format.BINARY, 1, 19, "6.2"),
    "5A": Field("Application PAN", Format.PADDED_DIGITS, 1, 10, "6", "the account number"),
    "5F20": Field("Cardholder Name", Format.TEXT, 2, 26, "6.4", "for the receipt"),
    "5F2D": Field("Language Preference", Format.LETTERS_AND_DIGITS, 2, 8, "6.3"),
    "5F50": Field("Issuer URL", Format.TEXT, 1, _ANY, "6.4", "where an electronic receipt goes"),
    "9F08": Field("Application Version Number", Format.BINARY, 2, 2, "6.5"),
    "9F19": Field("Token Requestor ID", Format.DIGITS, 6, 6, "6.6"),
    "9F24": Field("Payment Account Reference", Format.LETTERS_AND_DIGITS, 29, 29, "6.6"),
    "9F25": Field("Last 4 Digits of PAN", Format.DIGITS, 2, 2, "6.4", "printed on the receipt"),
}

_UNKNOWN = Field("Unknown", Format.BINARY, 1, _ANY, "5.1.11", "not defined here; kept, not used")

_HEXADECIMAL_FORMS = {
    Format.DIGITS: re.compile(r"[0-9]+"),
    Format.PADDED_DIGITS: re.compile(r"[0-9]+F*"),
}
_TEXT_FORMS = {
    Format.TEXT: re.compile(rb"[ -~]+"),
    Format.LETTERS_AND_DIGITS: re.compile(rb"[A-Za-z0-9]+"),
}


def _has_form(format_: Format, value: bytes) -> bool:
    if format_ in _TEXT_FORMS:
        return _TEXT_FORMS[format_].fullmatch(value) is not None
    if format_ in _HEXADECIMAL_FORMS:
        return _HEXADECIMAL_FORMS[format_].fullmatch(value.hex().upper()) is not None
    return True


def walk(code: ConsumerPresented) -> Iterator[tuple[str, Field, BerObject]]:
    """Give path, meaning and data object of all there is; two applications are 61[1] and 61[2]."""
    several, seen = len(code.applications) > 1, 0
    for item in code.objects:
        path = item.tag
        if item.tag == APPLICATION and several:
            seen += 1
            path = f"{item.tag}[{seen}]"
        yield path, FIELDS.get(item.tag, _UNKNOWN), item
        if item.tag in (APPLICATION, COMMON):
            for inner in split(item.value):
                yield f"{path}.{inner.tag}", FIELDS.get(inner.tag, _UNKNOWN), inner


def validate(code: ConsumerPresented) -> list[BrokenRule]:
    """List every rule about fields that a code breaks; none means the code is EMVCo-clean."""
    return [*_formats(code), *_presence(code)]


def _formats(code: ConsumerPresented) -> Iterator[BrokenRule]:
    for path, field, item in walk(code):
        if not field.least <= len(item.value) <= field.most:
            sentence = (
                f"{field.name} has {field.least} to {field.most} bytes, not {len(item.value)}"
            )
            yield BrokenRule(path, field.section, sentence)
        if not _has_form(field.format, item.value):
            yield BrokenRule(
                path, field.section, f"is not of format {field.format.value} (table A.1)"
            )


def _presence(code: ConsumerPresented) -> Iterator[BrokenRule]:
    for number, application in enumerate(code.applications, start=1):
        path = APPLICATION if len(code.applications) == 1 else f"{APPLICATION}[{number}]"
        if application.get("4F") is None:
            yield BrokenRule(f"{path}.4F", "5.1.4", "no ADF name: a till passes this template over")
        if application.get("57") is None and application.get("5A") is None:
            yield BrokenRule(f"{path}.5A", "6", "neither an account number nor track 2 is present")


def explain(code: ConsumerPresented) -> list[Explained]:
    """Explain every data object, in the sequence of the code."""
    broken: dict[str, list[str]] = {}
    for rule in validate(code):
        broken.setdefault(rule.path, []).append(f"{rule.sentence} ({rule.section})")
    return [
        Explained(
            path,
            field.name,
            _spell(field.format, item.value),
            field.section,
            "; ".join(filter(None, [_note(field, item), *broken.get(path, [])])),
        )
        for path, field, item in walk(code)
    ]


def _spell(format_: Format, value: bytes) -> str:
    if format_ in _TEXT_FORMS and _has_form(format_, value):
        return value.decode("ascii")
    return value.hex().upper()


def _track_2(value: bytes) -> str:
    """Tell the account number, which stands before the separator D (CPM table 6.2)."""
    return f"account {value.hex().upper().partition('D')[0]}"


def _languages(value: bytes) -> str:
    text = value.decode("latin-1")
    return "in this sequence: " + ", ".join(text[at : at + 2] for at in range(0, len(text), 2))


_NOTES: dict[str, Callable[[bytes], str]] = {"57": _track_2, "5F2D": _languages}


def _note(field: Field, item: BerObject) -> str:
    if item.tag in (APPLICATION, COMMON):
        return f"holds {len(split(item.value))}"
    return _NOTES[item.tag](item.value) if item.tag in _NOTES else field.note
