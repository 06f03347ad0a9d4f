"""A try more is given to tests of real processes alone; it begins with nothing, and it is told."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests import second_tries

ROOT = Path(__file__).parents[2]
SETTINGS = """\
[pytest]
addopts = -p tests.second_tries --import-mode=importlib -raR --rerun-show-tracebacks
filterwarnings = error
"""
PLANTED = '''\
"""The first service that is started here is of no use to anybody."""

import itertools

import pytest

STARTED = itertools.count(1)


@pytest.fixture(scope="module")
def service():
    number = next(STARTED)
    yield number
    print(f"service {number} is stopped")


def test_it_serves(service):
    assert service != 1, "it hangs up"


def test_it_goes_on_serving(service):
    assert service == 2
'''
BROKEN = "def test_it_adds():\n    assert 1 + 1 == 3\n"
PURE = ("tests/core", "tests/protocol", "ledger/core")


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> str:
    """What pytest says of a project that has only what is planted here."""
    project = tmp_path_factory.mktemp("planted")
    planted = {"tests/processes": PLANTED, **dict.fromkeys(("tests/browser", *PURE), BROKEN)}
    for folder, text in planted.items():
        (project / folder).mkdir(parents=True)
        (project / folder / "test_planted.py").write_text(text, encoding="utf-8")
    (project / "pytest.ini").write_text(SETTINGS, encoding="utf-8")
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-s"],
        cwd=project,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    ).stdout


def test_a_test_of_real_processes_is_tried_again_with_services_of_its_own(told: str) -> None:
    assert "FAILED tests/processes" not in told
    assert told.count("service 1 is stopped") == told.count("service 2 is stopped") == 1


def test_what_needed_another_try_is_told(told: str) -> None:
    assert "2 passed, 3 rerun in" in told.splitlines()[-1]
    assert "RERUN tests/processes/test_planted.py::test_it_serves" in told
    assert "AssertionError: it hangs up" in told


def test_what_really_fails_does_so_after_three_tries(told: str) -> None:
    assert "FAILED tests/browser/test_planted.py" in told
    assert told.count("RERUN tests/browser/test_planted.py") == 2


@pytest.mark.parametrize("folder", PURE)
def test_any_other_test_has_one_try(told: str, folder: str) -> None:
    assert f"FAILED {folder}/test_planted.py" in told
    assert f"RERUN {folder}" not in told


def test_whatever_may_be_tried_again_exists() -> None:
    assert [place for place in second_tries.OF_REAL_PROCESSES if not (ROOT / place).exists()] == []
