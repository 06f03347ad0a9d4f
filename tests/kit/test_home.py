"""A command finds the services that this machine keeps running, wherever they listen."""

from __future__ import annotations

import os
import threading
from collections.abc import Mapping
from pathlib import Path

import pytest
from click.testing import CliRunner

from ledger.cli import main
from ledger.kit.home import Home, RunningService, start_mark
from pos import config as pos_config
from pos.cli.service import till
from wallet import config as wallet_config

FOUND = {
    pos_config.running_url: ("pos", "http://127.0.0.1:8401"),
    wallet_config.running_url: ("wallet", "http://127.0.0.1:8402"),
    wallet_config.running_ledger_url: ("ledger", "http://127.0.0.1:8400"),
}
SET = {
    pos_config.running_url: {"QRPAY_POS_PORT": "9001"},
    wallet_config.running_url: {"QRPAY_WALLET_PORT": "9001"},
    wallet_config.running_ledger_url: {"QRPAY_WALLET_LEDGER_URL": "http://127.0.0.1:9001"},
}


@pytest.fixture
def environ(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Mapping[str, str]:
    monkeypatch.setenv("QRPAY_HOME", str(tmp_path))
    return {"QRPAY_HOME": str(tmp_path)}


def record(environ: Mapping[str, str], mark: str) -> None:
    """Have all three on record, each at a port of its own."""
    Home(Path(environ["QRPAY_HOME"])).record(
        [
            RunningService(party, f"http://127.0.0.1:{port}", os.getpid(), mark)
            for party, port in (("ledger", 7400), ("pos", 7401), ("wallet", 7402))
        ]
    )


def found(environ: Mapping[str, str]) -> list[str]:
    return [find(environ) for find in FOUND]


def test_what_qrpay_up_has_started_is_found_at_its_port(environ: Mapping[str, str]) -> None:
    record(environ, start_mark(os.getpid()))
    assert found(environ) == [
        "http://127.0.0.1:7401",
        "http://127.0.0.1:7402",
        "http://127.0.0.1:7400",
    ]
    assert till(None).url == "http://127.0.0.1:7401"


def test_what_has_ended_is_not_looked_for(environ: Mapping[str, str]) -> None:
    usual = [url for _, url in FOUND.values()]
    assert found(environ) == usual
    record(environ, "of another process")
    assert found(environ) == usual


def test_a_setting_and_an_address_on_the_command_line_go_before(
    environ: Mapping[str, str],
) -> None:
    record(environ, start_mark(os.getpid()))
    for find, settings in SET.items():
        assert find({**environ, **settings}) == "http://127.0.0.1:9001"
    assert till("http://127.0.0.1:9002/").url == "http://127.0.0.1:9002"


def test_who_finds_no_till_is_told_how_to_get_one(
    environ: Mapping[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QRPAY_POS_PORT", "1")
    for words in (["reconcile"], ["deposit", "take", "30.00"], ["refund", "sal_1", "all"]):
        told = CliRunner().invoke(main, ["pos", *words])
        assert told.exit_code == 2
        assert "no till answers at http://127.0.0.1:1: `qrpay up` starts one" in told.output
    del environ


def test_who_reads_while_it_is_written_finds_one_record_or_the_other(tmp_path: Path) -> None:
    home = Home(tmp_path)
    one = RunningService("ledger", "http://127.0.0.1:7400", os.getpid(), start_mark(os.getpid()))
    few, many = [one], [one] * 500
    ended = threading.Event()

    def write() -> None:
        for _ in range(60):
            home.record(few)
            home.record(many)
        ended.set()

    home.record(few)
    writer = threading.Thread(target=write)
    writer.start()
    found = {len(home.running())}
    while not ended.is_set():
        found.add(len(home.running()))
    writer.join()
    assert found <= {len(few), len(many)}
    assert [each.name for each in tmp_path.iterdir()] == ["running.json"]


@pytest.mark.parametrize("text", [b"", b"[]x", b'{"a": 1}', b'[{"name": 1}]', b"\xff\x00"])
def test_a_record_that_is_none_is_named_with_what_to_do(tmp_path: Path, text: bytes) -> None:
    (tmp_path / "running.json").write_bytes(text)
    for words in (["status"], ["down"], ["pay", "3"]):
        told = CliRunner().invoke(main, [*words, "--data", str(tmp_path)])
        assert told.exit_code == 1
        assert told.output.startswith("Error: FILE_DAMAGED: ")
        assert "running.json" in told.output
        assert told.output.endswith("once none of its services runs, remove it\n")
