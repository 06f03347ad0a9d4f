"""``qrpay bench qr`` runs in a tiny form; what it measures is nobody's promise."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from ledger.cli.bench import qr


def test_every_encoder_is_measured_in_one_run() -> None:
    done = CliRunner().invoke(qr.qr, ["--rounds", "1", "--json"], catch_exceptions=False)
    told = json.loads(done.stdout.splitlines()[-1])
    assert {
        f"{product}_{name}_ms" for product in qr.PRODUCTS for name in ("qrcode", "segno")
    } <= set(told)
    assert told["machine"]["versions"]["segno"]


def test_an_absent_encoder_is_left_out_and_the_way_to_it_is_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(qr, "find_spec", lambda _: None)
    done = CliRunner().invoke(qr.qr, ["--rounds", "1", "--json"], catch_exceptions=False)
    assert "pip install 'qrpay[bench]'" in done.stderr
    assert "matrix_qrcode_ms" in done.stdout
    assert "segno_ms" not in done.stdout
