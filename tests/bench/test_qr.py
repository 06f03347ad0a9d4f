"""``qrpay bench qr`` runs in a tiny form; how long anything takes is nobody's promise."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from ledger.cli.bench.codes import encoders, qr
from ledger.kit.qr import encode
from ledger.kit.terminal import installing


def test_every_encoder_is_measured_in_one_run() -> None:
    done = CliRunner().invoke(qr.qr, ["--rounds", "1", "--json"], catch_exceptions=False)
    told = json.loads(done.stdout.splitlines()[-1])
    assert told["identical"] is True
    assert told["read_back"] is True
    for product in ("matrix", "png", "svg"):
        for name in ("qrpay", "qrcode", "segno"):
            assert told[f"{product}_{name}_ms"] > 0
        assert told[f"{product}_speedup_vs_qrcode"] > 0
        assert told[f"{product}_speedup_vs_segno"] > 0
    assert told["png_qrpay_bytes"] == len(encoders.ours().png(qr.TEXT))
    assert told["read_speedup_vs_everything"] > 0
    assert told["machine"]["versions"]["segno"]


def test_a_wrong_module_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = encode("another text", byte_mode=True)
    monkeypatch.setattr(encoders, "_raster", lambda _: wrong)
    done = CliRunner().invoke(qr.qr, ["--rounds", "1", "--json"], catch_exceptions=False)
    told = json.loads(done.stdout.splitlines()[-1])
    assert told["identical"] is False
    assert told["read_back"] is False


def test_an_absent_encoder_is_left_out_and_the_way_to_it_is_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(qr, "find_spec", lambda _: None)
    done = CliRunner().invoke(qr.qr, ["--rounds", "1", "--json"], catch_exceptions=False)
    assert installing("bench") in done.stderr
    assert "png_speedup_vs_qrcode" in done.stdout
    assert "segno_ms" not in done.stdout
