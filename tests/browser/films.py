"""Films for Chromium's fake camera: a code as a hand holds it, turned, out of focus, in bad light.

``--use-file-for-fake-video-capture`` plays a file of JPEG pictures one after another, again and
again. The picture's own size is what the page gets.
"""

from __future__ import annotations

import io
import random
from pathlib import Path

from PIL import Image, ImageFilter

SIZE = (1280, 720)
FRAMES = 8
TURN_DEGREES = 9
BLUR_PX = 1.0
NOISE = 16
TABLE = (188, 180, 170)


def film(path: Path, seen: bytes, *, share: float = 0.78, turn: float = TURN_DEGREES) -> Path:
    """Film a picture (PNG, JPEG) as high as ``share`` of the film; the hand shakes a little."""
    picture = Image.open(io.BytesIO(seen)).convert("RGB")
    chance = random.Random(7)  # noqa: S311 (a film, not a secret)
    with path.open("wb") as file:
        for _ in range(FRAMES):
            frame = _frame(picture, share, turn + chance.uniform(-2, 2), chance)
            frame.save(file, "JPEG", quality=85)
    return path


def _frame(picture: Image.Image, share: float, turn: float, chance: random.Random) -> Image.Image:
    width, height = SIZE
    scale = share * height / max(picture.size)
    small = picture.resize(
        (round(picture.width * scale), round(picture.height * scale)), Image.Resampling.BICUBIC
    )
    turned = small.rotate(turn, Image.Resampling.BICUBIC, expand=True, fillcolor=TABLE)
    frame = Image.new("RGB", SIZE, TABLE)
    left = (width - turned.width) // 2 + chance.randint(-12, 12)
    frame.paste(turned, (left, (height - turned.height) // 2))
    noise = Image.effect_noise(SIZE, NOISE).convert("RGB")
    return Image.blend(frame.filter(ImageFilter.GaussianBlur(BLUR_PX)), noise, 0.12)
