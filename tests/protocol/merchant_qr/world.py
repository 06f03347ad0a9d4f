"""The parties of the signed vectors: two merchants, their keys, and keys that must not be believed.

Seeds are public on purpose (tests/vectors/README.md lists them): with them anybody can make the
vectors again.
"""

from __future__ import annotations

from ledger.protocol.identifiers import RequestId
from ledger.protocol.instants import Instant
from ledger.protocol.merchant_qr.profile_l import LinkCode
from ledger.protocol.merchant_qr.profile_s import DynamicCode
from ledger.protocol.merchant_qr.profile_t import StickerCode
from ledger.protocol.money import Money, currency
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

EUR = currency("EUR")
ISSUED = Instant(1_795_300_000_000)
NOW = Instant(1_795_300_100_000)
EXPIRES = Instant(1_795_300_180_000)
LONG_AGO = Instant(1_700_000_000_000)
FAR_OFF = Instant(1_900_000_000_000)
REQUEST_ID = RequestId("01KAK9Q3ZV7T2M5X8B4C6D0E")

SHOP = "M2088DEMO000001"
KIOSK = "M2088DEMO000002"

KEY = PrivateKey.from_seed(Algorithm.ED25519, bytes(range(32)))
P256_KEY = PrivateKey.from_seed(Algorithm.P256, bytes(range(32)))
KIOSK_KEY = PrivateKey.from_seed(Algorithm.ED25519, b"\x02" * 32)
REVOKED_KEY = PrivateKey.from_seed(Algorithm.ED25519, b"\x03" * 32)
EARLY_KEY = PrivateKey.from_seed(Algorithm.ED25519, b"\x04" * 32)
LATE_KEY = PrivateKey.from_seed(Algorithm.ED25519, b"\x05" * 32)
RETIRED_KEY = PrivateKey.from_seed(Algorithm.ED25519, b"\x06" * 32)
LEDGER_KEY = PrivateKey.from_seed(Algorithm.ED25519, b"\x07" * 32)
DEVICE_KEY = PrivateKey.from_seed(Algorithm.ED25519, b"\x08" * 32)

KEY_ID = "k7f3a9c1"


def _record(
    key: PrivateKey,
    owner: str,
    status: KeyStatus = KeyStatus.ACTIVE,
    not_before: Instant = LONG_AGO,
    not_after: Instant = FAR_OFF,
) -> KeyRecord:
    key_id = KEY_ID if key is KEY else key.public.key_id
    return KeyRecord(key_id, key.public, owner, status, not_before, not_after)


RECORDS = [
    _record(KEY, merchant_owner(SHOP)),
    _record(P256_KEY, merchant_owner(SHOP)),
    _record(KIOSK_KEY, merchant_owner(KIOSK)),
    _record(REVOKED_KEY, merchant_owner(SHOP), KeyStatus.REVOKED),
    _record(EARLY_KEY, merchant_owner(SHOP), not_before=EXPIRES),
    _record(LATE_KEY, merchant_owner(SHOP), not_after=ISSUED),
    _record(RETIRED_KEY, merchant_owner(SHOP), KeyStatus.RETIRED, not_after=ISSUED),
    _record(LEDGER_KEY, LEDGER),
    _record(DEVICE_KEY, device_owner("dev_01KAK9Q3ZV7T2M5X8B4C6D0E")),
]
DIRECTORY = KeyDirectory(RECORDS)

DYNAMIC = DynamicCode(
    merchant_id=SHOP,
    merchant_name="DEMO DROGERIE",
    merchant_city="BERLIN",
    country="DE",
    mcc="5912",
    terminal_label="POS03",
    store_label="S0421",
    postal_code="10115",
    key_id=KEY_ID,
    amount=Money(1295, EUR),
    request_id=REQUEST_ID,
    issued_at=ISSUED,
    expires_at=EXPIRES,
    nonce=bytes(range(12)),
    bill_no="K3-000417",
)
STICKER = StickerCode(
    merchant_id=SHOP,
    merchant_name="DEMO DROGERIE",
    merchant_city="BERLIN",
    country="DE",
    mcc="5912",
    terminal_label="T02",
    key_id=KEY_ID,
    currency=EUR,
)
LINK = LinkCode(
    merchant_id=SHOP,
    amount=Money(1295, EUR),
    request_id=REQUEST_ID,
    expires_at=EXPIRES,
    key_id=KEY_ID,
)
