"""Pictures of codes, held against other readers and another encoder."""

from __future__ import annotations

import io

import pytest
import segno
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from ledger.kit.qr import QUIET_ZONE
from ledger.protocol.errors.codes import QrTooLong
from pos import qr_image
from tests.kit.qr.paths import drawn_by

SIGNED_CODE = (
    "00020101021226330010test.qrpay0115M2088DEMO000001520459125303978540512.955802DE5913DEMO "
    "DROGERIE6006BERLIN61051011562590109K3-0004170305S0421052401KAK9Q3ZV7T2M5X8B4C6D0E0705POS03"
    "80800010test.qrpay01021E0208k7f3a9c103101795300000041017953001800516AAECAwQFBgcICQoL8198001"
    "0test.qrpay0180v$G)Gr}{n0pyEi9l!arNR?^-j-|uq%W%4U2);L@5()1GGv_%8FLWWZ1VhY(wb}nZ88EFWM#P*jw"
    "=>rrB6304A0C4"
)
TEXTS = [
    SIGNED_CODE,
    "286012345678901234",
    "HTTP://127.0.0.1:8402/P#ABC",
    "http://192.168.0.17:8402/p#Hms3ZjNhOWMxAGappuP-z6FQvULIwzQOAAAABQ8D0msCG1R_jdjAq6uRl5Wk",
    "最佳运输 Bäckerei",
]
QUIET = QUIET_ZONE


def symbol(text: str) -> list[list[bool]]:
    """Give the modules without the quiet zone."""
    return [list(row[QUIET:-QUIET]) for row in qr_image.modules(text)[QUIET:-QUIET]]


def read(picture: Image.Image) -> list[str]:
    return [found.text for found in zxingcpp.read_barcodes(picture)]


def mask_of(rows: list[list[bool]]) -> int:
    """Read the data mask reference from the format information (ISO/IEC 18004, 7.9.1)."""
    bits = [rows[8][2], rows[8][3], rows[8][4]]
    return sum(bit << place for bit, place in zip(bits, (2, 1, 0), strict=True)) ^ 0b101


def is_inverted(mask: int, i: int, j: int) -> bool:
    """Say whether a mask inverts row i, column j (ISO/IEC 18004, table 10)."""
    return [
        (i + j) % 2,
        i % 2,
        j % 3,
        (i + j) % 3,
        (i // 2 + j // 3) % 2,
        i * j % 2 + i * j % 3,
        (i * j % 2 + i * j % 3) % 2,
        ((i + j) % 2 + i * j % 3) % 2,
    ][mask] == 0


@pytest.mark.parametrize("text", TEXTS)
def test_another_reader_reads_the_png(text: str) -> None:
    assert read(Image.open(io.BytesIO(qr_image.png(text)))) == [text]


@settings(max_examples=30, deadline=None)
@given(st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), min_size=1, max_size=512))
def test_any_printable_text_is_read_back_exactly(text: str) -> None:
    assert read(Image.open(io.BytesIO(qr_image.png(text)))) == [text]


def made_by_segno(text: str, mask: int | None = None) -> segno.QRCode:
    return segno.make(
        text.encode(), mode="byte", error="m", boost_error=False, micro=False, mask=mask
    )


@pytest.mark.parametrize("text", TEXTS)
def test_another_encoder_needs_the_same_version(text: str) -> None:
    assert made_by_segno(text).version == (len(symbol(text)) - 17) // 4


# How many bytes fill a version at level M (ISO/IEC 18004, table 7). Only full symbols can be
# compared: segno 1.6.6 begins the padding of others with a codeword 00, the standard with EC.
@pytest.mark.parametrize("length", [14, 26, 42, 62, 84, 106, 122, 152, 180, 213, 412])
def test_another_encoder_makes_the_same_modules(length: int) -> None:
    text = (SIGNED_CODE * 2)[:length]
    ours = symbol(text)
    theirs = made_by_segno(text, mask_of(ours))
    assert [[bool(module) for module in row] for row in theirs.matrix] == ours


def test_a_signed_code_is_version_15_at_level_m() -> None:
    assert len(symbol(SIGNED_CODE)) == 17 + 4 * 15


@pytest.mark.parametrize("text", TEXTS)
def test_only_byte_mode_is_used(text: str) -> None:
    rows = symbol(text)
    mask, last = mask_of(rows), len(rows) - 1
    corner = [(last, last), (last, last - 1), (last - 1, last), (last - 1, last - 1)]
    indicator = [rows[i][j] ^ is_inverted(mask, i, j) for i, j in corner]
    assert indicator == [False, True, False, False]


@pytest.mark.parametrize("text", TEXTS)
def test_four_light_modules_surround_the_symbol(text: str) -> None:
    rows = qr_image.modules(text)
    edge = [*rows[:QUIET], *rows[-QUIET:], *(row[:QUIET] + row[-QUIET:] for row in rows)]
    assert not any(dark for row in edge for dark in row)
    assert rows[QUIET][QUIET]


@pytest.mark.parametrize("text", TEXTS)
def test_the_svg_draws_the_same_modules(text: str) -> None:
    rows = qr_image.modules(text)
    assert tuple(map(tuple, drawn_by(qr_image.svg(text)))) == rows


@pytest.mark.parametrize("dark_background", [True, False])
def test_a_terminal_picture_can_be_read_from_the_screen(*, dark_background: bool) -> None:
    upper, lower = {"█", "▀"}, {"█", "▄"}
    rows: list[list[int]] = []
    for line in qr_image.terminal(SIGNED_CODE, dark_background=dark_background).splitlines():
        rows.append([255 * ((mark in upper) == dark_background) for mark in line])
        rows.append([255 * ((mark in lower) == dark_background) for mark in line])
    picture = Image.new("L", (len(rows[0]), len(rows)))
    picture.putdata([level for row in rows for level in row])
    larger = picture.resize((picture.width * 4, picture.height * 4), Image.Resampling.NEAREST)
    assert read(larger) == [SIGNED_CODE]


def test_a_longer_text_than_any_code_has_is_refused() -> None:
    assert qr_image.png("x" * 512)
    with pytest.raises(QrTooLong):
        qr_image.png("x" * 513)


def test_the_same_text_is_drawn_once() -> None:
    assert qr_image.png(SIGNED_CODE) is qr_image.png(SIGNED_CODE)
    assert qr_image.svg(SIGNED_CODE) is qr_image.svg(SIGNED_CODE)
