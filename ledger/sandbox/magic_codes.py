"""Payment codes that anybody can type: who has no wallet at hand says by the digits what happens.

    28 00000000000000 01      at a till of Alipay's: paid
    13 00000000000000 05      at one of WeChat Pay's: the payer's money does not suffice

Fourteen zeros and the number of an outcome, behind any prefix. The ledger believes no digits but
those that a device has made within the minute, here as anywhere. So each outcome has a payer of its
own, who comes into the books when first asked for, and magic digits stand for a fresh code of
theirs: made here, between the face that has read them and the core that collects.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from enum import Enum
from typing import Final

from ledger.core import queries
from ledger.core.books import issuance
from ledger.core.checkout import payment_codes
from ledger.core.checkout.payment_codes import Scanned
from ledger.core.limits import Policy
from ledger.core.parties import enrolment, register
from ledger.core.ports import Books
from ledger.core.records.parties import Device, PartyStatus, Payer
from ledger.core.records.payments import Payment
from ledger.protocol import payment_code
from ledger.protocol.errors import QrpayError
from ledger.protocol.errors.sandbox import Played
from ledger.protocol.identifiers import Kind, PayerId
from ledger.protocol.instants import MINUTE, SECOND, Instant, later
from ledger.protocol.money import Money, currency
from ledger.protocol.signing import Algorithm, PrivateKey
from ledger.sandbox.parts import Parts
from ledger.sandbox.wallets import Moods, PlayWallet, Question

DECIDES_AFTER_MS: Final = 5 * SECOND
_EURO: Final = currency("EUR")
_FUNDS: Final = Money(10_000_000, _EURO)
"""What a payer here is given whenever less than ``_FUNDS_LEAST`` is left."""

_FUNDS_LEAST: Final = Money(5_000_000, _EURO)

_EVERYTHING: Final = 10**11
_SECRET_BYTES: Final = 32
_DIGITS: Final = re.compile(r"(99|1[0-5]|2[5-9]|30|99000102|28100602)0{14}([0-9]{2})", re.ASCII)


class MagicCode(Enum):
    """The outcomes, by the last two digits."""

    PAID = (1, "Pays At Once", "paid, whatever the amount")
    AGREES = (2, "Agrees Later", "the payer is asked, and agrees after 5 s")
    DECLINES = (3, "Declines Later", "the payer is asked, and says no after 5 s")
    SILENT = (4, "Never Answers", "the payer is asked, and never answers")
    POOR = (5, "Has No Money", "the payer's money does not suffice")
    BLOCKED = (6, "Is Blocked", "the payer may not pay")
    INVALID = (7, "", "the code is not valid, as if it were used or a minute old")
    FAILS = (8, "", "a failure of the provider's, and nothing is done")

    def __init__(self, number: int, payer: str, what: str) -> None:
        self.number = number
        self.payer = payer
        self.what = what

    @property
    def token(self) -> str:
        """What the payer's device is known by."""
        return f"magic-payment-code-{self.number}"


_BY_NUMBER: Final = {each.number: each for each in MagicCode}

_DECIDED: Final[Mapping[MagicCode, tuple[int, Callable[[Question], Payment]]]] = {
    MagicCode.PAID: (0, Question.approve),  # a deposit is always asked for
    MagicCode.AGREES: (DECIDES_AFTER_MS, Question.approve),
    MagicCode.DECLINES: (DECIDES_AFTER_MS, Question.decline),
}
"""Who decides by themselves when they are asked: after how long, and how."""


