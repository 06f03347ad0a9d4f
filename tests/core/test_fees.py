"""Fees: exact at every tie, seen by the merchant alone, and back to the last cent with the sale."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ledger.core.books import fees
from ledger.core.parties import fee_terms
from ledger.core.records.parties import FeeTerms
from ledger.core.records.payments import Payment
from ledger.protocol.errors.checkout import FeeTermsBackdated, FeeTermsFinal, MerchantNotFound
from ledger.protocol.errors.content import FieldFormat
from ledger.protocol.instants import DAY, Instant, later
from ledger.protocol.lifecycle import PaymentState
from ledger.protocol.money import MOST_MINOR_UNITS, Money
from tests.core.demo_world import EUR, KIOSK, NOON, SHOP, World
from tests.core.state import refused

some_terms = st.builds(
    FeeTerms,
    merchant_id=st.just(SHOP),
    valid_from=st.just(NOON),
    bps=st.integers(0, 10_000),
    minimum_minor=st.integers(0, 50),
    maximum_minor=st.none() | st.integers(50, 10_000),
)


def euro(minor_units: int) -> Money:
    return Money(minor_units, EUR)


def terms_of(bps: int, minimum_minor: int = 0, maximum_minor: int | None = None) -> FeeTerms:
    return FeeTerms(SHOP, NOON, bps, minimum_minor, maximum_minor)


def test_a_share_is_a_whole_number_of_the_amounts_currency() -> None:
    share = fees.share_of(euro(10_001), 60)
    assert share == euro(60)
    assert type(share.minor_units) is int


def postings(world: World, payment: Payment) -> list[dict[str, int]]:
    """What each entry of a payment moved, by account; the payer's id left out."""
    with world.store.reading() as books:
        entries = books.journal.entries_of_payment(payment.payment_id)
    return [
        {
            posting.account_id.replace(f"{payment.payer_id}:", ""): posting.amount.minor_units
            for posting in entry.postings
        }
        for entry in entries
    ]


# --- How much ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("amount", "bps", "fee"),
    [
        (1250, 60, 8),  # 7.5 exactly
        (1249, 60, 7),  # 7.494
        (1251, 60, 8),  # 7.506
        (1750, 60, 11),  # 10.5: to the nearest even it would be 10
        (83, 60, 0),  # 0.498
        (84, 60, 1),  # 0.504
        (5000, 1, 1),  # 0.5
        (15_000, 1, 2),  # 1.5
        (25_000, 1, 3),  # 2.5: to the nearest even it would be 2
        (1, 5_000, 1),  # 0.5
        (1, 4_999, 0),  # 0.4999
        (1295, 0, 0),
        (1295, 10_000, 1295),
        (MOST_MINOR_UNITS, 60, 600_000_000),
    ],
)
def test_a_fee_is_rounded_to_the_nearest_cent_and_a_half_upwards(
    amount: int, bps: int, fee: int
) -> None:
    assert fees.fee_of(euro(amount), terms_of(bps)) == euro(fee)


@given(st.integers(0, MOST_MINOR_UNITS), st.integers(0, 10_000))
@example(1250, 60)
@example(25_000, 1)
def test_a_fee_is_never_further_than_half_a_cent_from_the_exact_one(amount: int, bps: int) -> None:
    exact = Fraction(amount * bps, 10_000)
    off = fees.share_of(euro(amount), bps).minor_units - exact
    assert -Fraction(1, 2) < off <= Fraction(1, 2)


@pytest.mark.parametrize(
    ("amount", "fee"),
    [(100, 5), (833, 5), (834, 5), (1000, 6), (33_334, 200), (70_000, 200), (3, 3), (0, 0)],
)
def test_a_fee_stays_within_its_bounds_and_within_the_sale(amount: int, fee: int) -> None:
    assert fees.fee_of(euro(amount), terms_of(60, 5, 200)) == euro(fee)


@given(some_terms, st.lists(st.integers(1, 3_000), min_size=1, max_size=12))
@example(terms_of(60), [1, 1, 1247, 1])
@example(terms_of(60, 5, 200), [3333, 3333, 3333, 1])
def test_however_a_refund_is_cut_the_whole_fee_comes_back_and_never_more(
    terms: FeeTerms, parts: list[int]
) -> None:
    left = sum(parts)
    fee = fees.fee_of(euro(left), terms)
    back = [0]
    for part in parts:
        left -= part
        back.append(fees.returned(fee, left=euro(left), terms=terms).minor_units)
        assert fee.minor_units - back[-1] == fees.fee_of(euro(left), terms).minor_units
    assert back[-1] == fee.minor_units
    assert all(before <= after for before, after in pairwise(back))


@given(some_terms, st.integers(0, 3_000), st.integers(0, 3_000))
def test_what_comes_back_stays_within_the_fee_even_under_other_terms(
    terms: FeeTerms, fee: int, left: int
) -> None:
    assert 0 <= fees.returned(euro(fee), left=euro(left), terms=terms).minor_units <= fee


# --- What is booked ---------------------------------------------------------------------------


