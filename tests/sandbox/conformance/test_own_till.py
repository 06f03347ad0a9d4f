"""The command plays at qrpay's own till, a process of its own, and finds nothing.

It does so by the native API, and with the till collecting through two vendors' protocols.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from ledger.cli import acquiring
from ledger.kit.network.ports import free_port
from ledger.testing.accounts import platform_secrets
from ledger.testing.conformance import run as conformance_run
from tests.processes.services import QRPAY, PatientTransport, Services, nothing_left_running, qrpay

WITHIN_S = 1200.0
ACQUIRERS = {"native": "", "alipay": "alipay", "wechatpay-euro": "wechatpay"}
"""By the dialect, through whom the till collects; empty for the provider's own API."""


def collects_through(acquirer: str, ledger: str, folder: Path) -> dict[str, str]:
    """Write the files of the demo shop's account; the till's settings for it."""
    if not acquirer:
        return {}
    for name, text in acquiring.ACCOUNTS[acquirer](platform_secrets()).items():
        (folder / name).write_text(text, encoding="utf-8")
    return {
        "QRPAY_POS_ACQUIRER": acquirer,
        "QRPAY_POS_ACQUIRER_KEYS": str(folder),
        "QRPAY_POS_ACQUIRER_URL": ledger,
    }


@dataclass
class Played:
    """A run of the command at a till of its own: what it said, its papers, how it ended."""

    folder: Path
    ledger: str
    till: str
    process: subprocess.Popen[str]
    said: str = ""

    @property
    def suite(self) -> ET.Element:
        """The verdicts, as JUnit XML."""
        return ET.parse(self.folder / "junit.xml").getroot()[0]  # noqa: S314 (our own)

    @property
    def faults(self) -> list[str]:
        """What was found, a line for each scenario; all that was said where it was broken off."""
        if not (self.folder / "junit.xml").exists():
            return [self.said]
        found = [case for case in self.suite if len(case)]
        return [f"{case.get('name')}: {case[0].tag}: {case[0].get('message')}" for case in found]


def begun(dialect: str, folder: Path) -> Played:
    """Start the command, which then waits for a till."""
    folder.mkdir()
    ledger, till = (f"http://127.0.0.1:{free_port()}" for _ in range(2))
    process = subprocess.Popen(  # noqa: S603 (the product's own command)
        [
            *(QRPAY, "conformance", "--own-till", "--till", till, "--dialect", dialect),
            *("--port", ledger.rpartition(":")[2], "--notify-url", f"{till}/notify"),
            *("--settle", "0.3", "--patience", "400", "--start-within", "600"),
            *("--junit", folder / "junit.xml", "--html", folder / "report.html"),
        ],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    return Played(folder, ledger, till, process)


@contextmanager
def at_the_counter(played: Played, acquirer: str) -> Iterator[None]:
    """Run the till that the command waits for."""
    settings = {
        "QRPAY_HOME": str(played.folder),
        "QRPAY_POS_PORT": played.till.rpartition(":")[2],
        "QRPAY_POS_LEDGER_URL": played.ledger,
        **collects_through(acquirer, played.ledger, played.folder),
    }
    PatientTransport().request("GET", f"{played.ledger}/health", {}, b"")
    with (
        nothing_left_running(played.folder),
        Services(played.folder, {"pos": played.till}).serving("pos", settings),
    ):
        yield


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Played]]:
    """All runs, side by side, since most of their time is waiting."""
    folder = tmp_path_factory.mktemp("tills")
    runs = {dialect: begun(dialect, folder / dialect) for dialect in ACQUIRERS}
    try:
        with ExitStack() as counters:
            for dialect, run in runs.items():
                counters.enter_context(at_the_counter(run, ACQUIRERS[dialect]))
            for run in runs.values():
                run.said = run.process.communicate(timeout=WITHIN_S)[0]
        yield runs
    finally:
        for run in runs.values():
            run.process.kill()
            run.process.communicate()


@pytest.mark.parametrize("dialect", ACQUIRERS)
def test_our_own_till_passes_all(dialect: str, played: dict[str, Played]) -> None:
    run = played[dialect]
    assert run.faults == []
    assert run.process.returncode == 0
    assert int(run.suite.get("tests", "0")) > 40
    assert "What it does right" in (run.folder / "report.html").read_text(encoding="utf-8")


def test_where_no_till_answers_it_says_so() -> None:
    url = f"http://127.0.0.1:{free_port()}"
    told = qrpay("conformance", "--till", url, "--port", "0", "--start-within", "0")
    assert told.returncode == 3
    assert f"no sale at {url}" in told.stderr


def test_what_is_tried_can_be_listed() -> None:
    told = qrpay("conformance", "--list")
    assert told.returncode == 0
    assert "notice-twice" in told.stdout
    told = qrpay("conformance", "--list", "--json")
    assert len(json.loads(told.stdout)["scenarios"]) == len(conformance_run.ALL)


def test_an_unknown_scenario_is_named() -> None:
    told = qrpay("conformance", "--till", "http://127.0.0.1:1", "--port", "0", "--only", "nothing")
    assert told.returncode == 2
    assert "nothing is called nothing" in told.stderr
