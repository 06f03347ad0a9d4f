"""What each part of a price gets back of refunds, reckoned by fractions and from behind.

The ledger reckons the same with whole numbers, in a loop (``ledger.core.books.funding``).
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import floor


def shares(refunded: int, parts: Sequence[int]) -> list[int]:
    """Split a sum of refunds over what each part paid: the last against all before, and so on."""
    if len(parts) == 1:
        return [refunded]
    *before, last = parts
    kept = floor(Fraction(refunded * sum(before), sum(before) + last))
    return [*shares(kept, before), refunded - kept]
