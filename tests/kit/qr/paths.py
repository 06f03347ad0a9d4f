"""What an SVG of ours shows, found by following its path as a browser would."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET


def drawn_by(picture: str) -> list[list[bool]]:
    """Follow the path of the picture, which strokes rows as high as the stroke is wide."""
    root = ET.fromstring(picture)  # noqa: S314 (our own)
    _, _, width, height = map(int, root.attrib["viewBox"].split())
    path = root[1].attrib
    tall = int(path["stroke-width"])
    rows = [[False] * width for _ in range(height)]
    x, top = 0, 0
    for step, across, down in re.findall(r"([Mhm])(\d+)(?: ([\d.]+))?", path["d"]):
        if step == "M":
            x, top = int(across), round(float(down) - tall / 2)
        elif step == "m":
            x += int(across)
        else:
            for row in rows[top : top + tall]:
                row[x : x + int(across)] = [True] * int(across)
            x += int(across)
    return rows
