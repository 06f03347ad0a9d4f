"""Money on its way back: once, in parts, never more than there was, and not twice."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from ledger.testing.conformance.scenarios import Scenario
from ledger.testing.conformance.stage import PRICE_MINOR, Broken, Stage

_PART_MINOR = 50
_TWICE = "the shop gives the money back twice"


def _refunded(stage: Stage) -> None:
    sold = stage.sold_and_paid()
    stage.till.refund(sold.sale_id, "first", _PART_MINOR)
    stage.expect_refunded(sold, _PART_MINOR)


def _in_parts(stage: Stage) -> None:
    sold = stage.sold_and_paid()
    stage.till.refund(sold.sale_id, "first", _PART_MINOR)
    stage.till.refund(sold.sale_id, "second", _PART_MINOR)
    stage.expect_refunded(sold, 2 * _PART_MINOR)


def _after_breaking(stage: Stage, kind: str) -> None:
    sold = stage.sold_and_paid()
    stage.play.faults.add(kind, call=stage.dialect.calls["refund"], times=1)

    def press() -> None:
        stage.till.refund(sold.sale_id, "first", _PART_MINOR)

    if stage.refuses(press):
        press()
    stage.expect_refunded(sold, _PART_MINOR)


def _answer_lost(stage: Stage) -> None:
    _after_breaking(stage, "answer.lost")


def _unknown(stage: Stage) -> None:
    _after_breaking(stage, "call.unknown")


def _failed(stage: Stage) -> None:
    _after_breaking(stage, "call.failed")


def _pressed_twice(stage: Stage) -> None:
    sold = stage.sold_and_paid()

    def press(_: int) -> bool:
        return stage.refuses(lambda: stage.till.refund(sold.sale_id, "first", _PART_MINOR))

    with ThreadPoolExecutor(2) as fingers:
        list(fingers.map(press, range(2)))
    press(0)
    stage.expect_refunded(sold, _PART_MINOR)


def _too_much(stage: Stage) -> None:
    sold = stage.sold_and_paid()
    stage.till.refund(sold.sale_id, "first", _PART_MINOR)
    if not stage.refuses(lambda: stage.till.refund(sold.sale_id, "second", PRICE_MINOR)):
        raise Broken("the till took a refund of more than is left")
    stage.expect_refunded(sold, _PART_MINOR)


def _of_nothing(stage: Stage) -> None:
    sold = stage.sell()
    if not stage.refuses(lambda: stage.till.refund(sold.sale_id, "first", _PART_MINOR)):
        raise Broken("the till took a refund of what was never paid")
    stage.expect_not_paid(sold)


SCENARIOS = (
    Scenario("refunded", "A part of the price is given back", "the customer waits", _refunded),
    Scenario(
        "refunded-in-parts",
        "Two parts are given back, one after the other",
        "the second is taken for a repetition of the first, and the customer waits",
        _in_parts,
    ),
    Scenario(
        "refund-answer-lost",
        "The money is given back, the answer gets lost, the cashier presses again",
        _TWICE,
        _answer_lost,
    ),
    Scenario(
        "refund-unknown",
        "The money is given back, the provider answers that it failed",
        _TWICE,
        _unknown,
    ),
    Scenario(
        "refund-failed",
        "The money is not given back, the provider answers that it failed",
        "the till says it is done, and the customer waits",
        _failed,
    ),
    Scenario(
        "refund-pressed-twice",
        "The same button is pressed three times, twice in the same moment",
        _TWICE,
        _pressed_twice,
    ),
    Scenario(
        "refund-too-much",
        "More is to be given back than is left",
        "the till says it is done, and the books don't agree",
        _too_much,
    ),
    Scenario(
        "refund-of-nothing",
        "A sale that was never paid is to be given back",
        "the till pays out of its own pocket",
        _of_nothing,
    ),
)
