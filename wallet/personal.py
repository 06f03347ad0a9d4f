"""The payer's own data: all that is held of it, here and at the provider, and its end.

``export`` puts two things side by side: what the provider answers (``/v1/me/export``) and what this
service keeps itself. ``erase`` has the provider forget the payer first, since only it may refuse
(money in the wallet, say); then everything here is deleted. If its answer is lost, asking again
finds out: a payer who is gone is told as ``PayerNotFound``, which here means done.
"""

from __future__ import annotations

from contextlib import suppress

from ledger.protocol import native_api
from ledger.protocol.errors.checkout import PayerNotFound
from ledger.protocol.instants import Instant
from ledger.protocol.native_wire import Nothing, PayerExport
from ledger.protocol.records import record
from wallet.device.phone import Phone
from wallet.review import Review
from wallet.store.receipts import KeptReceipt
from wallet.store.wallets import Wallet


@record(frozen=True, slots=True)
class Held:
    """Everything that is held about a payer: by the provider, and by this service."""

    provider: PayerExport
    wallet: Wallet
    reviews: list[Review]
    receipts: list[KeptReceipt]


def export(phone: Phone) -> Held:
    """Collect everything; raises what asking the provider raises, ``WalletLocked`` included."""
    name = phone.wallet.name
    return Held(
        provider=phone.client.call(native_api.EXPORT_ME),
        wallet=phone.wallet,
        reviews=phone.store.reviews.of_wallet(name),
        receipts=phone.store.receipts.of_wallet(name),
    )


def erase(phone: Phone, *, pin: str, now: Instant) -> None:
    """Have the payer forgotten by the provider, then forget them here; asks for the PIN.

    Raises what ``Vault.open_key`` raises, and the provider's refusal (``BalanceNotZero``,
    ``DepositHeld``, ``Unsettled``, ``PayerBlocked``); then nothing was deleted.
    """
    name = phone.wallet.name
    client = phone.connect(phone.vault.open_key(name, pin, now=now))
    # A refusal is remembered under its key, and what stood in the way may be gone next time.
    with suppress(PayerNotFound):
        client.call(native_api.ERASE_ME, Nothing(), idempotency_key=phone.ids.body(now))
    phone.vault.forget(name)
    phone.store.checkpoint()
