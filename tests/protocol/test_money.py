"""Money keeps every minor unit, and each spelling of it has exactly one strict reader."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.protocol import money
from ledger.protocol.errors.content import (
    AmountFormat,
    AmountOutOfRange,
    AmountScale,
    CurrencyMismatch,
    CurrencyUnsupported,
)
from ledger.protocol.money import Money, currency

EUR, JPY, BHD = currency("EUR"), currency("JPY"), currency("BHD")

currencies = st.sampled_from([EUR, JPY, BHD])
payable_amounts = st.builds(Money, st.integers(1, money.MOST_MINOR_UNITS), currencies)


@given(payable_amounts)
def test_every_decimal_spelling_reads_back_as_the_same_money(amount: Money) -> None:
    assert money.parse_decimal(money.to_decimal(amount), amount.currency) == amount


@given(payable_amounts)
def test_every_emvco_spelling_fits_its_field_and_reads_back(amount: Money) -> None:
    spelling = money.to_emvco(amount)
    assert len(spelling) <= money.EMVCO_LENGTH
    assert money.parse_emvco(spelling, amount.currency) == amount


@given(payable_amounts)
def test_every_twelve_digit_spelling_reads_back(amount: Money) -> None:
    assert money.parse_iso8583(money.to_iso8583(amount), amount.currency) == amount


@given(
    st.integers(-(10**12), 10**12),
    st.lists(st.integers(0, 1000), min_size=1, max_size=8).filter(any),
)
def test_an_allocation_adds_up_and_no_part_is_off_by_a_whole_unit(
    minor_units: int, weights: list[int]
) -> None:
    parts = Money(minor_units, EUR).allocate(weights)
    assert sum(part.minor_units for part in parts) == minor_units
    for part, weight in zip(parts, weights, strict=True):
        assert abs(part.minor_units * sum(weights) - minor_units * weight) < sum(weights)


@pytest.mark.parametrize("weights", [[], [0], [0, 0], [1, -1], [2, -1]])
def test_an_allocation_by_no_or_negative_weights_is_refused(weights: list[int]) -> None:
    with pytest.raises(ValueError, match="non-negative"):
        Money(100, EUR).allocate(weights)


@pytest.mark.parametrize(
    ("value", "broken_rule"),
    [
        (1.0, AmountFormat),
        ("1295", AmountFormat),
        ("1e3", AmountFormat),
        (True, AmountFormat),
        (None, AmountFormat),
        ([1], AmountFormat),
        (0, AmountOutOfRange),
        (-1, AmountOutOfRange),
        (2**63, AmountOutOfRange),
        (10**11 + 1, AmountOutOfRange),
    ],
)
def test_a_json_amount_is_an_integer_in_range(value: object, broken_rule: type[Exception]) -> None:
    with pytest.raises(broken_rule):
        money.parse_minor(value, "EUR")


def test_the_range_of_amounts_includes_both_ends() -> None:
    assert money.parse_minor(1, "EUR") == Money(1, EUR)
    assert money.parse_minor(10**11, "EUR") == Money(10**11, EUR)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "1 ",
        " 1",
        "1\n",
        "+1",
        "-1",
        "01",
        "00",
        "1.",
        ".5",
        "1,5",
        "1_0",
        "1e3",
        "0x1",
        "１２",
        "١",
        "Infinity",
        "NaN",
        "1.0.0",
        "1 000",
        "9" * 19,
    ],
)
def test_a_decimal_amount_in_any_other_spelling_is_refused(text: str) -> None:
    with pytest.raises(AmountFormat):
        money.parse_decimal(text, EUR)


@pytest.mark.parametrize(("text", "of"), [("1.005", EUR), ("1.0", JPY), ("1.0005", BHD)])
def test_more_decimals_than_the_currency_has_are_refused(text: str, of: money.Currency) -> None:
    with pytest.raises(AmountScale):
        money.parse_decimal(text, of)


@pytest.mark.parametrize(
    ("text", "minor_units"), [("98.73", 9873), ("98", 9800), ("98.", 9800), ("98.7", 9870)]
)
def test_the_emvco_field_allows_the_dot_to_come_last(text: str, minor_units: int) -> None:
    assert money.parse_emvco(text, EUR) == Money(minor_units, EUR)


@pytest.mark.parametrize("text", ["98,73", "3 705", ".98", "", "1" * 14, "９８"])
def test_the_emvco_field_refuses_other_spellings(text: str) -> None:
    with pytest.raises(AmountFormat):
        money.parse_emvco(text, EUR)


@pytest.mark.parametrize("text", ["0", "0.00", "0."])
def test_a_code_for_nothing_is_refused(text: str) -> None:
    with pytest.raises(AmountOutOfRange):
        money.parse_emvco(text, EUR)


@pytest.mark.parametrize(
    ("read", "told"),
    [
        (lambda: money.parse_minor("1295", "EUR"), "not str$"),
        (lambda: money.parse_decimal("1,5", EUR), "'1,5'$"),
        (lambda: money.parse_decimal("x" * 30, EUR), f" '{'x' * 24}'$"),
        (lambda: money.parse_iso8583("12", EUR), "'12'$"),
        (lambda: money.parse_iso8583("x" * 30, EUR), f" '{'x' * 24}'$"),
        (lambda: money.to_fen(Money(1, JPY)), "^JPY has 0 decimals"),
    ],
)
def test_a_refused_amount_is_told_as_far_as_it_fits_a_sentence(
    read: Callable[[], object], told: str
) -> None:
    with pytest.raises((AmountFormat, AmountScale), match=told):
        read()


def test_fen_need_a_currency_with_hundredths() -> None:
    assert money.parse_fen(1295, currency("CNY")) == Money(1295, currency("CNY"))
    assert money.to_fen(Money(1295, EUR)) == 1295
    with pytest.raises(AmountScale):
        money.to_fen(Money(1295, JPY))


@pytest.mark.parametrize("text", ["1295", "0000000012.95", "00000000129５", " 00000001295"])
def test_iso_8583_amounts_have_twelve_digits(text: str) -> None:
    with pytest.raises(AmountFormat):
        money.parse_iso8583(text, EUR)


@pytest.mark.parametrize(
    "combine",
    [lambda a, b: a + b, lambda a, b: a - b, lambda a, b: a < b, lambda a, b: a <= b],
)
def test_currencies_do_not_mix(combine: Callable[[Money, Money], object]) -> None:
    with pytest.raises(CurrencyMismatch):
        combine(Money(1, EUR), Money(1, JPY))


def test_currencies_are_known_by_letters_and_by_number() -> None:
    assert money.currency_by_numeric("048") is BHD
    for lookup, unknown in ((money.currency, "XXX"), (money.currency_by_numeric, "999")):
        with pytest.raises(CurrencyUnsupported):
            lookup(unknown)


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        (Money(5, EUR), "0.05"),
        (Money(-5, BHD), "-0.005"),
        (Money(1295, JPY), "1295"),
        (Money(0, EUR), "0.00"),
    ],
)
def test_decimals_are_exactly_those_of_the_currency(amount: Money, text: str) -> None:
    assert money.to_decimal(amount) == text


def test_an_amount_is_at_most_itself() -> None:
    assert Money(5, EUR) <= Money(5, EUR)
    assert not Money(6, EUR) <= Money(5, EUR)


def test_the_whole_can_go_to_one() -> None:
    assert Money(-7, EUR).allocate([1]) == [Money(-7, EUR)]
    assert Money(7, EUR).allocate([0, 1]) == [Money(0, EUR), Money(7, EUR)]
