"""Rows found for many at once: a statement for each table, whatever the number of names."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from ledger.core.records.funding import FundingLine
from ledger.core.records.gathering import OrderNo, SpentOnDay, Till
from ledger.core.records.journal import Account
from ledger.core.records.notices import KeptReceipt
from ledger.core.records.parties import Device, FeeTerms, Merchant, Payer, Terminal
from ledger.core.records.payments import AuthorisationKept, Claim, Payment
from ledger.core.records.spending import OwnLimits
from ledger.protocol.identifiers import PayerId, PaymentId
from ledger.protocol.instants import Instant
from ledger.protocol.records import record
from ledger.protocol.signing import KeyRecord
from ledger.store.tables.directory import DeviceRow, KeyRow, MerchantRow, PayerRow
from ledger.store.tables.journal import AccountRow
from ledger.store.tables.notices import ReceiptRow
from ledger.store.tables.payment_rows import ClaimRow, PaymentRow
from ledger.store.tables.rows import Row, SqlValue, Tables, as_json

_BY_ORDER_NO = (
    "JOIN payment ON merchant_id = wanted.value ->> 0 AND merchant_order_no = wanted.value ->> 1"
)
_TERMS = """
JOIN fee_terms ON fee_terms.merchant_id = wanted.value ->> 0 AND valid_from =
    (SELECT max(valid_from) FROM fee_terms AS each_row
     WHERE each_row.merchant_id = wanted.value ->> 0
       AND valid_from <= CAST(wanted.value ->> 1 AS BIGINT))
"""
_SPENT = """
JOIN spending ON payer_id = wanted.value ->> 0 AND purpose = 'all'
    AND day >= CAST(wanted.value ->> 1 AS BIGINT)
"""
_KEY_COLUMNS = (
    "public_key.key_id, algorithm, raw, owner, status, not_before, not_after"  # all but its number
)


@record(frozen=True, slots=True)
class _Granted:
    payer_id: PayerId


class Wants:
    """Finds rows of one table after the other."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    def payments(
        self, payment_ids: Collection[PaymentId], order_nos: Collection[OrderNo]
    ) -> list[Payment]:
        """Find payments, locked, by their ids or by their merchants' numbers; each once."""
        by_id = self._held(PaymentRow, "payment", "payment_id", payment_ids)
        by_number = self._rows(PaymentRow, "payment.*", _BY_ORDER_NO, order_nos)
        rows = {row.payment_id: row for row in (*by_number, *by_id)}
        return [row.record() for row in rows.values()]

    def accounts(self, account_ids: Collection[str]) -> list[Account]:
        """Find accounts, locked, with their present balances."""
        rows = self._held(AccountRow, "account", "account_id", account_ids)
        return [row.record() for row in rows]

    def claims(self, payment_ids: Collection[PaymentId]) -> list[Claim]:
        """Find the claims on payments."""
        return [row.record() for row in self._of(ClaimRow, "claim", "payment_id", payment_ids)]

    def consents(self, payment_ids: Collection[PaymentId]) -> list[AuthorisationKept]:
        """Find the consents that payments were captured or held with."""
        return self._of(AuthorisationKept, "authorisation", "payment_id", payment_ids)

    def receipts(self, payment_ids: Collection[PaymentId]) -> list[KeptReceipt]:
        """List the receipts of payments, oldest first."""
        rows = self._of(ReceiptRow, "receipt", "payment_id", payment_ids)
        return [row.record() for row in sorted(rows, key=lambda row: row.receipt_id)]

    def lines(self, payment_ids: Collection[PaymentId]) -> list[FundingLine]:
        """List what grants pay of payments, by number."""
        rows = self._of(FundingLine, "funding", "payment_id", payment_ids)
        return sorted(rows, key=lambda row: row.number)

    def merchants(self, merchant_ids: Collection[str]) -> list[Merchant]:
        """Find merchants."""
        rows = self._of(MerchantRow, "merchant", "merchant_id", merchant_ids)
        return [row.record() for row in rows]

    def terminals(self, tills: Collection[Till]) -> list[Terminal]:
        """Find terminals."""
        on = (
            "JOIN terminal ON merchant_id = wanted.value ->> 0 AND terminal_id = wanted.value ->> 1"
        )
        return self._rows(Terminal, "terminal.*", on, tills)

    def fee_terms(self, merchant_ids: Collection[str], instant: Instant) -> list[FeeTerms]:
        """Find the rows of merchants' fee tables that hold at an instant."""
        names = ((merchant_id, instant) for merchant_id in merchant_ids)
        return self._rows(FeeTerms, "fee_terms.*", _TERMS, names)

    def payers(self, payer_ids: Collection[PayerId]) -> list[Payer]:
        """Find payers."""
        return [row.record() for row in self._of(PayerRow, "payer", "payer_id", payer_ids)]

    def own_limits(self, payer_ids: Collection[PayerId]) -> list[OwnLimits]:
        """Find the limits set for payers."""
        return self._of(OwnLimits, "own_limits", "payer_id", payer_ids)

    def granted(self, payer_ids: Collection[PayerId]) -> list[PayerId]:
        """Tell which payers were ever given a coupon or points."""
        on = "JOIN funding_grant ON payer_id = wanted.value"
        rows = self._named(_Granted, "DISTINCT payer_id", on, payer_ids)
        return [row.payer_id for row in rows]

    def spent(self, payer_ids: Collection[PayerId], since: Instant) -> list[SpentOnDay]:
        """List what payers have spent in all, day by day."""
        names = ((payer_id, since) for payer_id in payer_ids)
        return self._rows(SpentOnDay, "spending.*", _SPENT, names)

    def keys(self, key_ids: Collection[str]) -> list[KeyRecord]:
        """Find keys."""
        on = "JOIN public_key ON public_key.key_id = wanted.value"
        rows = self._named(KeyRow, _KEY_COLUMNS, on, key_ids)
        return [row.record() for row in rows]

    def devices(self, key_ids: Collection[str]) -> list[Device]:
        """Find the devices that keys belong to."""
        return [row.record() for row in self._of(DeviceRow, "device", "key_id", key_ids)]

    def _held(self, row: type[Row], table: str, key: str, names: Collection[str]) -> list[Row]:
        ending = f" ORDER BY {table}.{key}{self._tables.locking} OF {table}"
        return self._of(row, table, key, names, ending=ending if self._tables.locking else "")

    def _of(
        self, row: type[Row], table: str, key: str, names: Collection[str], *, ending: str = ""
    ) -> list[Row]:
        on = f"JOIN {table} ON {table}.{key} = wanted.value{ending}"
        return self._named(row, f"{table}.*", on, names)

    def _named(self, row: type[Row], columns: str, on: str, names: Collection[str]) -> list[Row]:
        if not names:
            return []
        # Table and columns are names of this package; what is looked for is bound.
        sql = f"SELECT {columns} FROM {self._tables.each_name} AS wanted {on}"  # noqa: S608
        return self._tables.rows(row, sql, as_json(names))

    def _rows(
        self, row: type[Row], columns: str, on: str, names: Iterable[Sequence[SqlValue]]
    ) -> list[Row]:
        wanted = list(names)
        if not wanted:
            return []
        # Table and columns are names of this package; what is looked for is bound.
        sql = f"SELECT {columns} FROM {self._tables.each} AS wanted {on}"  # noqa: S608
        return self._tables.rows(row, sql, as_json(wanted))
