"""The signature inside a merchant-presented code: templates 80 and 81, and how they are checked.

    80 { 00 test.qrpay, 01 "1E", 02 key id, ... }   version 1; E is Ed25519, P is P-256
    81 { 00 test.qrpay, 01 signature in base85 }    80 characters for 64 bytes
    63   CRC                                        80, 81, 63 are the last three

What is signed is the text as it stands, from its first character to the last one before ``81``,
with the profile's domain in front. Nothing is sorted or written anew before checking: what was
scanned is what was signed (India's UPI does it likewise).

Base85 (RFC 1924's alphabet) and not base64, because a template holds 99 characters: signature (80)
and identifier (10) with their heads (8) are 98. It is also canonical: 64 bytes have one spelling.

The checks stand in this sequence, each with its own error; a code broken twice reports the earlier:

1. length: ``QrTooLong``
2. data objects: ``QrSyntax``
3. their places: ``QrTagOrder``, ``QrField`` (format version), ``QrDuplicateTag``
4. CRC: ``QrCrcMismatch``. Then a code that does not end with 80, 81, 63 is ``QrUnsigned`` when it
   names this scheme, else ``QrForeign``
5. 26, 80 and 81 are this scheme's: ``QrForeign``
6. version, algorithm and layout are known: ``QrVersionUnsupported``, ``QrField``
7. the key is known, this merchant's, of that algorithm and good now: ``KidFormat``,
   ``KeyUnknown``, ``KeyNotAllowedForMerchant``, ``AlgMismatch``, ``KeyRevoked``,
   ``KeyNotYetValid``, ``KeyExpired``
8. signature: ``QrSignatureInvalid``

The profile adds 9 (time) and 10 (fields); that a code is used once only the ledger can tell.

Why unsigned codes of this scheme are refused whatever the directory says: there is no merchant
without a key, and a wallet with an old directory must not be talked into believing there is one.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass

from ledger.protocol.emvco.fields import ACCOUNT_IDS
from ledger.protocol.emvco.merchant_presented import assemble, encode
from ledger.protocol.emvco.structure import CRC_ID, MerchantPresented, check_crc, parse
from ledger.protocol.errors.codes import (
    QrField,
    QrForeign,
    QrSignatureInvalid,
    QrTagOrder,
    QrUnsigned,
    QrVersionUnsupported,
)
from ledger.protocol.errors.trust import SignatureInvalid
from ledger.protocol.instants import Instant
from ledger.protocol.signing import (
    Algorithm,
    Domain,
    KeyDirectory,
    PrivateKey,
    merchant_owner,
    verify,
)
from ledger.protocol.signing.domains import SCHEME

ACCOUNT = "26"
HEADER = "80"
SIGNATURE = "81"
TAIL = (HEADER, SIGNATURE, CRC_ID)

VERSIONS = {"1E": Algorithm.ED25519, "1P": Algorithm.P256}
"""What 80.01 may say. The directory must agree: a code can't choose how it is checked."""

_CRC_OBJECT_LENGTH = 8


@dataclass(frozen=True, slots=True)
class Profile:
    """What tells one signed profile from another."""

    domain: Domain
    initiation: str
    """The value of 01."""
    header: tuple[str, ...]
    """The IDs inside 80, in their sequence."""


def close(values: Mapping[str, str], profile: Profile, key: PrivateKey) -> str:
    """Sign values that end with template 80, and write them as a code."""
    prefix = assemble(values)[:-_CRC_OBJECT_LENGTH]
    signature = key.sign(profile.domain, prefix.encode())
    spelled = base64.b85encode(signature).decode("ascii")
    return encode({**values, f"{SIGNATURE}.00": SCHEME, f"{SIGNATURE}.01": spelled})


def version_of(key: PrivateKey) -> str:
    """Give what 80.01 says about a key's algorithm."""
    return next(name for name, algorithm in VERSIONS.items() if algorithm is key.public.algorithm)


def parse_signed(text: str) -> MerchantPresented:
    """Make the checks 1 to 4: a whole code that at least claims to be signed."""
    code = parse(text)
    is_ours = any(code.get(f"{template}.00") == SCHEME for template in (HEADER, SIGNATURE))
    if is_ours and code.ids()[-len(TAIL) :] != TAIL:
        raise QrTagOrder(f"a signed code ends with {', '.join(TAIL)}")
    check_crc(code)
    if code.ids()[-len(TAIL) :] != TAIL:
        if names_this_scheme(code):
            raise QrUnsigned("the templates 80 and 81 are missing")
        raise QrForeign(f"no template of {SCHEME}")
    return code


def names_this_scheme(code: MerchantPresented) -> bool:
    """Tell whether any account in the code is one of this scheme."""
    accounts = (item.id for item in code.objects if int(item.id) in ACCOUNT_IDS)
    return any((code.get(f"{account}.00") or "").lower() == SCHEME for account in accounts)


def open_(
    code: MerchantPresented, profile: Profile, directory: KeyDirectory, *, now: Instant
) -> None:
    """Make the checks 5 to 8: who signed it, and is it what they signed."""
    for template in (ACCOUNT, HEADER, SIGNATURE):
        if code.get(f"{template}.00") != SCHEME:
            raise QrForeign(f"template {template} is not of {SCHEME}")
    algorithm = VERSIONS.get(code.get(f"{HEADER}.01") or "")
    if algorithm is None:
        raise QrVersionUnsupported(f"80.01 is {code.get(f'{HEADER}.01')!r}")
    _check_layout(code, profile)
    record = directory.require(
        code.value(f"{HEADER}.02"),
        at=now,
        owner=merchant_owner(code.value(f"{ACCOUNT}.01")),
        algorithm=algorithm,
    )
    signed = code.text[: code.entries[SIGNATURE].item.start].encode()
    try:
        signature = base64.b85decode(code.value(f"{SIGNATURE}.01"))
        verify(record.public_key, profile.domain, signed, signature)
    except (ValueError, SignatureInvalid) as error:
        raise QrSignatureInvalid(f"not signed by {record.key_id}") from error


def _check_layout(code: MerchantPresented, profile: Profile) -> None:
    if code.get("01") != profile.initiation:
        raise QrField(f"01 is {code.get('01')!r}, {profile.initiation!r} is expected")
    layout = {ACCOUNT: ("00", "01"), HEADER: profile.header, SIGNATURE: ("00", "01")}
    for template, wanted in layout.items():
        found = code.find(template)
        ids = () if found is None else tuple(item.id for item in found.inner)
        if ids != wanted:
            raise QrField(f"template {template} holds {', '.join(ids)}, not {', '.join(wanted)}")
