"""Pictures as telephones take them: turned, tilted, out of focus, noisy, small, badly compressed.

A picture begins as a perfect symbol, one pixel a module, and goes through what happens to it on its
way: it is shown or printed in some size, seen from an angle, blurred by the lens, striped by the
screen's own grid (moiré), covered with the sensor's noise, and saved as JPEG. The same symbol,
``View`` and ``seed`` give the same bytes.

Units: pixels of the final picture, degrees, shades of grey (0 to 255).
"""

from __future__ import annotations

import io
import math
import random
from dataclasses import dataclass

from PIL import Image, ImageChops, ImageFilter

_MARGIN_PX = 40
_PAPER = 235
_MID_GREY = 128

Matrix = tuple[tuple[float, float, float], ...]


@dataclass(frozen=True, slots=True)
class View:
    """How a symbol is seen.

    ``module_px``: width of a module. ``turned_degrees``: in the plane of the picture. ``tilt``: by
    how much its far edge is shorter than its near edge (0.2 is a fifth). ``blur_px``: radius of
    the lens's blur (standard deviation). ``noise``, ``moire``: shades of grey by which pixels are
    off. ``jpeg_quality``: as Pillow counts it. ``covered``: share of its area under a blot.
    ``glare_px``: radius of a lamp's reflection, white in the middle. ``inverted``: light on dark.
    """

    module_px: float = 6.0
    turned_degrees: float = 0.0
    tilt: float = 0.0
    blur_px: float = 0.0
    noise: float = 0.0
    moire: float = 0.0
    jpeg_quality: int = 90
    covered: float = 0.0
    glare_px: int = 0
    inverted: bool = False


def photograph(symbol: Image.Image, view: View, seed: int) -> bytes:
    """Take a picture of ``symbol`` (one pixel a module, mode L, quiet zone included): a JPEG."""
    chance = random.Random(seed)  # noqa: S311 (noise, not a secret)
    shown = _in_size(symbol, view.module_px)
    if view.covered:
        _blot(shown, view.covered, chance)
    if view.inverted:
        shown = ImageChops.invert(shown)
    picture = _seen_from_an_angle(shown, view, chance)
    if view.glare_px:
        picture = ImageChops.add(picture, _reflection(picture.size, view.glare_px, chance))
    if view.blur_px:
        picture = picture.filter(ImageFilter.GaussianBlur(view.blur_px))
    if view.moire:
        picture = _plus(picture, _stripes(picture.size, view.moire, chance))
    if view.noise:
        picture = _plus(picture, _grain(picture.size, view.noise, chance))
    file = io.BytesIO()
    picture.save(file, "JPEG", quality=view.jpeg_quality)
    return file.getvalue()


def _in_size(symbol: Image.Image, module_px: float) -> Image.Image:
    # First larger than needed, so that modules of 2.5 pixels get soft edges and not ragged ones.
    enlarged = symbol.resize((symbol.width * 12, symbol.height * 12), Image.Resampling.NEAREST)
    size = (round(symbol.width * module_px), round(symbol.height * module_px))
    return enlarged.resize(size, Image.Resampling.BOX)


def _blot(picture: Image.Image, share: float, chance: random.Random) -> None:
    side = round(math.sqrt(share * picture.width * picture.height))
    left = chance.randint(0, max(0, picture.width - side))
    top = chance.randint(0, max(0, picture.height - side))
    picture.paste(chance.choice((0, 255)), (left, top, left + side, top + side))


def _reflection(size: tuple[int, int], radius: int, chance: random.Random) -> Image.Image:
    """A lamp somewhere in the middle half of the picture, fading to the edge of its circle."""
    left, top = (chance.randint(side // 4, 3 * side // 4) - radius for side in size)
    spot = ImageChops.invert(Image.radial_gradient("L")).resize((2 * radius, 2 * radius))
    light = Image.new("L", size)
    light.paste(spot.point(lambda shade: max(0, 2 * (shade - _MID_GREY))), (left, top))
    return light


def _seen_from_an_angle(shown: Image.Image, view: View, chance: random.Random) -> Image.Image:
    """Lay the symbol on a sheet of paper and look at it through one homography."""
    side = round(math.hypot(shown.width, shown.height) / (1 - view.tilt / 2)) + 2 * _MARGIN_PX
    half = side / 2
    off_centre = (chance.uniform(-2, 2), chance.uniform(-2, 2))
    slope = view.tilt / (2 - view.tilt) / half
    angle = math.radians(view.turned_degrees)
    turned: Matrix = (
        (math.cos(angle), math.sin(angle), 0.0),
        (-math.sin(angle), math.cos(angle), 0.0),
        (0.0, 0.0, 1.0),
    )
    tilted: Matrix = ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, -slope, 1.0))
    homography = _product(
        _shift(shown.width / 2, shown.height / 2),
        _product(turned, _product(tilted, _shift(-half - off_centre[0], -half - off_centre[1]))),
    )
    scale = homography[2][2]
    numbers = [number / scale for row in homography for number in row][:8]
    return shown.transform(
        (side, side),
        Image.Transform.PERSPECTIVE,
        numbers,
        Image.Resampling.BICUBIC,
        fillcolor=_PAPER,
    )


def _shift(across: float, down: float) -> Matrix:
    return ((1.0, 0.0, across), (0.0, 1.0, down), (0.0, 0.0, 1.0))


def _product(left: Matrix, right: Matrix) -> Matrix:
    return tuple(
        (
            sum(row[k] * right[k][0] for k in range(3)),
            sum(row[k] * right[k][1] for k in range(3)),
            sum(row[k] * right[k][2] for k in range(3)),
        )
        for row in left
    )


def _plus(picture: Image.Image, difference: Image.Image) -> Image.Image:
    return ImageChops.add(picture, difference, scale=1, offset=-_MID_GREY)


def _grain(size: tuple[int, int], deviation: float, chance: random.Random) -> Image.Image:
    """Noise of a sensor: the sum of four even distributions is close enough to a normal one."""
    layers = [Image.frombytes("L", size, chance.randbytes(size[0] * size[1])) for _ in range(4)]
    pairs = [Image.blend(layers[0], layers[1], 0.5), Image.blend(layers[2], layers[3], 0.5)]
    grain = Image.blend(pairs[0], pairs[1], 0.5)
    # The mean of four even distributions over 0..255 deviates by 255 / sqrt(12 * 4).
    factor = deviation / (255 / math.sqrt(48))
    return grain.point(lambda shade: round((shade - 127.5) * factor + _MID_GREY))


def _stripes(size: tuple[int, int], amplitude: float, chance: random.Random) -> Image.Image:
    """Moiré: the screen's grid against the sensor's, fine waves and a slow one, a little turned."""
    long_side = 2 * max(size)
    fine, slow = chance.uniform(2.6, 4.2), chance.uniform(60, 140)
    wave = bytes(
        round(
            _MID_GREY
            + amplitude * 0.7 * math.sin(2 * math.pi * x / fine)
            + amplitude * 0.3 * math.sin(2 * math.pi * x / slow)
        )
        for x in range(long_side)
    )
    stripes = Image.frombytes("L", (long_side, 1), wave).resize((long_side, long_side))
    turned = stripes.rotate(chance.uniform(0, 90), Image.Resampling.BILINEAR)
    left, top = (long_side - size[0]) // 2, (long_side - size[1]) // 2
    return turned.crop((left, top, left + size[0], top + size[1]))
