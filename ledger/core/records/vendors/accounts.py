"""Who a merchant is to a vendor: an app id, a client id, a merchant number, and what belongs to it.

One vendor may be spoken to in more than one way: WeChat Pay's v2 and v3 are two faces over the same
merchant numbers and the same orders.

    >>> VendorFace.WECHATPAY_V2.vendor
    <Vendor.WECHATPAY: 'wechatpay'>
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from enum import StrEnum

from ledger.protocol.instants import Instant
from ledger.protocol.records import record


class Vendor(StrEnum):
    """Whose numbers an account is known by."""

    ALIPAY = "alipay"
    ANTOM = "antom"
    WECHATPAY = "wechatpay"


class VendorFace(StrEnum):
    """The way of speaking an order came by, and its notifications go back by."""

    ALIPAY = "alipay"
    ANTOM = "antom"
    WECHATPAY = "wechatpay"
    WECHATPAY_V2 = "wechatpay_v2"

    @property
    def vendor(self) -> Vendor:
        """Whose face it is."""
        return _VENDORS[self]


_VENDORS = {
    VendorFace.ALIPAY: Vendor.ALIPAY,
    VendorFace.ANTOM: Vendor.ANTOM,
    VendorFace.WECHATPAY: Vendor.WECHATPAY,
    VendorFace.WECHATPAY_V2: Vendor.WECHATPAY,
}


@record(frozen=True, slots=True)
class VendorAccount:
    """A merchant as a vendor's face knows it.

    ``account_id`` is Alipay's ``app_id``, Antom's ``client-id``, WeChat Pay's ``mchid``; what is
    sold through it is sold at ``terminal_id``. ``settings`` is what the merchant registered: public
    keys, certificates, secrets, switches, by names that only the face knows. The vendor shares its
    secrets, so nothing in here authorises a payer's money.
    """

    vendor: Vendor
    account_id: str
    merchant_id: str
    terminal_id: str
    added_at: Instant
    settings: Mapping[str, str] = field(default_factory=dict)

    def __repr__(self) -> str:
        return f"VendorAccount({self.vendor} {self.account_id} of {self.merchant_id})"
