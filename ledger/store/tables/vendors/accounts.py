"""Merchants by the numbers that vendors know them by, in tables; settings are one text of JSON."""

from __future__ import annotations

import msgspec

from ledger.core.records.vendors import Facts, Vendor, VendorAccount
from ledger.protocol.errors.service import StoreDamaged
from ledger.protocol.instants import Instant
from ledger.protocol.records import record
from ledger.store.tables.rows import Tables


def spelled(facts: Facts) -> str:
    """Spell facts as JSON, in the order of their names."""
    return msgspec.json.encode(dict(facts), order="deterministic").decode()


def read(text: str) -> Facts:
    """Read facts that were spelled; raises ``StoreDamaged`` for what never was."""
    try:
        return msgspec.json.decode(text, type=dict[str, str])
    except msgspec.DecodeError as error:
        raise StoreDamaged(f"facts are JSON: {error}") from error


@record(frozen=True, slots=True)
class AccountRow:
    """A row of ``vendor_account``."""

    vendor: Vendor
    account_id: str
    merchant_id: str
    terminal_id: str
    added_at: Instant
    settings: str

    @classmethod
    def of(cls, account: VendorAccount) -> AccountRow:
        """Spell an account as a row."""
        return cls(
            vendor=account.vendor,
            account_id=account.account_id,
            merchant_id=account.merchant_id,
            terminal_id=account.terminal_id,
            added_at=account.added_at,
            settings=spelled(account.settings),
        )

    def record(self) -> VendorAccount:
        """Read the row as an account."""
        return VendorAccount(
            vendor=self.vendor,
            account_id=self.account_id,
            merchant_id=self.merchant_id,
            terminal_id=self.terminal_id,
            added_at=self.added_at,
            settings=read(self.settings),
        )


class VendorAccounts:
    """``ledger.core.ports.vendors.VendorAccountsBook`` on tables."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    def find(self, vendor: Vendor, account_id: str) -> VendorAccount | None:
        """Find an account."""
        sql = "SELECT * FROM vendor_account WHERE vendor = ? AND account_id = ?"
        row = self._tables.row(AccountRow, sql, vendor, account_id)
        return row.record() if row else None

    def of_merchant(self, merchant_id: str) -> list[VendorAccount]:
        """List a merchant's accounts, by vendor and id."""
        sql = "SELECT * FROM vendor_account WHERE merchant_id = ? ORDER BY vendor, account_id"
        return [row.record() for row in self._tables.rows(AccountRow, sql, merchant_id)]

    def all(self, vendor: Vendor) -> list[VendorAccount]:
        """List a vendor's accounts by id."""
        sql = "SELECT * FROM vendor_account WHERE vendor = ? ORDER BY account_id"
        return [row.record() for row in self._tables.rows(AccountRow, sql, vendor)]

    def add(self, account: VendorAccount) -> None:
        """Add an account."""
        self._tables.insert("vendor_account", AccountRow.of(account))

    def replace(self, account: VendorAccount) -> None:
        """Put new settings in place of an account's old ones."""
        sql = "UPDATE vendor_account SET settings = ? WHERE vendor = ? AND account_id = ?"
        self._tables.write_one(sql, spelled(account.settings), account.vendor, account.account_id)
