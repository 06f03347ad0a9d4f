"""Make signed codes by hand, good or bad, without the code under test.

Nothing here uses ``merchant_qr``: data objects are joined as text, the bytes to sign are spelled
out, and the signature is placed where the layout says. So a test can break exactly one rule and
sign the result properly, as a dishonest merchant could.
"""

from __future__ import annotations

import base64
from binascii import crc_hqx
from collections.abc import Mapping

from ledger.protocol.signing import PrivateKey
from tests.protocol.merchant_qr.world import KEY

GOOD = {
    "00": "01",
    "01": "12",
    "26.00": "test.qrpay",
    "26.01": "M2088DEMO000001",
    "52": "5912",
    "53": "978",
    "54": "12.95",
    "58": "DE",
    "59": "DEMO DROGERIE",
    "60": "BERLIN",
    "61": "10115",
    "62.01": "K3-000417",
    "62.03": "S0421",
    "62.05": "01KAK9Q3ZV7T2M5X8B4C6D0E",
    "62.07": "POS03",
    "80.00": "test.qrpay",
    "80.01": "1E",
    "80.02": "k7f3a9c1",
    "80.03": "1795300000",
    "80.04": "1795300180",
    "80.05": "AAECAwQFBgcICQoL",
}
"""The example of docs/reference/codes.md, but for its signature."""

_OF_ONE_PAYMENT = {"54", "62.01", "62.05", "80.03", "80.04", "80.05"}
STICKER = {path: value for path, value in GOOD.items() if path not in _OF_ONE_PAYMENT}
STICKER["01"] = "11"


def object_(identifier: str, value: str) -> str:
    return f"{identifier}{len(value):02d}{value}"


def body(values: Mapping[str, str]) -> str:
    """Join values by path; whatever shares the first two digits becomes one template."""
    groups: dict[str, list[str]] = {}
    for path, value in values.items():
        root, _, inner = path.partition(".")
        groups.setdefault(root, []).append(object_(inner, value) if inner else value)
    return "".join(object_(root, "".join(parts)) for root, parts in groups.items())


def with_crc(text: str) -> str:
    """End a text that has no CRC yet with the right one."""
    text += "6304"
    return f"{text}{crc_hqx(text.encode(), 0xFFFF):04X}"


def mend(text: str) -> str:
    """Give a changed code a CRC that is right again."""
    return with_crc(text[:-8])


def signature_template(signature: bytes, owner: str = "test.qrpay") -> str:
    spelled = base64.b85encode(signature).decode()
    return object_("81", object_("00", owner) + object_("01", spelled))


def signed(values: Mapping[str, str], *, key: PrivateKey = KEY, domain: str = "mpm") -> str:
    """Sign the text that the values give, and end it with 81 and 63."""
    prefix = body(values)
    signature = key.sign_raw(f"test.qrpay/{domain}/v1\0".encode() + prefix.encode())
    return with_crc(prefix + signature_template(signature))


def changed(changes: Mapping[str, str | None], values: Mapping[str, str] = GOOD) -> dict[str, str]:
    """Give good values with some changed; ``None`` leaves one out, new ones go before 80."""
    header = {path: value for path, value in values.items() if path.startswith("80.")}
    others = {path: value for path, value in values.items() if path not in header}
    new = {path: value for path, value in changes.items() if not path.startswith("80.")}
    of_header = {path: value for path, value in changes.items() if path.startswith("80.")}
    merged = {**others, **new, **header, **of_header}
    return {path: value for path, value in merged.items() if value is not None}
