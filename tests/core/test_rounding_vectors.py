"""The published vectors of rounding hold: by our code, and by decimal arithmetic beside it."""

from __future__ import annotations

import json
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal
from itertools import accumulate, pairwise
from typing import Any

import pytest

from ledger.core.books import fees, fx
from ledger.core.records.parties import FeeTerms
from ledger.protocol.instants import Instant
from ledger.protocol.money import Money, currency
from tests.core.demo_world import EUR
from tests.tidy.source import ROOT

Vector = dict[str, Any]
VECTORS: list[Vector] = json.loads(
    (ROOT / "tests" / "vectors" / "rounding.json").read_text("utf-8")
)["vectors"]


def vectors(check: str) -> list[Any]:
    found = [vector for vector in VECTORS if vector["input"]["check"] == check]
    return [pytest.param(each["input"], each["values"], id=each["id"]) for each in found]


def whole(exact: Decimal, rounding: str) -> int:
    return int(exact.quantize(Decimal(1), rounding))


def terms_of(given: Vector) -> FeeTerms:
    return FeeTerms("M", Instant(0), given["bps"], given["minimum_minor"], given["maximum_minor"])


def tables_of(given: Vector) -> dict[str, tuple[int, int]]:
    rates = given["middle_rates_per_euro"].items()
    return {code: (int(rate.split("/")[0]), int(rate.split("/")[1])) for code, rate in rates}


def shares(totals: list[int]) -> list[int]:
    return [after - before for before, after in pairwise([0, *totals])]


def test_each_vector_has_an_id_of_its_own_and_says_what_it_shows() -> None:
    assert len({vector["id"] for vector in VECTORS}) == len(VECTORS)
    assert all(vector["note"] and vector["result"] == "valid" for vector in VECTORS)


@pytest.mark.parametrize(("given", "values"), vectors("fee"))
def test_fees(given: Vector, values: Vector) -> None:
    amount = given["amount_minor"]
    assert fees.fee_of(Money(amount, EUR), terms_of(given)).minor_units == values["fee_minor"]
    fee = whole(Decimal(amount * given["bps"]) / 10_000, ROUND_HALF_UP)
    most = amount if given["maximum_minor"] is None else given["maximum_minor"]
    assert min(max(fee, given["minimum_minor"]), most, amount) == values["fee_minor"]


@pytest.mark.parametrize(("given", "values"), vectors("fee_returned"))
def test_fees_that_come_back(given: Vector, values: Vector) -> None:
    terms, amount = terms_of(given), given["amount_minor"]
    fee = fees.fee_of(Money(amount, EUR), terms)
    back = [
        fees.returned(fee, left=Money(amount - refunded, EUR), terms=terms).minor_units
        for refunded in accumulate(given["refunds_minor"])
    ]
    assert (fee.minor_units, shares(back)) == (values["fee_minor"], values["returned_minor"])
    assert sum(given["refunds_minor"]) == amount
    assert sum(values["returned_minor"]) == values["fee_minor"]


@pytest.mark.parametrize(("given", "values"), vectors("exchange"))
def test_exchanges(given: Vector, values: Vector) -> None:
    sold, bought = currency(given["currency"]), currency(given["payer_currency"])
    table = fx.RateTable(tables_of(given), "vectors", given["spread_bps"])
    rate, price = table.rate(sold, bought), Money(given["amount_minor"], sold)
    paid, worth = fx.convert(price, rate, bought), fx.worth(price, rate, bought)
    assert (str(rate), paid.minor_units, worth.minor_units) == (
        values["rate"],
        values["payer_amount_minor"],
        values["worth_minor"],
    )
    assert (paid - worth).minor_units == values["rounding_minor"]
    exact = Decimal(price.minor_units * rate.numerator) / rate.denominator
    assert whole(exact, ROUND_CEILING) == values["payer_amount_minor"]
    assert whole(exact, ROUND_HALF_UP) == values["worth_minor"]


@pytest.mark.parametrize(("given", "values"), vectors("refund"))
def test_refunds(given: Vector, values: Vector) -> None:
    price = Money(given["amount_minor"], EUR)
    paid = Money(given["payer_amount_minor"], currency("CNY"))
    refunded = list(accumulate(given["refunds_minor"]))
    got = [fx.payer_share(Money(total, EUR), of=price, paid=paid).minor_units for total in refunded]
    assert shares(got) == values["payer_refunds_minor"]
    assert sum(values["payer_refunds_minor"]) == given["payer_amount_minor"]
    exact = [Decimal(paid.minor_units * total) / price.minor_units for total in refunded]
    assert shares([whole(each, ROUND_FLOOR) for each in exact]) == values["payer_refunds_minor"]
