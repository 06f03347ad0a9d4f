"""Prices, VAT and the hash of a basket, exact to the cent."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from itertools import combinations_with_replacement

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.protocol.errors.checkout import ProductNotFound
from ledger.protocol.errors.content import AmountOutOfRange, FieldFormat
from ledger.protocol.identifiers import check_text
from ledger.protocol.money import Money, currency
from pos.goods.basket import LINES_MAX, QUANTITY_MAX, Basket, net_of
from pos.goods.catalogue import Catalogue, Language, Product, load

SHOP = load()
EUR = currency("EUR")
SALT = bytes(range(16))

wanted = st.lists(
    st.tuples(st.sampled_from(SHOP.products), st.integers(1, QUANTITY_MAX)),
    min_size=1,
    max_size=LINES_MAX,
)


def test_the_price_list_has_the_goods_of_a_small_drugstore() -> None:
    assert len(SHOP.products) == 24
    assert {product.vat_percent for product in SHOP.products} == {7, 19}
    for product in SHOP.products:
        assert product.price.currency == EUR
        assert 0 < product.price.minor_units < 2_000


@pytest.mark.parametrize("language", list(Language))
def test_each_product_has_its_own_name_in_each_language(language: Language) -> None:
    names = [product.name.in_language(language) for product in SHOP.products]
    assert len(set(names)) == len(names)
    assert all(check_text(name, 40) for name in names)


def test_a_price_list_that_names_a_product_twice_is_refused() -> None:
    with pytest.raises(ValueError, match="twice"):
        Catalogue([SHOP.products[0], SHOP.products[0]])


def test_an_unknown_product_is_named() -> None:
    with pytest.raises(ProductNotFound, match="champagne"):
        SHOP.product("champagne")


@given(wanted)
def test_the_total_is_the_sum_of_quantity_times_price(goods: list[tuple[Product, int]]) -> None:
    basket = Basket.of_goods(goods)
    exact = sum(product.price.minor_units * quantity for product, quantity in goods)
    assert basket.total == Money(exact, EUR)
    assert basket.total.minor_units == sum(line.gross.minor_units for line in basket.lines)


@given(wanted)
def test_vat_parts_add_up_to_the_total_and_each_to_its_gross(
    goods: list[tuple[Product, int]],
) -> None:
    basket = Basket.of_goods(goods)
    parts = basket.vat()
    assert sum(part.gross.minor_units for part in parts) == basket.total.minor_units
    assert all(part.net + part.vat == part.gross for part in parts)
    rates = [part.vat_percent for part in parts]
    assert rates == sorted(set(rates), reverse=True)


@given(st.integers(1, 10**11), st.sampled_from([0, 7, 19]))
def test_the_net_amount_is_rounded_half_up_like_the_tax_office_does(
    gross: int, vat_percent: int
) -> None:
    exact = Decimal(gross * 100) / Decimal(100 + vat_percent)
    assert net_of(gross, vat_percent) == exact.quantize(Decimal(1), ROUND_HALF_UP)


@pytest.mark.parametrize(("gross", "vat_percent"), [(125, 100), (1, 300), (63, 25 * 4)])
def test_an_exact_half_is_rounded_up(gross: int, vat_percent: int) -> None:
    exact = Fraction(gross * 100, 100 + vat_percent)
    below = gross * 100 // (100 + vat_percent)
    assert net_of(gross, vat_percent) == (below + 1 if exact - below >= Fraction(1, 2) else below)


def test_nothing_is_known_of_the_vat_in_a_typed_amount() -> None:
    basket = Basket.of_amount(Money(1295, EUR))
    assert (basket.lines, basket.vat()) == ((), [])


@pytest.mark.parametrize("quantity", [0, -1, QUANTITY_MAX + 1])
def test_a_quantity_outside_of_its_range_is_refused(quantity: int) -> None:
    with pytest.raises(FieldFormat, match="quantity"):
        Basket.of_goods([(SHOP.products[0], quantity)])


@pytest.mark.parametrize("lines", [0, LINES_MAX + 1])
def test_a_basket_without_goods_or_with_too_many_lines_is_refused(lines: int) -> None:
    with pytest.raises(FieldFormat, match="lines"):
        Basket.of_goods([(SHOP.products[0], 1)] * lines)


@pytest.mark.parametrize("minor_units", [0, -1, 10**11 + 1])
def test_an_amount_nobody_can_pay_is_refused(minor_units: int) -> None:
    with pytest.raises(AmountOutOfRange):
        Basket.of_amount(Money(minor_units, EUR))


def all_small_baskets() -> list[Basket]:
    one_or_two = [
        *([(product, 1)] for product in SHOP.products),
        *([(a, 1), (b, 1)] for a, b in combinations_with_replacement(SHOP.products, 2)),
    ]
    return [Basket.of_goods(goods) for goods in one_or_two]


def test_without_its_salt_a_basket_can_not_be_guessed_from_its_hash() -> None:
    secret = Basket.of_goods([(SHOP.products[3], 1), (SHOP.products[7], 1)])
    published = secret.salted_hash(SALT)
    guesses = {basket.salted_hash(bytes(16)) for basket in all_small_baskets()}
    assert published not in guesses
    with_the_salt = {basket.salted_hash(SALT): basket for basket in all_small_baskets()}
    assert with_the_salt[published] == secret


def test_different_baskets_have_different_hashes_under_one_salt() -> None:
    baskets = all_small_baskets()
    assert len({basket.salted_hash(SALT) for basket in baskets}) == len(baskets)


def test_a_salt_has_sixteen_bytes() -> None:
    with pytest.raises(ValueError, match="16 bytes"):
        Basket.of_amount(Money(1, EUR)).salted_hash(b"short")
