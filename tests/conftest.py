"""How property tests and campaigns run: the same examples everywhere, never against a stopwatch.

``pytest --hypothesis-profile=explore`` looks for new examples instead, ten times as many;
``--campaign`` and ``--seed`` choose the afternoons of ``journeys/test_bad_network``.
"""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, settings

from tests.second_tries import (
    pytest_collection_modifyitems,
    pytest_runtest_makereport,
    pytest_runtest_teardown,
)
from tests.stores.databases import databases

__all__ = [
    "databases",
    "pytest_collection_modifyitems",
    "pytest_runtest_makereport",
    "pytest_runtest_teardown",
]

settings.register_profile(
    "same", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile(
    "explore", settings.get_profile("same"), derandomize=False, max_examples=1000
)
settings.load_profile("same")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options of this project's campaigns."""
    options = parser.getgroup("qrpay")
    options.addoption(
        "--campaign", type=int, default=60, metavar="N", help="how many seeds campaigns play"
    )
    options.addoption("--seed", type=int, metavar="S", help="the only seed campaigns play")