class MagicCodes:
    """The payers behind magic digits; all that is known of them is in the books."""

    def __init__(self, parts: Parts, moods: Moods) -> None:
        self._parts = parts
        self._moods = moods

    def stand_in(self, books: Books, read: Scanned) -> Scanned:
        """Give a payer's code for magic digits and what else was read as it is.

        Raises ``Played`` where the outcome is a failure.
        """
        found = _DIGITS.fullmatch(read["payment_code"])
        code = _BY_NUMBER.get(int(found[2])) if found else None
        if found is None or code is None:
            return read
        if code is MagicCode.FAILS:
            raise Played
        if code is MagicCode.INVALID:  # a handle of nobody's, so that no two tries add up
            nobodys = payment_code.draw_handle(self._parts.entropy)
            return {**read, "payment_code": f"{found[1]}{nobodys}{'0' * 6}"}
        digits = self._shown(books, code, found[1])
        return {"payment_code": digits, "policy": _limits(read["policy"], code)}

    def decide(self) -> bool:
        """Have those who were asked decide, if it is time (a ``Job`` that leaves nothing)."""
        with self._parts.store.reading() as books:
            known = {code: enrolment.invited_payer(books, token=code.token) for code in _DECIDED}
        for code, payer_id in known.items():
            if payer_id is not None:
                self._decide(code, PlayWallet(self._parts, code.payer, payer_id, self._moods))
        return False

    def _decide(self, code: MagicCode, wallet: PlayWallet) -> None:
        after_ms, answer = _DECIDED[code]
        now = self._parts.clock.now()
        # What can't be answered now (no network, a limit) may be another time, or expires.
        with suppress(QrpayError):
            for question in wallet.questions():
                if now >= later(question.offer.payment.created_at, after_ms):
                    answer(question)

    def _shown(self, books: Books, code: MagicCode, prefix: str) -> str:
        parts, now = self._parts, self._parts.clock.now()
        device = self._device(books, code)
        if code is not MagicCode.POOR:
            self._fund(books, device.payer_id)
        pool = payment_codes.issue_handles(books, device=device, entropy=parts.entropy, now=now)
        return payment_code.make(pool[0].handle, device.code_secret, now, prefix).text

    def _device(self, books: Books, code: MagicCode) -> Device:
        # The call that asks for it began a moment ago, and a key holds from its admission on.
        parts, now = self._parts, later(self._parts.clock.now(), -MINUTE)
        if enrolment.invited_payer(books, token=code.token) is None:
            self._register(books, code, now)
        # Everybody may know it: this is play money, and its payer pays by being named.
        seed = hashlib.sha256(code.token.encode()).digest()
        key = PrivateKey.from_seed(Algorithm.ED25519, seed).public
        return enrolment.enrol_device(
            books,
            token=code.token,
            algorithm=key.algorithm,
            public_key=key.raw,
            code_secret=parts.entropy(_SECRET_BYTES),
            now=now,
            ids=parts.ids,
        ).device

    def _register(self, books: Books, code: MagicCode, now: Instant) -> None:
        parts = self._parts
        payer = register.register_payer(
            books,
            payer=Payer(
                payer_id=PayerId(parts.ids.new(Kind.PAYER, now)),
                display_name=code.payer,
                currency=_EURO,
                locale="en",
                pairwise_secret=parts.entropy(_SECRET_BYTES),
            ),
        )
        enrolment.invite_device(books, token=code.token, payer_id=payer.payer_id, now=now)
        if code is MagicCode.BLOCKED:
            register.set_payer_status(books, payer_id=payer.payer_id, status=PartyStatus.BLOCKED)

    def _fund(self, books: Books, payer_id: PayerId) -> None:
        if queries.balance(books, payer_id=payer_id) < _FUNDS_LEAST:
            issuance.issue(
                books,
                payer_id=payer_id,
                amount=_FUNDS,
                reason="play money of a magic payment code",
                now=self._parts.clock.now(),
                ids=self._parts.ids,
            )


def _limits(policy: Policy, code: MagicCode) -> Policy:
    """Give limits by which the outcome follows whatever was paid before."""
    without = dict.fromkeys(policy.without_pin, _EVERYTHING)
    boundless = dict.fromkeys(policy.daily, _EVERYTHING)
    asked = code in (MagicCode.AGREES, MagicCode.DECLINES, MagicCode.SILENT)
    return replace(
        policy,
        without_pin={} if asked else without,
        without_pin_daily=without,
        without_pin_times=None,
        daily=boundless,
        monthly=boundless,
    )
