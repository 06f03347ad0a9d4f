"""Profile S: one payment, all of it inside the code, signed by the shop (Self-contained).

A wallet verifies it without any network; all it needs is the provider's key directory. The fields
are those of ``shop`` with amount (54) and request id (62.05), and

    80 { 00 test.qrpay, 01 "1E", 02 key id, 03 issued at, 04 expires at, 05 nonce }

with times in seconds since the epoch and a nonce of 12 bytes in base64url: 80 of 99 characters.

After the checks 1 to 8 of ``seal`` come

9. time: ``QrIssuedInFuture`` (more than 30 s ahead, as clocks differ), ``QrExpired`` (from the very
   second ``expires at`` on), ``QrLifetimeTooLong`` (more than 300 s)
10. fields, and only now is an amount read: ``QrField``, ``TextCharacter``, ``CurrencyUnsupported``,
    ``AmountOutOfRange``

and at the provider, who verifies the same text again: is request id and nonce unused, and does the
code say what the payment request said? Against two payers of one code no code can help itself.

    >>> from ledger.protocol.money import currency
    >>> from ledger.protocol.signing import Algorithm, KeyRecord, KeyStatus
    >>> key = PrivateKey.from_seed(Algorithm.ED25519, bytes(range(32)))
    >>> code = DynamicCode(
    ...     merchant_id="M2088DEMO000001", merchant_name="DEMO DROGERIE", merchant_city="BERLIN",
    ...     country="DE", mcc="5912", terminal_label="T01", key_id="k7f3a9c1",
    ...     amount=Money(1295, currency("EUR")), request_id=RequestId("01KAK9Q3ZV7T2M5X8B4C6D0E"),
    ...     issued_at=Instant(1795300000_000), expires_at=Instant(1795300180_000), nonce=bytes(12))
    >>> text = encode(code, key)
    >>> row = KeyRecord("k7f3a9c1", key.public, "merchant:M2088DEMO000001", KeyStatus.ACTIVE,
    ...                 Instant(0), Instant(2 * 10**12))
    >>> verify(text, KeyDirectory([row]), now=Instant(1795300100_000)).amount
    Money(1295, 'EUR')
    >>> verify(text, KeyDirectory([row]), now=Instant(1795300180_000))
    Traceback (most recent call last):
    ...
    ledger.protocol.errors.codes.QrExpired: expired 0 ms ago
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from ledger.protocol.emvco.rules import DYNAMIC
from ledger.protocol.emvco.structure import MerchantPresented
from ledger.protocol.errors.codes import (
    QrExpired,
    QrField,
    QrIssuedInFuture,
    QrLifetimeTooLong,
)
from ledger.protocol.errors.content import IdentifierFormat
from ledger.protocol.identifiers import RequestId, check_body
from ledger.protocol.instants import SECOND, Instant, from_seconds, later, to_seconds
from ledger.protocol.merchant_qr import seal, shop
from ledger.protocol.merchant_qr.seal import Profile
from ledger.protocol.merchant_qr.shop import ShopCode
from ledger.protocol.money import Money, currency_by_numeric, parse_emvco, to_emvco
from ledger.protocol.signing import (
    Domain,
    KeyDirectory,
    PrivateKey,
    b64url,
    b64url_decode,
    check_key_id,
)
from ledger.protocol.signing.domains import SCHEME

PROFILE = Profile(Domain.MPM, DYNAMIC, seal.layout("00", "01", "02", "03", "04", "05"))

LIFETIME_MAX = 300 * SECOND
CLOCK_SKEW = 30 * SECOND
NONCE_BYTES = 12

_PATHS = shop.PATHS | {"54", "62.01", "62.05", "80.03", "80.04", "80.05"}
_SECONDS = re.compile(r"[1-9][0-9]{9}")
_NONCE = re.compile(r"[A-Za-z0-9_-]{16}")


@dataclass(frozen=True, slots=True, kw_only=True)
class DynamicCode(ShopCode):
    """A signed code for one payment; its times are whole seconds."""

    amount: Money
    request_id: RequestId
    issued_at: Instant
    expires_at: Instant
    nonce: bytes
    """12 bytes, never used twice."""
    bill_no: str = ""


def encode(code: DynamicCode, key: PrivateKey) -> str:
    """Write and sign a code; what a reader would refuse is not written and raises the same."""
    check_key_id(code.key_id)
    written = seal.close(
        shop.spell(code, DYNAMIC, code.amount, bill_no=code.bill_no, request_id=code.request_id)
        | {
            "80.00": SCHEME,
            "80.01": seal.version_of(key),
            "80.02": code.key_id,
            "80.03": str(to_seconds(code.issued_at)),
            "80.04": str(to_seconds(code.expires_at)),
            "80.05": b64url(code.nonce),
        },
        PROFILE,
        key,
    )
    _read(written, *_times(written))
    check_lifetime(code.issued_at, code.expires_at)
    return written.text


def verify(text: str, directory: KeyDirectory, *, now: Instant) -> DynamicCode:
    """Read a code of this profile; each check has its own error, see the module and ``seal``."""
    return verify_parsed(seal.parse_signed(text), directory, now=now)


def verify_parsed(code: MerchantPresented, directory: KeyDirectory, *, now: Instant) -> DynamicCode:
    """Make the checks 5 to 10 on a code that ``seal.parse_signed`` has read."""
    seal.open_(code, PROFILE, directory, now=now)
    issued_at, expires_at = _times(code)
    if issued_at > later(now, CLOCK_SKEW):
        raise QrIssuedInFuture(f"issued {issued_at - now} ms from now")
    if now >= expires_at:
        raise QrExpired(f"expired {now - expires_at} ms ago")
    check_lifetime(issued_at, expires_at)
    return _read(code, issued_at, expires_at)


def check_lifetime(issued_at: Instant, expires_at: Instant) -> None:
    """Check that a code does not live for more than 300 seconds: ``QrLifetimeTooLong``."""
    if expires_at - issued_at > LIFETIME_MAX:
        raise QrLifetimeTooLong(f"{expires_at - issued_at} ms")


def _times(code: MerchantPresented) -> tuple[Instant, Instant]:
    return _time(code, "80.03"), _time(code, "80.04")


def _time(code: MerchantPresented, path: str) -> Instant:
    value = code.value(path)
    if not _SECONDS.fullmatch(value):
        raise QrField(f"{path} is {value!r}, not ten digits of seconds since the epoch")
    return from_seconds(int(value))


def _read(code: MerchantPresented, issued_at: Instant, expires_at: Instant) -> DynamicCode:
    shop.check_fields(code, _PATHS)
    return DynamicCode(
        **shop.read(code),
        amount=_amount(code),
        request_id=_request_id(code),
        issued_at=issued_at,
        expires_at=expires_at,
        nonce=_nonce(code),
        bill_no=code.get("62.01") or "",
    )


def _amount(code: MerchantPresented) -> Money:
    amount = parse_emvco(code.value("54"), currency_by_numeric(code.value("53")))
    if to_emvco(amount) != code.value("54"):
        raise QrField(f"54 is {code.value('54')!r}, this profile writes {to_emvco(amount)!r}")
    return amount


def _request_id(code: MerchantPresented) -> RequestId:
    try:
        return check_body(code.value("62.05"))
    except IdentifierFormat as error:
        raise QrField(f"62.05: {error.detail}") from error


def _nonce(code: MerchantPresented) -> bytes:
    if not _NONCE.fullmatch(code.value("80.05")):
        raise QrField(f"80.05 is {code.value('80.05')!r}, not {NONCE_BYTES} bytes of base64url")
    return b64url_decode(code.value("80.05"), NONCE_BYTES)
