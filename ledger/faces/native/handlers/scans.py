"""Scanned codes with their consents, in lists: whoever brings them, each proves itself.

A result for each, so one that is refused never fails its neighbours. There is no Idempotency-Key:
the same consent again is told the same payment and the same receipt.
"""

from __future__ import annotations

from dataclasses import dataclass

from ledger.core.checkout.capture import Captured
from ledger.core.checkout.scans import agreements
from ledger.core.checkout.scans.agreements import Agreed
from ledger.core.checkout.scans.consents import ScannedConsent, open_all
from ledger.core.ports import Books
from ledger.faces import Provider
from ledger.faces.native import mapping
from ledger.faces.native.call import Call
from ledger.kit.problems import problem_of
from ledger.protocol import native_wire as wire
from ledger.protocol.errors import CallerError, QrpayError

BODY_MAX_BYTES = 1024 * 1024
"""256 of the longest codes, with consents of 1 KiB and more."""


@dataclass(frozen=True)
class Brought:
    """What was brought, in its sequence: opened, or refused because of its signature."""

    items: list[ScannedConsent | CallerError]


def open_codes(books: Books, call: Call) -> Brought:
    """Check every signature of the body, which is by far the longest part of it."""
    body = call.sent(wire.AuthoriseCodes)
    brought = [(item.code, item.authorisation.sealed) for item in body.authorisations]
    return Brought(open_all(books, brought, now=call.now))


def authorise_codes(provider: Provider, books: Books, call: Call) -> wire.AuthorisedCodes:
    """Pay what was scanned, in one unit of work."""
    brought = call.opened(Brought).items
    agreed = iter(
        agreements.agree(
            books,
            scanned=[item for item in brought if isinstance(item, ScannedConsent)],
            rates=provider.rates,
            policy=provider.policy,
            now=call.now,
            ids=provider.ids,
            key=provider.signing_key,
        )
    )
    results = [next(agreed) if isinstance(item, ScannedConsent) else item for item in brought]
    return wire.AuthorisedCodes(results=[_result(call, result) for result in results])


def _result(call: Call, result: Agreed | QrpayError) -> wire.CodeResult:
    if isinstance(result, QrpayError):
        problem = problem_of(result, call.request_id)
        return wire.CodeResult(payment=None, receipt=None, problem=problem)
    receipt = wire.SignedText.of(result.receipt) if isinstance(result, Captured) else None
    payment = mapping.payment_view(result.payment, with_fee=False)
    return wire.CodeResult(payment=payment, receipt=receipt, problem=None)
