"""The price list: what the shop sells, in three languages, with gross prices and VAT rates.

Prices are gross (German retail prices include VAT), in minor units of the shop's currency. The VAT
rate is a whole number of percent: 19, or 7 for food, infant formula and sanitary products
(Umsatzsteuergesetz § 12). The data stands in ``products.json`` beside this file; names are generic.

    >>> catalogue = load()
    >>> catalogue.product("shampoo-300ml").price
    Money(295, 'EUR')
    >>> catalogue.product("champagne")
    Traceback (most recent call last):
    ...
    ledger.protocol.errors.checkout.ProductNotFound: 'champagne'
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from importlib import resources

import msgspec

from ledger.protocol.errors.checkout import ProductNotFound
from ledger.protocol.money import Currency, Money, currency

SHOP_CURRENCY = currency("EUR")


class Language(StrEnum):
    """The languages the shop speaks."""

    DE = "de"
    EN = "en"
    ZH = "zh"


class Names(msgspec.Struct, frozen=True):
    """One name in every language of the shop."""

    de: str
    en: str
    zh: str

    def in_language(self, language: Language) -> str:
        """Pick the name of one language."""
        return {Language.DE: self.de, Language.EN: self.en, Language.ZH: self.zh}[language]


@dataclass(frozen=True, slots=True)
class Product:
    """One article: its stock keeping unit, names, gross price and VAT rate in percent."""

    sku: str
    name: Names
    price: Money
    vat_percent: int


class Catalogue:
    """Products by stock keeping unit, in the order of the price list."""

    def __init__(self, products: list[Product]) -> None:
        self._by_sku = {product.sku: product for product in products}
        if len(self._by_sku) != len(products):
            raise ValueError("a stock keeping unit occurs twice in the price list")

    def product(self, sku: str) -> Product:
        """Look a product up; an unknown one raises ``ProductNotFound``."""
        found = self._by_sku.get(sku)
        if found is None:
            raise ProductNotFound(repr(sku[:40]))
        return found

    @property
    def products(self) -> list[Product]:
        """All products in the order of the price list."""
        return list(self._by_sku.values())


class _Row(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    sku: str
    name: Names
    price_minor: int
    vat_percent: int

    def product(self, of: Currency) -> Product:
        return Product(self.sku, self.name, Money(self.price_minor, of), self.vat_percent)


def load() -> Catalogue:
    """Read the price list that is shipped with the till."""
    raw = resources.files("pos.goods").joinpath("products.json").read_bytes()
    rows = msgspec.json.decode(raw, type=list[_Row])
    return Catalogue([row.product(SHOP_CURRENCY) for row in rows])
