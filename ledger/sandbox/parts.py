"""What a sandbox needs of the provider whose place of play it is."""

from __future__ import annotations

from typing import Protocol

from ledger.core.books.fx import RateTable
from ledger.core.limits import Policy
from ledger.core.ports import Store
from ledger.kit.clock import Clock
from ledger.kit.entropy import Entropy
from ledger.protocol.identifiers import IdSource
from ledger.protocol.signing import PrivateKey


class Parts(Protocol):
    """Books, keys, rules, time and randomness; ``ledger.faces.Provider`` is one."""

    @property
    def store(self) -> Store:
        """The books."""

    @property
    def signing_key(self) -> PrivateKey:
        """The key of the ledger."""

    @property
    def policy(self) -> Policy:
        """What may be paid."""

    @property
    def rates(self) -> RateTable:
        """What money costs in other money."""

    @property
    def clock(self) -> Clock:
        """The time."""

    @property
    def entropy(self) -> Entropy:
        """Randomness."""

    @property
    def ids(self) -> IdSource:
        """Identifiers; inside of units of work only."""
