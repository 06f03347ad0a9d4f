"""The provider's faces: translators between a way of speaking HTTP and ``ledger.core``.

A face parses, calls one core operation inside one unit of work, and renders; it decides nothing
about money, knows no other face, no SQL and no environment. What every face is given by the
composition root is the ``Provider``.
"""

from __future__ import annotations

from dataclasses import dataclass

from ledger.core.books.fx import RateTable
from ledger.core.limits import Policy
from ledger.core.ports import Store
from ledger.kit.clock import Clock
from ledger.kit.entropy import Entropy
from ledger.protocol.identifiers import IdSource
from ledger.protocol.signing import PrivateKey


@dataclass(frozen=True)
class Provider:
    """What a face works with: the books, the key that answers, the rules, time and randomness.

    ``ids`` is used inside units of work only, which come one at a time.
    """

    store: Store
    signing_key: PrivateKey
    policy: Policy
    rates: RateTable
    clock: Clock
    entropy: Entropy
    ids: IdSource
