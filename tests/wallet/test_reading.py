"""Codes are read from pictures as telephones take them; docs/reference/reading.md has the limits.

Every case lies well inside what was measured, so that another version of a library does not turn
it red; the limits themselves are a measurement, not a promise.
"""

from __future__ import annotations

import pytest

from ledger.protocol.errors.codes import ImageUnreadable
from tests.wallet.degrade import View, photograph
from tests.wallet.shown_codes import SHOWN
from wallet import scan_image

QR_CODES = [name for name in SHOWN if "128" not in name]
SEEDS = (1, 2)

ANY_CODE = {
    "small": View(module_px=3),
    "upside down": View(turned_degrees=180),
    "on its side": View(turned_degrees=90),
    "a little turned": View(turned_degrees=10),
    "tilted": View(tilt=0.2),
    "out of focus": View(blur_px=2),
    "noisy": View(noise=40),
    "off a screen": View(moire=70),
    "badly compressed": View(jpeg_quality=10),
    "in a hurry": View(4, 8, 0.1, 1, 12, 25, 60),
}

QR_ONLY = {
    "smaller": View(module_px=2),
    "turned far": View(turned_degrees=40),
    "tilted far": View(tilt=0.35),
    "far out of focus": View(blur_px=3.25),
    "very noisy": View(noise=70),
}

TOO_BAD = {
    "half covered": View(covered=0.5),
    "no focus at all": View(blur_px=6),
    "lost in noise": View(1.5, 20, 0.2, 2, 90),
}


@pytest.mark.parametrize("name", SHOWN)
@pytest.mark.parametrize("view", ANY_CODE.values(), ids=ANY_CODE)
def test_every_code_is_read_from_an_ordinary_photograph(view: View, name: str) -> None:
    text, symbol = SHOWN[name]
    for seed in SEEDS:
        assert scan_image.read_one(photograph(symbol, view, seed)).text == text


@pytest.mark.parametrize("name", QR_CODES)
@pytest.mark.parametrize("view", QR_ONLY.values(), ids=QR_ONLY)
def test_a_qr_code_is_read_from_a_bad_photograph(view: View, name: str) -> None:
    text, symbol = SHOWN[name]
    for seed in SEEDS:
        assert scan_image.read_one(photograph(symbol, view, seed)).text == text


@pytest.mark.parametrize("name", QR_CODES)
@pytest.mark.parametrize("view", TOO_BAD.values(), ids=TOO_BAD)
def test_a_photograph_that_is_too_bad_gives_no_code_rather_than_a_wrong_one(
    view: View, name: str
) -> None:
    _, symbol = SHOWN[name]
    for seed in range(8):
        with pytest.raises(ImageUnreadable):
            scan_image.read_one(photograph(symbol, view, seed))


def test_the_same_seed_takes_the_same_picture() -> None:
    _, symbol = SHOWN["signed link (9-M)"]
    view = View(4, 8, 0.1, 1, 12, 25, 60, 0.01)
    assert photograph(symbol, view, seed=7) == photograph(symbol, view, seed=7)
    assert photograph(symbol, view, seed=7) != photograph(symbol, view, seed=8)
