"""An Alipay bill read as programs read it: by the names in its header, cells without their tabs."""

from __future__ import annotations

import io
import zipfile

Row = dict[str, str]


def files(packed: bytes) -> dict[str, str]:
    """Unpack a bill: its files by name, as a reader that was told GBK sees them."""
    with zipfile.ZipFile(io.BytesIO(packed), metadata_encoding="gbk") as read:
        assert read.testzip() is None
        return {name: read.read(name).decode("gbk") for name in read.namelist()}


def table(file: str) -> list[Row]:
    """Give the rows of a file; the lines around them begin with a number sign."""
    lines = [line for line in file.splitlines() if not line.startswith("#")]
    header, *rows = (line.split(",") for line in lines)
    return [dict(zip(header, (cell.strip("\t") for cell in row), strict=True)) for row in rows]


def foot(file: str) -> list[str]:
    """Give the lines behind the table."""
    return file.splitlines()[-3:]
