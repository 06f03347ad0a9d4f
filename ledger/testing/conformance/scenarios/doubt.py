"""Lines that break, and answers that must not be believed."""

from __future__ import annotations

from ledger.protocol.errors.sandbox import TillRefuses
from ledger.testing.conformance.scenarios import Scenario
from ledger.testing.conformance.stage import Stage

_TWICE = "the cashier tries again, and the customer pays twice"
_UNPAID = "goods leave the shop unpaid"


def _after_breaking(stage: Stage, *faults: tuple[str, str, int]) -> None:
    for kind, call, times in faults:
        stage.play.faults.add(kind, call=stage.dialect.calls[call], times=times)


def _charge_settles(stage: Stage, *faults: tuple[str, str, int], is_paid: bool) -> None:
    _after_breaking(stage, *faults)
    sold = stage.charge()
    if is_paid:
        stage.expect_paid(sold)
    else:
        stage.expect_agreement(sold)


def _charge_answer_lost(stage: Stage) -> None:
    _charge_settles(stage, ("answer.lost", "charge", 1), is_paid=True)


def _charge_unknown(stage: Stage) -> None:
    _charge_settles(stage, ("call.unknown", "charge", 1), is_paid=True)


def _charge_failed(stage: Stage) -> None:
    _charge_settles(stage, ("call.failed", "charge", 1), is_paid=False)


def _charge_never_arrived(stage: Stage) -> None:
    _charge_settles(stage, ("call.lost", "charge", 1), is_paid=False)


def _charge_and_query_lost(stage: Stage) -> None:
    _charge_settles(stage, ("answer.lost", "charge", 1), ("call.lost", "query", 2), is_paid=True)


def _show_fails(stage: Stage, kind: str) -> None:
    _after_breaking(stage, (kind, "show", 1))
    try:
        sold = stage.sell()
    except TillRefuses:
        sold = stage.sell()
    stage.pay(sold)
    stage.expect_paid(sold)


def _show_answer_lost(stage: Stage) -> None:
    _show_fails(stage, "answer.lost")


def _show_failed(stage: Stage) -> None:
    _show_fails(stage, "call.failed")


def _query_fails(stage: Stage, kind: str, times: int) -> None:
    stage.play.faults.add("notification.lost")
    sold = stage.sell()
    _after_breaking(stage, (kind, "query", times))
    stage.pay(sold)
    stage.expect_paid(sold)


def _query_down(stage: Stage) -> None:
    _query_fails(stage, "call.lost", 3)


def _query_unknown(stage: Stage) -> None:
    _query_fails(stage, "call.failed", 3)


def _answers_forged(stage: Stage) -> None:
    stage.play.faults.add("notification.lost")
    _after_breaking(stage, ("answer.wrongly-signed", "query", 0))
    sold = stage.sell()
    stage.pay(sold)
    stage.expect_not_paid(sold)
    stage.expect_not_paid(sold)
    stage.play.faults.clear()
    stage.expect_paid(sold)


SCENARIOS = (
    Scenario(
        "charge-answer-lost",
        "The customer is charged, and the answer gets lost",
        _TWICE,
        _charge_answer_lost,
    ),
    Scenario(
        "charge-unknown",
        "The customer is charged, and the provider answers that it failed",
        _TWICE,
        _charge_unknown,
    ),
    Scenario(
        "charge-failed",
        "The customer is not charged, and the provider answers that it failed",
        _UNPAID,
        _charge_failed,
    ),
    Scenario(
        "charge-never-arrived",
        "The request to charge gets lost on its way",
        "till and provider tell different stories at the end of the day",
        _charge_never_arrived,
    ),
    Scenario(
        "charge-and-query-lost",
        "The answer gets lost, and so do the first two questions about it",
        _TWICE,
        _charge_and_query_lost,
    ),
    Scenario(
        "show-answer-lost",
        "The answer with the code gets lost; the cashier tries again",
        "the till can't be used until somebody restarts it",
        _show_answer_lost,
    ),
    Scenario(
        "show-failed",
        "The provider makes no code; the cashier tries again",
        "the till can't be used until somebody restarts it",
        _show_failed,
    ),
    Scenario(
        "query-down",
        "No notification, and the first three questions don't get through",
        "the customer has paid and gets nothing",
        _query_down,
    ),
    Scenario(
        "query-failed",
        "No notification, and the first three questions are answered with a failure",
        "a failure of the question is taken for a failed payment",
        _query_unknown,
    ),
    Scenario(
        "answers-forged",
        "No notification, and the provider's answers are wrongly signed for a while",
        "who sits on the line sells the shop's goods for nothing",
        _answers_forged,
    ),
)
