r"""The payment code: the payer shows a short-lived number, the shop scans it.

    99 4830117265 768467              18 digits, as the field's scanners expect
    99000102 4830117265 304018        24 digits: issuer, 02 = shown by the payer, 16 digits

    prefix     2 digits, or 6 of the issuer and ``02`` (the layout of Alipay+ user-presented codes)
    handle     10 digits, drawn at random by the provider, for one payment of one device
    proof      6 digits, changing each minute: HMAC-SHA-256 under the device's secret

The wallet fetches a pool of handles while it is online and can then show codes without a network.
A handle says nothing of the payer, and the proof nothing without the secret, so two codes can't be
linked to each other or to a person. The vendors' prefixes (Alipay 25 to 30, WeChat Pay 10 to 15)
are understood too: a wallet of this sandbox shows such a code at a till that speaks a vendor's API.

Proof: the first eight bytes of HMAC-SHA-256(secret, ``test.qrpay/paycode/v1`` 0x00
``prefix.handle.window``) as a big-endian number, modulo 10^6, written with six digits. ``window``
is the number of whole minutes since the epoch.

Time: a code is shown until its minute ends, and accepted 15 seconds longer on either side, because
scanning and the network take a while and a phone's clock may be off. That is all the slack there
is; a wallet learns the provider's time whenever it is online.

A guess meets a live code with probability 2·N / 10^16 for N live handles, each guess counts against
the merchant (``TooManyAttempts``), and a handle pays once: single use and the counting are the
provider's part. Unknown, used and expired have one answer, ``PaymentAuthCodeInvalid``.

    >>> code = make("4830117265", bytes(range(32)), Instant(1795300180123))
    >>> code.text, code.valid_until
    ('994830117265768467', 1795300200000)
    >>> check(parse(code.text), bytes(range(32)), Instant(1795300214999))
    >>> check(parse(code.text), bytes(range(32)), Instant(1795300215000))
    Traceback (most recent call last):
    ...
    ledger.protocol.errors.codes.PaymentAuthCodeInvalid: not shown within the last minute
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Callable
from enum import StrEnum
from typing import Final

from ledger.protocol.errors.codes import AuthCodeFormat, PaymentAuthCodeInvalid
from ledger.protocol.instants import MINUTE, SECOND, Instant
from ledger.protocol.records import record

HANDLE_DIGITS = 10
PROOF_DIGITS = 6
SECRET_BYTES = 32
POOL_SIZE = 20
"""How many handles a wallet is given at a time."""

WINDOW_MS = MINUTE
SLACK_MS = 15 * SECOND

NATIVE_PREFIX = "99"
NATIVE_LONG_PREFIX = "99000102"

_DOMAIN = b"test.qrpay/paycode/v1\0"
ALIPAY_PLUS_PREFIX = "28100602"
"""The 24 digits of a wallet that a till takes through Alipay+ (``281006`` and ``02``)."""

PREFIXES: Final = {
    "native": NATIVE_PREFIX,
    "alipay": "28",
    "alipay-plus": ALIPAY_PLUS_PREFIX,
    "wechatpay": "13",
}
"""By whose till a code is to be taken: the prefix a wallet here shows it with."""

SHOWN_TO: Final = {"alipay": "alipay", "antom": "alipay-plus", "wechatpay": "wechatpay"}
"""By the acquirer that a till collects through: the name in ``PREFIXES``, else ``native``."""

_SHORT = re.compile(r"(99|1[0-5]|2[5-9]|30)([0-9]{10})([0-9]{6})", re.ASCII)
_LONG = re.compile(r"(99000102|28100602)([0-9]{10})([0-9]{6})", re.ASCII)


@record(frozen=True, slots=True)
class PaymentCode:
    """Digits to show, and the first instant at which new ones must be shown."""

    text: str
    valid_until: Instant


@record(frozen=True, slots=True)
class PaymentCodeParts:
    """A code taken apart: the provider finds the device by ``handle`` and then checks ``proof``."""

    prefix: str
    handle: str
    proof: str


def draw_handle(entropy: Callable[[int], bytes]) -> str:
    """Draw a handle from randomness; 96 bits for 10 digits, so that no digit is likelier."""
    number = int.from_bytes(entropy(12), "big") % 10**HANDLE_DIGITS
    return f"{number:0{HANDLE_DIGITS}d}"


def make(handle: str, secret: bytes, now: Instant, prefix: str = NATIVE_PREFIX) -> PaymentCode:
    """Make the code of a handle for the running minute; ``secret`` is the device's 32 bytes.

    A handle or prefix that gives no payment code raises ``AuthCodeFormat``.
    """
    window = now // WINDOW_MS
    text = prefix + handle + _proof(prefix, handle, secret, window)
    parse(text)
    return PaymentCode(text, Instant((window + 1) * WINDOW_MS))


def _proof(prefix: str, handle: str, secret: bytes, window: int) -> str:
    message = _DOMAIN + f"{prefix}.{handle}.{window}".encode("ascii")
    digest = hmac.digest(secret, message, hashlib.sha256)
    return f"{int.from_bytes(digest[:8], 'big') % 10**PROOF_DIGITS:0{PROOF_DIGITS}d}"


def parse(text: str) -> PaymentCodeParts:
    """Take a code apart; other lengths, characters and prefixes raise ``AuthCodeFormat``."""
    found = _SHORT.fullmatch(text) or _LONG.fullmatch(text)
    if found is None:
        raise AuthCodeFormat(f"{len(text)} characters, or a prefix that is not known")
    return PaymentCodeParts(*found.groups())


def check(parts: PaymentCodeParts, secret: bytes, now: Instant) -> None:
    """Check that the device with this secret showed the code just now.

    Raises ``PaymentAuthCodeInvalid``. Whether the handle is still unused is the caller's to check.
    """
    windows = {(now - SLACK_MS) // WINDOW_MS, (now + SLACK_MS) // WINDOW_MS}
    proofs = [_proof(parts.prefix, parts.handle, secret, window) for window in windows]
    if not any(hmac.compare_digest(parts.proof, proof) for proof in proofs):
        raise PaymentAuthCodeInvalid("not shown within the last minute")


class Scanned(StrEnum):
    """What a till's scanner has read, as far as its first characters tell."""

    NATIVE = "native"
    WECHAT = "wechat"
    ALIPAY = "alipay"
    EMV_CONSUMER = "emv-consumer"
    MERCHANT_CODE = "merchant-code"
    LINK = "link"
    UNKNOWN = "unknown"


