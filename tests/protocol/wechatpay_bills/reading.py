"""A bill read as programs read it: by the names in its header, cells without their backtick."""

from __future__ import annotations

Row = dict[str, str]


def table(raw: bytes) -> tuple[list[Row], Row]:
    """Give the rows of a bill and its summary; what is no bill fails."""
    lines = raw.decode("utf-8-sig").split("\r\n")
    assert lines.pop() == ""
    *body, head_of_sums, sums = lines
    header, *rows = body
    return [_named(header, row) for row in rows], _named(head_of_sums, sums)


def _named(head: str, line: str) -> Row:
    values = line.split(",")
    assert all(value.startswith("`") for value in values)
    return dict(zip(head.split(","), (value[1:] for value in values), strict=True))
