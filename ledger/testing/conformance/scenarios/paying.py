"""Codes that a till shows: paid, refused, given up, two at once."""

from __future__ import annotations

from ledger.protocol.errors import QrpayError
from ledger.testing.conformance.scenarios import Scenario
from ledger.testing.conformance.stage import PRICE_MINOR, Broken, Stage


def _paid(stage: Stage) -> None:
    stage.expect_paid(stage.sold_and_paid())


def _price(stage: Stage) -> None:
    asked = stage.scan(stage.sell()).amount
    if (asked.minor_units, asked.currency.code) != (PRICE_MINOR, stage.dialect.currency):
        raise Broken(f"the customer is asked for {asked}")


def _numbers(stage: Stage) -> None:
    first, second = stage.sell(), stage.sell()
    if first.order_no == second.order_no or first.code == second.code:
        raise Broken(f"two sales are both {first.order_no}")
    stage.pay(second)
    stage.expect_paid(second)
    stage.expect_not_paid(first)


def _declined(stage: Stage) -> None:
    sold = stage.sell()
    stage.scan(sold).decline()
    stage.expect_not_paid(sold)


def _only_scanned(stage: Stage) -> None:
    sold = stage.sell()
    stage.scan(sold)
    stage.expect_not_paid(sold)


def _cancelled(stage: Stage) -> None:
    sold = stage.sell()
    stage.till.cancel(sold.sale_id)
    try:
        stage.pay(sold)
    except QrpayError:
        stage.expect_not_paid(sold)
    else:
        stage.expect_no_money_taken(sold)


def _cancelled_at_the_phone(stage: Stage) -> None:
    sold = stage.sell()
    asked = stage.scan(sold)
    stage.till.cancel(sold.sale_id)
    try:
        asked.approve()
    except QrpayError:
        stage.expect_not_paid(sold)
    else:
        stage.expect_no_money_taken(sold)


SCENARIOS = (
    Scenario(
        "paid",
        "A customer scans the code and pays",
        "nothing is sold at all",
        _paid,
    ),
    Scenario(
        "price-as-asked",
        "The customer is asked for the price, in the shop's currency",
        "a factor of a hundred between yuan and fen is found by the first customer",
        _price,
    ),
    Scenario(
        "numbers-of-their-own",
        "Two sales are open at once, and the second is paid",
        "one customer pays for the other",
        _numbers,
    ),
    Scenario(
        "declined",
        "The customer scans and says no",
        "goods leave the shop unpaid",
        _declined,
    ),
    Scenario(
        "only-scanned",
        "The customer scans and then does nothing",
        "who has only scanned has not paid; goods leave the shop unpaid",
        _only_scanned,
    ),
    Scenario(
        "cancelled",
        "The sale is given up, and the code is paid afterwards",
        "a customer pays for nothing, and complains to the provider",
        _cancelled,
    ),
    Scenario(
        "cancelled-at-the-phone",
        "The sale is given up while the customer looks at the price, and then agrees",
        "a customer pays for nothing, and complains to the provider",
        _cancelled_at_the_phone,
    ),
)