_ROUTES = (
    (Scanned.NATIVE, re.compile(r"99[0-9]{16}|99000102[0-9]{16}", re.ASCII)),
    (Scanned.WECHAT, re.compile(r"1[0-5][0-9]{16}", re.ASCII)),
    (Scanned.ALIPAY, re.compile(r"(2[5-9]|30)[0-9]{14,22}", re.ASCII)),
    (Scanned.EMV_CONSUMER, re.compile(r"hQVDUFY[A-Za-z0-9+/]*={0,2}", re.ASCII)),
    (Scanned.MERCHANT_CODE, re.compile(r"000201.*", re.ASCII | re.DOTALL)),
    (Scanned.LINK, re.compile(r"[a-z][a-z0-9+.-]*://.*", re.ASCII | re.DOTALL | re.IGNORECASE)),
)

PAYMENT_CODES = frozenset({Scanned.NATIVE, Scanned.WECHAT, Scanned.ALIPAY})
"""What a till may send to an acquirer as a payment code."""


def route(text: str) -> Scanned:
    """Tell what was scanned, so that a till knows whom to ask or what to explain.

    ``hQVDUFY`` is base64 for the first data object of an EMVCo consumer-presented code (CPM v1.1,
    section 4); ``000201`` begins a merchant's own code, which a shop can't be paid with.
    """
    return next((kind for kind, pattern in _ROUTES if pattern.fullmatch(text)), Scanned.UNKNOWN)


def looks_like(text: str) -> bool:
    """Tell whether a scanned text is anybody's payment code, and not goods or a web address."""
    return route(text) in PAYMENT_CODES
