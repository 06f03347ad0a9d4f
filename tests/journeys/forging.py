"""What a forger does to a genuine code: cut it into data objects, change one, mend the CRC.

None of the code under test is used; a QR code's text is identifier (2), length (2), value, over and
over (EMVCo MPM v1.1, 3.2).
"""

from __future__ import annotations

import base64

from ledger.protocol.signing import PrivateKey
from tests.protocol.merchant_qr.forge import object_, signature_template, with_crc

Objects = list[tuple[str, str]]

AMOUNT, ACCOUNT, HEADER, SIGNATURE, CRC = "54", "26", "80", "81", "63"


def cut(code: str) -> Objects:
    """Cut a code, or a template's value, into its data objects."""
    objects, rest = [], code
    while rest:
        length = int(rest[2:4])
        objects.append((rest[:2], rest[4 : 4 + length]))
        rest = rest[4 + length :]
    return objects


def join(objects: Objects) -> str:
    """Join data objects, with a CRC that fits whatever they say."""
    return with_crc("".join(object_(*each) for each in objects if each[0] != CRC))


def with_value(code: str, identifier: str, value: str) -> str:
    """Change one data object."""
    return join([(each, value if each == identifier else old) for each, old in cut(code)])


def with_inner(code: str, identifier: str, inner: str, value: str) -> str:
    """Change one data object of a template."""
    template = next(old for each, old in cut(code) if each == identifier)
    changed = [(each, value if each == inner else old) for each, old in cut(template)]
    return with_value(code, identifier, "".join(object_(*each) for each in changed))


def with_second(code: str, identifier: str, value: str) -> str:
    """Put a second data object behind the first of the same identifier."""
    objects = cut(code)
    at = next(place for place, (each, _) in enumerate(objects) if each == identifier)
    return join([*objects[: at + 1], (identifier, value), *objects[at + 1 :]])


def without(code: str, *identifiers: str) -> str:
    """Leave data objects out."""
    return join([each for each in cut(code) if each[0] not in identifiers])


def signed_sticker(code: str, key: PrivateKey) -> str:
    """Sign what a sticker says with another key, and name that key in it."""
    return signed_by(code, key, domain="sticker")


def signed_by(code: str, key: PrivateKey, domain: str = "mpm") -> str:
    """Sign what the code says with another key, and name that key in it."""
    named = with_inner(code, HEADER, "02", key.public.key_id)
    prefix = "".join(object_(*each) for each in cut(named) if each[0] not in (SIGNATURE, CRC))
    signature = key.sign_raw(f"test.qrpay/{domain}/v1\0{prefix}".encode())
    return with_crc(prefix + signature_template(signature))


def with_token_byte(link: str, at: int, bit: int) -> str:
    """Flip a bit of one byte of a link's token and spell it properly again."""
    address, _, token = link.partition("#")
    raw = bytearray(base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)))
    raw[at] ^= bit
    return f"{address}#{base64.urlsafe_b64encode(raw).decode().rstrip('=')}"
