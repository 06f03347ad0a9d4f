"""Books that hold ten million sales already, filled in minutes: for a measurement, never for trade.

What is measured is posted by the books' own code; what only has to lie there is copied by SQLite
itself, 100,000 sales at a time. The copies are what the code would have written: sale ``n`` is paid
by payer ``n`` mod payers at shop ``n`` mod shops, so each balance before and after it is known
beforehand. The audit that ends the measurement proves that the books are sound.

    sale 0   payer 0   10,000,000,000 -> 9,999,998,705    shop 0   0 -> 1,287    fees    0 ->  8
    sale 1   payer 1   10,000,000,000 -> 9,999,998,705    shop 1   0 -> 1,287    fees    8 -> 16
    ...
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from ledger.cli.bench.postings.ground import FUNDS_MINOR, PRICE, Ground
from ledger.cli.bench.postings.sales import FEE
from ledger.core.books.accounts import fees_account, merchant_account, payer_account
from ledger.core.records.journal import EntryKind
from ledger.kit import embedded
from ledger.kit.embedded import EmbeddedStore, Params, SqlValue
from ledger.store.tables.journal import EntryRow
from ledger.store.tables.payment_rows import PaymentRow
from ledger.store.tables.rows import columns, values_of

AT_ONCE = 100_000

_PARTIES = """
CREATE TEMP TABLE buyer (number INTEGER PRIMARY KEY, payer_id TEXT, account_id TEXT);
CREATE TEMP TABLE shop (number INTEGER PRIMARY KEY, merchant_id TEXT, account_id TEXT);
CREATE TEMP TABLE sale (number INTEGER PRIMARY KEY, body TEXT);
"""
_SALES = """
INSERT INTO sale WITH RECURSIVE counted(number) AS
    (SELECT :first UNION ALL SELECT number + 1 FROM counted WHERE number + 1 < :end)
SELECT number, :moment || printf('%014d', number) FROM counted
"""
_OF_WHOM = """
FROM sale JOIN buyer ON buyer.number = sale.number % :buyers
          JOIN shop ON shop.number = sale.number % :shops
"""
_SIDES = (
    ("buyer.account_id", "-:price", ":funds - sale.number / :buyers * :price"),
    ("shop.account_id", ":price - :fee", "sale.number / :shops * (:price - :fee)"),
    (":fees_account", ":fee", "sale.number * :fee"),
)
"""The account of each posting, its amount, and the balance before it."""


def fill(path: Path, ground: Ground, count: int) -> None:
    """Let new books, that nobody has open and nothing was sold in, hold so many sales."""
    store = embedded.open_store(path, package="ledger.store.embedded")
    try:
        # What a crash would spoil here is thrown away; what is referred to is there by making.
        store.execute("PRAGMA synchronous = OFF; PRAGMA foreign_keys = OFF")
        store.execute(_PARTIES)
        buyers = [
            (each, payer_account(each, PRICE.currency).account_id) for each in ground.payer_ids
        ]
        shops = [
            (each, merchant_account(each, PRICE.currency).account_id)
            for each in ground.merchant_ids
        ]
        store.executemany("INSERT INTO buyer VALUES (?, ?, ?)", _numbered(buyers))
        store.executemany("INSERT INTO shop VALUES (?, ?, ?)", _numbered(shops))
        names = _names(ground, len(buyers), len(shops))
        for first in range(0, count, AT_ONCE):
            _copy(store, ground, {**names, "first": first, "end": min(first + AT_ONCE, count)})
        _leave_balances(store, count, buyers, shops)
        store.checkpoint()
    finally:
        store.close()


def _numbered(parties: Sequence[tuple[str, str]]) -> list[Params]:
    return [(number, *party) for number, party in enumerate(parties)]


def _names(ground: Ground, buyers: int, shops: int) -> dict[str, str | int]:
    return {
        # Before everything that will be posted: identifiers begin with their millisecond.
        "moment": ground.ids.body(ground.now)[:9] + "0",
        "buyers": buyers,
        "shops": shops,
        "price": PRICE.minor_units,
        "fee": FEE.minor_units,
        "funds": FUNDS_MINOR,
        "fees_account": fees_account(PRICE.currency).account_id,
        "currency": PRICE.currency.code,
    }


def _copy(store: EmbeddedStore, ground: Ground, names: Mapping[str, str | int]) -> None:
    """Write sales, each with its payment, its entry, three postings, and the wait for its link."""
    payment = PaymentRow.of(ground.payment(ground.merchant_ids[0], ground.payer_ids[0]))
    row = dict(zip(columns(PaymentRow), values_of(PaymentRow)(payment), strict=True))
    with store.transaction():
        store.execute("DELETE FROM sale")
        store.execute(_SALES, names)
        of = {
            "payment_id": "'pay_' || body",
            "merchant_order_no": "body",
            "merchant_id": "merchant_id",
            "payer_id": "payer_id",
        }
        _insert(
            store, "payment", {name: of.get(name, f":{name}") for name in row}, {**row, **names}
        )
        entry = dict.fromkeys(columns(EntryRow), "NULL") | {
            "entry_id": "'jnl_' || body",
            "kind": f"'{EntryKind.CAPTURE}'",
            "event_at": ":now",
            "booked_at": ":now",
            "payment_id": "'pay_' || body",
            "note": "''",
        }
        _insert(store, "entry", entry, {**names, "now": ground.now})
        for line, (account, amount, before) in enumerate(_SIDES, start=1):
            posting = {
                "entry_id": "'jnl_' || body",
                "line": str(line),
                "account_id": account,
                "amount_minor": amount,
                "currency": ":currency",
                "balance_before": before,
                "balance_after": f"{before} + ({amount})",
            }
            _insert(store, "posting", posting, names)
        _insert(store, "unlinked", {"entry_id": "'jnl_' || body"}, names)


def _insert(
    store: EmbeddedStore, table: str, row: Mapping[str, str], names: Mapping[str, SqlValue]
) -> None:
    # Names of this module alone; what they stand for is bound.
    sql = f"INSERT INTO {table} ({', '.join(row)}) SELECT {', '.join(row.values())} {_OF_WHOM}"
    store.execute(sql, names)


def _leave_balances(
    store: EmbeddedStore,
    count: int,
    buyers: Sequence[tuple[str, str]],
    shops: Sequence[tuple[str, str]],
) -> None:
    kept = (PRICE - FEE).minor_units
    left = [
        (FUNDS_MINOR - _share(count, number, len(buyers)) * PRICE.minor_units, account_id)
        for number, (_, account_id) in enumerate(buyers)
    ]
    left += [
        (_share(count, number, len(shops)) * kept, account_id)
        for number, (_, account_id) in enumerate(shops)
    ]
    left.append((count * FEE.minor_units, fees_account(PRICE.currency).account_id))
    with store.transaction():
        store.executemany("UPDATE account SET balance_minor = ? WHERE account_id = ?", left)


def _share(count: int, number: int, parties: int) -> int:
    """Tell how many of ``count`` sales fell to a party, when they take turns.

    >>> [_share(5, number, 3) for number in range(3)]
    [2, 2, 1]
    """
    return (count - number + parties - 1) // parties