def test_the_merchant_is_owed_the_price_without_the_fee(world: World) -> None:
    world.agree_fee(60)
    payment = world.paid(1295, "anna")
    assert (payment.fee_minor, payment.fee_returned_minor) == (8, 0)
    assert postings(world, payment) == [
        {"payer:EUR": -1295, f"merchant:{SHOP}:EUR": 1287, "fees:EUR": 8}
    ]


def test_the_fee_is_in_the_merchants_currency_whatever_the_payer_paid_with(world: World) -> None:
    world.agree_fee(60)
    payment = world.paid(1295, "li-wei")
    (capture,) = postings(world, payment)
    assert (capture["fx:EUR"], capture[f"merchant:{SHOP}:EUR"], capture["fees:EUR"]) == (
        -1295,
        1287,
        8,
    )


def test_a_refund_brings_back_the_part_of_the_fee_that_belongs_to_it(world: World) -> None:
    world.agree_fee(60)
    payment = world.paid(1250, "anna")
    first = world.refund(payment, 833, "R1")
    assert (first.refund.fee_minor, first.payment.fee_returned_minor) == (5, 5)
    second = world.refund(payment, 417, "R2")
    assert (second.refund.fee_minor, second.payment.fee_returned_minor) == (3, 8)
    assert second.payment.state is PaymentState.FULLY_REFUNDED
    assert postings(world, payment)[1:] == [
        {"fees:EUR": -5, f"merchant:{SHOP}:EUR": -828, "payer:EUR": 833},
        {"fees:EUR": -3, f"merchant:{SHOP}:EUR": -414, "payer:EUR": 417},
    ]


def test_a_reversal_brings_back_the_whole_fee(world: World) -> None:
    world.agree_fee(60)
    payment = world.paid(1295, "anna")
    reversed_ = world.reverse(payment.payment_id, payment.merchant_order_no).payment
    assert (reversed_.fee_minor, reversed_.fee_returned_minor) == (8, 8)
    assert postings(world, payment)[1] == {
        "fees:EUR": -8,
        f"merchant:{SHOP}:EUR": -1287,
        "payer:EUR": 1295,
    }


def test_a_fee_as_high_as_the_sale_leaves_the_merchant_nothing_and_comes_back(
    world: World,
) -> None:
    world.agree_fee(60, minimum_minor=5)
    payment = world.paid(3, "anna")
    assert postings(world, payment) == [{"payer:EUR": -3, "fees:EUR": 3}]
    world.refund(payment, 3, "R1")
    assert postings(world, payment)[1] == {"payer:EUR": 3, "fees:EUR": -3}


def test_a_merchant_without_terms_pays_nothing(world: World) -> None:
    world.agree_fee(60, merchant_id=KIOSK)
    payment = world.paid(1295, "anna")
    assert payment.fee_minor == 0
    assert postings(world, payment) == [{"payer:EUR": -1295, f"merchant:{SHOP}:EUR": 1295}]


# --- The fee table ----------------------------------------------------------------------------


def test_later_terms_supersede_from_their_instant_on(world: World) -> None:
    world.agree_fee(60)
    dearer = FeeTerms(SHOP, later(world.now, DAY), 100)
    with world.store.transaction() as books:
        fee_terms.agree(books, terms=dearer, now=world.now)
        assert fee_terms.terms_at(books, SHOP, Instant(dearer.valid_from - 1)).bps == 60
        assert fee_terms.terms_at(books, SHOP, dearer.valid_from).bps == 100
        assert fee_terms.terms_at(books, SHOP, Instant(NOON - 1)) == fees.FREE


def test_a_sale_keeps_the_terms_it_was_made_under(world: World) -> None:
    world.agree_fee(60)
    payment = world.paid(10_000, "anna")
    world.wait(1)
    world.agree_fee(400)
    assert world.refund(payment, 5_000, "R1").refund.fee_minor == 30


def test_the_same_terms_again_are_the_same_row_and_others_from_then_on_are_refused(
    world: World,
) -> None:
    assert world.agree_fee(60) == world.agree_fee(60)
    with refused(world, FeeTermsFinal):
        world.agree_fee(61)
    with world.store.reading() as books:
        assert [row.bps for row in books.directory.fee_table(SHOP)] == [60]


def test_terms_that_would_change_the_past_are_refused(world: World) -> None:
    backdated = FeeTerms(SHOP, Instant(world.now - 1), 60)
    with refused(world, FeeTermsBackdated), world.store.transaction() as books:
        fee_terms.agree(books, terms=backdated, now=world.now)


@pytest.mark.parametrize(
    "terms",
    [
        terms_of(-1),
        terms_of(10_001),
        terms_of(60, -1),
        terms_of(60, 6, 5),
        terms_of(60, 0, MOST_MINOR_UNITS + 1),
    ],
)
def test_terms_that_can_not_be_are_refused(world: World, terms: FeeTerms) -> None:
    with refused(world, FieldFormat), world.store.transaction() as books:
        fee_terms.agree(books, terms=terms, now=world.now)


def test_nobody_has_no_terms(world: World) -> None:
    with refused(world, MerchantNotFound), world.store.transaction() as books:
        fee_terms.agree(books, terms=FeeTerms("M2088DEMO000009", NOON, 60), now=NOON)
