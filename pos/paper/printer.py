"""What python-escpos knows of printers, and the bytes that it writes for them.

An extra (``qrpay[print]``). Loading it takes as long as a fifth of a till's start, so ``roll`` does
that when something is printed.
"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from tempfile import gettempdir

from escpos.capabilities import NotSupported, get_profile, pickle_path
from escpos.exceptions import Error
from escpos.printer import Dummy

from pos.paper.picture import WIDTH, Paper


def width_of(name: str) -> int:
    """Tell how many pixels wide a printer's paper is; ``ValueError`` for one nobody knows."""
    try:
        media = get_profile(name).profile_data["media"]
    except (KeyError, NotSupported) as error:
        raise ValueError(f"python-escpos knows no printer {name!r}") from error
    pixels = media.get("width", {}).get("pixels")
    return pixels if isinstance(pixels, int) else WIDTH


def commands(paper: Paper, name: str) -> bytes:
    """Write a picture and a cut; ``ValueError`` for a picture that is wider than the paper."""
    writer = Dummy(profile=name)
    try:
        writer.hw("INIT")
        writer.image(paper, impl="bitImageRaster")
        writer.cut()
    except Error as error:
        raise ValueError(str(error)) from error
    return bytes(writer.output)


def _tidy_up(kept: Path) -> None:
    """Remove the folder that python-escpos makes each time, for profiles to be found next time."""
    if kept.parent.parent == Path(gettempdir()):
        with suppress(OSError):
            kept.unlink()
            kept.parent.rmdir()


_tidy_up(Path(pickle_path))
