"""Receipts in the wallet's store, exactly as the provider signed them."""

from __future__ import annotations

from ledger.kit.embedded import EmbeddedStore
from ledger.protocol.errors.checkout import ReceiptNotFound
from ledger.protocol.identifiers import PaymentId, ReceiptId
from ledger.protocol.instants import Instant
from ledger.protocol.messages import Signed
from ledger.protocol.records import record


@record(frozen=True, slots=True)
class KeptReceipt:
    """A signed receipt; beside it, what it is found by. Only ``signed`` proves anything."""

    wallet: str
    receipt_id: ReceiptId
    payment_id: PaymentId
    occurred_at: Instant
    text: str
    key_id: str
    signature: str

    @property
    def signed(self) -> Signed:
        """The receipt as it came."""
        return Signed(self.text, self.key_id, self.signature)


class Receipts:
    """The table ``receipt``."""

    def __init__(self, store: EmbeddedStore) -> None:
        self._store = store

    def get(self, wallet: str, receipt_id: str) -> KeptReceipt:
        """Find a wallet's receipt; raises ``ReceiptNotFound``."""
        found = self._store.one(
            KeptReceipt,
            "SELECT * FROM receipt WHERE wallet = ? AND receipt_id = ?",
            (wallet, receipt_id),
        )
        if found is None:
            raise ReceiptNotFound(receipt_id[:40])
        return found

    def of_wallet(self, wallet: str) -> list[KeptReceipt]:
        """List a wallet's receipts, newest first."""
        return self._store.query(
            KeptReceipt,
            "SELECT * FROM receipt WHERE wallet = ? ORDER BY occurred_at DESC, receipt_id DESC",
            (wallet,),
        )

    def of_payment(self, wallet: str, payment_id: PaymentId) -> list[KeptReceipt]:
        """List the receipts of a payment, its refunds and its reversal, oldest first."""
        return self._store.query(
            KeptReceipt,
            "SELECT * FROM receipt WHERE wallet = ? AND payment_id = ?"
            " ORDER BY occurred_at, receipt_id",
            (wallet, payment_id),
        )

    def keep(self, receipt: KeptReceipt) -> bool:
        """Keep a receipt; one that is kept already stays as it is (False)."""
        changed = self._store.execute(
            "INSERT OR IGNORE INTO receipt (wallet, receipt_id, payment_id, occurred_at, text,"
            " key_id, signature) VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                receipt.wallet,
                receipt.receipt_id,
                receipt.payment_id,
                receipt.occurred_at,
                receipt.text,
                receipt.key_id,
                receipt.signature,
            ),
        )
        return changed == 1
