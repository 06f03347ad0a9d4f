"""At home or overseas: which of WeChat Pay's two systems a merchant belongs to.

The vendor keeps merchants of mainland China and all others apart, with numbers and addresses of
their own, and settles each in the currency of the country it is registered in. So the currency says
which it is: who is settled in yuan is at home.
"""

from __future__ import annotations

from typing import Final

from ledger.core.records.parties import Merchant

HOME_CURRENCY: Final = "CNY"


def is_overseas(merchant: Merchant) -> bool:
    """Tell whether a merchant belongs to the vendor's overseas system."""
    return merchant.currency.code != HOME_CURRENCY
