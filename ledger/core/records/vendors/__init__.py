"""What the vendors' faces know beside a payment: accounts, orders, refunds, in the vendors' words.

A vendor's face lets an integration written for Alipay, Alipay+ or WeChat Pay work against these
books. The payment behind an order is one like any other (``ledger.core.records.payments``); what
only the vendor's way of speaking needs of it stands here.
"""

from __future__ import annotations

from ledger.core.records.vendors.accounts import Vendor, VendorAccount, VendorFace
from ledger.core.records.vendors.orders import Facts, VendorOrder, VendorRefund

__all__ = ["Facts", "Vendor", "VendorAccount", "VendorFace", "VendorOrder", "VendorRefund"]
