"""The operator's desk: let merchants, terminals and payers in, block them, let them go on."""

from __future__ import annotations

from ledger.core.books import accounts
from ledger.core.parties import names
from ledger.core.ports import Books
from ledger.core.records.parties import Merchant, PartyStatus, Payer, Terminal
from ledger.protocol.errors.checkout import MerchantNameConfusable, MerchantNotFound, PayerNotFound
from ledger.protocol.errors.content import FieldFormat
from ledger.protocol.identifiers import (
    Kind,
    PayerId,
    check,
    check_merchant_id,
    check_terminal_id,
    check_text,
)

SECRET_BYTES = 32
LABEL_LENGTH = 25
"""A terminal's and a shop's label fit fields 62.07 and 62.03 of a code (EMVCo MPM v1.1, 4.8)."""


def register_merchant(books: Books, *, merchant: Merchant) -> Merchant:
    """Add a merchant; raises ``MerchantNameConfusable``, ``FieldFormat``, ``IdentifierFormat``."""
    check_merchant_id(merchant.merchant_id)
    skeletons = names.check_merchant_names(merchant)
    for skeleton in sorted(skeletons):
        other = books.directory.merchant_with_skeleton(skeleton)
        if other is not None:
            raise MerchantNameConfusable(f"the name can be taken for the one of {other}")
    books.directory.add_merchant(merchant, skeletons)
    return merchant


def register_terminal(books: Books, *, terminal: Terminal) -> Terminal:
    """Add a terminal to its merchant; raises ``MerchantNotFound``, ``IdentifierFormat``."""
    check_terminal_id(terminal.terminal_id)
    check_text(terminal.label, LABEL_LENGTH)
    check_text(terminal.store_label, LABEL_LENGTH)
    require_merchant(books, terminal.merchant_id)
    books.directory.add_terminal(terminal)
    return terminal


def register_payer(books: Books, *, payer: Payer) -> Payer:
    """Add a payer and open their account; raises ``IdentifierFormat``, ``FieldFormat``."""
    check(Kind.PAYER, payer.payer_id)
    check_text(payer.display_name, names.NAME_LENGTH)
    if len(payer.pairwise_secret) != SECRET_BYTES:
        raise FieldFormat(f"a payer's secret has {SECRET_BYTES} bytes")
    books.directory.add_payer(payer)
    books.journal.open_accounts([accounts.payer_account(payer.payer_id, payer.currency)])
    return payer


def require_merchant(books: Books, merchant_id: str) -> Merchant:
    """Find a merchant or raise ``MerchantNotFound``."""
    merchant = books.directory.merchant(merchant_id)
    if merchant is None:
        raise MerchantNotFound(f"no merchant {merchant_id[:40]!r}")
    return merchant


def require_payer(books: Books, payer_id: PayerId) -> Payer:
    """Find a payer or raise ``PayerNotFound``, as for one who was erased."""
    payer = books.directory.payer(payer_id)
    if payer is None or payer.status is PartyStatus.ERASED:
        raise PayerNotFound(f"no payer {payer_id[:40]!r}")
    return payer


def set_merchant_status(books: Books, *, merchant_id: str, status: PartyStatus) -> None:
    """Block a merchant or let it go on; raises ``MerchantNotFound``."""
    books.directory.set_merchant_status(require_merchant(books, merchant_id).merchant_id, status)


def set_payer_status(books: Books, *, payer_id: PayerId, status: PartyStatus) -> None:
    """Block a payer or let them go on; raises ``PayerNotFound``."""
    books.directory.set_payer_status(require_payer(books, payer_id).payer_id, status)
