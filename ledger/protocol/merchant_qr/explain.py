"""Take a code apart, field by field, whichever form it has.

EMVCo's two forms are explained by ``emvco``, with the names that this and other schemes give to
their own fields; a link by the bytes of its token. What can't be taken apart raises what the form's
reader raises (a ``QrError``). Neither CRC nor signature need be right for that.

    >>> link = ("Hms3ZjNhOWMxAGappuP-z6FQvULIwzQOAAAABQ8D0msCG1R_jdjAq6uRl5WkWbdYNf1H1G4bvHVGSGxC"
    ...         "GIGjzAiXqpaDQdO_XF52yriuwys2z8PuvpQaGo2zou80_aHIL4AP")
    >>> for line in explain(link)[1:6]:
    ...     print(line.path, line.name, line.value, "|", line.note)
    bytes 1-8 Key id 6b37663361396331 | k7f3a9c1
    bytes 9-23 Request id 0066a9a6e3fecfa150bd42c8c3340e | 01KAK9Q3ZV7T2M5X8B4C6D0E
    bytes 24-28 Amount 000000050f | 1295 minor units
    bytes 29-30 Currency 03d2 | EUR
    bytes 31-34 Expires at 6b021b54 | 2026-11-21T22:29:40.000Z
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from ledger.protocol import identifiers, instants
from ledger.protocol.emvco import consumer_fields, consumer_presented
from ledger.protocol.emvco import explain as emvco_explain
from ledger.protocol.emvco.explain import Explained
from ledger.protocol.emvco.structure import parse
from ledger.protocol.errors.content import CurrencyUnsupported
from ledger.protocol.merchant_qr import profile_l, seal
from ledger.protocol.merchant_qr.recognition.schemes import DIALECTS
from ledger.protocol.money import currency_by_numeric

SECTION_L = "qrpay profile L"


def explain(text: str) -> list[Explained]:
    """Explain every field of a code, in the sequence of the code."""
    if text.startswith(consumer_presented.PREFIX):
        return consumer_fields.explain(consumer_presented.decode(text))
    if profile_l.looks_like(text):
        return _explain_link(profile_l.token_bytes(text))
    told = emvco_explain.explain(text, DIALECTS)
    if not seal.names_this_scheme(parse(text)):
        return told
    return [_with_own_note(line) for line in told]


def _seconds(value: str) -> str:
    """Spell seconds since the epoch as a time; anything else is left to the broken rules."""
    is_time = value.isascii() and value.isdigit() and len(value) == SECONDS_DIGITS
    return instants.to_text(instants.from_seconds(int(value))) if is_time else ""


SECONDS_DIGITS = 10

_OWN_NOTES: dict[str, Callable[[str], str]] = {
    "26.01": lambda _: "the shop, as the provider registered it",
    "62.05": lambda _: "request id: names the payment",
    "80.01": lambda value: f"version 1, {seal.VERSIONS[value]}" if value in seal.VERSIONS else "",
    "80.02": lambda _: "which of the shop's keys signed",
    "80.03": _seconds,
    "80.04": _seconds,
    "80.05": lambda _: "12 bytes, never used twice",
    "81.01": lambda _: "64 bytes in base85, over everything before 81",
}


def _with_own_note(line: Explained) -> Explained:
    tell = _OWN_NOTES.get(line.path)
    own = tell(line.value) if tell else ""
    return replace(line, note="; ".join(filter(None, [own, line.note])))


def _currency(raw: bytes) -> str:
    try:
        return currency_by_numeric(f"{int.from_bytes(raw, 'big'):03d}").code
    except CurrencyUnsupported:
        return "not known here"


def _version(raw: bytes) -> str:
    algorithm = profile_l.VERSIONS.get(raw[0])
    return f"version 1, {algorithm}" if algorithm else "a version that is not known here"


_LINK_FIELDS: tuple[tuple[int, str, Callable[[bytes], str]], ...] = (
    (1, "Version and algorithm", _version),
    (8, "Key id", lambda raw: raw.decode("ascii", "replace")),
    (15, "Request id", identifiers.from_bytes),
    (5, "Amount", lambda raw: f"{int.from_bytes(raw, 'big')} minor units"),
    (2, "Currency", _currency),
    (4, "Expires at", lambda raw: _seconds(f"{int.from_bytes(raw, 'big'):010d}")),
    (64, "Signature", lambda _: "over the 35 bytes before it"),
)


def _explain_link(raw: bytes) -> list[Explained]:
    told: list[Explained] = []
    start = 0
    for length, name, tell in _LINK_FIELDS:
        part = raw[start : start + length]
        path = f"bytes {start}-{start + length - 1}" if length > 1 else f"byte {start}"
        told.append(Explained(path, name, part.hex(), SECTION_L, tell(part)))
        start += length
    return told
