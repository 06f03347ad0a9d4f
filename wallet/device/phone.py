"""A phone: one enrolled wallet in use, with everything it works with.

The functions of ``scan``, ``authorise``, ``present`` and ``activity`` take a phone and the time.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ledger.client import SchemeClient
from ledger.protocol.identifiers import IdSource
from ledger.protocol.instants import Instant
from ledger.protocol.signing import KeyDirectory, PrivateKey
from wallet.device.allowances import Allowances
from wallet.device.knowledge import Knowledge
from wallet.device.shops import Shops
from wallet.device.vault import Vault
from wallet.store import WalletStore
from wallet.store.wallets import Wallet

Connect = Callable[[PrivateKey | None], SchemeClient]
"""Opens a line to the provider for the holder of a key, or for somebody without one."""


@dataclass(frozen=True)
class Phone:
    """A wallet, its keys, its line to the provider, what it knows and remembers."""

    wallet: Wallet
    vault: Vault
    connect: Connect
    knowledge: Knowledge
    store: WalletStore
    ids: IdSource
    shops: Shops
    allowances: Allowances

    @property
    def client(self) -> SchemeClient:
        """The line to the provider; a locked wallet has none (``WalletLocked``)."""
        return self.connect(self.vault.unlocked_key(self.wallet.name))

    def directory(self, *, now: Instant) -> KeyDirectory:
        """Give the key directory, as fresh as can be had; ``ServiceUnavailable`` if it never was.

        A locked wallet asks nobody and goes by what it remembers.
        """
        if not self.vault.is_unlocked(self.wallet.name):
            return self.knowledge.remembered()
        return self.knowledge.current(self.client, now=now)
