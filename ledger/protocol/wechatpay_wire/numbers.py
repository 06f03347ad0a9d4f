"""WeChat Pay's own numbers: what its transactions, refunds and prepaid sessions are called.

Their forms are fixed by the vendor and their digits say nothing, so each is derived from our own
name of the thing: no table has to remember which belongs to which, and both faces of WeChat Pay
call one payment the same. ``digest`` is SHA-256, so two payments share a number about never.

    >>> payment = "pay_01KAMZ6JP38FHQ2M5T7WABCDEF"
    >>> transaction_id(payment, Instant(1611042181000))
    '4200003064202101195073178912'
    >>> refund_id("rfd_01KAMZ6JP38FHQ2M5T7WABCDEF", Instant(1612163590000))
    '50300905822021020174556868838'
    >>> prepay_id(payment, Instant(1611042181000))
    'wx1915430171939020bfb42fb3fa5525ad00'
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable

from ledger.protocol.instants import Instant
from ledger.protocol.wechatpay_wire.times import in_china

CODE_TOKEN_CHARACTERS = 9
_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"


def transaction_id(payment_id: str, created_at: Instant) -> str:
    """28 digits: ``42000``, five, the day of the order in China, ten."""
    drawn = _digits(f"transaction {payment_id}", 15)
    return f"42000{drawn[:5]}{in_china(created_at):%Y%m%d}{drawn[5:]}"


def refund_id(our_refund_id: str, created_at: Instant) -> str:
    """29 digits: ``503``, seven, the day of the refund in China, eleven."""
    drawn = _digits(f"refund {our_refund_id}", 18)
    return f"503{drawn[:7]}{in_china(created_at):%Y%m%d}{drawn[7:]}"


def prepay_id(payment_id: str, created_at: Instant) -> str:
    """``wx``, day and time of the order, and 26 characters, as in the public samples."""
    drawn = hashlib.sha256(f"prepay {payment_id}".encode()).hexdigest()
    return f"wx{in_china(created_at):%d%H%M%S}{_digits(f'prepay {payment_id}', 6)}{drawn[:18]}00"


def openid(pairwise_id: str) -> str:
    """28 characters from ``o`` on: the payer as one merchant knows them.

    >>> len(openid("01KAMZ6JP38FHQ2M5T7WABCDEF"))
    28
    """
    raw = hashlib.sha256(f"openid {pairwise_id}".encode()).digest()
    return "o" + base64.urlsafe_b64encode(raw).decode()[:27]


def code_token(entropy: Callable[[int], bytes]) -> str:
    """Draw what stands behind ``pr=`` in a code: nine letters and digits, each equally likely."""
    fair = 256 - 256 % len(_ALPHABET)
    token = ""
    while len(token) < CODE_TOKEN_CHARACTERS:
        token += "".join(_ALPHABET[byte % len(_ALPHABET)] for byte in entropy(16) if byte < fair)
    return token[:CODE_TOKEN_CHARACTERS]


def _digits(name: str, count: int) -> str:
    number = int.from_bytes(hashlib.sha256(name.encode()).digest())
    return f"{number % 10**count:0{count}d}"
