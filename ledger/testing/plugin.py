"""pytest's door to qrpay, found by its entry point; the fixture is described in ``play.Play``.

Every test run of an environment in which qrpay is installed loads this file, so it loads nothing
else: the provider comes in with the first test that asks for it.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from ledger.testing.play import Play

MARKER = (
    "qrpay(seed='1', now='2026-11-22T12:00:00.000Z', faults=['answer.lost']): how the provider of"
    " the qrpay fixture begins"
)


def pytest_configure(config: pytest.Config) -> None:
    """Make the marker known."""
    config.addinivalue_line("markers", MARKER)


@pytest.fixture
def qrpay(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Play]:
    """Give a provider of one's own, with play money, for one test."""
    marker = request.node.get_closest_marker("qrpay")
    wishes = dict(marker.kwargs) if marker else {}
    play = importlib.import_module("ledger.testing.play")
    with play.playing(tmp_path_factory.mktemp("qrpay"), monkeypatch.setenv, **wishes) as begun:
        yield begun
