"""The audit: everything in the books is still true, down to the last signature.

    for finding in audit(store):
        print(finding)

Two kinds of checks. What can be said of tables is one SQL file each (``ledger.store.audit``): money
sums to zero, balances equal their postings, at most one capture, refunds within it, history without
gaps, nothing untold. What needs the protocol is a small function here: each step is in the
lifecycle's table, each receipt and each consent verifies and says what the rows say (of coupons and
points too), the chain over the journal is whole (``whole_chain``).

Sound books give an empty list. Each check reads one consistent state, so it may run beside a ledger
at work.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import replace
from typing import Protocol

from ledger.core.books import funding
from ledger.core.parties import keys, pairwise
from ledger.core.parties.register import require_payer
from ledger.core.ports import Books
from ledger.core.records.notices import KeptReceipt
from ledger.core.records.parties import PartyStatus
from ledger.core.records.payments import AuthorisationKept, Payment
from ledger.ops.findings import Finding
from ledger.ops.whole_chain import chain_is_whole
from ledger.protocol import messages
from ledger.protocol.errors import QrpayError
from ledger.protocol.errors.checkout import OrderState
from ledger.protocol.lifecycle import PAYMENT
from ledger.protocol.messages import Authorisation, Intent, Receipt, ReceiptKind, Signed
from ledger.protocol.money import Money
from ledger.protocol.signing import KeyDirectory, KeyStatus, device_owner
from ledger.store.audit import Breach, Rule, rules

PAGE = 500


class Auditable(Protocol):
    """Books that can be looked at as records and as tables; every store of ``ledger.store``."""

    def reading(self) -> AbstractContextManager[Books]:
        """Look at one consistent state."""

    def breaches(self, rule: Rule) -> list[Breach]:
        """List what breaks a rule of ``ledger.store.audit``."""


def audit(store: Auditable) -> list[Finding]:
    """Make every check; an empty list means that everything holds."""
    findings = [
        Finding(rule.name, breach.subject, breach.detail)
        for rule in rules()
        for breach in store.breaches(rule)
    ]
    with store.reading() as books:
        for check in CHECKS:
            findings.extend(check(books))
    return findings


def steps_are_in_the_table(books: Books) -> Iterator[Finding]:
    """Every change of a payment's state is one that the lifecycle allows."""
    for payment in _payments(books):
        for step in books.payments.history(payment.payment_id):
            if step.event is None or step.state_before is None:
                continue
            try:
                legal = PAYMENT.advance(step.state_before, step.event) is step.state_after
            except OrderState:
                legal = False
            if not legal:
                yield Finding(
                    "steps_are_in_the_table",
                    payment.payment_id,
                    f"{step.state_before} became {step.state_after} by {step.event}",
                )


def receipts_verify(books: Books) -> Iterator[Finding]:
    """Every receipt verifies with the published keys and says what the rows say."""
    for receipt in _receipts(books):
        if receipt.is_erased:
            yield from _rightly_erased(books, receipt)
            continue
        try:
            said = messages.open_receipt(receipt.signed, keys.directory(books))
        except QrpayError as error:
            yield Finding("receipts_verify", receipt.receipt_id, str(error))
            continue
        for field, (found, kept) in _receipt_and_rows(books, receipt, said).items():
            if found != kept:
                detail = f"the {field} is {found}, the rows say {kept}"
                yield Finding("receipts_verify", receipt.receipt_id, detail)


def _rightly_erased(books: Books, receipt: KeptReceipt) -> Iterator[Finding]:
    payer = books.directory.payer(receipt.payer_id)
    if payer is None or payer.status is not PartyStatus.ERASED:
        detail = "its text was taken out, and its payer was not erased"
        yield Finding("receipts_verify", receipt.receipt_id, detail)


