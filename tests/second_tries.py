"""Tests of real processes may be tried twice more, from nothing; every other test has one try.

A test that starts services, browsers, clusters or an SDK's program shares a machine with whatever
else runs there, and can fail for that alone. It is tried again with fixtures of its own, those of
its module and of the whole run included, so that nothing is left of the try that failed. The
summary counts such tries and shows how each of them failed. A pure test has nothing to share: what
fails there once is wrong. ``tests/conftest.py`` takes these hooks in.
"""

from __future__ import annotations

from collections.abc import Generator
from pathlib import PurePath
from typing import Final

import pytest

TRIES_MORE: Final = 2

OF_REAL_PROCESSES: Final = {
    "tests/attacks/test_working_directory.py": "a service started by its command",
    "tests/bench": "measurements played by their command",
    "tests/browser": "browsers at three services",
    "tests/conformance": "vendors' SDKs as programs of their own",
    "tests/durability": "services and databases that are killed",
    "tests/kit/test_serving.py": "a service killed, hung up on and stopped",
    "tests/ops/lan/test_announcer.py": "names on a real network",
    "tests/ops/test_program.py": "a ledger as its operator starts it",
    "tests/processes": "three services, and clusters of databases",
    "tests/sandbox": "tills that a clock on the wall waits for",
}
"""Folders and files of such tests, and what runs there."""

_has_failed = pytest.StashKey[bool]()


def is_of_real_processes(path: PurePath) -> bool:
    """Tell whether a test in this file, relative to the project, may be tried again."""
    return any(path.is_relative_to(place) for place in OF_REAL_PROCESSES)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark the tests that may be tried again for pytest-rerunfailures, which does it."""
    for item in items:
        if item.path.is_relative_to(config.rootpath) and is_of_real_processes(
            item.path.relative_to(config.rootpath)
        ):
            item.add_marker(pytest.mark.flaky(reruns=TRIES_MORE))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Remember of each try whether it failed."""
    report = yield
    item.stash[_has_failed] = report.failed or (report.when != "setup" and item.stash[_has_failed])
    return report


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_teardown(item: pytest.Item) -> None:
    """Let nothing that was made for a try outlive its failure, whoever else shares it.

    pytest-rerunfailures keeps what is shared by more than one test, so this comes before it.
    """
    if item.get_closest_marker("flaky") and item.stash[_has_failed]:
        item.session._setupstate.teardown_exact(None)
