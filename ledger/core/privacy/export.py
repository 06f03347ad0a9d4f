"""Everything the books hold about one payer, for the payer (GDPR articles 15 and 20).

Complete means: every row that names the payer is here, or belongs to one that is. Left out are
secrets that would only serve a thief: the pairwise secret and the code secrets of phones.
"""

from __future__ import annotations

from ledger.core.parties import keys
from ledger.core.parties.register import require_payer
from ledger.core.ports import Books
from ledger.core.privacy.everything import EVERYTHING
from ledger.core.records.funding import Grant
from ledger.core.records.notices import KeptReceipt
from ledger.core.records.parties import Device, Payer
from ledger.core.records.payments import AuthorisationKept, Claim, Payment, Quote, Refund
from ledger.core.records.personal import Movement
from ledger.protocol.identifiers import PayerId
from ledger.protocol.records import record
from ledger.protocol.signing import KeyRecord


@record(frozen=True, slots=True)
class PaymentFile:
    """One payment with all that belongs to it."""

    payment: Payment
    claim: Claim | None
    quote: Quote | None
    consent: AuthorisationKept | None
    refunds: list[Refund]
    receipts: list[KeptReceipt]


@record(frozen=True, slots=True)
class PayerFile:
    """One payer with all that belongs to them; payments and movements oldest first."""

    payer: Payer
    devices: list[tuple[Device, KeyRecord]]
    payments: list[PaymentFile]
    movements: list[Movement]
    grants: list[Grant]


def export(books: Books, *, payer_id: PayerId) -> PayerFile:
    """Collect everything about a payer; raises ``PayerNotFound``."""
    payer = require_payer(books, payer_id)
    payments = books.payments.of_payer(payer_id, None, EVERYTHING)
    return PayerFile(
        payer=payer,
        devices=[
            (device, keys.key_record(books, key_id=device.key_id))
            for device in books.personal.devices(payer_id)
        ],
        payments=[_file(books, payment) for payment in reversed(payments)],
        movements=books.personal.movements(payer_id),
        grants=books.funding.grants(payer_id),
    )


def _file(books: Books, payment: Payment) -> PaymentFile:
    claim = books.payments.claim(payment.payment_id)
    if claim is not None and claim.payer_id != payment.payer_id:
        claim = None
    return PaymentFile(
        payment=payment,
        claim=claim,
        quote=books.payments.quote(claim.quote_id) if claim and claim.quote_id else None,
        consent=books.payments.authorisation(payment.payment_id),
        refunds=books.payments.refunds(payment.payment_id),
        receipts=books.receipts.of_payment(payment.payment_id),
    )
