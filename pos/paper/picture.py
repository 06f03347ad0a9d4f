"""A paper as a picture: black on white, as wide as a printer's paper, with a code at its end.

A receipt printer has no Chinese letters, or others than a till would think; so the whole paper is
drawn here and printed as a picture. Letters come from the font that is shipped with the pages
(``make font``), and for characters it lacks, such as a name that somebody typed, from Debian's
``fonts-noto-cjk`` where it is installed.

Units: pixels of the printer, 180 or 203 to an inch.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Sequence
from functools import cache, lru_cache
from importlib import resources
from pathlib import Path
from typing import Final

from PIL import Image, ImageDraw, ImageFont

from ledger.kit import qr
from pos.paper.content import Centred, Gap, Line, Row, Rule
from pos.paper.plain import COLUMNS

WIDTH: Final = 512
"""What 80 mm of paper are at 180 dots an inch, of which most printers use all."""

_SYSTEM_FONT: Final = Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc")
_SIMPLIFIED_CHINESE: Final = 2
"""Its place in that collection of fonts."""

_NO_CHARACTER: Final = "\uffff"
_CODE_SHARE: Final = 0.6

Paper = Image.Image
"""A picture of one bit a point; 1 is white."""

Fonts = tuple[ImageFont.FreeTypeFont, ...]


def draw(lines: Sequence[Line], *, code: str = "", under: str = "", width: int = WIDTH) -> Paper:
    """Draw a paper ``width`` pixels wide, with a code and the words under it if there is one."""
    sheet = _Sheet(width)
    for line in lines:
        sheet.put(line)
    if code:
        sheet.put_code(code, under)
    return sheet.finished()


def png(image: Paper) -> bytes:
    """Give a picture as a PNG."""
    out = io.BytesIO()
    image.save(out, "PNG", optimize=True)
    return out.getvalue()


class _Sheet:
    """Paper that is drawn on from top to bottom."""

    def __init__(self, width: int) -> None:
        self._width = width
        self._margin = width // 64
        # A line holds about as many letters as the printer's own would.
        self._fonts = _fonts(round(width / COLUMNS * 1.75))
        self._line = round(self._fonts[0].size * 1.35)
        self._strips: list[Paper] = [self._blank(self._margin)]

    def put(self, line: Line) -> None:
        """Add a line of a paper, on as many lines as it takes."""
        match line:
            case Centred(text=text, strong=strong):
                for part in self._broken(text):
                    self._write([((self._width - self._length(part)) // 2, part)], strong=strong)
            case Row(label=label, value=value, strong=strong):
                self._put_row(label, value, strong=strong)
            case Rule():
                strip = self._blank(self._line)
                middle = self._line // 2
                across = (self._margin, middle, self._width - self._margin, middle)
                ImageDraw.Draw(strip).line(across, fill=0, width=2)
                self._strips.append(strip)
            case Gap():
                self._strips.append(self._blank(self._line // 2))

    def put_code(self, text: str, under: str) -> None:
        """Add a QR code in the middle, with modules as large as fit, and a sentence under it."""
        raster = qr.encode(text, qr.Level.M)
        modules = raster.modules()
        module_px = max(2, int(self._width * _CODE_SHARE) // len(modules))
        picture = Image.open(io.BytesIO(qr.png(raster, module_px))).convert("1")
        strip = self._blank(picture.height)
        strip.paste(picture, ((self._width - picture.width) // 2, 0))
        self._strips.append(strip)
        self.put(Centred(under))

    def finished(self) -> Paper:
        """Put the strips together."""
        strips = [*self._strips, self._blank(self._line)]
        sheet = self._blank(sum(strip.height for strip in strips))
        top = 0
        for strip in strips:
            sheet.paste(strip, (0, top))
            top += strip.height
        return sheet

    def _put_row(self, label: str, value: str, *, strong: bool) -> None:
        room = self._width - 2 * self._margin
        right = self._width - self._margin - self._length(value)
        if self._length(label) + self._length(value) + self._line // 2 <= room:
            self._write([(self._margin, label), (right, value)], strong=strong)
            return
        for part in self._broken(label):
            self._write([(self._margin, part)], strong=strong)
        for part in self._broken(value):
            end = self._width - self._margin - self._length(part)
            self._write([(end, part)], strong=strong)

    def _broken(self, text: str) -> Iterator[str]:
        """Break a text where it no longer fits, at a space if there is one."""
        room = self._width - 2 * self._margin
        while self._length(text) > room:
            fits = max(n for n in range(1, len(text)) if self._length(text[:n]) <= room)
            space = text.rfind(" ", 1, fits + 1)
            cut = space if space > 0 else fits
            yield text[:cut].rstrip()
            text = text[cut:].lstrip()
        yield text

    def _length(self, text: str) -> int:
        return round(sum(font.getlength(part) for font, part in _runs(text, self._fonts)))

    def _write(self, parts: Iterable[tuple[int, str]], *, strong: bool) -> None:
        strip = self._blank(self._line)
        pen = ImageDraw.Draw(strip)
        baseline = round(self._line * 0.8)
        for left, text in parts:
            at = float(left)
            for font, part in _runs(text, self._fonts):
                for shift in (0, 1) if strong else (0,):
                    pen.text((at + shift, baseline), part, font=font, fill=0, anchor="ls")
                at += font.getlength(part)
        self._strips.append(strip)

    def _blank(self, height: int) -> Paper:
        return Image.new("1", (self._width, height), 1)


def _runs(text: str, fonts: Fonts) -> Iterator[tuple[ImageFont.FreeTypeFont, str]]:
    """Cut a text into parts that one font can write each."""
    run = ""
    current = fonts[0]
    for mark in text:
        font = next((each for each in fonts if _has(each, mark)), fonts[0])
        if run and font is not current:
            yield current, run
            run = ""
        current = font
        run += mark
    if run:
        yield current, run


@lru_cache(maxsize=4096)
def _has(font: ImageFont.FreeTypeFont, mark: str) -> bool:
    """Tell whether a font can write a character: it draws another sign than for none."""
    return mark.isspace() or bytes(font.getmask(mark)) != bytes(font.getmask(_NO_CHARACTER))


@cache
def _fonts(size: int) -> Fonts:
    shipped = resources.files("ledger.kit.pages") / "static" / "fonts" / "qrpay-paper.woff2"
    fonts = [ImageFont.truetype(io.BytesIO(shipped.read_bytes()), size)]
    if _SYSTEM_FONT.exists():
        fonts.append(ImageFont.truetype(_SYSTEM_FONT, size, index=_SIMPLIFIED_CHINESE))
    return tuple(fonts)
