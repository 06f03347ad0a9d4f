"""Whose call it is: the merchant behind the account or key that a call shows."""

from __future__ import annotations

from typing import Final

from ledger.core.ports import Books
from ledger.core.records.vendors import VendorFace

NATIVE: Final = "native"
_MERCHANT_OWNER: Final = "merchant:"


def merchant_of(books: Books, face: str, account: str) -> str:
    """Name the merchant behind an account of a face, natively behind a key; empty for nobody."""
    if face == NATIVE:
        record = books.directory.key(account)
        owner = record.owner if record else ""
        return owner.removeprefix(_MERCHANT_OWNER) if owner.startswith(_MERCHANT_OWNER) else ""
    if not (face and account):
        return ""
    found = books.vendor_accounts.find(VendorFace(face).vendor, account)
    return found.merchant_id if found else ""
