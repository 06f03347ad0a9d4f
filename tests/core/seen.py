"""What can be seen of a payment in the books, said shortly."""

from __future__ import annotations

from ledger.core.queries import held
from ledger.core.records.payments import Payment
from ledger.protocol import messages
from ledger.protocol.messages import Receipt
from tests.core.demo_world import World


def held_of(world: World, name: str) -> int:
    """What of a payer's money is held, in minor units."""
    with world.store.reading() as books:
        return held(books, payer_id=world.payer_id(name)).minor_units


def account(world: World, account_id: str) -> int:
    """The balance of an account, 0 if there is none."""
    with world.store.reading() as books:
        found = books.journal.account(account_id)
    return found.balance_minor if found else 0


def told(world: World, payment: Payment) -> list[str]:
    """The events of a payment in the outbox, oldest first."""
    with world.store.reading() as books:
        rows = books.outbox.due(world.now, 1000)
    return [row.event for row in rows if row.payment_id == payment.payment_id]


def receipts_of(world: World, payment: Payment) -> list[Receipt]:
    """What the receipts of a payment say, oldest first."""
    with world.store.reading() as books:
        kept = books.receipts.of_payment(payment.payment_id)
    return [messages.decode(Receipt, receipt.signed.text) for receipt in kept]
