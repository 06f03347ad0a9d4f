r"""A cell of a bill: a backtick and the value, so that a spreadsheet takes digits for text.

Cells are parted by commas and nothing is ever quoted, so a comma in a text is written as a
backslash and a blank and a line end as a backslash and a letter. A text can then neither leave its
cell nor begin one, and since each begins with a backtick, none is run as a formula.

    >>> row(["2021-01-28 17:07:11", "", "=1+1,2\n"])
    '`2021-01-28 17:07:11,`,`=1+1\\ 2\\n'
"""

from __future__ import annotations

from collections.abc import Iterable

from ledger.protocol.instants import Instant
from ledger.protocol.money import Money, to_decimal
from ledger.protocol.wechatpay_wire.times import in_china

_FEE_DECIMALS = 5
_WRITTEN = str.maketrans(
    {",": "\\ ", "\n": "\\n", "\r": "\\r", **dict.fromkeys("\v\f\x1c\x1d\x1e\x85\u2028\u2029", " ")}
)
"""The last ones end a line for some programs, ``str.splitlines`` among them."""


def row(values: Iterable[str]) -> str:
    """Write the cells of a line."""
    return ",".join(f"`{value.translate(_WRITTEN)}" for value in values)


def time(instant: Instant) -> str:
    """Write a time of China's clock: ``2021-01-28 17:07:11``."""
    return f"{in_china(instant):%Y-%m-%d %H:%M:%S}"


def fee(money: Money) -> str:
    """Write a fee: five decimals.

    >>> from ledger.protocol.money import currency
    >>> fee(Money(-8, currency("EUR"))), fee(Money(8, currency("JPY")))
    ('-0.08000', '8.00000')
    """
    whole, _, decimals = to_decimal(money).partition(".")
    return f"{whole}.{decimals:0<{_FEE_DECIMALS}}"
