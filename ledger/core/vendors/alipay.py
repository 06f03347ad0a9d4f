"""What an app of Alipay's has registered: the names of its settings (``VendorAccount.settings``).

An app is a vendor account whose ``account_id`` is the ``app_id``.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final

APP_PUBLIC_KEY: Final = "app_public_key"
"""The key its calls are signed with in key mode, PEM or bare base64."""

APP_CERT: Final = "app_cert"
"""Its certificate in PEM, for calls in certificate mode."""

ENCRYPT_KEY: Final = "encrypt_key"
"""The AES key of contents, in base64."""

REFUND_NOTICES: Final = "refund_notices"
"""Which refunds it is told of: a ``RefundNotices``."""


WAITING_STATUS: Final = "v3_waiting"
"""With which HTTP status V3 answers that the payer is asked: a ``WaitingStatus``."""


class WaitingStatus(StrEnum):
    """Which status it may be: no source tells which of them production's is."""

    OK = "200"
    ACCEPTED = "202"


PAID_NOTICES: Final = "paid_notices"
"""Which paid trades it is told of: a ``PaidNotices``."""


class PaidNotices(StrEnum):
    """Which paid trades an app is told of: sources disagree on those that an answer told already.

    ``LATER`` leaves out what ``alipay.trade.pay`` has answered with 10000.
    """

    ALL = "all"
    LATER = "later"


class RefundNotices(StrEnum):
    """Which refunds an app is told of: sources disagree on what production tells."""

    ALL = "all"
    PARTIAL = "partial"
    OFF = "off"
