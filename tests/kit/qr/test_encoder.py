"""The encoder draws what ``qrcode`` draws, module for module, and another reader reads it."""

from __future__ import annotations

import io
import sys
import threading

import pytest
import qrcode
import segno
import zxingcpp
from hypothesis import example, given, seed, settings
from hypothesis import strategies as st
from PIL import Image
from qrcode.base import rs_blocks
from qrcode.util import BIT_LIMIT_TABLE, QRData, lost_point

from ledger.kit.qr import QUIET_ZONE, Level, Raster, encode, png
from ledger.kit.qr.penalty import best_mask
from ledger.kit.qr.reed_solomon import with_error_correction
from ledger.kit.qr.segments import encode as codewords_of
from ledger.kit.qr.template import Template, template
from ledger.protocol.errors.codes import QrTooLong
from tests.kit.qr.reference import drawn_by_qrcode

LEVELS = list(Level)
VERSIONS = range(1, 41)
DIGITS = st.text("0123456789", max_size=60)
CAPITALS = st.text("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:", max_size=60)
ANY_TEXT = st.text(max_size=40)
BYTES = st.binary(min_size=1, max_size=120).filter(any)
MIXED = st.lists(DIGITS | CAPITALS | ANY_TEXT, max_size=4).map("".join)


def read(raster: Raster) -> bytes:
    (found,) = zxingcpp.read_barcodes(
        Image.open(io.BytesIO(png(raster, 3))).convert("L"),
        formats=zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode),
        is_pure=True,
    )
    return found.bytes


@seed(18004)
@settings(max_examples=200, deadline=None)
@given(MIXED | BYTES, st.sampled_from(LEVELS))
@example("", Level.M)
@example("7" * 19, Level.M)
@example("7" * 21 + "a", Level.H)
@example("1" * 20 + "ABC/" * 6 + "x" + "2" * 22, Level.L)
def test_any_text_at_any_level_is_the_same_symbol(data: str | bytes, level: Level) -> None:
    assert encode(data, level).modules() == drawn_by_qrcode(data, level)


@seed(18004)
@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=500).filter(any), st.sampled_from(LEVELS))
@example(b"0123456789" * 10, Level.M)
def test_any_bytes_in_byte_mode_are_the_same_symbol(data: bytes, level: Level) -> None:
    same = drawn_by_qrcode(data, level, byte_mode=True)
    assert encode(data, level, byte_mode=True).modules() == same


@pytest.mark.parametrize("version", VERSIONS)
def test_every_version_is_the_same_symbol(version: int) -> None:
    # Each version once at each level would take minutes: each has its turn at one, full to the
    # last byte, since a full symbol differs from the next version's by one character.
    level = LEVELS[version % 4]
    room = BIT_LIMIT_TABLE[level.value][version] // 8 - (2 if version < 10 else 3)
    text = ("qrpay/" * 500)[:room]
    drawn = encode(text, level)
    assert drawn.width == 17 + 4 * version + 2 * QUIET_ZONE
    assert drawn.modules() == drawn_by_qrcode(text, level)


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("version", VERSIONS)
def test_every_version_at_every_level_is_read_back(version: int, level: Level) -> None:
    room = BIT_LIMIT_TABLE[level.value][version] // 8 - (2 if version < 10 else 3)
    text = (f"{level.name} " + "qrpay/" * 500)[:room]
    assert read(encode(text, level, byte_mode=True)) == text.encode()


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize(("one", "of_each"), [("7", 3), ("A", 2), ("a", 1)])
def test_the_step_from_one_version_to_the_next_is_at_the_same_length(
    one: str, of_each: int, level: Level
) -> None:
    for length in range(8 * of_each, 28 * of_each):
        code = qrcode.QRCode(error_correction=level.value)
        code.add_data(one * length)
        assert encode(one * length, level).width == 17 + 4 * code.best_fit() + 2 * QUIET_ZONE


