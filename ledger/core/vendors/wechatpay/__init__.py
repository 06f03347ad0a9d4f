"""What both faces of WeChat Pay share.

* ``registration``: what a merchant registered; ``platform``: the platform's own keys;
* ``negative_tests``, ``probes``: what goes wrong on request, and what is signed wrongly;
* ``payment_codes``: payment by the payer's code; ``password_free``: what it takes without asking;
* ``markets``: at home or overseas; ``trade_states``: how a payment's state is called;
* ``notify_urls``: where a merchant may be told;
* ``bills``: what happened in a merchant number on a day, as the files of a bill.
"""

from __future__ import annotations

from ledger.core.vendors.wechatpay.platform import (
    ASKED_KEY,
    Choice,
    Platform,
    PlatformKey,
    PlatformKeys,
    regime_asked,
    regime_of_news,
)
from ledger.core.vendors.wechatpay.registration import Regime, Registration, registration

__all__ = [
    "ASKED_KEY",
    "Choice",
    "Platform",
    "PlatformKey",
    "PlatformKeys",
    "Regime",
    "Registration",
    "regime_asked",
    "regime_of_news",
    "registration",
]
