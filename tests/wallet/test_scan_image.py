"""A picture from a stranger is measured before it is decoded, and every answer is one of ours."""

from __future__ import annotations

import io
import random
import struct
import subprocess
import zlib

import pytest
import qrcode
from PIL import Image

from ledger.protocol.errors.codes import (
    ImagePixels,
    ImageTooLarge,
    ImageTypeUnsupported,
    ImageUnreadable,
    QrAmbiguous,
)
from wallet import code_image, scan_image
from wallet.codes import confined
from wallet.scan_image import FoundCode

DIGITS = "281234567890123456"
GOOD = code_image.qr_png(DIGITS)


def saved(picture: Image.Image, kind: str = "PNG") -> bytes:
    file = io.BytesIO()
    picture.save(file, kind)
    return file.getvalue()


def qr(text: str | bytes) -> Image.Image:
    code = qrcode.QRCode(box_size=6)
    code.add_data(text)
    return code.make_image().get_image().convert("L")


def side_by_side(*pictures: Image.Image) -> Image.Image:
    ground = Image.new("L", (sum(p.width for p in pictures), max(p.height for p in pictures)), 255)
    left = 0
    for picture in pictures:
        ground.paste(picture, (left, 0))
        left += picture.width
    return ground


def chunk(kind: bytes, data: bytes) -> bytes:
    checked = kind + data
    return struct.pack(">I", len(data)) + checked + struct.pack(">I", zlib.crc32(checked))


def header_only(width: int, height: int) -> bytes:
    """Write a PNG that claims a size and holds no pixels."""
    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", b"")


def finder_pattern_field() -> bytes:
    """Tile 4000 x 4000 pixels with the smallest finder patterns: 12 kB that take minutes to read.

    Built from raw scan lines, since 200,000 pastes would take a while too.
    """
    pattern = ["111111111", "100000001", "101111101", "101000101", "101000101"]
    pattern += ["101000101", "101111101", "100000001", "111111111"]
    lines = [int((row * 445)[:4000], 2).to_bytes(500, "big") for row in pattern]
    return saved(Image.frombytes("1", (4000, 4000), b"".join(lines * 445)[: 500 * 4000]))


def test_one_code_is_read() -> None:
    assert scan_image.read_one(GOOD) == FoundCode(DIGITS, "QR Code")


def test_a_jpeg_is_read() -> None:
    photo = saved(Image.open(io.BytesIO(GOOD)).convert("RGB"), "JPEG")
    assert scan_image.read_one(photo).text == DIGITS


def test_a_bar_code_is_read() -> None:
    found = scan_image.read_one(code_image.code128_png(DIGITS))
    assert found == FoundCode(DIGITS, "Code 128")


def test_a_code_on_a_transparent_ground_is_read() -> None:
    dark = Image.open(io.BytesIO(GOOD)).convert("L")
    picture = Image.new("RGBA", dark.size, (0, 0, 0, 0))
    picture.paste((0, 0, 0, 255), mask=dark.point(lambda shade: 255 - shade))
    assert scan_image.read_one(saved(picture)).text == DIGITS


def test_an_inverted_code_is_read() -> None:
    dark = Image.open(io.BytesIO(GOOD)).convert("L").point(lambda shade: 255 - shade)
    assert scan_image.read_one(saved(dark)).text == DIGITS


def test_text_without_a_declared_encoding_is_utf_8() -> None:
    assert scan_image.read_one(saved(qr("最佳运输 für 12,95 €"))).text == "最佳运输 für 12,95 €"


def test_text_that_is_not_utf_8_is_read_as_the_reader_guesses() -> None:
    assert scan_image.read_one(saved(qr("Müller".encode("latin-1")))).text == "Müller"


def test_two_different_codes_are_for_a_person_to_choose_from() -> None:
    photo = saved(side_by_side(qr("one"), qr("two")))
    with pytest.raises(QrAmbiguous):
        scan_image.read_one(photo)
    assert sorted(code.text for code in scan_image.read_all(photo)) == ["one", "two"]


def test_the_same_code_twice_is_one_code() -> None:
    assert scan_image.read_one(saved(side_by_side(qr("one"), qr("one")))).text == "one"


