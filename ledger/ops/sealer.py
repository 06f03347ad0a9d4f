"""The sealer: links what was booked into the chain, and seals each day's head after midnight UTC.

It goes round every few seconds, not after each commit: a link costs a unit of work of its own, and
one for many entries costs as much as one for one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ledger.core.books import chain
from ledger.core.ports import Store
from ledger.kit.clock import Clock
from ledger.protocol.signing import PrivateKey


@dataclass(frozen=True)
class Sealer:
    """Links and seals the books of one ledger; ``entropy`` gives salts."""

    store: Store
    clock: Clock
    signing_key: PrivateKey
    entropy: Callable[[int], bytes]

    def seal(self) -> bool:
        """Do one batch, or one head; True when there may be more."""
        now = self.clock.now()
        with self.store.reading() as books:
            if not chain.due(books, now=now):
                return False
        with self.store.transaction() as books:
            return chain.advance(books, now=now, key=self.signing_key, entropy=self.entropy)
