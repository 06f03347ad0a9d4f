"""The keys, requests and directory that the tests of signed HTTP messages speak about."""

from __future__ import annotations

from dataclasses import replace

from ledger.protocol.instants import DAY, Instant
from ledger.protocol.signing import (
    LEDGER,
    Algorithm,
    KeyDirectory,
    KeyRecord,
    KeyStatus,
    PrivateKey,
    device_owner,
    merchant_owner,
)
from ledger.protocol.signing.http_messages import RequestParts, sign_request

NOW = Instant(1_618_884_473_500)
NONCE = "5xMXFjSSPu2rrPHf"
MERCHANT_KEY = PrivateKey.from_seed(Algorithm.ED25519, bytes(range(32)))
DEVICE_KEY = PrivateKey.from_seed(Algorithm.P256, bytes(range(32)))
LEDGER_KEY = PrivateKey.from_seed(Algorithm.ED25519, b"L" * 32)


def record(key: PrivateKey, owner: str) -> KeyRecord:
    begin, end = Instant(NOW - DAY), Instant(NOW + DAY)
    return KeyRecord(key.public.key_id, key.public, owner, KeyStatus.ACTIVE, begin, end)


MERCHANT = record(MERCHANT_KEY, merchant_owner("M2088DEMO000001"))
DEVICE = record(DEVICE_KEY, device_owner("dev_1"))
DIRECTORY = KeyDirectory([MERCHANT, DEVICE, record(LEDGER_KEY, LEDGER)])

POST = RequestParts(
    "POST",
    "http://127.0.0.1:8400/v1/payments",
    {"Idempotency-Key": "8e03978e-40d5", "Content-Type": "application/json"},
    b'{"amount_minor":1295}',
)
GET = RequestParts("GET", "http://127.0.0.1:8400/v1/payments?merchant_order_no=K3-17", {}, b"")


def signed(
    parts: RequestParts = POST, key: PrivateKey = MERCHANT_KEY, now: Instant = NOW
) -> RequestParts:
    added = sign_request(parts, key, now=now, nonce=NONCE)
    return replace(parts, headers={**parts.headers, **added})


SIGNATURE = signed().headers["Signature"]
