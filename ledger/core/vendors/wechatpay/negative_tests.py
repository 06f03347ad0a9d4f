"""What a caller asks to go wrong, by the header ``Wechatpay-Negative-Test`` (API v2 and v3).

The first four words are the cases that the vendor's own sandbox has for payments by payment code
(wechatpay.im, ``v2/xdc/apiv2sandbox/pay/micropay`` and ``…/orderquery``). The vendor says what they
are called and not what exactly they do; here they do what they are called, and the books stay true:

* ``MICROPAY_USERPAYING``: the payer is asked for the password, however small the amount;
* ``MICROPAY_PAYERROR``: the payer is asked, and says no;
* ``MICROPAY_TIMEOUT``: it is paid, and the answer comes when the till has long hung up;
* ``MICROPAY_PAY_QUERY_TIMEOUT``: the same, and the query's answer is as late.

The others are this sandbox's own: ``LOST``, ``SIGNTEST``, ``SLOW-3`` (or any number of seconds up
to sixty), and for refunds ``REFUND_ABNORMAL`` (it can't reach the payer and waits) and
``REFUND_CLOSED`` (it fails for good).

    >>> read("SLOW-3").late_s(is_query=True)
    3
    >>> read("MICROPAY_TIMEOUT").late_s(is_query=False), read("").late_s(is_query=False)
    (10, 0)
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Final

from ledger.core.checkout import endings
from ledger.core.limits import Policy
from ledger.core.ports import Books
from ledger.core.records.payments import Payment
from ledger.protocol.errors.content import FieldFormat
from ledger.protocol.identifiers import IdSource
from ledger.protocol.instants import Instant
from ledger.protocol.lifecycle import PaymentState, RefundState
from ledger.protocol.signing import PrivateKey

HEADER: Final = "Wechatpay-Negative-Test"

USER_PAYING: Final = "MICROPAY_USERPAYING"
PAY_ERROR: Final = "MICROPAY_PAYERROR"
TIMEOUT: Final = "MICROPAY_TIMEOUT"
PAY_QUERY_TIMEOUT: Final = "MICROPAY_PAY_QUERY_TIMEOUT"
LOST: Final = "LOST"
PROBE: Final = "SIGNTEST"
REFUND_OUTCOMES: Final = {
    "REFUND_ABNORMAL": RefundState.PROCESSING,
    "REFUND_CLOSED": RefundState.FAILED,
}
WORDS: Final = (USER_PAYING, PAY_ERROR, TIMEOUT, PAY_QUERY_TIMEOUT, LOST, PROBE, *REFUND_OUTCOMES)

LATE_S: Final = 10
"""Longer than tills wait: the SDKs hang up after five seconds or so."""

SLOWEST_S: Final = 60
_SLOW: Final = re.compile(r"SLOW-([1-9][0-9]?)", re.ASCII)
_SHOWN: Final = 40


@dataclass(frozen=True, slots=True)
class NegativeTest:
    """What is asked for, if anything: ``word`` is empty where all may go well."""

    word: str = ""
    slow_s: int = 0

    def policy(self, policy: Policy) -> Policy:
        """Give the limits that hold for this call: nothing goes without asking where that fails."""
        if self.word in (USER_PAYING, PAY_ERROR):
            return replace(policy, without_pin={})
        return policy

    @property
    def refund_outcome(self) -> RefundState:
        """Tell what becomes of a refund."""
        return REFUND_OUTCOMES.get(self.word, RefundState.SUCCEEDED)

    def late_s(self, *, is_query: bool) -> int:
        """Tell how many seconds the answer has to wait."""
        is_late = self.word == PAY_QUERY_TIMEOUT or (self.word == TIMEOUT and not is_query)
        return LATE_S if is_late else self.slow_s


NOTHING: Final = NegativeTest()


def read(text: str) -> NegativeTest:
    """Read the header's value, nothing for none; raises ``FieldFormat`` for an unknown word."""
    slow = _SLOW.fullmatch(text)
    if slow and int(slow[1]) <= SLOWEST_S:
        return NegativeTest(text, int(slow[1]))
    if text and text not in WORDS:
        raise FieldFormat(f"{HEADER}: {text[:_SHOWN]!r} is no failure that can be asked for")
    return NegativeTest(text)


def refuse_for_payer(
    books: Books,
    *,
    asked: NegativeTest,
    payment: Payment,
    now: Instant,
    ids: IdSource,
    key: PrivateKey,
) -> Payment:
    """Let the payer who was asked say no, where that is the case to be played."""
    is_asked = payment.state is PaymentState.AUTHORISING
    if asked.word != PAY_ERROR or not is_asked or payment.payer_id is None:
        return payment
    return endings.decline(
        books,
        payer_id=payment.payer_id,
        payment_id=payment.payment_id,
        now=now,
        ids=ids,
        key=key,
    )
