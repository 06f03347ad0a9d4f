"""``python -m ledger`` as an operator meets it: a process, a port, a key, a signal."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from click.testing import CliRunner

from ledger.cli.serve import program
from ledger.kit.network.ports import free_port
from ledger.kit.transport import HttpTransport, Response
from ledger.protocol.errors import QrpayError
from ledger.protocol.signing import from_jwks

PATIENCE_S = 180.0


@contextmanager
def served(folder: Path, port: int) -> Iterator[subprocess.Popen[bytes]]:
    """A ledger as a process of its own."""
    environment = {
        **os.environ,
        "QRPAY_LEDGER_DATA": str(folder),
        "QRPAY_LEDGER_PORT": str(port),
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "ledger", "serve"],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait(PATIENCE_S)


def ask(port: int, path: str) -> Response:
    """Ask a ledger that may still be starting."""
    transport, deadline = HttpTransport(), time.monotonic() + PATIENCE_S
    while True:
        try:
            return transport.request("GET", f"http://127.0.0.1:{port}{path}", {}, b"")
        except QrpayError:
            assert time.monotonic() < deadline, "the ledger does not answer"
            time.sleep(0.05)


def test_a_served_ledger_answers_under_its_pinned_key_and_stops_when_told(tmp_path: Path) -> None:
    port = free_port()
    with served(tmp_path, port) as process:
        health = json.loads(ask(port, "/health").body)
        assert (health["service"], health["journal_mode"]) == ("ledger", "wal")
        keys = from_jwks(json.loads(ask(port, "/v1/keys").body))
        shown = CliRunner().invoke(program, ["key"], env={"QRPAY_LEDGER_DATA": str(tmp_path)})
        key_id, _, _ = shown.output.strip().partition(":")
        assert keys.find(key_id) is not None
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE_S) == 0


def test_a_setting_that_is_wrong_is_named_and_nothing_starts(tmp_path: Path) -> None:
    refused = CliRunner().invoke(
        program,
        ["serve"],
        env={"QRPAY_LEDGER_DATA": str(tmp_path / "new"), "QRPAY_LEDGER_PORT": "84oo"},
    )
    assert refused.exit_code == 2
    assert "QRPAY_LEDGER_PORT must be a whole number" in refused.output
    assert not (tmp_path / "new").exists()
