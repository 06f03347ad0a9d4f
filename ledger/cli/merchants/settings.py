"""Changing the settings of an account: what an option does not name stays as it is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from ledger.cli.books_place.writing import writing
from ledger.core.records.vendors import Vendor, VendorAccount
from ledger.core.vendors import accounts

YES: Final = "yes"


def changed(
    place: str, vendor: Vendor, account_id: str, wanted: Mapping[str, str | None]
) -> VendorAccount:
    """Change settings, of which those that are None stay; raises ``VendorAccountNotFound``."""
    settings = {name: said for name, said in wanted.items() if said is not None}
    with writing(place) as (books, _):
        account = accounts.require(books, vendor=vendor, account_id=account_id)
        return accounts.change_settings(books, account=account, settings=settings)


def switched(is_on: bool | None) -> str | None:  # noqa: FBT001 - a flag of three values
    """Spell a switch as settings do; None where nobody touched it."""
    return None if is_on is None else YES if is_on else ""
