"""What happened: receipts of payments, refunds and reversals, each checked whenever it is shown.

A receipt is the provider's signed statement. It is kept exactly as it came and proves itself with
nothing but the provider's published keys, so it is verified again every time somebody looks at it,
without a network: what was changed in the store meanwhile, by a person or by a failing disk, is
shown as not verifying, with the rule it breaks.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from ledger.protocol import messages, native_api
from ledger.protocol.errors import QrpayError
from ledger.protocol.errors.checkout import ReceiptDiffers
from ledger.protocol.identifiers import PaymentId
from ledger.protocol.messages import Receipt, Signed
from ledger.protocol.native_wire import RECEIPTS_AT_MOST, SignedText
from ledger.protocol.records import record
from ledger.protocol.signing import KeyDirectory
from wallet.device.knowledge import NO_ANSWER
from wallet.device.phone import Phone
from wallet.store.receipts import KeptReceipt

PAGES_AT_MOST: Final = 100
"""No page has nothing new for ever, whatever a provider answers."""


@record(frozen=True, slots=True)
class ShownReceipt:
    """A receipt and whether it holds now: ``receipt`` when it does, else ``refusal``."""

    kept: KeptReceipt
    receipt: Receipt | None
    refusal: QrpayError | None


def history(phone: Phone) -> list[ShownReceipt]:
    """Give the wallet's receipts, newest first, fetching new ones if the provider answers."""
    fetch(phone)
    directory = phone.knowledge.remembered()
    return [
        _verified(kept, directory) for kept in phone.store.receipts.of_wallet(phone.wallet.name)
    ]


def show(phone: Phone, receipt_id: str) -> ShownReceipt:
    """Give one receipt, verified now, with what is remembered; raises ``ReceiptNotFound``."""
    kept = phone.store.receipts.get(phone.wallet.name, receipt_id)
    return _verified(kept, phone.knowledge.remembered())


def of_payment(phone: Phone, payment_id: PaymentId) -> list[ShownReceipt]:
    """Give the receipts of a payment that are kept here, oldest first, verified now."""
    directory = phone.knowledge.remembered()
    kept = phone.store.receipts.of_payment(phone.wallet.name, payment_id)
    return [_verified(each, directory) for each in kept]


def fetch(phone: Phone) -> bool:
    """Bring new receipts in; False when the wallet is locked or nobody answers.

    Newest first, a page at a time, until a page is not full or has nothing new.
    """
    if not phone.vault.is_unlocked(phone.wallet.name):
        return False
    before: dict[str, str] = {}
    for _ in range(PAGES_AT_MOST):
        try:
            answered = phone.client.call(native_api.LIST_MY_RECEIPTS, query=before)
        except NO_ANSWER:
            return False
        page = [signed(text) for text in answered.receipts]
        with phone.store.transaction():
            new = keep(phone, page)
        if len(page) < RECEIPTS_AT_MOST or not new:
            break
        before = {"before": messages.decode(Receipt, page[0].text).receipt_id}
    return True


def receipts_of(phone: Phone, payment_id: PaymentId) -> list[Signed]:
    """Fetch the receipts of one payment; raises what asking the provider raises."""
    answered = phone.client.call(native_api.LIST_RECEIPTS, payment_id=payment_id)
    return [signed(text) for text in answered.receipts]


def keep(phone: Phone, receipts: Iterable[Signed]) -> int:
    """Keep receipts as they came, and tell how many are new; inside of a transaction."""
    new = 0
    for each in receipts:
        read = messages.decode(Receipt, each.text)
        new += phone.store.receipts.keep(as_kept(phone.wallet.name, each, read))
    return new


def as_kept(wallet: str, receipt: Signed, read: Receipt) -> KeptReceipt:
    """Say how a receipt is kept, of which it is known what it reads."""
    return KeptReceipt(
        wallet=wallet,
        receipt_id=read.receipt_id,
        payment_id=read.payment_id,
        occurred_at=read.occurred_at,
        text=receipt.text,
        key_id=receipt.key_id,
        signature=receipt.signature,
    )


def signed(text: SignedText) -> Signed:
    """Take a sealed message out of a body of the native API."""
    return Signed(text.text, text.key_id, text.signature)


def _verified(kept: KeptReceipt, directory: KeyDirectory) -> ShownReceipt:
    try:
        receipt = messages.open_receipt(kept.signed, directory)
        _require_in_its_place(kept, receipt)
    except QrpayError as refusal:
        return ShownReceipt(kept, None, refusal)
    return ShownReceipt(kept, receipt, None)


def _require_in_its_place(kept: KeptReceipt, receipt: Receipt) -> None:
    """Refuse a good receipt that was put in another's place (``ReceiptDiffers``)."""
    if (kept.receipt_id, kept.payment_id) != (receipt.receipt_id, receipt.payment_id):
        raise ReceiptDiffers(f"this is {receipt.receipt_id}, kept as {kept.receipt_id}")
