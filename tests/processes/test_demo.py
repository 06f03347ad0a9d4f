"""``qrpay demo``: what it promises in its summary is true, and nothing is left but its pictures."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.kit.answered import Json
from tests.processes.services import qrpay


@pytest.fixture(scope="module")
def summary() -> Iterator[Json]:
    """What ``qrpay demo --json`` says last."""
    played = qrpay("demo", "--json")
    assert played.returncode == 0, played.stderr
    told = json.loads(played.stdout.splitlines()[-1])
    yield dict(told)
    shutil.rmtree(told["pictures"])


def test_the_summary_names_every_payment_and_the_books_are_sound(summary: Json) -> None:
    assert summary["sound"]
    payments = summary["payments"]
    for mode in ("merchant_presented", "consumer_presented", "sticker"):
        assert payments[mode].startswith("pay_")
    assert payments["refund"].startswith("rfd_")
    assert payments["forged_code_refused_as"] == "QR_SIGNATURE_INVALID"
    assert summary["settlement"]["lines_matched"] == 4
    assert summary["settlement"]["planted_difference_named"] == "MISSING_REFUND"
    assert set(summary["trial_balance"]["sums"].values()) == {0}
    assert {step["actor"] for step in summary["steps"]} >= {"till", "wallet", "forger", "audit"}


def test_its_pictures_decode_again(summary: Json) -> None:
    pictures = sorted(Path(summary["pictures"]).iterdir())
    assert [picture.name for picture in pictures] == ["scan-me.png", "sticker.png"]
    decoded = qrpay("qr", "decode", "--json", *pictures)
    assert decoded.returncode == 0, decoded.stderr
    assert decoded.stdout.count("000201") == 2


def test_its_services_are_gone(summary: Json) -> None:
    for url in summary["urls"].values():
        assert qrpay("qr", "verify", "--ledger", url, "000201").returncode == 3
