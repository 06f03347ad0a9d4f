"""The till's commands: codes made and drawn in a terminal, without any service."""

from __future__ import annotations

from pathlib import Path

import pytest
import zxingcpp
from click.testing import CliRunner, Result
from PIL import Image

from ledger.kit.clock import SystemClock
from ledger.protocol import merchant_qr
from ledger.protocol.errors import QrpayError
from ledger.protocol.errors.codes import QrLifetimeTooLong, QrTooLong
from ledger.protocol.errors.content import AmountFormat, AmountScale, FieldFormat
from ledger.protocol.instants import DAY, Instant, later
from ledger.protocol.merchant_qr import DynamicCode, LinkCode, StickerCode
from ledger.protocol.signing import (
    Algorithm,
    KeyDirectory,
    KeyRecord,
    KeyStatus,
    PublicKey,
    b64url_decode,
    merchant_owner,
)
from pos.cli import make, program, show


def run(*arguments: str) -> Result:
    return CliRunner().invoke(make, list(arguments), catch_exceptions=False)


def directory_of(output: str, merchant_id: str) -> KeyDirectory:
    """Read the key that was printed, as whoever verifies the code would."""
    line = next(line for line in output.splitlines() if line.startswith("signed with"))
    key_id, public_key = line.removeprefix("signed with ").split(", public key ")
    key = PublicKey(Algorithm.ED25519, b64url_decode(public_key, 32))
    record = KeyRecord(
        key_id=key_id,
        public_key=key,
        owner=merchant_owner(merchant_id),
        status=KeyStatus.ACTIVE,
        not_before=Instant(0),
        not_after=later(SystemClock().now(), DAY),
    )
    return KeyDirectory([record])


@pytest.mark.parametrize(
    ("profile", "kind"), [("S", DynamicCode), ("L", LinkCode), ("T", StickerCode)]
)
def test_a_code_is_made_that_verifies_with_the_printed_key(
    profile: str, kind: type[object]
) -> None:
    made = run("12.95", "--profile", profile)
    text = made.stdout.strip()
    keys = directory_of(made.stderr, "M2088DEMO000001")
    code = merchant_qr.verify(text, keys, now=SystemClock().now())
    assert isinstance(code, kind)
    if isinstance(code, DynamicCode | LinkCode):
        assert code.amount.minor_units == 1295


def test_the_shop_can_be_named() -> None:
    made = run(
        *("1", "--merchant", "M7", "--name", "Eisdiele", "--city", "Bonn", "--terminal", "POS3")
    )
    keys = directory_of(made.stderr, "M7")
    code = merchant_qr.verify(made.stdout.strip(), keys, now=SystemClock().now())
    assert isinstance(code, DynamicCode)
    assert (code.merchant_name, code.merchant_city) == ("Eisdiele", "Bonn")
    assert code.terminal_label == "POS3"


def test_a_link_leads_where_it_is_told_to() -> None:
    made = run("12.95", "--profile", "L", "--wallet-url", "http://192.168.1.5:8402")
    assert made.stdout.startswith("http://192.168.1.5:8402/p#")


def test_a_key_for_one_code_is_said_to_be_gone(tmp_path: Path) -> None:
    assert "is gone now" in run("1").stderr
    key = tmp_path / "key"
    first, second = (run("1", "--profile", "T", "--key", str(key)) for _ in range(2))
    assert first.stdout == second.stdout
    assert "is gone now" not in first.stderr
    assert key.stat().st_mode & 0o777 == 0o600


def test_a_drawn_code_is_the_printed_one(tmp_path: Path) -> None:
    out = tmp_path / "code.png"
    text = run("12.95", "--out", str(out)).stdout.strip()
    assert [read.text for read in zxingcpp.read_barcodes(Image.open(out))] == [text]


@pytest.mark.parametrize("suffix", [".svg", ".txt"])
def test_a_code_is_drawn_in_the_way_the_name_ends(tmp_path: Path, suffix: str) -> None:
    out = tmp_path / f"code{suffix}"
    run("12.95", "--out", str(out))
    assert out.read_text("utf-8").startswith({".svg": "<svg", ".txt": "█"}[suffix])


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        (["12,95"], AmountFormat),
        (["1e3"], AmountFormat),
        (["1.005"], AmountScale),
        (["1", "--life", "301"], QrLifetimeTooLong),
        (["1", "--out", "code.gif"], FieldFormat),
    ],
)
def test_what_makes_no_code_is_refused_by_name(
    arguments: list[str], error: type[QrpayError]
) -> None:
    with pytest.raises(error):
        run(*arguments)


def test_any_text_is_drawn_in_the_terminal(tmp_path: Path) -> None:
    drawn = CliRunner().invoke(show, ["https://example.org"])
    assert drawn.exit_code == 0
    assert drawn.output.startswith("█" * 33)
    on_light = CliRunner().invoke(show, ["https://example.org", "--light"])
    assert on_light.output.startswith(" " * 33)
    out = tmp_path / "x.png"
    assert CliRunner().invoke(show, ["x", "--out", str(out)]).output == ""
    assert out.read_bytes().startswith(b"\x89PNG")


def test_a_text_that_is_too_long_is_refused() -> None:
    with pytest.raises(QrTooLong):
        CliRunner().invoke(show, ["x" * 513], catch_exceptions=False)


def test_a_setting_that_can_not_be_understood_is_named() -> None:
    result = CliRunner().invoke(program, ["serve"], env={"QRPAY_POS_PORT": "84oo"})
    assert result.exit_code == 2
    assert "QRPAY_POS_PORT" in result.output
