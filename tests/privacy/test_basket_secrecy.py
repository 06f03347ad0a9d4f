"""Who has the hash of a basket and a list of all products still doesn't know the basket."""

from __future__ import annotations

import hashlib
import json
from itertools import product as pairs_of

from ledger.protocol.money import Money, currency
from pos.goods.basket import Basket
from pos.goods.catalogue import Names, Product

EUR = currency("EUR")
SALT = bytes.fromhex("0f1e2d3c4b5a69788796a5b4c3d2e1f0")
CATALOGUE = [
    Product(
        f"article-{n:02}",
        Names(f"Ware {n}", f"Article {n}", f"商品{n}"),
        Money(95 + 10 * n, EUR),
        19,
    )
    for n in range(50)
]
QUANTITIES = (1, 2, 3)


def small_baskets() -> list[Basket]:
    """All baskets of one or two lines, in every order, of up to three pieces each."""
    lines = [(article, quantity) for article in CATALOGUE for quantity in QUANTITIES]
    return [
        *(Basket.of_goods([line]) for line in lines),
        *(Basket.of_goods(two) for two in pairs_of(lines, repeat=2)),
    ]


def unsalted(basket: Basket) -> str:
    """The hash as it would be if somebody left the salt out."""
    return hashlib.sha256(b"basket/v1\n" + basket.canonical()).hexdigest()


def test_a_dictionary_of_small_baskets_opens_a_hash_without_salt_and_none_with_it() -> None:
    bought = Basket.of_goods([(CATALOGUE[17], 2), (CATALOGUE[41], 1)])
    dictionary = {unsalted(basket): basket for basket in small_baskets()}
    assert len(dictionary) == 150 + 150 * 150
    assert dictionary[unsalted(bought)] == bought
    assert bought.salted_hash(SALT) not in dictionary


def test_who_holds_the_receipt_checks_the_hash_with_any_sha_256() -> None:
    bought = Basket.of_goods([(CATALOGUE[17], 2)])
    receipt = {"basket": bought.canonical().decode(), "basket_salt": SALT.hex()}
    again = json.loads(json.dumps(receipt))
    salted = b"basket/v1\n" + bytes.fromhex(again["basket_salt"]) + again["basket"].encode()
    assert hashlib.sha256(salted).hexdigest() == bought.salted_hash(SALT)
