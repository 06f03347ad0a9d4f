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

from collections.abc import Mapping
from functools import lru_cache

from ledger.protocol.emvco import merchant_presented
from ledger.protocol.emvco.fields import ACCOUNTS
from ledger.protocol.emvco.merchant_presented import spell_into
from ledger.protocol.emvco.structure import (
    CRC_ID,
    MerchantPresented,
    check_crc,
    check_length,
    parse,
)
from ledger.protocol.emvco.tlv import utf8
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
from ledger.protocol.merchant_qr import base85
from ledger.protocol.records import record
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


_SHAPES_KEPT = 256
_INSIDE = {f"{template}." for template in (ACCOUNT, HEADER, SIGNATURE)}


@record(frozen=True, slots=True)
class Profile:
    """What tells one signed profile from another."""

    domain: Domain
    initiation: str
    """The value of 01."""
    layout: tuple[str, ...]
    """What stands inside 26, 80 and 81, in its sequence."""


def layout(*header: str) -> tuple[str, ...]:
    """Give the paths inside 26, 80 and 81 for a profile that has these IDs in 80."""
    account, signature = (f"{ACCOUNT}.00", f"{ACCOUNT}.01"), (f"{SIGNATURE}.00", f"{SIGNATURE}.01")
    return (*account, *(f"{HEADER}.{identifier}" for identifier in header), *signature)


def close(values: Mapping[str, str], profile: Profile, key: PrivateKey) -> MerchantPresented:
    """Sign values that end with template 80, and put the code together, unchecked as it is.

    It is what ``parse_signed`` gives for its text; so whoever writes a code checks its fields as a
    reader does, without cutting up again what was just put together.
    """
    by_path: dict[str, str] = {}
    text = spell_into(by_path, values)
    signature = base85.encode(key.sign(profile.domain, utf8(text)))
    text += spell_into(by_path, {f"{SIGNATURE}.00": SCHEME, f"{SIGNATURE}.01": signature})
    code = merchant_presented.close(text, by_path)
    check_length(code.text)
    return code


def version_of(key: PrivateKey) -> str:
    """Give what 80.01 says about a key's algorithm."""
    return next(name for name, algorithm in VERSIONS.items() if algorithm is key.public.algorithm)


def parse_signed(text: str) -> MerchantPresented:
    """Make the checks 1 to 4: a whole code that at least claims to be signed."""
    code = parse(text)
    is_signed = code.ids()[-len(TAIL) :] == TAIL
    is_ours = any(code.get(f"{template}.00") == SCHEME for template in (HEADER, SIGNATURE))
    if is_ours and not is_signed:
        raise QrTagOrder(f"a signed code ends with {', '.join(TAIL)}")
    check_crc(code)
    if not is_signed:
        if names_this_scheme(code):
            raise QrUnsigned("the templates 80 and 81 are missing")
        raise QrForeign(f"no template of {SCHEME}")
    return code


def names_this_scheme(code: MerchantPresented) -> bool:
    """Tell whether any account in the code is one of this scheme."""
    accounts = ACCOUNTS.intersection(code.by_path)
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
    try:
        signature = base85.decode(code.value(f"{SIGNATURE}.01"))
        verify(record.public_key, profile.domain, code.before(SIGNATURE).encode(), signature)
    except (ValueError, SignatureInvalid) as error:
        raise QrSignatureInvalid(f"not signed by {record.key_id}") from error


def _check_layout(code: MerchantPresented, profile: Profile) -> None:
    if code.get("01") != profile.initiation:
        raise QrField(f"01 is {code.get('01')!r}, {profile.initiation!r} is expected")
    found = _layout_of(tuple(code.by_path))
    if found != profile.layout:
        raise QrField(f"26, 80 and 81 hold {', '.join(found)}, not {', '.join(profile.layout)}")


@lru_cache(_SHAPES_KEPT)
def _layout_of(paths: tuple[str, ...]) -> tuple[str, ...]:
    return tuple([path for path in paths if path[:3] in _INSIDE])