@pytest.mark.parametrize("version", [9, 10, 26, 27, 39])
def test_the_last_digit_that_fits_is_the_last_for_both(version: int) -> None:
    # Where a length takes more bits (from 10 and from 27 on), a text may fit by two bits or not.
    level = Level.L
    count_bits = 10 if version < 10 else 12 if version < 27 else 14
    digits = (BIT_LIMIT_TABLE[level.value][version] - 4 - count_bits) * 3 // 10
    for length in range(digits - 2, digits + 3):
        code = qrcode.QRCode(error_correction=level.value)
        code.add_data("7" * length)
        assert encode("7" * length, level).width == 17 + 4 * code.best_fit() + 2 * QUIET_ZONE


def test_a_text_that_fits_only_without_the_longer_count_takes_the_next_version() -> None:
    # From version 10 on a length takes more bits, so that what just did not fit into 9 has to be
    # measured again: 230 bytes fill 9-L, and 231 to 271 bytes lie in version 10.
    assert [encode(b"\x80" * n, Level.L).width for n in (230, 231, 271, 272)] == [61, 65, 65, 69]


def test_more_than_version_40_holds_is_refused() -> None:
    assert encode("7" * 7089, Level.L).width == 177 + 2 * QUIET_ZONE
    with pytest.raises(QrTooLong):
        encode("7" * 7090, Level.L)


def test_a_block_of_zeros_is_drawn_where_qrcode_fails() -> None:
    zeros = bytes(200)
    with pytest.raises(ValueError, match="glog"):
        drawn_by_qrcode(zeros, Level.M, byte_mode=True)
    ours = encode(zeros, Level.M, byte_mode=True)
    assert read(ours) == zeros
    theirs = segno.make(zeros, mode="byte", error="m", boost_error=False, micro=False)
    assert ours.width == len(theirs.matrix) + 2 * QUIET_ZONE


@pytest.mark.parametrize("version", [1, 6, 7, 15])
def test_each_mask_costs_what_qrcode_counts(version: int) -> None:
    level = Level.M
    room = BIT_LIMIT_TABLE[level.value][version] // 8 - 3
    text = ("00020101021226330010test.qrpay" * 20)[:room]
    layout, unmasked = laid_out(text, level)
    theirs = qrcode.QRCode(error_correction=level.value)
    theirs.add_data(QRData(text.encode(), mode=4), optimize=0)
    theirs.best_fit()
    points = []
    for mask in range(8):
        theirs.makeImpl(True, mask)  # noqa: FBT003 (theirs)
        points.append(lost_point(theirs.modules))
    assert points_of(unmasked, layout) == points


def points_of(unmasked: int, layout: Template) -> list[int]:
    """Let each mask win alone, since a loser is not counted to its end."""
    return [best_mask(unmasked, [mask], layout.grid).points for mask in layout.masks]


def laid_out(text: str, level: Level) -> tuple[Template, int]:
    version, data = codewords_of([QRData(text.encode(), mode=4)], level.value)
    layout = template(version)
    return layout, layout.place(with_error_correction(data, version, level))


# Under each of these texts two masks cost the same, and the one that wins has more runs and blocks
# than the other, so that it is looked at later.
@pytest.mark.parametrize("text", ["tie 1131", "tie 2128", "tie 2368"])
def test_the_first_of_equally_good_masks_is_taken(text: str) -> None:
    layout, unmasked = laid_out(text, Level.M)
    points = points_of(unmasked, layout)
    assert points.count(min(points)) == 2
    drawn = encode(text, Level.M, byte_mode=True)
    assert drawn.modules() == drawn_by_qrcode(text, Level.M, byte_mode=True)


def test_blocks_are_those_of_the_library() -> None:
    data = bytes(range(1, 1 + sum(block.data_count for block in rs_blocks(5, Level.Q.value))))
    together = with_error_correction(data, 5, Level.Q)
    assert together[:4] == bytes((1, 16, 31, 47))
    assert len(together) == 134


def test_threads_that_learn_at_once_draw_the_same() -> None:
    template.cache_clear()
    drawn: list[Raster] = []
    begin = threading.Barrier(8)

    def draw() -> None:
        begin.wait()
        drawn.append(encode("learnt by eight", Level.Q))

    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        threads = [threading.Thread(target=draw) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        sys.setswitchinterval(interval)
    assert {raster.modules() for raster in drawn} == {drawn_by_qrcode("learnt by eight", Level.Q)}
    assert len(drawn) == 8
