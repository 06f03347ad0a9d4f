"""Every check of a shop's code has a name, and the verdict is the protocol's own."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.protocol import merchant_qr
from ledger.protocol.emvco.crc import crc
from ledger.protocol.errors import QrpayError
from ledger.protocol.instants import Instant, later
from ledger.protocol.signing import Algorithm, KeyDirectory, KeyStatus
from tests.wallet.shop import DROGERIE, KIOSK, NOW, Shop
from wallet.codes.checks import verify

DIRECTORY = KeyDirectory([DROGERIE.record(), KIOSK.record()])
NOBODYS = Shop(seed=9)

EMVCO_STEPS = ["length", "data objects", "places", "crc", "signed"]
TRUST_STEPS = ["scheme", "version", "key", "signature"]


def sealed_again(text: str, old: str, new: str) -> str:
    """Change a code and repair its CRC, as an attacker would."""
    assert old in text
    changed = text.replace(old, new)[:-4]
    return changed + crc(changed.encode())


def refused_at(text: str, directory: KeyDirectory = DIRECTORY, now: Instant = NOW) -> str:
    steps = verify(text, directory, now=now).by_name()
    refused = [name for name, outcome in steps.items() if outcome == "refused"]
    assert len(refused) == 1
    before, _, after = ",".join(steps.values()).partition("refused")
    assert set(before.split(",")) <= {"ok", ""}
    assert set(after.split(",")) <= {"not reached", ""}
    return refused[0]


def test_a_good_code_passes_every_check() -> None:
    steps = verify(DROGERIE.dynamic(), DIRECTORY, now=NOW).by_name()
    assert list(steps) == [*EMVCO_STEPS, *TRUST_STEPS, "time", "fields"]
    assert set(steps.values()) == {"ok"}


def test_a_sticker_has_no_time() -> None:
    steps = verify(DROGERIE.sticker(), DIRECTORY, now=NOW).by_name()
    assert list(steps) == [*EMVCO_STEPS, *TRUST_STEPS, "fields"]
    assert set(steps.values()) == {"ok"}


def test_a_link_is_checked_in_its_own_steps() -> None:
    steps = verify(DROGERIE.link(), DIRECTORY, now=NOW).by_name()
    assert list(steps) == ["link", "token", "version", "key", "signature", "time", "fields"]
    assert set(steps.values()) == {"ok"}


GOOD = DROGERIE.dynamic()


@pytest.mark.parametrize(
    ("text", "step"),
    [
        pytest.param("0" * 513, "length", id="513 digits"),
        pytest.param(GOOD[:-1], "data objects", id="one character short"),
        pytest.param(GOOD.replace("0002", "00０2", 1), "data objects", id="a full-width length"),
        pytest.param(GOOD[6:], "places", id="no 00"),
        pytest.param(GOOD[:-4] + "0000", "crc", id="another checksum"),
        pytest.param(
            sealed_again(GOOD, GOOD[GOOD.index("8080") : -8], ""), "signed", id="unsigned"
        ),
        pytest.param(sealed_again(GOOD, "01021E", "01021Z"), "version", id="version 1Z"),
        pytest.param(sealed_again(GOOD, "000001", "000002"), "key", id="another merchant"),
        pytest.param(NOBODYS.dynamic(), "key", id="a key nobody knows"),
        pytest.param(sealed_again(GOOD, "12.95", "02.95"), "signature", id="another amount"),
        pytest.param(sealed_again(GOOD, "Drogerie", "Dr0gerie"), "signature", id="another name"),
        pytest.param(DROGERIE.dynamic(issued_at=later(NOW, -180_000)), "time", id="expired"),
        pytest.param(DROGERIE.dynamic(issued_at=later(NOW, 31_000)), "time", id="of the future"),
        pytest.param("http://127.0.0.1:8402/pay", "link", id="another address"),
        pytest.param("http://127.0.0.1:8402/p#abc", "token", id="a short token"),
        pytest.param(NOBODYS.link(), "key", id="a link of nobody"),
    ],
)
def test_a_bad_code_is_refused_at_the_step_that_finds_it(text: str, step: str) -> None:
    assert refused_at(text) == step


def test_a_key_that_was_revoked_refuses_the_code() -> None:
    assert refused_at(GOOD, KeyDirectory([DROGERIE.record(KeyStatus.REVOKED)])) == "key"


def test_the_code_can_not_choose_its_algorithm() -> None:
    claims_p256 = sealed_again(GOOD, "01021E", "01021P")
    assert refused_at(claims_p256) == "key"
    assert verify(claims_p256, DIRECTORY, now=NOW).refusal is not None


def test_a_shop_with_the_other_algorithm_is_checked_likewise() -> None:
    shop = Shop(seed=3, algorithm=Algorithm.P256)
    result = verify(shop.dynamic(), KeyDirectory([shop.record()]), now=NOW)
    assert set(result.by_name().values()) == {"ok"}


def verdict(text: str) -> object:
    try:
        return merchant_qr.verify(text, DIRECTORY, now=NOW)
    except QrpayError as refusal:
        return type(refusal), refusal.detail


@given(st.sampled_from([GOOD, DROGERIE.sticker(), DROGERIE.link()]), st.data())
def test_the_verdict_on_any_text_is_the_protocols(text: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(text)))
    inserted = data.draw(st.text("0123456789AZaz-", max_size=3))
    changed = text[:at] + inserted + text[at + data.draw(st.integers(0, 3)) :]
    if data.draw(st.booleans()) and text.startswith("00"):
        changed = changed[:-4] + crc(changed[:-4].encode())
    result = verify(changed, DIRECTORY, now=NOW)
    if result.refusal is None:
        assert result.code == verdict(changed)
        assert set(result.by_name().values()) == {"ok"}
    else:
        assert (type(result.refusal), result.refusal.detail) == verdict(changed)
        with pytest.raises(type(result.refusal)):
            result.accepted()
        refused_at(changed)
