"""``qrpay qr decode``, ``verify`` and ``explain``: what they tell, and their exit codes."""

from __future__ import annotations

import json
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner, Result

from ledger.protocol.instants import to_text
from ledger.protocol.signing import b64url, to_jwks
from tests.wallet.shop import DROGERIE, KIOSK, NOW
from tests.wallet.shown_codes import byte_mode_qr
from tests.wallet.test_scan_image import qr, saved, side_by_side
from wallet.cli import decode, explain, program, verify
from wallet.cli.directories import of_one_key

CODE = DROGERIE.dynamic()
KEY = b64url(DROGERIE.key.public.raw)
AT = ["--at", to_text(NOW)]


def run(command: object, *words: str) -> Result:
    return CliRunner().invoke(command, words)  # type: ignore[arg-type]


@pytest.fixture
def keys(tmp_path: Path) -> str:
    path = tmp_path / "keys.json"
    path.write_bytes(msgspec.json.encode(to_jwks([DROGERIE.record(), KIOSK.record()])))
    return str(path)


@pytest.fixture
def photo(tmp_path: Path) -> str:
    path = tmp_path / "photo.png"
    path.write_bytes(saved(byte_mode_qr(CODE).resize((510, 510))))
    return str(path)


def test_decode_prints_each_code_and_what_it_is(photo: str, tmp_path: Path) -> None:
    two = tmp_path / "two.png"
    two.write_bytes(saved(side_by_side(qr("281234567890123456"), qr("hello"))))
    result = run(decode, photo, str(two))
    assert result.exit_code == 0
    assert f"QR Code: {CODE}" in result.output
    assert "Payment request of a shop" in result.output
    assert "Payment code of Alipay or Alipay+" in result.output
    assert "QR Code: hello" in result.output


def test_decode_fails_when_a_picture_can_not_be_read_and_still_tells_the_others(
    photo: str, tmp_path: Path
) -> None:
    svg = tmp_path / "code.svg"
    svg.write_text("<svg/>")
    result = run(decode, str(svg), photo)
    assert result.exit_code == 1
    assert "IMAGE_TYPE_UNSUPPORTED" in result.output
    assert "Payment request of a shop" in result.output


def test_decode_prints_one_document_for_each_picture(photo: str) -> None:
    result = run(decode, "--json", photo)
    told = json.loads(result.output)
    assert told["codes"][0]["text"] == CODE
    assert told["codes"][0]["what_it_is"]["kind"] == "qrpay-dynamic"


def test_verify_names_every_step_of_a_genuine_code(keys: str) -> None:
    result = run(verify, CODE, "--keys", keys, *AT)
    assert result.exit_code == 0
    for step in ("length", "crc", "key", "signature", "time", "fields"):
        assert f"ok      {step}:" in result.output
    assert "genuine" in result.output
    assert "Amount: 12.95 EUR" in result.output


@pytest.mark.parametrize("text", [DROGERIE.link(), DROGERIE.sticker()])
def test_verify_takes_every_profile(keys: str, text: str) -> None:
    assert run(verify, text, "--keys", keys, *AT).exit_code == 0


def test_verify_takes_the_key_that_the_till_has_printed() -> None:
    assert run(verify, CODE, "--key", KEY, *AT).exit_code == 0
    other = run(verify, CODE, "--key", KEY, "--merchant", "M1", *AT)
    assert other.exit_code == 1
    assert "KEY_NOT_ALLOWED_FOR_MERCHANT" in other.output


def test_verify_says_where_a_code_is_refused_and_by_which_rule(keys: str) -> None:
    result = run(verify, CODE, "--keys", keys, "--at", "2027-01-01T00:00:00.000Z")
    assert result.exit_code == 1
    assert "QR_EXPIRED" in result.output or "KEY_EXPIRED" in result.output
    forged = run(verify, CODE[:-4] + "0000", "--keys", keys, *AT)
    assert "REFUSED crc:" in forged.output
    assert "-       signature:" in forged.output


def test_verify_as_json_holds_the_steps(keys: str) -> None:
    told = json.loads(run(verify, CODE, "--keys", keys, "--json", *AT).output)
    assert {check["outcome"] for check in told["checks"]} == {"ok"}
    assert told["refusal"] is None


def test_verify_refuses_another_schemes_code_for_what_it_is(keys: str) -> None:
    result = run(verify, "weixin://wxpay/bizpayurl?pr=p4lpSuKzz", "--keys", keys)
    assert result.exit_code == 1
    assert "QR_FOREIGN" in result.output


def test_verify_without_a_provider_says_that_it_is_not_running() -> None:
    result = run(verify, CODE, "--ledger", "http://127.0.0.1:1")
    assert result.exit_code == 3
    assert "does not answer" in result.output


@pytest.mark.parametrize(
    "words", [["--at", "yesterday"], ["--key", KEY, "--ledger", "http://127.0.0.1:1"]]
)
def test_verify_refuses_a_wrong_command_line(words: list[str]) -> None:
    assert run(verify, CODE, *words).exit_code == 2


def test_one_key_may_be_of_either_algorithm() -> None:
    assert of_one_key(KEY, "M1").find(DROGERIE.key.public.key_id) is not None


def test_explain_gives_each_field_with_its_section() -> None:
    result = run(explain, CODE)
    assert result.exit_code == 0
    assert "54 Transaction Amount (4.7.4): 12.95" in result.output
    assert "80.04 Expires at" in result.output


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("weixin://wxpay/bizpayurl?pr=p4lpSuKzz", "WeChat Pay code of a shop"),
        ("281234567890123456", "Payment code of Alipay or Alipay+"),
        ("hQVDUFYwMWEaTwegAAAAVVVVVw8SNFZ4kBI0WNGRIgESNF8=", "Payer's code in EMVCo's form"),
        ("hello", "Text"),
    ],
)
def test_explain_takes_any_kind_of_code(text: str, title: str) -> None:
    result = run(explain, text)
    assert result.exit_code == 0
    assert result.output.startswith(title)
    assert json.loads(run(explain, text, "--json").output)["what_it_is"]["title"] == title


def test_the_service_says_which_setting_it_can_not_understand() -> None:
    result = CliRunner(env={"QRPAY_WALLET_PORT": "84oo"}).invoke(program, ["serve"])
    assert result.exit_code == 2
    assert "QRPAY_WALLET_PORT" in result.output
