"""The only source of randomness: keys, nonces, identifiers and code handles are all made from here.

>>> entropy = SeededEntropy("a test")
>>> entropy(4).hex(), entropy(4).hex()
('ccd8972e', '57091980')
>>> SeededEntropy("a test")(8).hex()
'ccd8972e57091980'
"""

from __future__ import annotations

import hashlib
import ssl
import threading
from typing import Protocol


class Entropy(Protocol):
    """Gives as many random bytes as it is asked for."""

    def __call__(self, count: int, /) -> bytes:
        """Give ``count`` bytes that nobody can foresee."""


class SystemEntropy:
    """Randomness fit for keys: OpenSSL's generator, which the operating system's seeds.

    Asking the system itself (``os.urandom``) lets another thread have the interpreter each time. A
    sale draws five times.
    """

    def __call__(self, count: int, /) -> bytes:
        """Give ``count`` bytes that nobody can foresee."""
        return ssl.RAND_bytes(count)


class SeededEntropy:
    """The same bytes for the same seed, so that a failing test can be repeated; not for keys.

    The stream is SHA-256 over the seed, a zero byte and a 64-bit counter from 0.
    """

    def __init__(self, seed: str) -> None:
        self._prefix = seed.encode() + b"\0"
        self._lock = threading.Lock()
        self._counter = 0
        self._left = b""

    def __call__(self, count: int, /) -> bytes:
        """Give the next ``count`` bytes of the stream."""
        with self._lock:
            while len(self._left) < count:
                block = self._prefix + self._counter.to_bytes(8, "big")
                self._left += hashlib.sha256(block).digest()
                self._counter += 1
            taken, self._left = self._left[:count], self._left[count:]
            return taken
