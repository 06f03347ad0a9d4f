"""Genuine notifications, as they really arrive: twice, late, all at once, never."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from http import HTTPStatus

from ledger.testing.conformance.scenarios import Scenario
from ledger.testing.conformance.stage import PRICE_MINOR, Broken, Stage

_AT_ONCE = 4


def _taken(stage: Stage) -> None:
    stage.expect_taken(stage.sold_and_paid())


def _twice(stage: Stage) -> None:
    stage.play.faults.add("notification.doubled", times=1)
    stage.expect_paid(stage.sold_and_paid())


def _again_later(stage: Stage) -> None:
    sold = stage.sold_and_paid()
    stage.bring(stage.posted(stage.told(sold)))
    stage.expect_paid(sold)


def _all_at_once(stage: Stage) -> None:
    stage.play.faults.add("notification.lost", times=1)
    sold = stage.sell()
    stage.pay(sold)
    letter = stage.posted(stage.told(sold))
    with ThreadPoolExecutor(_AT_ONCE) as postmen:
        list(postmen.map(stage.bring, [letter] * _AT_ONCE))
    stage.expect_paid(sold)


def _never(stage: Stage) -> None:
    stage.play.faults.add("notification.lost")
    sold = stage.sell()
    stage.pay(sold)
    stage.expect_paid(sold)


def _after_asking(stage: Stage) -> None:
    stage.play.faults.add("notification.lost")
    sold = stage.sell()
    stage.pay(sold)
    letter = stage.posted(stage.told(sold))
    stage.expect_paid(sold)
    stage.bring(letter)
    stage.expect_paid(sold)


def _after_a_refund(stage: Stage) -> None:
    sold = stage.sold_and_paid()
    letter = stage.posted(stage.told(sold))
    stage.till.refund(sold.sale_id, "whole", PRICE_MINOR)
    stage.expect_refunded(sold, PRICE_MINOR)
    stage.bring(letter)
    stage.expect_handed_over_once(sold)
    stage.expect_refunded(sold, PRICE_MINOR)


def _nonsense(stage: Stage) -> None:
    sold = stage.sell()
    genuine = stage.posted(stage.genuine())
    for body in (b"", b"{", b"\xff\xfe", b"a=1&a=2", b"x" * 100_000):
        answer = stage.bring(replace(genuine, body=body))
        if answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            raise Broken(f"{body[:10]!r} was answered with {answer.status}")
    stage.expect_not_paid(sold)


SCENARIOS = (
    Scenario(
        "notice-taken",
        "The till says that it has the notification, in the provider's words",
        "the provider repeats it for a day, and some providers stop sending to such shops",
        _taken,
    ),
    Scenario(
        "notice-twice",
        "The notification arrives twice in a row",
        "goods, loyalty points or vouchers are given twice",
        _twice,
    ),
    Scenario(
        "notice-again-later",
        "The notification arrives again when all is done",
        "goods, loyalty points or vouchers are given twice",
        _again_later,
    ),
    Scenario(
        "notice-all-at-once",
        "Four copies of the notification arrive in the same moment",
        "looking and booking are two steps: goods are given twice, now and then",
        _all_at_once,
    ),
    Scenario(
        "notice-never",
        "The notification never arrives",
        "the customer has paid and gets nothing; a till has to ask",
        _never,
    ),
    Scenario(
        "notice-after-asking",
        "The till has asked, and then the notification arrives",
        "goods, loyalty points or vouchers are given twice",
        _after_asking,
    ),
    Scenario(
        "notice-after-a-refund",
        "All was given back, and then the old notification arrives again",
        "the sale counts as paid once more",
        _after_a_refund,
    ),
    Scenario(
        "nonsense",
        "What arrives is no notification at all",
        "a stranger finds out how to make the till fail",
        _nonsense,
    ),
)
