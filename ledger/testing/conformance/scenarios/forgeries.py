"""Notifications of payments that never were. After each, the sale must be unpaid.

Those that the provider signed are not fantasy: a thief can be another merchant of the same
provider, and let genuine letters about sales of their own be sent to somebody else's address.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from http import HTTPStatus

from ledger.testing.conformance.dialects import Dialect
from ledger.testing.conformance.forgery import Forgery, Sealing
from ledger.testing.conformance.scenarios import Scenario
from ledger.testing.conformance.stage import PRICE_MINOR, Broken, Stage

_REFUSED_FROM = HTTPStatus.BAD_REQUEST
_STOLEN = "goods leave the shop unpaid, for anybody who knows the address"
_OTHER_CURRENCY = {"EUR": "CNY", "CNY": "JPY"}


@dataclass(frozen=True)
class _Wrong:
    """What is wrong with a letter."""

    sealing: Sealing = Sealing.RIGHT
    less_minor: int = 0
    elsewhere: bool = False
    other_currency: bool = False
    unpaid: bool = False

    def fits(self, dialect: Dialect) -> bool:
        """Whether this can be wrong in a dialect."""
        return self.sealing in dialect.sealings and (
            dialect.has_currency or not self.other_currency
        )

    def play(self, stage: Stage) -> None:
        """Bring such a letter."""
        sold = stage.sell()
        forgery = Forgery(stage.target(sold), self.sealing, self.less_minor, self.elsewhere)
        if self.other_currency:
            forgery = replace(forgery, currency=_OTHER_CURRENCY[stage.dialect.currency])
        forgery = replace(forgery, unpaid=self.unpaid)
        stage.bring(stage.dialect.forged(stage.genuine(), forgery))
        stage.expect_not_paid(sold)


def _replayed(stage: Stage) -> None:
    sold = stage.sell()
    stage.bring(stage.posted(stage.genuine()))
    stage.expect_not_paid(sold)


def _number_twice(stage: Stage) -> None:
    sold = stage.sell()
    stage.bring(stage.dialect.with_number_twice(stage.genuine(), sold.order_no))
    stage.expect_not_paid(sold)


def _probed(stage: Stage) -> None:
    sold = stage.sell()
    forgery = Forgery(stage.target(sold), Sealing.PROBE)
    answer = stage.bring(stage.dialect.forged(stage.genuine(), forgery))
    stage.expect_not_paid(sold)
    if answer.status < _REFUSED_FROM:
        raise Broken(f"a signature that can't hold was answered with {answer.status}")


def _has(sealing: Sealing) -> Callable[[Dialect], bool]:
    return lambda dialect: sealing in dialect.sealings


def _forged(name: str, title: str, wrong: _Wrong, costs: str = _STOLEN) -> Scenario:
    return Scenario(name, title, costs, wrong.play, wrong.fits)


SCENARIOS = (
    _forged("unsigned", "A notification without a signature", _Wrong(Sealing.NONE)),
    _forged("other-key", "A notification that somebody else signed", _Wrong(Sealing.OTHER_KEY)),
    _forged(
        "changed",
        "A genuine notification with another order number written in",
        _Wrong(Sealing.BEFORE_THE_CHANGE),
    ),
    Scenario(
        "number-twice",
        "A genuine notification with a second order number written behind",
        _STOLEN,
        _number_twice,
    ),
    _forged(
        "cent-less",
        "A signed notification of one cent less",
        _Wrong(less_minor=1),
        "who can choose what is paid pays one cent for a television",
    ),
    _forged(
        "all-but-a-cent-less",
        "A signed notification of one cent in all",
        _Wrong(less_minor=PRICE_MINOR - 1),
        "who can choose what is paid pays one cent for a television",
    ),
    _forged(
        "other-currency",
        "A signed notification of the same number in a cheaper currency",
        _Wrong(other_currency=True),
        "yen are taken for yuan",
    ),
    _forged(
        "other-merchant",
        "A signed notification to another merchant",
        _Wrong(elsewhere=True),
        "a thief with a shop of their own pays themselves, and takes the goods here",
    ),
    _forged(
        "not-paid",
        "A signed notification of an order that is not paid",
        _Wrong(unpaid=True),
        "that it arrives is taken for payment, whatever it says",
    ),
    _forged(
        "long-ago",
        "A notification that was signed an hour ago",
        _Wrong(Sealing.LONG_AGO),
        "what was recorded once can be sent for ever",
    ),
    _forged(
        "other-secret",
        "A signed notification, sealed with another merchant's secret",
        _Wrong(Sealing.OTHER_SECRET),
        "a thief with a shop of their own pays themselves, and takes the goods here",
    ),
    Scenario(
        "probed",
        "The provider's own probe: a signature that can't hold",
        "the provider finds out that signatures are not checked, and may end the contract",
        _probed,
        _has(Sealing.PROBE),
    ),
    Scenario(
        "replayed",
        "A genuine notification of another sale arrives again",
        _STOLEN,
        _replayed,
    ),
)
