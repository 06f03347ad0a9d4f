"""What a merchant of Antom registered, by the names in a ``VendorAccount``'s settings.

public_key        the key that the merchant's calls are signed with, PEM or one line of base64
expiry_minutes    how long a payment waits for its payer where the call does not say; 10
unsigned_refusal  ``yes``: a call with a wrong signature is answered without a signature, as the
                  real service does; otherwise every answer is signed, so that SDKs can read it
"""

from __future__ import annotations

from typing import Final

from ledger.core.records.vendors import VendorAccount
from ledger.protocol.instants import MINUTE

PUBLIC_KEY: Final = "public_key"
EXPIRY_MINUTES: Final = "expiry_minutes"
UNSIGNED_REFUSAL: Final = "unsigned_refusal"
YES: Final = "yes"

DEFAULT_EXPIRY_MINUTES: Final = "10"
PLATFORM_KEY: Final = "antom.pem"
"""The name that the provider's own key has among ``Provider.vendor_keys``."""


def expiry_ms(account: VendorAccount) -> int:
    """Tell how long a payment waits where its call does not say."""
    return int(account.settings.get(EXPIRY_MINUTES, DEFAULT_EXPIRY_MINUTES)) * MINUTE


def signs_every_answer(account: VendorAccount) -> bool:
    """Tell whether a call with a wrong signature is answered with one."""
    return account.settings.get(UNSIGNED_REFUSAL, "") != YES
