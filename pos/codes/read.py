"""What a till's scanner has read: a payment code to collect with, or something to explain.

Scanners read whatever is held before them: the shop's own code from the screen, a poster, a
voucher. None of that is sent anywhere; the cashier is told what it is.

    >>> payment_code_in("994830117265279893")
    '994830117265279893'
    >>> payment_code_in("https://example.org/menu")
    Traceback (most recent call last):
    ...
    ledger.protocol.errors.codes.PaymentCodeExpected: a web address; a payer shows digits to pay
"""

from __future__ import annotations

from collections.abc import Mapping

from ledger.protocol import payment_code
from ledger.protocol.errors.codes import PaymentCodeExpected
from ledger.protocol.identifiers import check_text
from ledger.protocol.payment_code import PAYMENT_CODES, Scanned

SCANNED_LENGTH = 512

EXPLAINED: Mapping[Scanned, str] = {
    Scanned.EMV_CONSUMER: "an EMVCo consumer-presented code; this till takes digits",
    Scanned.MERCHANT_CODE: "a shop's own code; it is the payer who scans it, with a phone",
    Scanned.LINK: "a web address; a payer shows digits to pay",
    Scanned.UNKNOWN: "no kind of code that anybody pays with",
}


def payment_code_in(scanned: str) -> str:
    """Give a payment code back.

    Raises ``AuthCodeFormat`` for digits that are none, ``PaymentCodeExpected`` for anything else,
    saying what it is, and ``TextCharacter`` for what no scanner reads from a code to be shown.
    """
    check_text(scanned, SCANNED_LENGTH)
    kind = payment_code.route(scanned)
    is_number = scanned.isascii() and scanned.isdigit()
    if kind in PAYMENT_CODES or (kind is Scanned.UNKNOWN and is_number):
        payment_code.parse(scanned)
        return scanned
    raise PaymentCodeExpected(EXPLAINED[kind])
