"""One message of each type, the key and the directory that the tests of messages speak about."""

from __future__ import annotations

from datetime import date

from ledger.protocol.identifiers import (
    DeviceId,
    IdSource,
    PayerId,
    PaymentId,
    ReceiptId,
    RequestId,
)
from ledger.protocol.instants import DAY, Instant
from ledger.protocol.lifecycle import PaymentState
from ledger.protocol.messages import (
    Authorisation,
    Head,
    Message,
    Notification,
    NotificationEvent,
    PaymentRequest,
    Presented,
    Receipt,
    ReceiptKind,
)
from ledger.protocol.money import Money, currency
from ledger.protocol.signing import (
    Algorithm,
    KeyDirectory,
    KeyRecord,
    KeyStatus,
    PrivateKey,
    merchant_owner,
)

NOW = Instant(1_795_300_180_123)
EUR, CNY = currency("EUR"), currency("CNY")
IDS = IdSource(bytes)
BODY = IDS.body(NOW)
KEY = PrivateKey.from_seed(Algorithm.ED25519, bytes(range(32)))
OWNER = merchant_owner("M2088DEMO000001")


def record(key: PrivateKey = KEY, owner: str = OWNER) -> KeyRecord:
    begin, end = Instant(NOW - DAY), Instant(NOW + DAY)
    return KeyRecord(key.public.key_id, key.public, owner, KeyStatus.ACTIVE, begin, end)


DIRECTORY = KeyDirectory([record()])

REQUEST = PaymentRequest(
    request_id=RequestId(BODY),
    merchant_id="M2088DEMO000001",
    terminal_id="T01",
    merchant_order_no="K3-000417",
    amount=Money(1295, EUR),
    subject="Order K3-000417",
    basket_hash="ab" * 32,
    created_at=NOW,
    expires_at=Instant(NOW + 180_000),
    presented=Presented.MERCHANT,
)
AUTHORISATION = Authorisation(
    authorisation_id=f"aut_{BODY}",
    payment_id=PaymentId(f"pay_{BODY}"),
    payer_id=PayerId(f"pyr_{BODY}"),
    device_id=DeviceId(f"dev_{BODY}"),
    merchant_id="M2088DEMO000001",
    payee_name="Demo Drogerie 药妆",
    amount=Money(1295, EUR),
    payer_amount=Money(10118, CNY),
    quote_id=f"fxq_{BODY}",
    code_digest="cd" * 32,
    authorised_at=NOW,
)
RECEIPT = Receipt(
    receipt_id=ReceiptId(f"rcp_{BODY}"),
    kind=ReceiptKind.PAYMENT,
    payment_id=PaymentId(f"pay_{BODY}"),
    refund_id="",
    merchant_id="M2088DEMO000001",
    payee_name="Demo Drogerie",
    payee_city="Berlin",
    merchant_order_no="K3-000417",
    terminal_id="T01",
    ppid="MFRGGZDFMZTWQ2LKNNWG23TPOA",
    amount=Money(1295, EUR),
    payer_amount=Money(10118, CNY),
    rate="125/16",
    rate_set_by="sandbox",
    occurred_at=NOW,
)
NOTIFICATION = Notification(
    notification_id=f"ntf_{BODY}",
    event=NotificationEvent.REFUND_SUCCEEDED,
    merchant_id="M2088DEMO000001",
    payment_id=PaymentId(f"pay_{BODY}"),
    merchant_order_no="K3-000417",
    terminal_id="T01",
    state=PaymentState.PAID,
    amount=Money(1295, EUR),
    refund_id=f"rfd_{BODY}",
    refund_amount=Money(295, EUR),
    presented=Presented.CONSUMER,
    occurred_at=NOW,
)
HEAD = Head(
    business_date=date(2026, 11, 20),
    sequence=114,
    link="ef" * 32,
    count=57,
    previous_head="12" * 32,
    sealed_at=NOW,
)
ABOUT_MONEY: list[Message] = [REQUEST, AUTHORISATION, RECEIPT, NOTIFICATION]
MESSAGES: list[Message] = [*ABOUT_MONEY, HEAD]
TYPES = [type(message) for message in MESSAGES]
