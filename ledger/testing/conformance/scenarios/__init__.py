"""What is tried at a till: data about each scenario, and a function that plays it.

``paying`` and ``charging`` are a shop's ordinary day, ``notices`` what arrives twice or never,
``forgeries`` what a thief brings, ``doubt`` lines that break, ``refunds`` money on its way back.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ledger.testing.conformance.dialects import Dialect
from ledger.testing.conformance.stage import Stage


def _always(_: Dialect) -> bool:
    return True


@dataclass(frozen=True)
class Scenario:
    """Something that happens to tills. ``costs`` is what a till loses that gets it wrong."""

    name: str
    title: str
    costs: str
    play: Callable[[Stage], None]
    fits: Callable[[Dialect], bool] = _always
