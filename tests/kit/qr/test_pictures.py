"""PNG and SVG show the raster, and nothing but the raster; other programs read them."""

from __future__ import annotations

import io
import struct
import zlib

import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from ledger.kit.qr import QUIET_ZONE, Level, Raster, encode, png, svg
from tests.kit.qr.paths import drawn_by

QR_CODES = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
TEXT = "00020101021226330010test.qrpay0115M2088DEMO000001"
RASTERS = st.integers(1, 30).flatmap(
    lambda width: st.builds(
        Raster.of_rows,
        st.lists(st.lists(st.booleans(), min_size=width, max_size=width), min_size=1, max_size=9),
        st.integers(1, 5),
    )
)


def pixels_of(raster: Raster, module_px: int) -> list[list[bool]]:
    picture = Image.open(io.BytesIO(png(raster, module_px)))
    assert picture.mode == "1"
    levels = list(picture.convert("L").tobytes())
    width = picture.width
    return [
        [level == 0 for level in levels[begin : begin + width]]
        for begin in range(0, len(levels), width)
    ]


def enlarged(raster: Raster, module_px: int) -> list[list[bool]]:
    return [
        [dark for dark in row for _ in range(module_px)]
        for row in raster.modules()
        for _ in range(module_px * raster.row_height)
    ]


@settings(max_examples=60, deadline=None)
@given(RASTERS, st.integers(1, 11))
def test_another_program_opens_the_png_and_sees_each_module(raster: Raster, module_px: int) -> None:
    assert pixels_of(raster, module_px) == enlarged(raster, module_px)


@settings(max_examples=60, deadline=None)
@given(RASTERS)
def test_the_svg_draws_each_module(raster: Raster) -> None:
    assert drawn_by(svg(raster)) == enlarged(raster, 1)


@pytest.mark.parametrize("level", list(Level))
@pytest.mark.parametrize("module_px", [1, 2, 3, 4, 8, 10])
def test_a_reader_reads_the_png(module_px: int, level: Level) -> None:
    picture = Image.open(io.BytesIO(png(encode(TEXT, level), module_px))).convert("L")
    (found,) = zxingcpp.read_barcodes(picture, formats=QR_CODES)
    assert found.text == TEXT


def test_a_reader_reads_the_svg() -> None:
    rows = drawn_by(svg(encode(TEXT)))
    shades = bytes(0 if dark else 255 for row in rows for dark in row)
    picture = Image.frombytes("L", (len(rows[0]), len(rows)), shades)
    larger = picture.resize((4 * picture.width, 4 * picture.height), Image.Resampling.NEAREST)
    (found,) = zxingcpp.read_barcodes(larger)
    assert found.text == TEXT


def test_four_light_modules_surround_a_symbol() -> None:
    rows = encode(TEXT).modules()
    edge = [*rows[:QUIET_ZONE], *rows[-QUIET_ZONE:]]
    edge += [row[:QUIET_ZONE] + row[-QUIET_ZONE:] for row in rows]
    assert not any(dark for row in edge for dark in row)
    assert rows[QUIET_ZONE][QUIET_ZONE]


def test_every_chunk_of_the_png_is_whole() -> None:
    left = png(encode(TEXT), 8).removeprefix(b"\x89PNG\r\n\x1a\n")
    kinds = []
    while left:
        length, kind = struct.unpack(">I4s", left[:8])
        (told,) = struct.unpack(">I", left[8 + length : 12 + length])
        assert told == zlib.crc32(left[4 : 8 + length])
        kinds.append(kind)
        left = left[12 + length :]
    assert kinds == [b"IHDR", b"IDAT", b"IEND"]


def test_a_picture_is_small() -> None:
    # Pillow's own, which looks for repetitions longer, takes 1,327 bytes for a symbol of this size.
    raster = encode("x" * 372, byte_mode=True)
    assert raster.width == 85
    assert len(png(raster, 4)) < 1_800
    assert len(svg(raster)) < 12_000
