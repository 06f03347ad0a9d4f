"""How badly a code may be photographed and still be read: the table of docs/reference/reading.md.

    python -m bench.reading            # print the table
    python -m bench.reading --write    # and put it into the document

Each cell counts how many of ten pictures, which differ in noise and position only, give exactly the
text that was shown; anything else is a miss. About two minutes on one core.
"""

from __future__ import annotations

import platform
import re
import sys
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

from ledger.protocol.errors import QrpayError
from tests.wallet.degrade import View, photograph
from tests.wallet.shown_codes import SHOWN
from wallet import scan_image

DOCUMENT = Path(__file__).parents[1] / "docs" / "reference" / "reading.md"
PICTURES = 10

SERIES: dict[str, dict[str, View]] = {
    "module width": {f"{px} px": View(module_px=px) for px in (8, 4, 3, 2.5, 2, 1.5, 1.2)},
    "turned": {f"{degrees}°": View(turned_degrees=degrees) for degrees in (5, 15, 30, 45, 90, 180)},
    "tilted": {f"far edge {tilt:.0%} shorter": View(tilt=tilt) for tilt in (0.1, 0.2, 0.3, 0.4)},
    "blurred": {f"{px / 6:.2f} modules": View(blur_px=px) for px in (1, 2, 2.5, 3, 3.5, 4, 5)},
    "noisy": {f"±{shades} of 255": View(noise=shades) for shades in (10, 25, 50, 75, 100)},
    "moiré": {f"±{shades} of 255": View(moire=shades) for shades in (20, 40, 60, 80, 100, 120)},
    "JPEG": {f"quality {quality}": View(jpeg_quality=quality) for quality in (50, 30, 10, 5, 2)},
    "blot": {f"{share:.0%} of the area": View(covered=share) for share in (0.02, 0.05, 0.08, 0.12)},
    "all at once": {
        "a steady hand": View(5, 4, 0.05, 0.8, 8, 15, 80),
        "in a hurry": View(4, 12, 0.12, 1.2, 15, 30, 60),
        "from afar, in the dark": View(2.5, 20, 0.15, 0.9, 25, 20, 50),
    },
}


def measure() -> Iterator[str]:
    """Give the table line by line, in Markdown."""
    yield f"| seen | | {' | '.join(SHOWN)} |"
    yield f"|---|---|{'---|' * len(SHOWN)}"
    for series, views in SERIES.items():
        for level, view in views.items():
            cells = (str(_pictures_read(name, view)) for name in SHOWN)
            yield f"| {series} | {level} | {' | '.join(cells)} |"


def _pictures_read(name: str, view: View) -> int:
    text, symbol = SHOWN[name]
    return sum(_reads(photograph(symbol, view, seed), text) for seed in range(PICTURES))


def _reads(photo: bytes, text: str) -> bool:
    try:
        return scan_image.read_one(photo).text == text
    except QrpayError:
        return False


def _machine() -> str:
    libraries = ", ".join(f"{name} {version(name)}" for name in ("zxing-cpp", "pillow", "qrcode"))
    return f"Python {platform.python_version()} on {platform.machine()}, {libraries}."


def main() -> None:
    """Measure, print, and with ``--write`` replace the table in the document."""
    lines = []
    for line in measure():
        print(line, flush=True)
        lines.append(line)
    if "--write" in sys.argv[1:]:
        table = "\n".join(["<!-- measured -->", _machine(), "", *lines, "<!-- /measured -->"])
        text = DOCUMENT.read_text("utf-8")
        pattern = r"<!-- measured -->.*<!-- /measured -->"
        DOCUMENT.write_text(re.sub(pattern, lambda _: table, text, flags=re.DOTALL), "utf-8")


if __name__ == "__main__":
    main()
