"""A sale that waits for its payer, with the provider about to tell."""

from __future__ import annotations

from dataclasses import dataclass, replace

from ledger.kit.clock import SettableClock
from ledger.protocol import messages
from ledger.protocol.identifiers import Kind, PaymentId
from ledger.protocol.messages import (
    Notification,
    NotificationEvent,
    ReceiptKind,
    Signed,
)
from ledger.protocol.money import Money, currency
from pos.collect import Phase
from pos.counter import notifications
from pos.counter.desk import Desk
from pos.till import Sale, SaleState
from tests.pos.provider import PROVIDER_KEY, MiniProvider
from tests.pos.shop import EUR

PAID = NotificationEvent.PAYMENT_PAID


@dataclass
class Scene:
    """A sale that waits for its payer, and what the provider would tell once it is paid."""

    desk: Desk
    provider: MiniProvider
    clock: SettableClock
    sale: Sale
    payment_id: PaymentId

    def pay(self) -> tuple[Notification, Signed]:
        payment = self.provider.pay(self.payment_id)
        told = self.provider.notification(payment, PAID)
        return told, self.provider.kept[self.payment_id][-1]

    def receive(self, told: Notification, receipt: Signed | None) -> None:
        notifications.receive(self.desk, messages.seal(told, PROVIDER_KEY), receipt)

    @property
    def state(self) -> SaleState:
        return self.desk.store.sales.get(self.sale.sale_id).state

    @property
    def phase(self) -> Phase:
        return self.desk.store.attempts.of_sale(self.sale.sale_id)[0].collection.phase

    @property
    def alarms(self) -> list[str]:
        return [alarm.code for alarm in self.desk.store.evidence.alarms()]

    def everything(self) -> tuple[object, ...]:
        store = self.desk.store
        found = store.sales.latest(100)
        return (
            found,
            [store.attempts.of_sale(sale.sale_id) for sale in found],
            [store.evidence.receipts(sale.sale_id) for sale in found],
            store.evidence.alarms(),
        )


def other_receipts(scene: Scene) -> list[Signed]:
    payment = scene.provider.payments[scene.payment_id]
    elsewhere = replace(
        payment, payment_id=PaymentId(scene.provider.ids.new(Kind.PAYMENT, scene.clock.now()))
    )
    seal = scene.provider.seal_receipt
    refund_id = scene.provider.ids.new(Kind.REFUND, scene.clock.now())
    return [
        seal(elsewhere, ReceiptKind.PAYMENT),
        seal(replace(payment, merchant_order_no="OTHER"), ReceiptKind.PAYMENT),
        seal(payment, ReceiptKind.PAYMENT, Money(1294, EUR)),
        seal(payment, ReceiptKind.PAYMENT, Money(1296, EUR)),
        seal(payment, ReceiptKind.PAYMENT, Money(1295, currency("USD"))),
        seal(payment, ReceiptKind.REVERSAL),
        seal(payment, ReceiptKind.REFUND, Money(1, EUR), refund_id),
    ]