def _receipt_and_rows(
    books: Books, receipt: KeptReceipt, said: Receipt
) -> dict[str, tuple[object, object]]:
    payment = books.payments.find(receipt.payment_id)
    refund = next(
        (row for row in books.payments.refunds(said.payment_id) if row.refund_id == said.refund_id),
        None,
    )
    if payment is None:
        return {"payment": (said.payment_id, None)}
    payer = require_payer(books, receipt.payer_id)
    return {
        "receipt id": (said.receipt_id, receipt.receipt_id),
        "kind": (said.kind, receipt.kind),
        "payment": (said.payment_id, payment.payment_id),
        "refund": (said.refund_id, receipt.refund_id or ""),
        "merchant": (said.merchant_id, payment.merchant_id),
        "order number": (said.merchant_order_no, payment.merchant_order_no),
        "terminal": (said.terminal_id, payment.terminal_id),
        "payer": (receipt.payer_id, payment.payer_id),
        "payer's pseudonym": (said.ppid, pairwise.ppid(payer, payment.merchant_id)),
        "amount": (said.amount, refund.amount if refund else payment.captured),
        "payer's amount": (
            said.payer_amount,
            refund.payer_amount if refund else payment.payer_amount,
        ),
        "time": (said.occurred_at, receipt.occurred_at),
        "discount": (
            messages.discount(said.funding),
            refund.discount_minor if refund else payment.discount_minor,
        ),
        **_funding_and_rows(books, said),
    }


def _funding_and_rows(books: Books, said: Receipt) -> dict[str, tuple[object, object]]:
    """Compare what receipts say of coupons and points with the rows.

    The rows have what of each went back altogether, so that is compared with all refunds at once,
    and told of the receipt of the payment.
    """
    lines = books.funding.lines(said.payment_id)
    if said.kind is ReceiptKind.REFUND:
        return {}
    paid = funding.paid(lines)
    if said.kind is ReceiptKind.REVERSAL:
        return {"funding": (said.funding, paid)}
    refunds = (
        messages.decode(Receipt, each.signed.text)
        for each in books.receipts.of_payment(said.payment_id)
        if each.kind is ReceiptKind.REFUND and not each.is_erased
    )
    gave = [(part.source, part.minor_units) for refund in refunds for part in refund.funding]
    back = funding.by_source((line.source, line.returned_minor) for line in lines)
    return {
        "funding": (said.funding, paid),
        "funding of refunds": (funding.by_source(gave), back),
    }


def consents_verify(books: Books) -> Iterator[Finding]:
    """Every consent kept verifies and is for the payment, the payer and the amounts it moved.

    A deposit moved what its claim says, whatever was captured of it later.
    Of one that is no longer kept only the row is left (``ledger.core.privacy``).
    """
    for payment in _payments(books):
        kept = books.payments.authorisation(payment.payment_id)
        if kept is None or not kept.text:
            continue
        try:
            consent = _reopen(books, kept)
        except QrpayError as error:
            yield Finding("consents_verify", payment.payment_id, str(error))
            continue
        agreed = (
            *(consent.payment_id, consent.payer_id, consent.intent),
            *(consent.amount, consent.payer_amount, consent.funding),
        )
        moved = (
            *(payment.payment_id, payment.payer_id, payment.intent),
            *(payment.amount, _moved_of_payer(books, payment)),
            funding.paid(books.funding.lines(payment.payment_id)),
        )
        if agreed != moved:
            detail = f"{agreed} was agreed, {moved} was moved"
            yield Finding("consents_verify", payment.payment_id, detail)


def _moved_of_payer(books: Books, payment: Payment) -> Money | None:
    if payment.intent is Intent.SALE:
        return payment.payer_amount
    claim = books.payments.claim(payment.payment_id)
    return claim.payer_amount if claim else None


def _reopen(books: Books, kept: AuthorisationKept) -> Authorisation:
    """Open a consent as it was opened then: a phone lost since does not undo what it signed."""
    as_it_was = replace(keys.key_record(books, key_id=kept.key_id), status=KeyStatus.ACTIVE)
    return messages.open_(
        Signed(kept.text, kept.key_id, kept.signature),
        Authorisation,
        KeyDirectory([as_it_was]),
        at=kept.kept_at,
        owner=device_owner(kept.device_id),
    )


CHECKS: tuple[Callable[[Books], Iterator[Finding]], ...] = (
    steps_are_in_the_table,
    receipts_verify,
    consents_verify,
    chain_is_whole,
)


def _payments(books: Books) -> Iterator[Payment]:
    last = ""
    while page := books.payments.page(last, PAGE):
        yield from page
        last = page[-1].payment_id


def _receipts(books: Books) -> Iterator[KeptReceipt]:
    last = ""
    while page := books.receipts.page(last, PAGE):
        yield from page
        last = page[-1].receipt_id
