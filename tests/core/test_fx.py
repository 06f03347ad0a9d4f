"""Exchange: exact, against whoever starts the movement, and never a way to make money."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ledger.core.books import fx
from ledger.core.books.fx import SANDBOX_RATES
from ledger.core.records.payments import Rate
from ledger.protocol import messages
from ledger.protocol.errors.checkout import QuoteExpired
from ledger.protocol.errors.content import AmountOutOfRange, CurrencyUnsupported
from ledger.protocol.messages import Receipt
from ledger.protocol.money import MOST_MINOR_UNITS, Currency, Money, currency
from tests.core.demo_world import World
from tests.core.state import refused

CURRENCIES = [currency(code) for code in SANDBOX_RATES.per_euro]
any_currency = st.sampled_from(CURRENCIES)
amounts = st.integers(1, 10**8)


@pytest.mark.parametrize(
    ("code", "minor_units"),
    [("EUR", 1295), ("CNY", 10118), ("JPY", 2105), ("BHD", 5180), ("USD", 1490)],
)
def test_a_price_of_12_95_euro_in_other_currencies(code: str, minor_units: int) -> None:
    into = currency(code)
    rate = SANDBOX_RATES.rate(currency("EUR"), into)
    assert fx.convert(Money(1295, currency("EUR")), rate, into) == Money(minor_units, into)


@given(amounts, any_currency, any_currency)
@example(16, currency("EUR"), currency("CNY"))  # 125 exactly: nothing to round
@example(1, currency("JPY"), currency("BHD"))
def test_a_payer_pays_the_least_amount_that_covers_the_price(
    minor_units: int, sold: Currency, bought: Currency
) -> None:
    rate = SANDBOX_RATES.rate(sold, bought)
    paid = fx.convert(Money(minor_units, sold), rate, bought).minor_units
    exact = Fraction(minor_units) * Fraction(rate.numerator, rate.denominator)
    assert paid - 1 < exact <= paid


@given(amounts, st.lists(any_currency, min_size=2, max_size=8), st.sampled_from([0, 1, 50, 10_000]))
def test_no_walk_through_currencies_gains(
    minor_units: int, walk: list[Currency], spread_bps: int
) -> None:
    """Buying with A what costs B, then with B what costs A, never ends with less to pay."""
    rates = replace(SANDBOX_RATES, spread_bps=spread_bps)
    rounds = [*walk, walk[0]]
    held = Money(minor_units, rounds[0])
    for sold, bought in pairwise(rounds):
        held = fx.convert(held, rates.rate(sold, bought), bought)
    assert held.minor_units >= minor_units


@given(any_currency, any_currency, st.integers(1, 10_000))
def test_a_spread_is_on_top_of_the_middle_rate_to_the_last_digit(
    sold: Currency, bought: Currency, spread_bps: int
) -> None:
    middle = SANDBOX_RATES.rate(sold, bought)
    rate = replace(SANDBOX_RATES, spread_bps=spread_bps).rate(sold, bought)
    assert Fraction(rate.numerator, rate.denominator) == Fraction(
        middle.numerator, middle.denominator
    ) * Fraction(10_000 + spread_bps, 10_000)


@pytest.mark.parametrize(
    ("spread_bps", "set_by"),
    [
        (0, "me"),
        (5, "me: middle rate + 0.05 %"),
        (50, "me: middle rate + 0.50 %"),
        (100, "me: middle rate + 1.00 %"),
        (120, "me: middle rate + 1.20 %"),
    ],
)
def test_who_set_a_rate_says_what_was_added_to_it(spread_bps: int, set_by: str) -> None:
    table = fx.RateTable({"EUR": (1, 1), "CNY": (8, 1)}, "me", spread_bps)
    rate = table.rate(currency("EUR"), currency("CNY"))
    assert (rate.set_by, rate.spread_bps) == (set_by, spread_bps)


def test_a_payer_reads_the_spread_before_agreeing_and_on_the_receipt(world: World) -> None:
    world.rates = replace(SANDBOX_RATES, spread_bps=50)
    payment = world.request(1295)
    offered = world.claim(payment, "li-wei")
    assert offered.quote is not None
    assert (offered.payer_amount.minor_units, str(offered.quote.rate)) == (10_168, "1005/128")
    assert offered.quote.rate.spread_bps == 50
    captured = world.authorise(payment, "li-wei")
    receipt = messages.decode(Receipt, captured.receipt.text)
    assert (receipt.rate, receipt.rate_set_by) == (
        "1005/128",
        "qrpay sandbox: middle rate + 0.50 %",
    )
    assert receipt.amount.minor_units == 1295
    world.rates = SANDBOX_RATES
    refund = world.refund(payment, 1295, "R1")
    assert messages.decode(Receipt, refund.receipt.text).rate == "1005/128"
    assert world.balance("li-wei") == 500_000


@given(any_currency, any_currency)
def test_a_rate_there_and_back_is_one(one: Currency, other: Currency) -> None:
    there, back = SANDBOX_RATES.rate(one, other), SANDBOX_RATES.rate(other, one)
    assert there.numerator * back.numerator == there.denominator * back.denominator


@given(
    paid=st.integers(1, 10**6),
    parts=st.lists(st.integers(1, 10**4), min_size=1, max_size=12),
)
def test_however_a_refund_is_cut_the_payer_gets_back_exactly_what_was_paid(
    paid: int, parts: list[int]
) -> None:
    price = Money(sum(parts), currency("EUR"))
    cost = Money(paid, currency("CNY"))
    refunded, shares = Money(0, price.currency), [0]
    for part in parts:
        refunded += Money(part, price.currency)
        shares.append(fx.payer_share(refunded, of=price, paid=cost).minor_units)
    received = [after - before for before, after in pairwise(shares)]
    assert sum(received) == paid
    assert min(received) >= 0


@pytest.mark.parametrize(
    ("minor_units", "rate", "worth"),
    [(1295, (125, 16), 10_117), (1, (1, 2), 1), (1, (5, 2), 3), (1, (49, 100), 0), (3, (1, 2), 2)],
)
def test_a_price_is_worth_the_nearest_amount_and_a_half_counts_up(
    minor_units: int, rate: tuple[int, int], worth: int
) -> None:
    price = Money(minor_units, currency("EUR"))
    assert fx.worth(price, Rate(*rate, "x"), currency("CNY")).minor_units == worth


@given(amounts, any_currency, any_currency)
def test_rounding_is_at_most_one_minor_unit_and_never_for_the_payer(
    minor_units: int, sold: Currency, bought: Currency
) -> None:
    price, rate = Money(minor_units, sold), SANDBOX_RATES.rate(sold, bought)
    paid, worth = fx.convert(price, rate, bought), fx.worth(price, rate, bought)
    assert paid.minor_units - worth.minor_units in (0, 1)


def balances(world: World) -> dict[str, int]:
    """What stands in our accounts for exchange."""
    with world.store.reading() as books:
        accounts = books.journal.accounts()
    return {
        account.account_id: account.balance_minor
        for account in accounts
        if account.account_id.startswith("fx")
    }


def test_what_rounding_left_is_seen_beside_the_position(world: World) -> None:
    payment = world.paid(1295, "li-wei")
    assert balances(world) == {"fx:CNY": 10_117, "fx-rounding:CNY": 1, "fx:EUR": -1_295}
    world.refund(payment, 295, "R1")  # worth 23.046..., of which the payer gets 23.04
    assert balances(world) == {"fx:CNY": 7_812, "fx-rounding:CNY": 2, "fx:EUR": -1_000}
    world.refund(payment, 1000, "R2")
    assert balances(world) == {"fx:CNY": 0, "fx-rounding:CNY": 0, "fx:EUR": 0}


def test_a_refund_uses_the_rate_of_its_sale_and_not_the_one_of_today(world: World) -> None:
    payment = world.paid(1295, "li-wei")
    world.rates = fx.RateTable({"EUR": (1, 1), "CNY": (9, 1)}, "dearer")
    world.refund(payment, 1295, "R1")
    assert world.balance("li-wei") == 500_000
    assert set(balances(world).values()) == {0}


def test_every_way_to_cut_a_small_price_gives_everything_back_and_never_too_much_before() -> None:
    for amount in range(1, 40):
        price, cost = Money(amount, currency("EUR")), Money(2 * amount + 1, currency("CNY"))
        shares = [
            fx.payer_share(Money(part, price.currency), of=price, paid=cost).minor_units
            for part in range(amount + 1)
        ]
        assert shares[0] == 0
        assert shares[-1] == cost.minor_units
        assert all(share * amount <= part * cost.minor_units for part, share in enumerate(shares))


def test_a_currency_without_a_rate_is_refused(world: World) -> None:
    world.wallets["zoe"] = world.add_payer("zoe", "NZD", 10_000)
    payment = world.request(100)
    with refused(world, CurrencyUnsupported):
        world.claim(payment, "zoe")


def test_a_conversion_beyond_what_money_can_be_is_refused() -> None:
    with pytest.raises(AmountOutOfRange):
        fx.convert(Money(MOST_MINOR_UNITS, currency("EUR")), Rate(2, 1, "x"), currency("CNY"))


def test_the_rate_stays_locked_for_the_claim_whatever_the_table_says_later(world: World) -> None:
    payment = world.request(1295)
    code = world.code(payment)
    offered = world.claim(payment, "li-wei", code)
    assert offered.quote is not None
    assert (str(offered.quote.rate), offered.quote.rate.set_by) == ("125/16", "qrpay sandbox")
    world.rates = fx.RateTable({"EUR": (1, 1), "CNY": (9, 1)}, "dearer")
    assert world.claim(payment, "li-wei", code).payer_amount == offered.payer_amount
    assert world.authorise(payment, "li-wei").payment.payer_amount == offered.payer_amount


def test_after_the_lock_has_run_out_the_payer_has_to_scan_again(world: World) -> None:
    payment = world.request(1295)
    world.claim(payment, "li-wei")
    world.wait(world.policy.claim_ms)
    with refused(world, QuoteExpired):
        world.authorise(payment, "li-wei")
    world.claim(payment, "li-wei")
    assert world.authorise(payment, "li-wei").payment.paid_at == world.now


def test_a_payers_share_is_in_the_payers_currency() -> None:
    price, paid = Money(100, currency("EUR")), Money(781, currency("CNY"))
    assert fx.payer_share(Money(50, price.currency), of=price, paid=paid) == Money(
        390, paid.currency
    )
