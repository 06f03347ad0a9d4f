"""Alipay's numbers, as captured from the real gateway: trade numbers, codes, operations.

    2026112222001412345678901234   trade_no: day in Beijing, 22001, fifteen digits
    https://qr.alipay.com/bax03431ljhokirwl38f00a7   the code of an order

The random part is drawn, so that nobody can guess a code from another; that a number is new is kept
by the books.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Final

from ledger.protocol.alipay_wire.spelling import to_beijing
from ledger.protocol.instants import Instant

Entropy = Callable[[int], bytes]

CODES_BEGIN_WITH: Final = "https://qr.alipay.com/"
_ALPHABET: Final = "0123456789abcdefghijklmnopqrstuvwxyz"
_TOKEN_LENGTH: Final = 21
_SPARE_BYTES: Final = 8
"""Drawn beyond what is needed, so that the remainder prefers no digit noticeably."""


def trade_no(now: Instant, entropy: Entropy) -> str:
    """Draw the number of a trade: 28 digits."""
    return f"{_day(now)}22001{_digits(15, entropy)}"


def operation_id(now: Instant, entropy: Entropy) -> str:
    """Draw the number of a freezing, an unfreezing or a settlement: 28 digits."""
    return f"{_day(now)}00002{_digits(15, entropy)}"


def auth_no(now: Instant, entropy: Entropy) -> str:
    """Draw the number of a deposit: 28 digits."""
    return f"{_day(now)}10002{_digits(15, entropy)}"


def order_code(entropy: Entropy) -> str:
    """Draw the code that a wallet scans."""
    number = int.from_bytes(entropy(_TOKEN_LENGTH + _SPARE_BYTES), "big")
    token = ""
    for _ in range(_TOKEN_LENGTH):
        number, rest = divmod(number, len(_ALPHABET))
        token += _ALPHABET[rest]
    return f"{CODES_BEGIN_WITH}bax{token}"


def trade_code(number: str) -> str:
    """Give what a wallet is handed of a trade that has no code, like an app's own cashier."""
    return f"{CODES_BEGIN_WITH}{number}"


def seller_id(merchant_id: str) -> str:
    """Give the sixteen digits by which the platform knows a merchant (``pid``).

    >>> seller_id("M2088DEMO000001")
    '2088062507790472'
    """
    digest = int.from_bytes(hashlib.sha256(merchant_id.encode()).digest(), "big")
    return f"2088{digest % 10**12:012d}"


def seller_login(merchant_id: str) -> str:
    """Give the login name by which the platform knows a merchant.

    >>> seller_login("M2088DEMO000001")
    'm2088demo000001@sandbox.test'
    """
    return f"{merchant_id.lower()}@sandbox.test"


def _day(now: Instant) -> str:
    return to_beijing(now)[:10].replace("-", "")


def _digits(count: int, entropy: Entropy) -> str:
    number = int.from_bytes(entropy(count + _SPARE_BYTES), "big") % 10**count
    return f"{number:0{count}d}"
