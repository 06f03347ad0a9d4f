"""Plays scenarios one after the other, and gives a verdict on each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from ledger.protocol.errors import QrpayError
from ledger.testing.conformance import pace
from ledger.testing.conformance.dialects import Dialect
from ledger.testing.conformance.scenarios import (
    Scenario,
    charging,
    doubt,
    forgeries,
    notices,
    paying,
    refunds,
)
from ledger.testing.conformance.stage import Broken, Stage

ALL: Final[Sequence[Scenario]] = (
    *paying.SCENARIOS,
    *charging.SCENARIOS,
    *notices.SCENARIOS,
    *forgeries.SCENARIOS,
    *doubt.SCENARIOS,
    *refunds.SCENARIOS,
)


class Outcome(StrEnum):
    """How it went. An *error* says that it could not be played to its end."""

    PASSED = "passed"
    FAILED = "failed"
    ERROR = "error"


@dataclass(frozen=True)
class Verdict:
    """What became of a scenario; ``seen`` is empty where all was well."""

    scenario: Scenario
    outcome: Outcome
    seen: str
    took_s: float


def chosen(dialect: Dialect, names: Sequence[str] = ()) -> list[Scenario]:
    """Give what can be tried in a dialect, all or those named; raises ``ValueError``."""
    fitting = [each for each in ALL if each.fits(dialect)]
    unknown = sorted(set(names) - {each.name for each in fitting})
    if unknown:
        raise ValueError(", ".join(unknown))
    return [each for each in fitting if not names or each.name in names]


def play(stage: Stage, scenarios: Sequence[Scenario]) -> Iterator[Verdict]:
    """Play them, and give each verdict as soon as there is one."""
    for scenario in scenarios:
        began = pace.seconds()
        outcome, seen = _played(stage, scenario)
        yield Verdict(scenario, outcome, seen, pace.seconds() - began)


def _played(stage: Stage, scenario: Scenario) -> tuple[Outcome, str]:
    try:
        scenario.play(stage)
    except Broken as seen:
        return Outcome.FAILED, str(seen)
    except QrpayError as error:
        return Outcome.ERROR, f"{error.code}: {error.detail or error.title()}"
    finally:
        stage.end()
    return Outcome.PASSED, ""
