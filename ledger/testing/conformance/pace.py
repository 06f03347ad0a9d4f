"""How conformance waits: by the machine's clock, since the till under test goes by it too."""

from __future__ import annotations

import threading
from typing import Final

from ledger.kit.clock import SystemClock

_CLOCK: Final = SystemClock()
_NEVER: Final = threading.Event()


def seconds() -> float:
    """Give seconds that only go forward."""
    return _CLOCK.monotonic()


def pause(for_s: float) -> None:
    """Let seconds pass."""
    _NEVER.wait(for_s)
