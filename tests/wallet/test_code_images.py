"""What the wallet draws is what an independent reader (zxing-cpp) reads, and nothing is cut off."""

from __future__ import annotations

import io

import pytest
import zxingcpp
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from ledger.protocol.errors.content import FieldFormat, TextCharacter
from tests.kit.qr.paths import drawn_by
from wallet import code_image
from wallet.codes import code128

EIGHTEEN = "281234567890123456"
TWENTY_FOUR = "990001021234567890123456"


def read(png: bytes) -> list[tuple[str, str]]:
    # As a laser would: level, and in the size it is shown in. The reader's other attempts (turned,
    # shrunk) now and then see a second code in the letters of a first.
    picture = Image.open(io.BytesIO(png)).convert("L")
    found = zxingcpp.read_barcodes(picture, try_rotate=False, try_downscale=False)
    return [(str(code.format), code.text) for code in found]


@pytest.mark.parametrize("digits", [EIGHTEEN, TWENTY_FOUR])
def test_a_drawn_payment_code_reads_back(digits: str) -> None:
    assert read(code_image.qr_png(digits)) == [("QR Code", digits)]
    assert read(code_image.code128_png(digits)) == [("Code 128", digits)]


@pytest.mark.parametrize("pair", [f"{number:02d}" for number in range(100)])
def test_every_pair_of_digits_reads_back(pair: str) -> None:
    digits = f"28{pair}{pair}00"
    assert read(code_image.code128_png(digits)) == [("Code 128", digits)]


@given(st.text(st.characters(min_codepoint=32, max_codepoint=126), min_size=1, max_size=30))
def test_any_printable_text_reads_back(text: str) -> None:
    # A reader for tills trims nothing, but a text of blanks alone is not what anybody scans.
    text = f"A{text}Z"
    assert read(code_image.code128_png(text)) == [("Code 128", text)]


@pytest.mark.parametrize(
    ("digits", "modules"), [(EIGHTEEN, 134), (TWENTY_FOUR, 167), ("1234567", 112)]
)
def test_a_bar_code_is_as_wide_as_the_standard_says(digits: str, modules: int) -> None:
    assert sum(code128.encode(digits)) == modules


def test_each_character_of_the_table_is_eleven_modules_wide_and_unlike_the_others() -> None:
    *characters, stop = code128._WIDTHS
    assert {sum(map(int, widths)) for widths in characters} == {11}
    assert sum(map(int, stop)) == 13
    assert len(set(characters)) == 106


def test_a_bar_code_of_nothing_is_refused() -> None:
    with pytest.raises(FieldFormat):
        code128.encode("")


@pytest.mark.parametrize("text", ["Zürich", "1\n", "１２３４", "12\x7f"])
def test_a_bar_code_of_what_it_cannot_hold_is_refused(text: str) -> None:
    with pytest.raises(TextCharacter):
        code128.encode(text)


def test_a_payment_code_is_the_smallest_qr_code() -> None:
    width, height = Image.open(io.BytesIO(code_image.qr_png(TWENTY_FOUR))).size
    assert width == height == (21 + 2 * 4) * 10


@pytest.mark.parametrize("draw", [code_image.qr_png, code_image.code128_png])
def test_a_picture_has_a_white_quiet_zone(draw: code_image.Draw) -> None:
    picture = Image.open(io.BytesIO(draw(EIGHTEEN)))
    module_px = {290: 10, 616: 4}[picture.width]
    left = picture.crop((0, 0, 4 * module_px, picture.height))
    assert left.convert("L").getextrema() == (255, 255)


@pytest.mark.parametrize(
    ("svg", "png"),
    [
        (code_image.qr_svg, code_image.qr_png),
        (code_image.code128_svg, code_image.code128_png),
    ],
)
def test_the_vector_picture_shows_the_same_as_the_pixels(
    svg: code_image.Draw, png: code_image.Draw
) -> None:
    drawn = drawn_by(svg(TWENTY_FOUR).decode())
    pixels = Image.open(io.BytesIO(png(TWENTY_FOUR))).convert("L")
    shown = pixels.resize((len(drawn[0]), len(drawn)), Image.Resampling.NEAREST).tobytes()
    assert shown == bytes(0 if dark else 255 for row in drawn for dark in row)
