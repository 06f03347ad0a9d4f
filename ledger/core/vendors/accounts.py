"""Vendors' accounts: let a merchant be known by a vendor's number, and find who calls."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from ledger.core.checkout.requests import require_terminal
from ledger.core.parties.register import require_merchant
from ledger.core.ports import Books
from ledger.core.records.vendors import Vendor, VendorAccount
from ledger.protocol.errors.content import IdentifierFormat
from ledger.protocol.errors.vendors import VendorAccountExists, VendorAccountNotFound

ACCOUNT_ID_LENGTH = 64


def register(books: Books, *, account: VendorAccount) -> VendorAccount:
    """Add an account of a merchant.

    Raises ``MerchantNotFound``, ``TerminalNotFound``, ``IdentifierFormat``,
    ``VendorAccountExists``.
    """
    require_terminal(books, require_merchant(books, account.merchant_id), account.terminal_id)
    named = account.account_id
    if not 1 <= len(named) <= ACCOUNT_ID_LENGTH or not named.isascii() or not named.isprintable():
        raise IdentifierFormat(f"an account has 1 to {ACCOUNT_ID_LENGTH} characters of ASCII")
    if books.vendor_accounts.find(account.vendor, named) is not None:
        raise VendorAccountExists(f"{account.vendor} {named}")
    books.vendor_accounts.add(account)
    return account


def require(books: Books, *, vendor: Vendor, account_id: str) -> VendorAccount:
    """Find an account or raise ``VendorAccountNotFound``."""
    account = books.vendor_accounts.find(vendor, account_id)
    if account is None:
        raise VendorAccountNotFound(f"no {vendor} account {account_id[:40]!r}")
    return account


def change_settings(
    books: Books, *, account: VendorAccount, settings: Mapping[str, str]
) -> VendorAccount:
    """Put settings over those an account has; an empty value takes one away."""
    merged = {**account.settings, **settings}
    changed = replace(account, settings={name: said for name, said in merged.items() if said})
    books.vendor_accounts.replace(changed)
    return changed
