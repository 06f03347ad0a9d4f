"""The fee table: which terms a merchant has from when on; a later row supersedes those before it.

A row is never changed and none begins in the past, so the terms that a sale was made under can be
looked up for as long as it can be refunded.
"""

from __future__ import annotations

from ledger.core.books.fees import FREE, WHOLE_BPS
from ledger.core.parties.register import require_merchant
from ledger.core.ports import Books
from ledger.core.records.parties import FeeTerms
from ledger.protocol.errors.checkout import FeeTermsBackdated, FeeTermsFinal
from ledger.protocol.errors.content import FieldFormat
from ledger.protocol.instants import Instant, to_text
from ledger.protocol.money import MOST_MINOR_UNITS


def agree(books: Books, *, terms: FeeTerms, now: Instant) -> FeeTerms:
    """Add a row to the table; again is the same row.

    Raises ``MerchantNotFound``, ``FeeTermsBackdated``, ``FeeTermsFinal``, and ``FieldFormat`` for
    basis points beyond the whole amount or bounds the wrong way round.
    """
    require_merchant(books, terms.merchant_id)
    if not 0 <= terms.bps <= WHOLE_BPS:
        raise FieldFormat(f"a fee is 0 to {WHOLE_BPS} basis points, not {terms.bps}")
    most = MOST_MINOR_UNITS if terms.maximum_minor is None else terms.maximum_minor
    if not 0 <= terms.minimum_minor <= most <= MOST_MINOR_UNITS:
        raise FieldFormat(f"a fee of at least {terms.minimum_minor} and at most {most}")
    if terms.valid_from < now:
        raise FeeTermsBackdated(f"{to_text(terms.valid_from)} is over")
    known = books.directory.fee_terms(terms.merchant_id, terms.valid_from)
    if known is not None and known.valid_from == terms.valid_from:
        if known != terms:
            raise FeeTermsFinal(f"{known.bps} basis points from {to_text(known.valid_from)} on")
        return known
    books.directory.add_fee_terms(terms)
    return terms


def terms_at(books: Books, merchant_id: str, instant: Instant) -> FeeTerms:
    """Give the terms of a merchant for a sale at an instant; ``FREE`` where none were agreed."""
    return books.directory.fee_terms(merchant_id, instant) or FREE
