"""A vendor's order and a vendor's refund: the payment or refund, as its face has to speak of it.

``out_no`` is the merchant's own number in the vendor's spelling (``out_trade_no``,
``paymentRequestId``, ``out_refund_no``…), ``vendor_no`` the number the vendor gives
(``trade_no``, ``transaction_id``, ``paymentId``, ``refund_id``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field

from ledger.core.records.vendors.accounts import Vendor, VendorFace
from ledger.protocol.identifiers import PaymentId, RefundId
from ledger.protocol.instants import Instant
from ledger.protocol.records import record

Facts = Mapping[str, str]
"""What only one face needs, by names of its own: ``attach``, ``passback_params``, ``scene``…

It is forgotten half a year later, so whoever reads it lives without.
"""


@record(frozen=True, slots=True)
class VendorOrder:
    """What a vendor's face knows of one payment.

    ``code`` is the whole text that a wallet scans or is handed, empty where there is none; nobody
    can begin to pay by it from ``code_until`` on. ``payer_alias`` is the only payer the order is
    for, by the alias the merchant knows (``ledger.core.vendors.aliases``), empty for anybody.
    ``notify_url`` is empty where the merchant wants to hear nothing.
    """

    payment_id: PaymentId
    face: VendorFace
    account_id: str
    out_no: str
    vendor_no: str
    created_at: Instant
    code: str = ""
    code_until: Instant | None = None
    notify_url: str = ""
    payer_alias: str = ""
    facts: Facts = field(default_factory=dict)

    @property
    def vendor(self) -> Vendor:
        """Whose order it is."""
        return self.face.vendor


@record(frozen=True, slots=True)
class VendorRefund:
    """What a vendor's face knows of one refund.

    ``notify_url`` is empty where the refund named none; some vendors then tell the order's.
    """

    refund_id: RefundId
    payment_id: PaymentId
    face: VendorFace
    account_id: str
    out_no: str
    vendor_no: str
    created_at: Instant
    notify_url: str = ""
    facts: Facts = field(default_factory=dict)

    @property
    def vendor(self) -> Vendor:
        """Whose refund it is."""
        return self.face.vendor
