"""The command plays at qrpay's own till, a process of its own, and finds nothing."""

from __future__ import annotations

import subprocess
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from ledger.kit.ports import free_port
from tests.processes.services import QRPAY, PatientTransport, Services, nothing_left_running, qrpay

WITHIN_S = 600.0
DIALECTS: dict[str, dict[str, str]] = {"native": {}}


@pytest.mark.parametrize("dialect", DIALECTS)
def test_our_own_till_passes_all(dialect: str, tmp_path: Path) -> None:
    ledger, till = (f"http://127.0.0.1:{free_port()}" for _ in range(2))
    junit, page = tmp_path / "junit.xml", tmp_path / "report.html"
    playing = subprocess.Popen(  # noqa: S603 (the product's own command)
        [
            *(QRPAY, "conformance", "--own-till", "--till", till, "--dialect", dialect),
            *("--port", ledger.rpartition(":")[2], "--notify-url", f"{till}/notify"),
            *("--settle", "0.3", "--patience", "60", "--start-within", "90"),
            *("--junit", junit, "--html", page),
        ],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    settings = {
        "QRPAY_HOME": str(tmp_path),
        "QRPAY_POS_PORT": till.rpartition(":")[2],
        "QRPAY_POS_LEDGER_URL": ledger,
        **DIALECTS[dialect],
    }
    try:
        PatientTransport().request("GET", f"{ledger}/health", {}, b"")
        with (
            nothing_left_running(tmp_path),
            Services(tmp_path, {"pos": till}).serving("pos", settings),
        ):
            told = playing.communicate(timeout=WITHIN_S)[0]
    finally:
        playing.kill()
        playing.communicate()
    assert playing.returncode == 0, told
    suite = ET.parse(junit).getroot()[0]  # noqa: S314 (our own)
    assert (suite.get("failures"), suite.get("errors")) == ("0", "0")
    assert int(suite.get("tests", "0")) > 30
    assert "What it costs" in page.read_text(encoding="utf-8")


def test_where_no_till_answers_it_says_so() -> None:
    url = f"http://127.0.0.1:{free_port()}"
    told = qrpay("conformance", "--till", url, "--port", "0", "--start-within", "0")
    assert told.returncode == 3
    assert f"no sale at {url}" in told.stderr


def test_what_is_tried_can_be_listed() -> None:
    told = qrpay("conformance", "--list")
    assert told.returncode == 0
    assert "notice-twice" in told.stdout


def test_an_unknown_scenario_is_named() -> None:
    told = qrpay("conformance", "--till", "http://127.0.0.1:1", "--port", "0", "--only", "nothing")
    assert told.returncode == 2
    assert "nothing is called nothing" in told.stderr
