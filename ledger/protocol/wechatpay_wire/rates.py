"""Exchange rates as the overseas API writes them: an integer, the rate times 10^8.

How many of the payer's currency one of the price's is worth.

    >>> to_rate(125, 16)  # 1 EUR is 7.8125 CNY
    781250000
    >>> to_rate(4, 5)
    80000000
"""

from __future__ import annotations

ONE = 10**8


def to_rate(numerator: int, denominator: int) -> int:
    """Spell a rate between currencies of equally many decimals, rounded half up."""
    return (2 * numerator * ONE + denominator) // (2 * denominator)
