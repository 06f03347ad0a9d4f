"""Services that run for a whole file of tests, and are gone afterwards."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.processes.services import FREE_PORTS, Services, nothing_left_running


@pytest.fixture(scope="module")
def services(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    """Till, wallet and ledger on free ports, started once for a file."""
    data = tmp_path_factory.mktemp("qrpay")
    with nothing_left_running(data):
        made = Services(data)
        try:
            made.up(*FREE_PORTS)
            yield made
        finally:
            made.down()
