"""Sales in the till's store; a basket is kept as it was sold."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from ledger.kit.embedded import EmbeddedStore
from ledger.protocol.errors.checkout import SaleNotFound
from ledger.protocol.instants import Instant
from ledger.protocol.messages import Intent
from ledger.protocol.money import Currency, Money, currency
from pos.goods.basket import Basket, Line
from pos.goods.catalogue import Names
from pos.till import Sale, SaleId, SaleState


class _LineJson(msgspec.Struct, frozen=True, array_like=True):
    sku: str
    name: Names
    quantity: int
    unit_price_minor: int
    vat_percent: int

    def line(self, of: Currency) -> Line:
        price = Money(self.unit_price_minor, of)
        return Line(self.sku, self.name, self.quantity, price, self.vat_percent)


class _Row(msgspec.Struct, frozen=True):
    sale_id: SaleId
    state: SaleState
    lines: bytes
    total_minor: int
    currency: str
    salt: bytes
    created_at: Instant
    abandoning: int
    sticker_id: str
    intent: Intent
    captured_minor: int | None
    asked_key: str

    def sale(self) -> Sale:
        of = currency(self.currency)
        lines = msgspec.json.decode(self.lines, type=list[_LineJson])
        return Sale(
            sale_id=self.sale_id,
            state=self.state,
            basket=Basket(tuple(line.line(of) for line in lines), Money(self.total_minor, of)),
            salt=self.salt,
            created_at=self.created_at,
            abandoning=bool(self.abandoning),
            sticker_id=self.sticker_id,
            intent=self.intent,
            captured=None if self.captured_minor is None else Money(self.captured_minor, of),
            asked_key=self.asked_key,
        )


class Sales:
    """The table ``sale``."""

    def __init__(self, store: EmbeddedStore) -> None:
        self._store = store

    def get(self, sale_id: str) -> Sale:
        """Find a sale; raises ``SaleNotFound``."""
        row = self._store.one(_Row, "SELECT * FROM sale WHERE sale_id = ?", (sale_id,))
        if row is None:
            raise SaleNotFound(repr(sale_id[:40]))
        return row.sale()

    def found(self, sale_ids: Sequence[str]) -> list[Sale]:
        """Find sales, in any order; each once."""
        sql = "SELECT * FROM sale WHERE sale_id IN (SELECT value FROM json_each(?))"
        return [row.sale() for row in self._store.query(_Row, sql, (_names(sale_ids),))]

    def asked_for(self, asked_key: str) -> Sale | None:
        """Find the sale that a screen asked for under this key."""
        row = self._store.one(_Row, "SELECT * FROM sale WHERE asked_key = ?", (asked_key,))
        return row.sale() if row and asked_key else None

    def latest(self, most: int) -> list[Sale]:
        """List the latest sales, newest first."""
        rows = self._store.query(_Row, "SELECT * FROM sale ORDER BY sale_id DESC LIMIT ?", (most,))
        return [row.sale() for row in rows]

    def unfinished(self) -> list[Sale]:
        """List the sales that have not ended, oldest first."""
        sql = "SELECT * FROM unfinished_sale ORDER BY created_at, sale_id"
        return [row.sale() for row in self._store.query(_Row, sql)]

    def update(self, sale: Sale) -> None:
        """Store the new state of a known sale; ``SaleNotFound`` for one that is not."""
        changed = self._store.execute(
            "UPDATE sale SET state = ?, abandoning = ?, captured_minor = ? WHERE sale_id = ?",
            (
                sale.state,
                int(sale.abandoning),
                None if sale.captured is None else sale.captured.minor_units,
                sale.sale_id,
            ),
        )
        if changed != 1:
            raise SaleNotFound(repr(sale.sale_id[:40]))

    def put(self, sale: Sale) -> None:
        """Store a new sale, or the new state of a known one; what was sold never changes."""
        self._store.execute(
            "INSERT INTO sale (sale_id, state, lines, total_minor, currency, salt, created_at,"
            " abandoning, sticker_id, intent, captured_minor, asked_key)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (sale_id) DO UPDATE SET"
            " state = excluded.state, abandoning = excluded.abandoning,"
            " captured_minor = excluded.captured_minor",
            (
                sale.sale_id,
                sale.state,
                _lines(sale.basket),
                sale.total.minor_units,
                sale.total.currency.code,
                sale.salt,
                sale.created_at,
                int(sale.abandoning),
                sale.sticker_id,
                sale.intent,
                None if sale.captured is None else sale.captured.minor_units,
                sale.asked_key,
            ),
        )


def _names(of: Sequence[str]) -> str:
    return msgspec.json.encode(of).decode()


def _lines(basket: Basket) -> bytes:
    rows = [
        _LineJson(line.sku, line.name, line.quantity, line.unit_price.minor_units, line.vat_percent)
        for line in basket.lines
    ]
    return msgspec.json.encode(rows)
