r"""A cell of a bill, and the lines around a table: period, rows of dashes, when it was exported.

A tab behind a text keeps a spreadsheet from taking a long number for one. Cells are parted by
commas and nothing is quoted, so a comma or a quotation mark in a text is written as its full-width
twin, and a tab or a line end as a blank: no text can leave its cell.

    >>> text("tea, "), text("")
    ('tea， \t', '\t')
    >>> day = Period("20880211096256330156", Instant(1568563200000), Instant(1568649600000))
    >>> day.lines("业务明细")[2]
    '#起始日期：[2019年09月16日 00:00:00]   终止日期：[2019年09月17日 00:00:00]'
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from ledger.protocol.alipay_wire.spelling import BEIJING
from ledger.protocol.instants import SECOND, Instant
from ledger.protocol.money import Money, to_decimal

ENCODING: Final = "gbk"
LINE_END: Final = "\n"
"""As in published bills; whether the platform writes CRLF is not known."""

_WRITTEN = str.maketrans(
    {",": "，", '"': "＂", **dict.fromkeys("\t\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029", " ")}
)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def plain(value: str) -> str:
    """Write a text that has no tab behind it."""
    return value.translate(_WRITTEN)


def text(value: str) -> str:
    """Write a text with its tab."""
    return f"{plain(value)}\t"


def total(amounts: Iterable[Money], like: Money) -> str:
    """Write a sum, zero of no amounts."""
    return to_decimal(sum(amounts, start=Money(0, like.currency)))


@dataclass(frozen=True, slots=True)
class Period:
    """Whose bill it is and from when to when (exclusive); it was exported when it was over."""

    account: str
    since: Instant
    until: Instant

    def lines(self, title: str) -> list[str]:
        """Write the head of a file."""
        return [
            f"#支付宝{title}查询",
            f"#账号：[{self.account}]",
            f"#起始日期：[{_chinese(self.since)}]   终止日期：[{_chinese(self.until)}]",
        ]

    @property
    def exported(self) -> str:
        """Write the last line of a file."""
        return f"#导出时间：[{_chinese(self.until)}]"


def _chinese(instant: Instant) -> str:
    moment = (_EPOCH + timedelta(seconds=instant // SECOND)).astimezone(BEIJING)
    return f"{moment:%Y}年{moment:%m}月{moment:%d}日 {moment:%H:%M:%S}"


def dashes(title: str, *, before: int, behind: int) -> str:
    """Write a row of dashes with a title in it."""
    return f"#{'-' * before}{title}{'-' * behind}"


def file_of(lines: Iterable[str]) -> bytes:
    """Join lines to a file; what GBK can't write becomes a question mark."""
    return "".join(line + LINE_END for line in lines).encode(ENCODING, "replace")
