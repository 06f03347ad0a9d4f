"""All wallets of this service: find one, let a new one in, and bring what was begun to its end."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

from ledger.protocol.errors import QrpayError
from ledger.protocol.errors.checkout import WalletNotFound
from ledger.protocol.identifiers import IdSource
from ledger.protocol.instants import Instant
from wallet.device import enrolment
from wallet.device.allowances import Allowances
from wallet.device.knowledge import NO_ANSWER, Knowledge
from wallet.device.phone import Connect, Phone
from wallet.device.shops import Shops
from wallet.device.vault import Vault
from wallet.direct.sender import Sender
from wallet.store import WalletStore
from wallet.store.wallets import Wallet
from wallet.visitors.names import is_guest

DEMO_PIN = "280601"
DEMO_WALLETS = {
    "li-wei": "demo-wallet-li-wei",
    "anna": "demo-wallet-anna",
    "chen-jing": "demo-wallet-chen-jing",
    "yuki": "demo-wallet-yuki",
    "omar": "demo-wallet-omar",
}
"""The demo payers' wallets and the one-time tokens that the sandbox publishes for them."""


_ENROLLED_ELSEWHERE = (
    "a wallet whose files are not these was enrolled by this name; `qrpay reset` begins anew"
)
_NOT_YET = "it is enrolled as soon as the provider answers"


@dataclass(frozen=True)
class Phones:
    """The wallets of one service and what they share."""

    store: WalletStore
    vault: Vault
    knowledge: Knowledge
    connect: Connect
    ids: IdSource
    shops: Shops
    allowances: Allowances
    sender: Sender
    demo_world: bool
    _one_at_a_time: threading.Lock = field(default_factory=threading.Lock, init=False, repr=False)

    def get(self, name: str, *, now: Instant) -> Phone:
        """Give a wallet; raises ``WalletNotFound``."""
        is_demo = self.demo_world and name in DEMO_WALLETS
        has_answered = not is_demo or self._bring_demo_wallet_up(name, now=now)
        wallet = self.store.wallets.find(name)
        if wallet is not None:
            return self._phone(wallet)
        if not is_demo:
            raise WalletNotFound(f"{name[:40]}; there are {', '.join(self._names())}")
        raise WalletNotFound(f"{name}: {_ENROLLED_ELSEWHERE if has_answered else _NOT_YET}")

    def _names(self) -> list[str]:
        """Name the wallets that others may know of: guests' have no names for them."""
        demo = DEMO_WALLETS if self.demo_world else ()
        kept = [each.name for each in self.store.wallets.list() if not is_guest(each.name)]
        return [*demo, *(name for name in kept if name not in demo)] or ["none"]

    def named(self, name: str, *, now: Instant) -> Phone:
        """Give a wallet by its name; a guest's has none for others (``WalletNotFound``)."""
        if is_guest(name):
            raise WalletNotFound(name)
        return self.get(name, now=now)

    def all(self, *, now: Instant) -> list[Phone]:
        """Give all wallets, in the sequence they were enrolled in."""
        self.bring_demo_world_up(now=now)
        return [self._phone(wallet) for wallet in self.store.wallets.list()]

    def enrol(self, name: str, token: str, pin: str, *, now: Instant) -> Phone:
        """Let a new wallet in; raises what ``enrolment.enrol`` and fetching the keys raise."""
        stranger = self.connect(None)
        with self._one_at_a_time:
            self.knowledge.introduce(stranger, now=now)
            wallet = enrolment.enrol(
                name, token, pin, store=self.store, vault=self.vault, stranger=stranger, now=now
            )
        return self._phone(wallet)

    def bring_demo_world_up(self, *, now: Instant) -> None:
        """Enrol and unlock the demo payers' wallets, as far as the provider answers."""
        if self.demo_world:
            for name in DEMO_WALLETS:
                if not self._bring_demo_wallet_up(name, now=now):
                    return

    def in_doubt(self) -> list[tuple[Phone, str]]:
        """List what was approved without a known outcome, of wallets that are unlocked."""
        return [
            (self._phone(self.store.wallets.get(review.wallet)), review.review_id)
            for review in self.store.reviews.in_doubt()
            if self.vault.is_unlocked(review.wallet)
        ]

    def _bring_demo_wallet_up(self, name: str, *, now: Instant) -> bool:
        """Enrol or unlock one demo wallet; False when nobody answers."""
        if self.vault.is_unlocked(name) and self.store.wallets.find(name) is not None:
            return True
        try:
            if self.store.wallets.find(name) is None:
                self.enrol(name, DEMO_WALLETS[name], DEMO_PIN, now=now)
            else:
                self.vault.unlock(name, DEMO_PIN, now=now)
        except NO_ANSWER:
            return False
        except QrpayError:
            # Somebody has used the token or the tries: it stays locked, or not here at all.
            return True
        return True

    def _phone(self, wallet: Wallet) -> Phone:
        return Phone(
            wallet=wallet,
            vault=self.vault,
            connect=self.connect,
            knowledge=self.knowledge,
            store=self.store,
            ids=self.ids,
            shops=self.shops,
            allowances=self.allowances,
        )
