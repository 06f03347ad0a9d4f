"""A basket: lines of goods or a typed amount; its total, the VAT in it, and its salted hash.

Prices are gross, so the VAT is taken *out of* the total: per rate, the gross amounts are added up
first and the net amount is rounded once (half up), which is how a German receipt states it
(Umsatzsteuergesetz § 14 (4) no. 8). Net and VAT of a rate add up to its gross by construction.

The provider never learns what is in a basket. Its payment request carries only
``SHA-256("basket/v1" + LF + 16 bytes of salt + canonical JSON)``: with the salt the shop can prove
later what was bought, without it a list of all products doesn't help to guess. The salt stays with
the till and on the payer's receipt, so either of them can compute the hash again.

    >>> from pos.goods import catalogue
    >>> shop = catalogue.load()
    >>> basket = Basket.of_goods([(shop.product("shampoo-300ml"), 2)])
    >>> basket.total
    Money(590, 'EUR')
    >>> [(part.vat_percent, part.net.minor_units, part.vat.minor_units) for part in basket.vat()]
    [(19, 496, 94)]
    >>> basket.canonical().decode()
    '[[["shampoo-300ml",2,295,19]],590,"EUR"]'
    >>> basket.salted_hash(bytes(16))[:16]
    'f5305144415491c5'
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass

from ledger.protocol.errors.content import FieldFormat
from ledger.protocol.money import Money, payable
from pos.goods.catalogue import Names, Product

SALT_BYTES = 16
LINES_MAX = 100
QUANTITY_MAX = 999


@dataclass(frozen=True, slots=True)
class Line:
    """One article of a basket as it was when it was sold: a price change leaves it alone."""

    sku: str
    name: Names
    quantity: int
    unit_price: Money
    vat_percent: int

    @property
    def gross(self) -> Money:
        """Quantity times unit price."""
        return Money(self.quantity * self.unit_price.minor_units, self.unit_price.currency)


@dataclass(frozen=True, slots=True)
class VatPart:
    """All lines of one VAT rate: gross = net + VAT."""

    vat_percent: int
    gross: Money
    net: Money
    vat: Money


@dataclass(frozen=True, slots=True)
class Basket:
    """What is to be paid, and for which goods; no lines when only an amount was typed."""

    lines: tuple[Line, ...]
    total: Money

    @classmethod
    def of_goods(cls, wanted: Sequence[tuple[Product, int]]) -> Basket:
        """Put products and quantities in a basket.

        No line, more than 100 lines or a quantity outside of 1 to 999 raise ``FieldFormat``.
        """
        if not 1 <= len(wanted) <= LINES_MAX:
            raise FieldFormat(f"a basket has 1 to {LINES_MAX} lines, not {len(wanted)}")
        lines = tuple(_line(product, quantity) for product, quantity in wanted)
        total = lines[0].gross
        for line in lines[1:]:
            total += line.gross
        return cls(lines, payable(total))

    @classmethod
    def of_amount(cls, amount: Money) -> Basket:
        """Make a basket of a typed amount, as at a till without a price list."""
        return cls((), payable(amount))

    def vat(self) -> list[VatPart]:
        """State the VAT by rate, the highest rate first; nothing is known of a typed amount."""
        rates = sorted({line.vat_percent for line in self.lines}, reverse=True)
        return [self._part(rate) for rate in rates]

    def _part(self, vat_percent: int) -> VatPart:
        currency = self.total.currency
        of_rate = (line.gross for line in self.lines if line.vat_percent == vat_percent)
        gross = sum(amount.minor_units for amount in of_rate)
        net = net_of(gross, vat_percent)
        return VatPart(
            vat_percent=vat_percent,
            gross=Money(gross, currency),
            net=Money(net, currency),
            vat=Money(gross - net, currency),
        )

    def salted_hash(self, salt: bytes) -> str:
        """Commit to this basket in 64 hexadecimal digits; the salt has 16 bytes."""
        if len(salt) != SALT_BYTES:
            raise ValueError(f"a salt has {SALT_BYTES} bytes, not {len(salt)}")
        return hashlib.sha256(b"basket/v1\n" + salt + self.canonical()).hexdigest()

    def canonical(self) -> bytes:
        """Spell the basket in the one way that is hashed: JSON without spaces, in UTF-8.

        ``[[[sku, quantity, unit price, VAT percent], …], total, currency]``, in minor units.
        """
        lines = [
            [line.sku, line.quantity, line.unit_price.minor_units, line.vat_percent]
            for line in self.lines
        ]
        content = [lines, self.total.minor_units, self.total.currency.code]
        return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()


def _line(product: Product, quantity: int) -> Line:
    if not 1 <= quantity <= QUANTITY_MAX:
        raise FieldFormat(f"a quantity lies between 1 and {QUANTITY_MAX}, not {quantity}")
    return Line(product.sku, product.name, quantity, product.price, product.vat_percent)


def net_of(gross_minor: int, vat_percent: int) -> int:
    """Take the VAT out of a gross amount, rounding the net amount half up to a minor unit."""
    divisor = 100 + vat_percent
    return (200 * gross_minor + divisor) // (2 * divisor)
