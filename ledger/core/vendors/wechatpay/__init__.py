"""What both faces of WeChat Pay share: what a merchant registered, and the platform's own keys."""

from __future__ import annotations

from ledger.core.vendors.wechatpay.platform import Choice, Platform, PlatformKey, PlatformKeys
from ledger.core.vendors.wechatpay.registration import Regime, Registration, registration

__all__ = [
    "Choice",
    "Platform",
    "PlatformKey",
    "PlatformKeys",
    "Regime",
    "Registration",
    "registration",
]
