"""Signature probes: now and then the platform signs wrongly, to see whether a merchant looks.

Such a signature begins with ``WECHATPAY/SIGNTEST/`` (pay.weixin.qq.com, 4016241880). A merchant has
to refuse it like any wrong one, and is told rightly by the next attempt. Here a merchant is probed
when it registered how often (``Registration.probes``); which things are probed follows from
their names alone, so that a run can be repeated. Only a first attempt is.

    >>> [name for name in ("a", "b", "c", "d") if is_probed(50, name)]
    ['a', 'b']
    >>> is_probed(0, "a"), is_probed(100, "d")
    (False, True)
"""

from __future__ import annotations

import hashlib
from typing import Final

_HUNDRED: Final = 100


def is_probed(percent: int, name: str) -> bool:
    """Tell whether the thing of this name is signed wrongly, ``percent`` of all being so."""
    digest = hashlib.sha256(f"probe {name}".encode()).digest()
    return int.from_bytes(digest[:8]) % _HUNDRED < percent