@pytest.mark.parametrize(
    ("photo", "rule"),
    [
        pytest.param(b"", ImageTypeUnsupported, id="nothing"),
        pytest.param(b"\x89PNG\r\n\x1a", ImageTypeUnsupported, id="half a signature"),
        pytest.param(b"<svg xmlns='http://www.w3.org/2000/svg'/>", ImageTypeUnsupported, id="SVG"),
        pytest.param(saved(qr("one"), "GIF"), ImageTypeUnsupported, id="GIF"),
        pytest.param(saved(qr("one"), "BMP"), ImageTypeUnsupported, id="BMP"),
        pytest.param(saved(qr("one"), "WEBP"), ImageTypeUnsupported, id="WebP"),
        pytest.param(GOOD[:100], ImageUnreadable, id="truncated PNG"),
        pytest.param(GOOD[:8], ImageUnreadable, id="signature alone"),
        pytest.param(saved(qr("one"), "JPEG")[:300], ImageUnreadable, id="truncated JPEG"),
        pytest.param(saved(Image.new("L", (64, 64))), ImageUnreadable, id="no code in it"),
        pytest.param(GOOD + bytes(2 * 1024 * 1024), ImageTooLarge, id="over 2 MiB"),
        pytest.param(saved(Image.new("1", (12_000, 12_000))), ImagePixels, id="12,000 x 12,000"),
        pytest.param(header_only(20_000, 20_000), ImagePixels, id="400 MP"),
        pytest.param(header_only(2**31 - 1, 2**31 - 1), ImagePixels, id="2^31 - 1 a side"),
        pytest.param(header_only(4001, 4000), ImagePixels, id="16 MP and a column"),
        pytest.param(header_only(8193, 1), ImagePixels, id="one pixel too long"),
        pytest.param(header_only(0, 0), ImageUnreadable, id="no pixels"),
    ],
)
def test_a_bad_picture_is_refused_by_the_rule_it_breaks(
    photo: bytes, rule: type[Exception]
) -> None:
    with pytest.raises(rule):
        scan_image.read_one(photo)
    with pytest.raises(rule):
        confined.read_one(photo)


def test_the_largest_allowed_picture_is_read() -> None:
    ground = Image.new("L", (4000, 4000), 255)
    ground.paste(qr("one"), (1700, 1900))
    assert scan_image.read_one(saved(ground)).text == "one"


def test_a_confined_reader_reads_the_same() -> None:
    assert confined.read_one(GOOD) == scan_image.read_one(GOOD)


def test_a_picture_that_keeps_a_reader_busy_for_minutes_is_given_up() -> None:
    with pytest.raises(ImageUnreadable, match="too much time") as refused:
        confined.read_one(finder_pattern_field())
    # By the limit on processor time, not by the clock, which counts other processes' work too.
    assert isinstance(refused.value.__cause__, subprocess.CalledProcessError)


def mutated(photo: bytes, chance: random.Random) -> bytes:
    """Damage a file: change some bytes, cut a piece out, or double a piece."""
    broken = bytearray(photo)
    for _ in range(chance.randint(1, 3)):
        at = chance.randrange(len(broken))
        match chance.randrange(4):
            case 0:
                broken[at] = chance.randrange(256)
            case 1:
                del broken[at : at + chance.randint(1, 40)]
            case 2:
                broken[at:at] = broken[at : at + chance.randint(1, 40)]
            case _:
                broken[at : at + 4] = chance.randbytes(4)
    return bytes(broken)


def with_good_checksums(png: bytes) -> bytes:
    """Repair each chunk's CRC, so that the damage reaches the decoder behind it."""
    repaired = bytearray(png[:8])
    at = 8
    while at + 12 <= len(png):
        (length,) = struct.unpack(">I", png[at : at + 4])
        repaired += chunk(png[at + 4 : at + 8], png[at + 8 : at + 8 + length])
        at += 12 + length
    return bytes(repaired)


def test_no_damaged_picture_raises_anything_but_our_errors() -> None:
    chance = random.Random(14)  # noqa: S311 (damage, not a secret)
    palette = saved(Image.open(io.BytesIO(GOOD)).convert("P"))
    coloured = saved(Image.open(io.BytesIO(GOOD)).convert("RGBA"))
    jpeg = saved(Image.open(io.BytesIO(GOOD)).convert("L"), "JPEG")
    answers = {"read": 0, "refused": 0}
    for number in range(2000):
        original = (GOOD, palette, coloured, jpeg)[number % 4]
        broken = mutated(original, chance)
        if original is not jpeg and chance.random() < 0.7:
            broken = with_good_checksums(broken)
        try:
            scan_image.read_one(broken)
            answers["read"] += 1
        except (ImageTypeUnsupported, ImageUnreadable, ImagePixels):
            answers["refused"] += 1
    # Both happen often, so neither half of the loop is idle.
    assert min(answers.values()) > 100
