"""Alipay+ codes of shops: web addresses whose path tells them, on any of the partners' hosts.

*Order code*: the path begins with twelve digits, ``281`` and three that Alipay+ assigns, ``04`` and
four of the acquirer; the shop's own digits may follow.

*General payload*: ``/MPM/3/`` and base64 of objects with an identifier of four letters and a length
of three digits; inside two of them, data objects as EMVCo's:

    GPLD { PLVS version,
           CDSD { 01 platform, 02 merchant },
           CIRD { 01 issuer, 02 type, 03 mini program } }

Source: docs.alipayplus.com, with the sample that tests/vectors/recognised_codes.json holds.
"""

from __future__ import annotations

import base64
import binascii
import re

from ledger.protocol.emvco.tlv import split
from ledger.protocol.errors.codes import QrError, QrSyntax
from ledger.protocol.merchant_qr.recognition.kinds import CodeKind
from ledger.protocol.merchant_qr.recognition.reading import Fact, Reading, facts

_ORDER_CODE = re.compile(r"/(281[0-9]{3}04[0-9]{4})[0-9]*")
_GENERAL_PAYLOAD = re.compile(r"/MPM/3/([A-Za-z0-9+/]+={0,2})")
_HEAD = re.compile(r"([A-Z]{4})([0-9]{3})")


def recognise(path: str) -> Reading | None:
    """Tell a code by the path of its address; an unreadable payload is told without facts."""
    general = _GENERAL_PAYLOAD.fullmatch(path)
    if general is not None:
        return Reading(CodeKind.ALIPAY_PLUS_GENERAL, _general_payload(general[1]))
    routed = _ORDER_CODE.fullmatch(path)
    if routed is not None:
        return Reading(CodeKind.ALIPAY_PLUS_ORDER, facts(("Routing digits", routed[1])))
    return None


def _general_payload(spelled: str) -> tuple[Fact, ...]:
    try:
        payload = base64.b64decode(spelled, validate=True).decode("ascii")
        objects = _objects(_objects(payload)["GPLD"])
        platform = {identifier: value for identifier, value, _ in split(objects["CDSD"])}
        issuer = {identifier: value for identifier, value, _ in split(objects["CIRD"])}
    except (binascii.Error, UnicodeDecodeError, KeyError, QrError):
        return ()
    return facts(
        ("Platform", platform.get("01")),
        ("Merchant id", platform.get("02")),
        ("Issuer", issuer.get("01")),
        ("Mini program", issuer.get("03")),
        ("Version", objects.get("PLVS")),
    )


def _objects(text: str) -> dict[str, str]:
    """Cut a text into objects of four letters, three digits of length, and a value."""
    objects: dict[str, str] = {}
    position = 0
    while position < len(text):
        head = _HEAD.match(text, position)
        if head is None:
            raise QrSyntax(f"no object of the general payload at character {position}")
        objects[head[1]] = text[head.end() : head.end() + int(head[2])]
        position = head.end() + int(head[2])
    return objects
