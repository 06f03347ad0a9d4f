"""The code a payer shows in EMVCo's way: card data from the wallet's app, BER-TLV in base64.

    85 "CPV01"                      payload format indicator, always first
    61 { 4F AID, 50 label, 57 ... } application template, one or two
         63 { ... }                 in it: for the issuer, opaque to the till
    62 { 5F20 name ... 64 { ... } } common data template, only after two application templates
    ...                             anything else, kept

A till knows such a code by its first characters, ``hQVDUFY``. It reads what it needs to route the
payment (the *POI data*) and hands templates 63 and 64 to the acquirer unopened (CPM 5.1.7, 5.1.8).

The checks stand in this order: ``QrForeign`` (not such a code), ``QrTooLong``, ``QrSyntax``
(base64, BER-TLV), ``QrVersionUnsupported``, ``QrField`` and ``QrTagOrder`` (which templates,
where), ``QrDuplicateTag`` (a primitive twice in an application's POI data, CPM 5.1.10). Two
applications may hold the same tags: a till uses one of them.

    >>> code = decode("hQVDUFYwMWEaTwegAAAAVVVVVw8SNFZ4kBI0WNGRIgESNF8=")  # EMVCo's sample B.1
    >>> [application] = code.applications
    >>> application.get("4F").hex(), application.matches(bytes.fromhex("a000000055"))
    ('a0000000555555', True)
    >>> encode(code.objects[1:]) == code.text
    True
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence

from ledger.protocol.emvco.ber_tlv import BerObject, spell, split
from ledger.protocol.errors.codes import (
    QrDuplicateTag,
    QrField,
    QrForeign,
    QrSyntax,
    QrTagOrder,
    QrTooLong,
    QrVersionUnsupported,
)
from ledger.protocol.records import record

PREFIX = "hQVDUFY"
"""What base64 makes of 85 05 "CPV", the first bytes of every such code (CPM 5.1.1)."""

MOST_CHARACTERS = 512
"""What every reader must be able to read (CPM 4.1); a wallet that shows more may not be read."""

FORMAT_INDICATOR = BerObject("85", b"CPV01")
APPLICATION = "61"
COMMON = "62"
ADF_NAME = "4F"
ADF_NAME_BYTES = range(5, 17)
MOST_APPLICATIONS = 2


@record(frozen=True, slots=True)
class Application:
    """One application of the payer's app: its own data objects and, last, the common ones."""

    objects: tuple[BerObject, ...]

    def get(self, tag: str) -> bytes | None:
        """Give the value of a data object, or ``None``; templates 63 and 64 come unopened."""
        return next((item.value for item in self.objects if item.tag == tag), None)

    def matches(self, aid: bytes) -> bool:
        """Tell whether a till that supports an AID can take this application.

        The ADF name has 5 to 16 bytes, else the template is passed over; it begins with the AID or
        is equal to it (CPM 5.1.4).
        """
        name = self.get(ADF_NAME)
        return name is not None and len(name) in ADF_NAME_BYTES and name.startswith(aid)


@record(frozen=True, slots=True)
class ConsumerPresented:
    """A code as it was scanned: the exact text, all its data objects, and the one or two offers."""

    text: str
    objects: tuple[BerObject, ...]
    applications: tuple[Application, ...]


def decode(text: str) -> ConsumerPresented:
    """Read a code a payer shows; the errors and their sequence stand at the top of the module."""
    if not text.startswith(PREFIX):
        raise QrForeign(f"does not begin with {PREFIX} (CPM 5.1.1)")
    if len(text) > MOST_CHARACTERS:
        raise QrTooLong(f"{len(text)} characters (CPM 4.1)")
    objects = split(_base64_decode(text))
    own = [split(item.value) for item in objects if item.tag == APPLICATION]
    common = [split(item.value) for item in objects if item.tag == COMMON]
    _check_templates(objects, len(own), len(common))
    applications = tuple(Application(mine + sum(common, ())) for mine in own)
    for application in applications:
        _check_unique(application)
    return ConsumerPresented(text, objects, applications)


def _base64_decode(text: str) -> bytes:
    """Read padded base64 in its one canonical spelling (RFC 4648, section 4)."""
    try:
        raw = binascii.a2b_base64(text.encode("ascii"), strict_mode=True)
    except ValueError as error:
        raise QrSyntax("not base64 (CPM 5.1.2)") from error
    if base64.b64encode(raw).decode("ascii") != text:
        raise QrSyntax("base64 with stray last bits (RFC 4648, section 3.5)")
    return raw


def _check_templates(objects: Sequence[BerObject], applications: int, common: int) -> None:
    if objects[0] != FORMAT_INDICATOR:
        raise QrVersionUnsupported(
            f"format indicator {objects[0].value!r} is not CPV01 (CPM 5.1.3)"
        )
    tags = [item.tag for item in objects[1:]]
    if FORMAT_INDICATOR.tag in tags:
        raise QrDuplicateTag("two payload format indicators")
    if not 1 <= applications <= MOST_APPLICATIONS:
        raise QrField(f"{applications} application templates, one or two are allowed (CPM 3.1.1)")
    if common and (common > 1 or applications < MOST_APPLICATIONS):
        raise QrField("one common data template, and only beside two applications (CPM 3.1.1)")
    if tags[: applications + common] != [APPLICATION] * applications + [COMMON] * common:
        raise QrTagOrder("application and common data templates come before the others (CPM 3.1.1)")


def _check_unique(application: Application) -> None:
    seen: set[str] = set()
    for item in application.objects:
        if item.tag in seen and not item.is_template:
            raise QrDuplicateTag(f"tag {item.tag} stands twice in the POI data (CPM 5.1.10)")
        seen.add(item.tag)


def encode(objects: Sequence[BerObject]) -> str:
    """Write templates behind the format indicator; raises whatever ``decode`` would raise."""
    text = base64.b64encode(spell([FORMAT_INDICATOR, *objects])).decode("ascii")
    return decode(text).text
