"""The till's own numbers at an acquirer: what an order is called there, and what a reversal is.

An order number ends with the request id, so the attempt is found from the number alone, in a
notification as in a bill; what stands before it names the terminal. Where an acquirer can't undo
what was paid, it is given back as a refund under a number of its own, which is no refund of a sale.

    >>> payment_of("T01-01KAK9Q3ZV7T2M5X8B4C6D0E")
    'pay_01KAK9Q3ZV7T2M5X8B4C6D0E'
    >>> payment_of("S20210128170702357723") is None
    True
    >>> terminal_of("T02-01KAK9Q3ZV7T2M5X8B4C6D0E", own="T01"), terminal_of("S2021", own="T01")
    ('T02', 'T01')
"""

from __future__ import annotations

import re
from typing import Final

from ledger.protocol.identifiers import PaymentId, body_of, check_body, payment_id_of
from pos.acquirers.intents import Attempt

REVERSAL: Final = "X"
_NUMBER = re.compile(r"([0-9A-Za-z]{1,7})[-_]([0-9A-HJKMNP-TV-Z]{24})", re.ASCII)
_REVERSAL = re.compile(REVERSAL + r"[0-9A-HJKMNP-TV-Z]{24}", re.ASCII)


def payment_of(order_no: str) -> PaymentId | None:
    """Name the payment an order number stands for; None for one that no till of ours has made."""
    found = _NUMBER.fullmatch(order_no)
    return payment_id_of(check_body(found[2])) if found else None


def own_spelling(order_no: str) -> str:
    """Spell an order number as the till does; a vendor may want an underscore in it.

    >>> own_spelling("T01_01KAK9Q3ZV7T2M5X8B4C6D0E"), own_spelling("S_2021")
    ('T01-01KAK9Q3ZV7T2M5X8B4C6D0E', 'S_2021')
    """
    found = _NUMBER.fullmatch(order_no)
    return f"{found[1]}-{found[2]}" if found else order_no


def terminal_of(order_no: str, *, own: str) -> str:
    """Tell at which terminal it was sold; what nobody can tell is one's own to explain."""
    found = _NUMBER.fullmatch(order_no)
    return own if found is None or own.startswith(found[1]) else found[1]


def reversal_no(attempt: Attempt) -> str:
    """Give the number under which what an attempt collected goes back as a whole."""
    return REVERSAL + body_of(attempt.payment_id)


def is_reversal(refund_no: str) -> bool:
    """Tell whether a refund's number is that of a reversal."""
    return _REVERSAL.fullmatch(refund_no) is not None
