"""What this machine could do at best, measured in the same run as the checkouts.

Signatures and HTTP are counted by a core's processor time, which other programs don't slow down;
the disk by the clock.

A checkout can't be had for less than its signatures (three are made, of the code, the consent and
the receipt; three checked, of the code by wallet and provider, of the consent by the provider; a
wallet that checks its receipt checks a fourth) and its HTTP (two requests of a shopper's). What is
left of all cores then is the bound that ``share_of_limit`` is a share of. The disk is told beside
it: it bounds commits, and one commit can hold many checkouts.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from ledger.cli.bench.checkout import bare_http
from ledger.protocol.signing import Algorithm, Domain, PrivateKey, verify

SIGNED, CHECKED, REQUESTS = 3, 4, 2
_BYTES_SIGNED = 400
_BYTES_SYNCED = 4096


@dataclass(frozen=True)
class Limits:
    """What a core's second is enough for, and how often the disk keeps 4 KiB in a second."""

    signed_per_s: float
    checked_per_s: float
    synced_per_s: float
    requests_per_s: float

    @property
    def checkout_us(self) -> float:
        """The least processor time of a checkout."""
        signatures_s = SIGNED / self.signed_per_s + CHECKED / self.checked_per_s
        return (signatures_s + REQUESTS / self.requests_per_s) * 1e6

    def checkouts_per_s(self, cores: int) -> float:
        """Bound the checkouts that this many cores can do in a second."""
        return cores * 1e6 / self.checkout_us


def measure(folder: Path, seconds: float) -> Limits:
    """Measure each for so long; ``folder`` is on the disk that counts."""
    key = PrivateKey.from_seed(Algorithm.ED25519, bytes(range(32)))
    message = bytes(_BYTES_SIGNED)
    signature = key.sign(Domain.RECEIPT, message)
    return Limits(
        signed_per_s=_per_s(lambda: key.sign(Domain.RECEIPT, message), seconds, time.process_time),
        checked_per_s=_per_s(
            lambda: verify(key.public, Domain.RECEIPT, message, signature),
            seconds,
            time.process_time,
        ),
        synced_per_s=synced_per_s(folder / "synced", seconds),
        requests_per_s=bare_http.requests_per_s(seconds),
    )


def _per_s(act: Callable[[], object], seconds: float, clock: Callable[[], float]) -> float:
    count, began = 0, clock()
    while (taken := clock() - began) < seconds:
        act()
        count += 1
    return count / taken


def synced_per_s(path: Path, seconds: float) -> float:
    """Count how often the disk keeps 4 KiB more of a file in a second."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT, 0o600)

    def append() -> None:
        os.write(descriptor, bytes(_BYTES_SYNCED))
        os.fdatasync(descriptor)

    try:
        return _per_s(append, seconds, time.perf_counter)
    finally:
        os.close(descriptor)
        path.unlink()
