"""Payment codes that a till's scanner reads: taken, asked about, refused."""

from __future__ import annotations

from ledger.protocol.errors import QrpayError
from ledger.testing.conformance.scenarios import Scenario
from ledger.testing.conformance.stage import Stage


def _charged(stage: Stage) -> None:
    stage.expect_paid(stage.charge())


def _asked(stage: Stage) -> None:
    sold = stage.charge(stage.dialect.asked_price_minor)
    stage.expect_not_paid(sold)
    stage.question(sold).approve()
    stage.expect_paid(sold)


def _asked_and_declined(stage: Stage) -> None:
    sold = stage.charge(stage.dialect.asked_price_minor)
    stage.question(sold).decline()
    stage.expect_not_paid(sold)


def _given_up_while_asked(stage: Stage) -> None:
    sold = stage.charge(stage.dialect.asked_price_minor)
    asked = stage.question(sold)
    stage.till.cancel(sold.sale_id)
    try:
        asked.approve()
    except QrpayError:
        stage.expect_not_paid(sold)
    else:
        stage.expect_no_money_taken(sold)


def _out_of_money(stage: Stage) -> None:
    sold = stage.charge(20 * stage.dialect.asked_price_minor, stage.dialect.poor_payer)
    stage.expect_not_paid(sold)
    stage.expect_agreement(sold)


SCENARIOS = (
    Scenario(
        "charged",
        "The scanner reads a payment code and the customer is charged",
        "nothing is sold at all",
        _charged,
    ),
    Scenario(
        "asked",
        "The customer is asked for a PIN first, and agrees after a while",
        "the customer has paid and stands at a till that says no; the next attempt charges twice",
        _asked,
    ),
    Scenario(
        "asked-and-declined",
        "The customer is asked for a PIN, and says no",
        "goods leave the shop unpaid",
        _asked_and_declined,
    ),
    Scenario(
        "given-up-while-asked",
        "The cashier gives up while the customer is asked, and the customer agrees then",
        "a customer pays for nothing; the attempt has to be reversed, not forgotten",
        _given_up_while_asked,
    ),
    Scenario(
        "out-of-money",
        "The customer has not enough money",
        "goods leave the shop unpaid",
        _out_of_money,
    ),
)
