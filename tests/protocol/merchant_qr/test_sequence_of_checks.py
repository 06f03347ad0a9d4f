"""A code broken in two ways reports the rule that is checked first, for every two ways.

Each break is put into one code independently of the others, signed by hand; so the table below is
the sequence that docs/reference/codes.md promises, and swapping any two checks turns a test red.
"""

from __future__ import annotations

from itertools import combinations

import pytest

from ledger.protocol.errors import QrpayError
from ledger.protocol.merchant_qr import verify
from tests.protocol.code_vectors import outcome
from tests.protocol.merchant_qr.forge import (
    body,
    changed,
    signature_template,
    with_crc,
)
from tests.protocol.merchant_qr.world import DIRECTORY, KEY, KIOSK_KEY, NOW

STEPS = {
    "1 length": "QR_TOO_LONG",
    "2 digits": "QR_SYNTAX",
    "3 first": "QR_TAG_ORDER",
    "3 version of the format": "QR_FIELD",
    "3 duplicate": "QR_DUPLICATE_TAG",
    "3 tail": "QR_TAG_ORDER",
    "4 crc": "QR_CRC_MISMATCH",
    "5 scheme": "QR_FOREIGN",
    "6 algorithm": "QR_VERSION_UNSUPPORTED",
    "6 layout": "QR_FIELD",
    "7 key": "KEY_UNKNOWN",
    "8 signature": "QR_SIGNATURE_INVALID",
    "9 expired": "QR_EXPIRED",
    "9 lifetime": "QR_LIFETIME_TOO_LONG",
    "10 fields": "QR_FIELD",
}
"""In the sequence in which they are checked, with the error that each alone gives."""

CHANGES: dict[str, dict[str, str | None]] = {
    "1 length": {"27.00": "a.example", "27.01": "x" * 80, "28.00": "b.example", "28.01": "x" * 80},
    "3 version of the format": {"00": "02"},
    "6 algorithm": {"80.01": "1X"},
    "6 layout": {"80.06": "x"},
    "7 key": {"80.02": "k0000000"},
    "9 expired": {"80.04": "1795300100"},
    "9 lifetime": {"80.03": "1795299000"},
    "10 fields": {"58": "de"},
}


def _broken(*steps: str) -> str:
    changes: dict[str, str | None] = {}
    for step in steps:
        changes |= CHANGES.get(step, {})
    prefix = body(changed(changes))
    if "3 duplicate" in steps:
        at = prefix.index("5303978")
        prefix = prefix[:at] + "5303978" + prefix[at:]
    if "3 first" in steps:
        prefix = prefix[6:12] + prefix[:6] + prefix[12:]
    if "2 digits" in steps:
        prefix = prefix.replace("5303", "53０3")
    key = KIOSK_KEY if "8 signature" in steps else KEY
    signature = key.sign_raw(b"test.qrpay/mpm/v1\0" + prefix.encode())
    seal = signature_template(signature, "test.other" if "5 scheme" in steps else "test.qrpay")
    code = with_crc(prefix + seal + ("550201" if "3 tail" in steps else ""))
    return code[:-4] + "zzzz" if "4 crc" in steps else code


def _answer(text: str) -> str:
    return outcome(lambda scanned: verify(scanned, DIRECTORY, now=NOW), text)


def test_unbroken_the_code_is_good() -> None:
    assert _answer(_broken()) == "valid"


@pytest.mark.parametrize("step", STEPS)
def test_each_break_alone_gives_its_own_error(step: str) -> None:
    assert _answer(_broken(step)) == STEPS[step]


@pytest.mark.parametrize(("earlier", "later"), list(combinations(STEPS, 2)))
def test_of_two_breaks_the_earlier_is_reported(earlier: str, later: str) -> None:
    assert _answer(_broken(earlier, later)) == STEPS[earlier]


def test_a_code_broken_in_every_way_is_only_too_long() -> None:
    assert _answer(_broken(*STEPS)) == "QR_TOO_LONG"


def test_time_is_judged_before_any_amount_is_read() -> None:
    expired = changed({"80.04": "1795300100", "54": "0"})
    prefix = body(expired)
    signature = KEY.sign_raw(b"test.qrpay/mpm/v1\0" + prefix.encode())
    with pytest.raises(QrpayError) as refusal:
        verify(with_crc(prefix + signature_template(signature)), DIRECTORY, now=NOW)
    assert refusal.value.code == "QR_EXPIRED"
