"""Codes are read from pictures as telephones take them; docs/reference/reading.md has the limits.

Every case lies well inside what was measured, so that another version of a library does not turn
it red; the limits themselves are a measurement, not a promise.
"""

from __future__ import annotations

import io

import pytest
import zxingcpp
from PIL import Image

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


# What a reader may come across, some of it beyond what it can read.
ANY_VIEW = {
    "as drawn": View(),
    **{f"turned {degrees}": View(turned_degrees=degrees) for degrees in (7, 45, 135, 180, 270)},
    **{f"blurred {px}": View(blur_px=px) for px in (1.5, 2.5, 3.5)},
    **{f"noisy {shades}": View(noise=shades) for shades in (25, 50, 90)},
    **{f"tilted {tilt}": View(tilt=tilt) for tilt in (0.1, 0.25, 0.4)},
    **{f"glare {px}": View(glare_px=px) for px in (30, 60, 90)},
    **{f"{px} px a module": View(module_px=px) for px in (1.5, 2, 12)},
    "inverted": View(inverted=True),
    "inverted, turned": View(inverted=True, turned_degrees=180),
    "inverted, noisy": View(inverted=True, noise=25),
    "all at once": View(6, 20, 0.1, 1.5, 15),
    "all at once, with a lamp": View(5, 160, 0.15, 1, 20, 20, 60, glare_px=50),
}


@pytest.mark.parametrize("name", SHOWN)
def test_nothing_is_lost_that_the_slowest_setting_reads(name: str) -> None:
    text, symbol = SHOWN[name]
    slowly = {view: read_slowly(photograph(symbol, seen, 3)) for view, seen in ANY_VIEW.items()}
    readable = [view for view, found in slowly.items() if text in found]
    lost = [view for view in readable if not reads(photograph(symbol, ANY_VIEW[view], 3), text)]
    assert lost == []
    assert {"as drawn", "turned 180", "glare 30"} <= set(readable)
    assert ("inverted" in readable) == (name in QR_CODES)
    assert len(readable) > len(ANY_VIEW) / 2


def read_slowly(photo: bytes) -> list[str]:
    """Look for every kind of code there is, everywhere: as the library does it by itself."""
    picture = Image.open(io.BytesIO(photo)).convert("L")
    return [found.text for found in zxingcpp.read_barcodes(picture)]


def reads(photo: bytes, text: str) -> bool:
    try:
        return text in [found.text for found in scan_image.read_all(photo)]
    except ImageUnreadable:
        return False


def test_the_same_seed_takes_the_same_picture() -> None:
    _, symbol = SHOWN["signed link (9-M)"]
    view = View(4, 8, 0.1, 1, 12, 25, 60, 0.01)
    assert photograph(symbol, view, seed=7) == photograph(symbol, view, seed=7)
    assert photograph(symbol, view, seed=7) != photograph(symbol, view, seed=8)
