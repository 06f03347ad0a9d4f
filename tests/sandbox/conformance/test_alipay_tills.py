"""Each scenario finds the mistake it is for, and finds none at a careful till."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet

import pytest

from ledger.kit.clock import SharedClock
from ledger.kit.transport import HttpTransport
from ledger.protocol.errors.sandbox import TillRefuses
from ledger.testing.conformance import command, run
from ledger.testing.conformance.dialects.alipay import AlipayDialect
from ledger.testing.conformance.run import Outcome, Verdict
from ledger.testing.conformance.stage import Stage
from ledger.testing.conformance.tills import AdapterTill, Standing
from ledger.testing.play import Play, playing
from tests.sandbox.conformance.shop import Flaw, open_shop

PATIENCE_S = 30.0
"""A careful till has this long; it never takes it."""

IMPATIENCE_S = 2.0
"""A flawed one would not do it in an hour."""

SETTLE_S = 0.3
ERRS_WITHIN_S = 10.0

FOUND_BY: dict[Flaw, tuple[str, ...]] = {
    Flaw.NEVER_LEARNS: ("paid",),
    Flaw.COUNTS_IN_YUAN: ("price-as-asked",),
    Flaw.IGNORES_NUMBER: ("numbers-of-their-own", "replayed"),
    Flaw.SCANNED_IS_PAID: ("only-scanned", "declined"),
    Flaw.CANCELS_AT_HOME: ("cancelled", "cancelled-at-the-phone", "given-up-while-asked"),
    Flaw.CHARGES_AT_HOME: ("charged",),
    Flaw.DOUBT_IS_UNPAID: (
        "asked",
        "charge-answer-lost",
        "charge-unknown",
        "charge-and-query-lost",
    ),
    Flaw.DOUBT_IS_PAID: ("asked-and-declined", "charge-failed", "charge-never-arrived"),
    Flaw.ANY_ANSWER_IS_PAID: ("out-of-money",),
    Flaw.SAYS_OK: ("notice-taken",),
    Flaw.HANDS_OVER_EACH_TIME: ("notice-twice", "notice-again-later", "notice-after-asking"),
    Flaw.LOOKS_THEN_BOOKS: ("notice-all-at-once",),
    Flaw.NEVER_ASKS: ("notice-never", "query-down"),
    Flaw.BEGINS_ANEW: ("notice-after-a-refund",),
    Flaw.FAILS_ON_NONSENSE: ("nonsense",),
    Flaw.BELIEVES_UNSIGNED: ("unsigned", "other-key", "changed", "number-twice"),
    Flaw.IGNORES_AMOUNT: ("cent-less", "all-but-a-cent-less"),
    Flaw.IGNORES_MERCHANT: ("other-merchant",),
    Flaw.IGNORES_STATUS: ("not-paid",),
    Flaw.STAYS_STUCK: ("show-answer-lost", "show-failed"),
    Flaw.NO_ANSWER_IS_UNPAID: ("query-failed",),
    Flaw.BELIEVES_ANSWERS: ("answers-forged",),
    Flaw.REFUNDS_AT_HOME: ("refunded",),
    Flaw.ONE_REFUND_NUMBER: ("refunded-in-parts",),
    Flaw.NEW_REFUND_NUMBER: ("refund-answer-lost", "refund-unknown", "refund-pressed-twice"),
    Flaw.REFUND_IS_DONE: ("refund-failed",),
    Flaw.REFUNDS_UNCHECKED: ("refund-too-much", "refund-of-nothing"),
}


@pytest.fixture(scope="module")
def provider(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Play]:
    """One provider for all tills; its clock runs."""
    folder = tmp_path_factory.mktemp("provider")
    with playing(folder, lambda *_: None, clock=SharedClock(folder / "clock")) as play:
        command.fill_pockets(play.alipay.provider)
        yield play


class BusyTill(AdapterTill):
    """One whose every second answer is that it has no time."""

    is_busy = False

    def standing(self, sale_id: str) -> Standing:
        """Tell, or not."""
        self.is_busy = not self.is_busy
        if self.is_busy:
            raise TillRefuses("busy")
        return super().standing(sale_id)


def judged(
    play: Play,
    names: Sequence[str] = (),
    flaws: AbstractSet[Flaw] = frozenset(),
    till: type[AdapterTill] = AdapterTill,
) -> dict[str, Verdict]:
    dialect = AlipayDialect(play.alipay)
    with open_shop(play, flaws) as url:
        transport = HttpTransport(answer_timeout_s=PATIENCE_S)
        patience_s = IMPATIENCE_S if flaws else PATIENCE_S
        stage = Stage(
            *(play, play.alipay.provider, till(url, transport), dialect, transport),
            patience_s=patience_s,
            settle_s=ERRS_WITHIN_S if flaws else SETTLE_S,
        )
        scenarios = run.chosen(dialect, names)
        return {verdict.scenario.name: verdict for verdict in run.play(stage, scenarios)}


def test_a_careful_till_passes_all(provider: Play) -> None:
    verdicts = judged(provider)
    seen = {name: v.seen for name, v in verdicts.items() if v.outcome is not Outcome.PASSED}
    assert seen == {}
    provider.assert_books_balanced()


def test_a_till_that_can_not_say_for_a_moment_is_asked_again(provider: Play) -> None:
    verdicts = judged(provider, ("paid", "declined", "refunded"), till=BusyTill)
    assert {verdict.outcome for verdict in verdicts.values()} == {Outcome.PASSED}


def test_a_till_whose_answer_came_too_late_is_told_again(provider: Play) -> None:
    provider.faults.add("notification.lost", times=1)
    assert judged(provider, ("notice-taken",))["notice-taken"].seen == ""


@pytest.mark.parametrize("flaw", FOUND_BY)
def test_each_flaw_is_found_by_what_is_made_for_it(provider: Play, flaw: Flaw) -> None:
    verdicts = judged(provider, FOUND_BY[flaw], {flaw})
    passed = [name for name, verdict in verdicts.items() if verdict.outcome is Outcome.PASSED]
    assert passed == []


def test_each_scenario_finds_a_flaw_and_each_flaw_is_found(provider: Play) -> None:
    names = [name for found in FOUND_BY.values() for name in found]
    assert sorted(names) == sorted(each.name for each in run.chosen(AlipayDialect(provider.alipay)))
    assert set(FOUND_BY) == set(Flaw)
